"""Draws as they travel."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from sqlalchemy import select

from server.access.rules import Actor
from server.custody import keys
from server.draws import snapshot, standing_aside
from server.draws.models import Draw, DrawBatch
from server.draws.publish import places_of, signed, standing
from server.draws.queries import events_of, knowers_of
from server.draws.rules import FORMULAS, canonical, snapshot_hash
from server.draws.rules.seeds import RHYTHM
from server.draws.seeds import told
from server.draws.service import SPOILED, is_secret
from server.experts.words import fields, words
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, Region

log = structlog.get_logger()
SEEDS = "anxun-draw-seeds-1"
Data = dict[str, Any]


def look_data(fixed: snapshot.Snapshot) -> Data:
    """Return what is looked at before a draw."""
    return {
        "snapshot": fixed,
        "snapshot_hash": snapshot_hash(fixed),
        "eligible": snapshot.eligible(fixed),
    }


def formula_data() -> Data:
    """Return the formulas and cycles to choose from."""
    return {
        **FORMULAS,
        "cycles": RHYTHM["cycles"],
        "fields": [{"key": one["key"], "name": one["name"]} for one in fields()],
        "certificates": words()["certificates"],
    }


def draws_data(actor: Actor, draws: Sequence[Draw]) -> list[Data]:
    """Return draws as the list shows them, in one query however many they are."""
    regions = _names(Region, {draw.region_id for draw in draws})
    return [_draw(actor, draw) | {"region_name": regions[draw.region_id]} for draw in draws]


def draw_detail(actor: Actor, draw: Draw) -> Data:
    """Return one draw with all that is behind it; the seed is only in the published file."""
    events, knowers = events_of(draw.id), knowers_of(draw.id)
    people = _names(Person, {e.person_id for e in events} | {k.person_id for k in knowers} - {None})
    return draws_data(actor, [draw])[0] | {
        "snapshot": draw.snapshot,
        "snapshot_hash": draw.snapshot_hash,
        "seed": {"period": draw.period, "lane": draw.lane, "number": draw.number}
        | {"hash": draw.seed_hash},
        "result": draw.result,
        "standing": standing(draw),
        "replacements": draw.replacements,
        "recused": standing_aside.now(draw),
        "plan_ids": {key: plan_id(draw.id, key) for key in places_of(draw)},
        "events": [
            {
                "what": event.what,
                "at": clock.to_ms(event.at),
                "name": people.get(event.person_id or ""),
                "about": people.get(event.details.get("person", "")),
            }
            for event in events
        ],
        "knowers": [people.get(k.person_id) for k in knowers] if draw.sealed else [],
    }


def published_data(draws: Sequence[Draw]) -> list[Data]:
    """Return what the public list tells of published draws."""
    regions = _names(Region, {draw.region_id for draw in draws})
    return [
        {
            "code": draw.code,
            "kind": draw.kind,
            "purpose": draw.purpose,
            "region_name": regions[draw.region_id],
            "state": draw.state,
            "drawn_at": clock.to_ms(draw.drawn_at),
            "published_at": clock.to_ms(draw.published_at) if draw.published_at else None,
        }
        for draw in draws
    ]


def seeds_data(regions: Iterable[tuple[Region, Sequence[DrawBatch]]]) -> Data:
    """Return committed seeds as the public reads and keeps them: signed, with the moment."""
    listed: Data = {
        "format": SEEDS,
        "as_of": clock.now_ms(),
        "regions": [
            {"id": region.id, "code": region.code, "name": region.name, "batches": told(batches)}
            for region, batches in regions
        ],
    }
    return listed | {"signed": _vouched(listed)}


def _vouched(listed: Data) -> Data | None:
    """Sign with the server's key; a list without one is still a list, and says so."""
    if not keys.is_there():
        return None
    try:
        return signed(f"{SEEDS}\n".encode() + canonical(listed))
    except OSError:
        log.exception("seeds_not_signed")
        return None


def plan_id(draw_id: str, unit_id: str) -> str:
    """Return the identifier of what is planned for a unit of a draw: planned twice, it is one."""
    digest = bytearray(hashlib.sha256(f"anxun-draw-plan-1\n{draw_id}\n{unit_id}".encode()).digest())
    digest[6], digest[8] = 0x80 | digest[6] & 0x0F, 0x80 | digest[8] & 0x3F
    text = digest[:16].hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _draw(actor: Actor, draw: Draw) -> Data:
    mine, alive = draw.operator_id == actor.user_id, draw.state != SPOILED
    return {
        "id": draw.id,
        "code": draw.code,
        "region_id": draw.region_id,
        "kind": draw.kind,
        "sealed": draw.sealed,
        "secret": is_secret(draw),
        "state": draw.state,
        "purpose": draw.purpose,
        "operator_name": draw.operator_name,
        "witness": {"name": draw.witness_name, "words": draw.witness_words},
        "drawn": sum(len(one["drawn"]) for one in draw.result),
        "replaced": len(draw.replacements),
        "spoiled": draw.spoiled,
        "drawn_at": clock.to_ms(draw.drawn_at),
        "released_at": clock.to_ms(draw.released_at) if draw.released_at else None,
        "published_at": clock.to_ms(draw.published_at) if draw.published_at else None,
        "may": {
            "replace": mine and alive,
            "spoil": mine and alive,
            "publish": mine and not is_secret(draw) and draw.published_at is None,
            "release": mine and is_secret(draw),
            "tell": mine and is_secret(draw),
        },
    }


def _names(model: type[Person] | type[Region], ids: set[Any]) -> dict[str, str]:
    known = sorted(one for one in ids if one)
    rows = db.session.execute(select(model.id, model.name).where(model.id.in_(known)))
    return {key: name for key, name in rows}  # noqa: C416  (rows are no pairs to mypy)
