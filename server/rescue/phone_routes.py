"""Phones whose work has not arrived, for those who can call their owners."""

from typing import Any

from flask import current_app

from server.access.rules import Actor, Permission
from server.kernel.settings import Settings
from server.rescue import phones
from server.rescue.schemas import Note
from server.web.api import ApiBlueprint, body

bp = ApiBlueprint("phones", __name__, url_prefix="/api/phones")


@bp.get("", permission=Permission.SYNC_RESCUE)
def get_phones(actor: Actor) -> list[dict[str, Any]]:
    """The phones of the actor's regions that somebody should look after."""
    settings: Settings = current_app.extensions["settings"]
    return phones.phones(actor, settings.contracts)


@bp.post("/<client_id>/handle", permission=Permission.SYNC_RESCUE)
def post_handle(actor: Actor, client_id: str) -> None:
    """Note what was done; the phone asks anew when its queue changes."""
    phones.handle(actor, client_id, body(Note).note)
