"""The draw of a pairing's units: which one fits, what it says now, and what was replaced in it."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import undefer

from server.access.rules import Actor
from server.draws.choice import UNITS
from server.draws.models import Draw
from server.draws.publish import places_of
from server.draws.queries import visible_draws
from server.draws.service import SPOILED, is_secret
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Region, Unit
from server.org.queries import subtree_ids
from server.peers import rules
from server.peers.models import PeerPairing, PeerRound

Data = dict[str, Any]
#: how far back a planner is offered draws
_OFFERED = 50


def places_in(draw: Draw, region_id: str) -> list[str]:
    """Return the units of a draw, as it stands, that lie in a region."""
    wanted = places_of(draw)
    query = select(Unit.id).where(Unit.id.in_(wanted), Unit.region_id.in_(subtree_ids(region_id)))
    inside = set(db.session.scalars(query))
    return [unit for unit in wanted if unit in inside]


def chosen(actor: Actor, one: PeerRound, row: PeerPairing, draw_id: str) -> list[str]:
    """Return the units of a draw that a pairing may be made of, or raise DrawUnfit."""
    query = visible_draws(actor).where(Draw.id == draw_id).options(undefer(Draw.snapshot))
    draw = db.session.scalars(query).first()
    units = [] if draw is None or not _fits(draw, one) else places_in(draw, row.home_region_id)
    if not units:
        raise rules.DrawUnfit()
    return units


def _fits(draw: Draw, one: PeerRound) -> bool:
    """Say whether a round may show a draw: a secret one only belongs to a round that is secret."""
    return draw.kind == UNITS and draw.state != SPOILED and not (one.announced and is_secret(draw))


def standing(row: PeerPairing) -> list[str]:
    """Return the units that the draw of a pairing names now."""
    draw = _draws({row.draw_id}).get(row.draw_id or "")
    return [] if draw is None or draw.state == SPOILED else places_in(draw, row.home_region_id)


def require_drawn(row: PeerPairing, unit_ids: Collection[str]) -> None:
    """Raise unless the units are those that the draw names now."""
    if row.draw_id is None:
        return
    now = set(standing(row))
    if now != set(unit_ids):
        raise rules.UnitsNotDrawn(
            missing=_names(now - set(unit_ids)), other=_names(set(unit_ids) - now)
        )


def _names(unit_ids: Collection[str]) -> list[str]:
    query = select(Unit.name).where(Unit.id.in_(sorted(unit_ids)))
    return sorted(db.session.scalars(query))


def _draws(ids: Collection[str | None]) -> dict[str, Draw]:
    wanted = sorted(one for one in set(ids) if one)
    query = select(Draw).where(Draw.id.in_(wanted)).options(undefer(Draw.snapshot))
    return {draw.id: draw for draw in db.session.scalars(query)}


def offered(actor: Actor, row: PeerPairing) -> list[Data]:
    """Return the latest draws that a pairing's units may come from."""
    one = db.session.get_one(PeerRound, row.round_id)
    region = db.session.get_one(Region, one.region_id)
    near = {one.region_id, *subtree_ids(row.home_region_id), *region.path.strip("/").split("/")}
    query = (
        visible_draws(actor)
        .where(Draw.kind == UNITS, Draw.state != SPOILED, Draw.region_id.in_(sorted(near)))
        .options(undefer(Draw.snapshot))
        .order_by(Draw.drawn_at.desc(), Draw.id.desc())
        .limit(_OFFERED)
    )
    found = [draw for draw in db.session.scalars(query) if _fits(draw, one)]
    return [
        {
            "id": draw.id,
            "code": draw.code,
            "purpose": draw.purpose,
            "drawn_at": clock.to_ms(draw.drawn_at),
            "unit_ids": units,
        }
        for draw in found
        if (units := places_in(draw, row.home_region_id))
    ]


def draws_data(
    actor: Actor, rows: Sequence[PeerPairing], units: dict[str, list[str]]
) -> dict[str, Data]:
    """
    Return for each pairing the draw of its units, to be shown beside it.

    A draw that is still secret is shown to its knowers only; to a region only its own units.
    """
    draws = _draws([row.draw_id for row in rows])
    query = visible_draws(actor).where(Draw.id.in_(sorted(draws)))
    opens = set(db.session.scalars(query.with_only_columns(Draw.id)))
    return {
        row.id: _draw(draw, row, set(units.get(row.id, ())), opens=draw.id in opens)
        for row in rows
        if (draw := draws.get(row.draw_id or "")) and (draw.id in opens or not is_secret(draw))
    }


def _draw(draw: Draw, row: PeerPairing, units: set[str], *, opens: bool) -> Data:
    names = {one["id"]: one["name"] for one in draw.snapshot["candidates"]}
    here = set(places_in(draw, row.home_region_id))
    return {
        "id": draw.id,
        "code": draw.code,
        "purpose": draw.purpose,
        "drawn_at": clock.to_ms(draw.drawn_at),
        "operator": draw.operator_name,
        "witness": draw.witness_name,
        "published": draw.published_at is not None,
        "opens": opens,
        "spoiled": draw.spoiled["reason"] if draw.spoiled else None,
        "stands": draw.state != SPOILED and here == units,
        "replacements": _replaced(draw, row, names, here),
    }


def _replaced(
    draw: Draw, row: PeerPairing, names: dict[str, str], here: Collection[str]
) -> list[Data]:
    """Return what was replaced in a region; who came in elsewhere is not its business."""
    outs = {one["out"] for one in draw.replacements}
    query = select(Unit.id).where(
        Unit.id.in_(sorted(outs)), Unit.region_id.in_(subtree_ids(row.home_region_id))
    )
    inside = set(db.session.scalars(query)) | set(here)
    return [
        {
            "out": names.get(one["out"], "") if one["out"] in inside else None,
            "came": names.get(one["in"], "") if one["in"] in inside else None,
            "reason": one["reason"],
            "by": one["by"],
            "at": one["at"],
        }
        for one in draw.replacements
        if {one["out"], one["in"]} & inside
    ]
