"""The published file: everything that is needed to repeat a draw, signed by the server."""

import base64
from typing import Any

from server.custody import keys
from server.custody.models import ServerKey
from server.custody.rules import to_base64
from server.draws import log, rules, seeds
from server.draws.choice import UNITS
from server.draws.models import Draw
from server.kernel import clock
from server.kernel.db import db

FORMAT = "anxun-draw-1"
SIGNED = b"anxun-draw-file-1\n"


def publish(draw: Draw) -> None:
    """Write the file as things stand and make it public; again, after each later change."""
    if draw.published_at is None:
        draw.published_at = clock.now()
    told = file_of(draw)
    told["signed"] = signed(SIGNED + rules.canonical(told))
    draw.file = rules.canonical(told).decode()


def signed(text: bytes) -> dict[str, str]:
    """Return the server's signature under a text, with the key that checks it."""
    key_id, signature = keys.sign(text)
    return {
        "key": key_id,
        "public_key": to_base64(db.session.get_one(ServerKey, key_id).public_key),
        "signature": base64.b64encode(signature).decode(),
    }


def file_of(draw: Draw) -> dict[str, Any]:
    """Return what is published of a draw, not yet signed."""
    return {
        "format": FORMAT,
        "code": draw.code,
        "kind": draw.kind,
        "purpose": draw.purpose,
        "sealed": draw.sealed,
        "operator": {"name": draw.operator_name},
        "witness": {"name": draw.witness_name, "words": draw.witness_words},
        "drawn_at": clock.to_ms(draw.drawn_at),
        "released_at": _ms(draw.released_at),
        "published_at": _ms(draw.published_at),
        "seed": _seed(draw),
        "snapshot": draw.snapshot,
        "snapshot_hash": draw.snapshot_hash,
        "result": draw.result,
        "spoiled": draw.spoiled,
        "replacements": draw.replacements,
        "standing": standing(draw),
        "log": log.head(draw.id),
    }


def standing(draw: Draw) -> list[dict[str, Any]]:
    """Return who stands in each slot after all replacements, in order."""
    gone = [(one["slot"], one["out"]) for one in draw.replacements]
    stands, _ = rules.standing(drawn_of(draw), draw.snapshot["most"], gone)
    return [{"slot": slot, "ids": ids} for slot, ids in stands.items()]


def places_of(draw: Draw) -> list[str]:
    """Return the units that a draw sends somebody to."""
    if draw.kind == UNITS:
        return [key for one in standing(draw) for key in one["ids"]]
    return [slot["key"] for slot in draw.snapshot["slots"] if slot["name"] is not None]


def drawn_of(draw: Draw) -> list[rules.Drawn]:
    """Return what chance said, as the rules take it."""
    return [
        rules.Drawn(one["slot"], tuple(one["drawn"]), tuple(one["reserve"])) for one in draw.result
    ]


def _seed(draw: Draw) -> dict[str, Any]:
    batch = seeds.batch_of(draw)
    return {
        "period": draw.period,
        "lane": draw.lane,
        "number": draw.number,
        "hash": draw.seed_hash,
        "value": seeds.value_of(draw),
        "commitment": batch.commitment,
        "made_at": clock.to_ms(batch.made_at),
    }


def _ms(moment: Any) -> int | None:
    return clock.to_ms(moment) if moment else None
