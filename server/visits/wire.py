"""A sealed visit as it travels: the team's row, and what a desk may see of it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import select

from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, Unit
from server.visits import rules
from server.visits.models import Visit, VisitKnowledge
from server.visits.service.packaging import plan_data

Data = dict[str, Any]
Row = tuple[int, Data]
_PLAIN = (
    "id", "state", "leader_id", "member_ids", "key_release", "package_sha256", "package_size",
)  # fmt: skip
_MOMENTS = ("opens_at", "ends_at", "opened_at", "arrived_at", "released_at")
_SECRET = (
    "created_by", "knower_ids", "campaign_id", "draw_id", "number", "cancelled_reason", "arrival",
)  # fmt: skip


def card(row: Visit) -> Data:
    """Return what the team may know from the beginning: times, people, where the package is."""
    data: Data = {name: getattr(row, name) for name in _PLAIN}
    for name in _MOMENTS:
        moment = getattr(row, name)
        data[name] = clock.to_ms(moment) if moment else None
    data["package_url"] = f"/api/visits/{row.id}/package?sha256={row.package_sha256}"
    return data


def visit_data(row: Visit) -> Data:
    """Return the row of the team's scope; as_seen_by() takes out what one person must not have."""
    knows = rules.knows_plan(row.opened_at, row.released_at)
    return card(row) | {"wrapped": row.wrapped, "plan": plan_data(row) if knows else None}


def as_seen_by(person_id: str, data: Data) -> Data:
    """Leave the leader's keys to the leader."""
    if person_id == data["leader_id"]:
        return data
    return data | {"wrapped": []}


def load_visits(ids: Sequence[str]) -> dict[str, Row]:
    """Load visits."""
    rows = db.session.scalars(select(Visit).where(Visit.id.in_(ids)))
    return {row.id: (row.rev, visit_data(row)) for row in rows}


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {"visit": load_visits}


def full_data(row: Visit, knower_ids: Sequence[str], names: "Names") -> Data:
    """Return everything about a visit for who may know its plan."""
    secret: Data = {name: getattr(row, name) for name in _SECRET if name != "knower_ids"}
    told = [row.created_by, row.leader_id, *row.member_ids, *knower_ids]
    return card(row) | {
        **secret,
        "rev": row.rev,
        "created_at": clock.to_ms(row.created_at),
        "knower_ids": list(knower_ids),
        "plan": plan_data(row),
        "unit_name": names.units.get(row.unit_id, ""),
        "people": {one: names.people[one] for one in told if one in names.people},
    }


def card_data(row: Visit, names: "Names") -> Data:
    """Return what the team may see at a desk before the opening."""
    told = [row.leader_id, *row.member_ids]
    people = {one: names.people[one] for one in told if one in names.people}
    return card(row) | {"rev": row.rev, "created_at": clock.to_ms(row.created_at), "people": people}


def log_data(line: VisitKnowledge, names: "Names") -> Data:
    """Return a line of the log."""
    return {
        "seq": line.seq,
        "at": clock.to_ms(line.at),
        "person_id": line.person_id,
        "person": names.people.get(line.person_id or "", ""),
        "how": line.how,
        "by": line.by_id,
        "by_name": names.people.get(line.by_id or "", ""),
        "details": orjson.loads(line.details),
        "link": line.link.hex(),
    }


class Names:
    """What people and units are called, in two queries however many they are."""

    def __init__(self, people: Iterable[str | None], units: Iterable[str] = ()) -> None:
        self.people = _named(Person, {one for one in people if one})
        self.units = _named(Unit, set(units))


def _named(model: type[Person] | type[Unit], ids: set[str]) -> dict[str, str]:
    if not ids:
        return {}
    found = db.session.execute(select(model.id, model.name).where(model.id.in_(ids)))
    return {row[0]: row[1] for row in found}
