"""Where the work in a file was done, from the file itself and from what the server knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.hazards.models import Hazard
from server.inspections.models import Inspection
from server.kernel.db import db
from server.org.models import Person, Unit
from server.rescue.content import Content, Piece

_MAKERS = {"inspection.start": "inspection", "hazard.open": "hazard"}


@dataclass(frozen=True)
class Place:
    """The unit that a piece of work is about."""

    name: str
    region_id: str


def places(found: Content) -> dict[str, Place]:
    """Return the unit of each mutation, by the mutation's id; absent when it names none."""
    made = {
        (_MAKERS[piece.envelope.name], str(piece.args.get("id"))): str(piece.args.get("unit_id"))
        for piece in found.work
        if piece.envelope.name in _MAKERS
    }
    made |= _stored("inspection", Inspection, _named(found.work, "inspection"))
    made |= _stored("hazard", Hazard, _named(found.work, "hazard"))
    unit_of = {piece.envelope.id: _unit_id(piece, made) for piece in found.work}
    query = select(Unit.id, Unit.name, Unit.region_id)
    rows = db.session.execute(query.where(Unit.id.in_({u for u in unit_of.values() if u})))
    units = {row[0]: Place(row[1], row[2]) for row in rows}
    return {one: units[unit] for one, unit in unit_of.items() if unit in units}


def _named(work: Iterable[Piece], key: str) -> set[str]:
    named = {str(piece.args[key]) for piece in work if key in piece.args}
    if key == "hazard":
        named |= {str(p.args.get("id")) for p in work if p.envelope.name.startswith("hazard.")}
    return named


def _stored(kind: str, model: Any, ids: set[str]) -> dict[tuple[str, str], str]:
    rows = db.session.execute(select(model.id, model.unit_id).where(model.id.in_(ids)))
    return {(kind, row[0]): row[1] for row in rows}


def _unit_id(piece: Piece, made: dict[tuple[str, str], str]) -> str | None:
    args = piece.args
    if isinstance(args.get("unit_id"), str):
        return str(args["unit_id"])
    keys = [("inspection", args.get("inspection")), ("hazard", args.get("hazard"))]
    if piece.envelope.name.startswith("hazard."):
        keys.append(("hazard", args.get("id")))
    return next((made[key] for kind, one in keys if (key := (kind, str(one))) in made), None)


def may_see(actor: Actor, author: Person, place: Place | None) -> bool:
    """Say whether content may be shown; work done in another region is only counted."""
    if actor.user_id == author.id or place is None:
        return True
    return actor.may_in_region(Permission.SYNC_RESCUE, place.region_id)


def hidden_photos(actor: Actor, author: Person, found: Content) -> set[str]:
    """Return the hashes of photos taken where the actor may not look."""
    known = places(found)
    return {
        sha256
        for piece in found.work
        if not may_see(actor, author, known.get(piece.envelope.id))
        for sha256 in piece.envelope.blobs
    }
