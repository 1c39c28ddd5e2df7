"""Device keys in, public keys out."""

from typing import Any

from flask import Response

from server.access.rules import Actor, Permission
from server.custody import devices, keys, rules
from server.custody.schemas import DeviceKeyIn
from server.web.api import ApiBlueprint, Who, body
from server.web.replies import json_bytes

bp = ApiBlueprint("custody", __name__, url_prefix="/api")


@bp.post("/custody/device-keys", permission=Permission.SYNC_USE)
def register(actor: Actor) -> dict[str, Any]:
    """Take a phone's public key; tell where the server's chain of that phone stands."""
    asked = body(DeviceKeyIn)
    try:
        public_key = rules.from_base64(asked.public_key)
    except ValueError as exc:
        raise devices.DeviceKeyUnreadable() from exc
    key = devices.register_key(actor, asked.client, public_key)
    at = devices.position(actor, asked.client)
    return {"key": key.id, "mid": at.mid, "head": at.head}


@bp.get("/ref/keys.json", permission=Who.ANYONE)
def public_keys(_actor: None) -> Response:
    """Give the server's public keys, old ones too: papers must stay provable."""
    response = Response(json_bytes({"keys": keys.public_keys()}), mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response
