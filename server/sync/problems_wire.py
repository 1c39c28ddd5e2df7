"""Cases as the desk and their authors read them: what, where, when, why, and what was done."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select

from server.access.rules import Actor
from server.definitions.queries import definition
from server.hazards.models import Hazard
from server.hazards.queries import visible_hazards
from server.inspections.models import Inspection
from server.inspections.queries import visible_inspections
from server.kernel import clock
from server.kernel.db import db
from server.locations.models import Asset, Location
from server.locations.queries import visible_assets, visible_locations
from server.org.models import Person, Unit
from server.org.queries import visible_people, visible_units
from server.sync.models import SyncProblem
from server.sync.problems_queries import list_of, members_of, people_of, photos_of

Data = dict[str, Any]


def case_data(rows: Sequence[SyncProblem], actor: Actor) -> list[Data]:
    """Return cases as a list shows them."""
    people = people_of({row.person_id for row in rows})
    return [_row(row, people[row.person_id], actor) for row in rows]


def _row(row: SyncProblem, author: Person, actor: Actor) -> Data:
    members = members_of(row.mutation_id)
    return {
        **_piece(row),
        "id": row.mutation_id,
        "list": list_of(row),
        "author": {"id": author.id, "name": author.name, "active": author.active},
        "unit_id": row.unit_id,
        "unit": _name(visible_units(actor), Unit.id, row.unit_id),
        "received_at": clock.to_ms(row.received_at),
        "pieces": 1 + len(members),
        "photos": len({photo for _, photo, _ in photos_of([row, *members])}),
        "word": row.history[-1] if row.history else None,
    }


def _piece(row: SyncProblem) -> Data:
    return {
        "id": row.mutation_id,
        "name": row.name,
        "kind": row.kind,
        "state": row.state,
        "code": row.code,
        "params": row.params,
        "at": row.envelope["corrected_at"],
        "args": row.envelope["args"],
    }


def case_detail(row: SyncProblem, actor: Actor) -> Data:
    """Return one case with all that hangs on it."""
    group = [row, *members_of(row.mutation_id)]
    [told] = case_data([row], actor)
    return told | {
        "history": row.history,
        "pieces": [_piece(one) | {"facts": facts_of(actor, one)} for one in group],
        "pictures": [
            {"case": case, "id": photo_id, "state": photo.state if photo else "absent"}
            for case, photo_id, photo in photos_of(group)
        ],
    }


def _name(query: Select[Any], column: Any, eid: Any) -> str | None:
    if not isinstance(eid, str):
        return None
    row = db.session.scalars(query.where(column == eid)).first()
    return row.name if row is not None else None


def facts_of(actor: Actor, row: SyncProblem) -> Data:
    """Put names to the ids of a command, as far as the reader may see what they name."""
    args = row.envelope["args"]
    if not isinstance(args, Mapping):
        return {}
    facts = {
        "unit": _name(visible_units(actor), Unit.id, args.get("unit_id") or row.unit_id),
        "place": _place(actor, args.get("location_id") or args.get("target")),
        "asset": _name(visible_assets(actor), Asset.id, args.get("asset_id") or args.get("target")),
        "assignee": _name(visible_people(actor), Person.id, args.get("assignee_id")),
        "hazard": _hazard(actor, _hazard_id(row.name, args)),
        **_inspection(actor, args),
    }
    return {key: value for key, value in facts.items() if value is not None}


def _place(actor: Actor, eid: Any) -> str | None:
    if not isinstance(eid, str):
        return None
    row = db.session.scalars(visible_locations(actor).where(Location.id == eid)).first()
    return row.name if row is not None else None


def _hazard_id(name: str, args: Mapping[str, Any]) -> Any:
    return args.get("id") if name in ("hazard.move", "hazard.comment") else args.get("hazard")


def _hazard(actor: Actor, eid: Any) -> Data | None:
    if not isinstance(eid, str):
        return None
    row = db.session.scalars(visible_hazards(actor).where(Hazard.id == eid)).first()
    if row is None:
        return None
    return {"id": row.id, "number": row.number, "title": row.title, "state": row.state}


def _inspection(actor: Actor, args: Mapping[str, Any]) -> Data:
    eid = args.get("inspection")
    if not isinstance(eid, str):
        return {}
    row = db.session.scalars(visible_inspections(actor).where(Inspection.id == eid)).first()
    if row is None:
        return {}
    checklist = definition(row.definition)
    item = args.get("item")
    asked = [i["ask"] for s in checklist["sections"] for i in s["items"] if i["key"] == item]
    known = {"id": row.id, "number": row.number, "state": row.state, "title": checklist["title"]}
    return {"inspection": known, "item": asked[0] if asked else None}
