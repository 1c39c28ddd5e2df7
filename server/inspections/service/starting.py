"""Starting an inspection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.campaigns.models import Assignment
from server.campaigns.service import note_started
from server.definitions.queries import published_checklist
from server.hazards.queries import Site, require_site, require_unit
from server.inspections import parts, rules
from server.inspections.models import Inspection
from server.inspections.queries import locked
from server.inspections.service.team import admit, fits, is_of_task
from server.kernel import clock, driver
from server.kernel.bulk import Bulk
from server.kernel.db import db, savepoint
from server.kernel.synced import touch_all
from server.locations.models import Asset, Location
from server.org.models import Person

Targets = Mapping[str, Sequence[str]]
_IS_HERE = "SELECT 1 FROM inspection WHERE id = :id"
_INSPECTIONS: Table = Inspection.__table__  # type: ignore[assignment]
_INSERT = insert(_INSPECTIONS)
_MEMBERS = Bulk("inspection_member", ("inspection_id", "person_id"))


@dataclass(frozen=True)
class InspectionStart:
    """An inspection as begun on a phone."""

    id: str
    unit_id: str
    checklist_key: str
    definition: str
    mode: str
    started_at: datetime
    member_ids: Sequence[str] = ()
    targets: Targets = field(default_factory=dict)
    assignment_id: str | None = None
    location_id: str | None = None
    tag: str | None = None
    style: str = "full"
    sections: Sequence[str] | None = None
    deep_items: Sequence[str] | None = None


def start_inspection(actor: Actor, start: InspectionStart) -> Inspection:
    """Begin an inspection with its team, its checklist version and its places."""
    begin_inspection(actor, start)
    return db.session.get_one(Inspection, start.id)


def begin_inspection(actor: Actor, start: InspectionStart) -> None:
    """
    Do the same without reading back what was written.

    Everything is checked before anything is written: a refusal leaves nothing to be undone.
    """
    if driver.rows(_IS_HERE, id=start.id):
        with savepoint():
            _begun_together(actor, locked([start.id])[start.id], start)
    else:
        _begin(actor, start)


def _begin(actor: Actor, start: InspectionStart) -> None:
    unit = require_site(actor, start.unit_id, Permission.INSPECTIONS_CONDUCT)
    if start.mode not in rules.MODE_NAMES:
        raise rules.ModeUnknown(mode=start.mode)
    definition = published_checklist(start.definition, start.checklist_key)
    part = parts.checked_part(definition, start.style, start.sections, start.deep_items)
    targets = _checked_targets(unit, start)
    assignment = _assignment(actor, start)
    team = _team(actor, unit, start.member_ids, start.mode)
    _write(_header(actor, start, unit, team, assignment) | part._asdict() | {"targets": targets})
    if assignment is not None:
        note_started(assignment)
    details = {"checklist": start.checklist_key, "mode": start.mode, "team": team, **part._asdict()}
    record(actor, "inspection.start", "inspection", start.id, unit_id=unit.unit_id, details=details)


def _write(header: dict[str, Any]) -> None:
    """Write a new inspection and its team past the unit of work: phones begin them all day."""
    name, team = header["id"], header["member_ids"]
    connection = db.session.connection()
    connection.execute(_INSERT, header)
    _MEMBERS.write(connection, [(name, person) for person in team])
    scopes = Inspection.sync_scopes(header.get)
    touch_all((scope, Inspection.sync_type, name) for scope in scopes)


def _begun_together(actor: Actor, existing: Inspection, start: InspectionStart) -> None:
    """
    Join what a colleague began, or what this phone began before.

    People of one task begin one record on several phones without a signal: its identifier comes
    from the task. What the first to arrive began with stands; the others add people and places.
    """
    if existing.unit_id != start.unit_id or existing.checklist_key != start.checklist_key:
        raise rules.InspectionIdTaken()
    if actor.user_id not in existing.member_ids:
        if not is_of_task(actor.user_id, existing.assignment_id):
            raise rules.InspectionIdTaken()
        require_unit(actor, start.unit_id, Permission.INSPECTIONS_CONDUCT)
    if existing.state != rules.DRAFT:
        return
    for person_id in dict.fromkeys([actor.user_id, *start.member_ids]):
        admit(actor, existing, person_id)
    added = _checked_targets(Site(existing.unit_id, existing.region_id), start)
    existing.targets = {
        kind: list(dict.fromkeys([*existing.targets.get(kind, ()), *ids]))
        for kind, ids in added.items()
    }
    existing.sections = _both_parts(existing.sections, start)


def _both_parts(sections: list[str] | None, start: InspectionStart) -> list[str] | None:
    if sections is None or start.sections is None:
        return None
    either = {*sections, *start.sections}
    keys = published_checklist(start.definition, start.checklist_key)["sections"]
    return [section["key"] for section in keys if section["key"] in either]


def _header(
    actor: Actor, start: InspectionStart, unit: Site, team: list[str], assignment: Assignment | None
) -> dict[str, Any]:
    leads = assignment is not None and assignment.lead_id in team
    return {
        "id": start.id,
        "assignment_id": start.assignment_id,
        "unit_id": unit.unit_id,
        "region_id": unit.region_id,
        "location_id": start.location_id,
        "checklist_key": start.checklist_key,
        "definition": start.definition,
        "mode": start.mode,
        "state": rules.DRAFT,
        "lead_id": assignment.lead_id if assignment and leads else actor.user_id,
        "member_ids": team,
        "tag": start.tag,
        "started_at": clock.now(),
        "device_started_at": start.started_at,
    }


def _checked_targets(unit: Site, start: InspectionStart) -> dict[str, list[str]]:
    """Return the places and devices to walk, or raise when one is not the unit's."""
    unknown = set(start.targets) - set(rules.TARGET_KINDS)
    places = list(dict.fromkeys(start.targets.get("location", ())))
    assets = list(dict.fromkeys(start.targets.get("asset", ())))
    here = [start.location_id] if start.location_id else []
    own_places = set(_own(Location, unit.unit_id, [*places, *here]))
    own_assets = set(_own(Asset, unit.unit_id, assets))
    if unknown or own_places != {*places, *here} or own_assets != set(assets):
        raise rules.TargetNotOfUnit()
    return {"location": places, "asset": assets}


def _own(model: type[Location] | type[Asset], unit_id: str, ids: Sequence[str]) -> list[str]:
    if not ids:
        return []
    query = select(model.id).where(model.id.in_(ids), model.unit_id == unit_id)
    return list(db.session.scalars(query))


def _assignment(actor: Actor, start: InspectionStart) -> Assignment | None:
    if start.assignment_id is None:
        return None
    row = db.session.get(Assignment, start.assignment_id, with_for_update=True)
    fits = (
        row is not None
        and actor.user_id in row.inspector_ids
        and row.unit_id == start.unit_id
        and start.checklist_key in row.checklist_keys
    )
    if not fits:
        raise rules.AssignmentUnfit()
    return row


def _team(actor: Actor, unit: Site, member_ids: Sequence[str], mode: str) -> list[str]:
    """Return the team with the actor first; everybody in it may inspect this unit."""
    others = [member for member in dict.fromkeys(member_ids) if member != actor.user_id]
    found = db.session.scalars(select(Person).where(Person.id.in_(others))) if others else ()
    people = {p.id: p for p in found}
    unfit = [m for m in others if not fits(people.get(m), unit, mode)]
    if unfit:
        raise rules.MemberUnfit(members=unfit)
    return [actor.user_id, *others]
