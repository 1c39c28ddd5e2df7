"""Planning inspections."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.campaigns import rules
from server.campaigns.models import Assignment, AssignmentInspector
from server.campaigns.programme_rules import require_running
from server.campaigns.programmes import get_campaign
from server.campaigns.queries import get_assignment
from server.definitions.queries import current_checklists
from server.hazards.queries import require_unit
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden
from server.kernel.text import clean, one_line
from server.locations.models import Location
from server.org.models import Person, Unit
from server.org.queries import actor_of, one_of, visible_people
from server.org.rules import require_rev

_CHANGEABLE = frozenset(
    {
        "title",
        "checklist_keys",
        "mode",
        "due_on",
        "inspector_ids",
        "lead_id",
        "location_ids",
        "note",
        "campaign_id",
        "leader_id",
    }
)


@dataclass(frozen=True)
class AssignmentDraft:
    """A task as planned."""

    id: str
    title: str
    unit_id: str
    checklist_keys: Sequence[str]
    mode: str
    due_on: date
    inspector_ids: Sequence[str]
    lead_id: str
    location_ids: Sequence[str] = ()
    note: str = ""
    campaign_id: str | None = None
    leader_id: str | None = None


def create_assignment(actor: Actor, draft: AssignmentDraft) -> Assignment:
    """Plan an inspection; its inspectors receive it, the unit does not."""
    existing = db.session.get(Assignment, draft.id)
    if existing is not None:
        if existing.created_by != actor.user_id:
            raise rules.AssignmentIdTaken()
        return existing
    unit = require_unit(actor, draft.unit_id, Permission.ASSIGNMENTS_MANAGE)
    row = Assignment(
        id=draft.id,
        title=one_line(draft.title),
        unit_id=unit.id,
        region_id=unit.region_id,
        checklist_keys=list(dict.fromkeys(draft.checklist_keys)),
        location_ids=list(dict.fromkeys(draft.location_ids)),
        mode=draft.mode,
        due_on=draft.due_on,
        lead_id=draft.lead_id,
        inspector_ids=list(dict.fromkeys(draft.inspector_ids)),
        note=clean(draft.note),
        state=rules.PLANNED,
        created_by=actor.user_id,
        created_at=clock.now(),
        campaign_id=draft.campaign_id,
        leader_id=draft.leader_id,
    )
    _require_sound(actor, row, unit)
    db.session.add(row)
    db.session.flush()
    _index_inspectors(row)
    _log(actor, "assignment.create", row, {"title": row.title})
    return row


def change_assignment(
    actor: Actor, assignment_id: str, rev: int, changes: Mapping[str, Any]
) -> Assignment:
    """Change a task that is not over yet; `rev` names the version it was changed on."""
    row = _managed(actor, assignment_id, rev)
    rules.require_open(row.state)
    rules.require_unchanged(row.state, changes.get("state"))
    unit = db.session.get_one(Unit, row.unit_id)
    before = _Before(row.campaign_id, row.leader_id, frozenset(row.checklist_keys))
    for name in _CHANGEABLE & set(changes):
        value = changes[name]
        setattr(row, name, clean(value) if isinstance(value, str) else value)
    with db.session.no_autoflush:  # what is unsound must not reach the database's own checks
        _require_sound(actor, row, unit, before)
    db.session.flush()
    _index_inspectors(row)
    _log(actor, "assignment.change", row, {"fields": sorted(changes)})
    return row


def cancel_assignment(actor: Actor, assignment_id: str, rev: int) -> Assignment:
    """Call a task off; one that was called off already stays so."""
    row = _managed(actor, assignment_id)
    if row.state == rules.CANCELLED:
        return row
    require_rev(row.rev, rev)
    rules.require_open(row.state)
    row.state = rules.CANCELLED
    _log(actor, "assignment.cancel", row, {})
    return row


def note_started(assignment: Assignment) -> None:
    """An inspection has begun for it."""
    if assignment.state == rules.PLANNED:
        assignment.state = rules.STARTED


def fulfil(assignment_id: str, submitted: Set[str]) -> None:
    """Let the state follow the checklists that have been submitted."""
    row = db.session.get_one(Assignment, assignment_id, with_for_update=True)
    row.state = rules.state_after(row.state, set(row.checklist_keys), submitted)


def _managed(actor: Actor, assignment_id: str, rev: int | None = None) -> Assignment:
    row = get_assignment(actor, assignment_id, for_update=True)
    if not actor.may(Permission.ASSIGNMENTS_MANAGE, on=row):
        raise Forbidden(permission=Permission.ASSIGNMENTS_MANAGE.value)
    if rev is not None:
        require_rev(row.rev, rev)
    return row


@dataclass(frozen=True)
class _Before:
    """What a task had before it was changed: that may have ended since, and the task goes on."""

    campaign_id: str | None = None
    leader_id: str | None = None
    checklists: frozenset[str] = frozenset()


def _require_sound(actor: Actor, row: Assignment, unit: Unit, before: _Before = _Before()) -> None:
    if row.campaign_id not in (None, before.campaign_id):
        require_running(get_campaign(actor, row.campaign_id))
    if row.leader_id not in (None, before.leader_id):
        one_of(visible_people(actor).where(Person.id == row.leader_id, Person.active))
    known = {version.key for version in current_checklists(clock.today())} | before.checklists
    if not row.checklist_keys or not set(row.checklist_keys) <= known:
        raise rules.ChecklistUnknown(keys=sorted(set(row.checklist_keys) - known))
    if row.lead_id not in row.inspector_ids:
        raise rules.LeadNotOfTeam()
    _require_inspectors(row.inspector_ids, unit, row.mode)
    own = select(Location.id).where(
        Location.id.in_(row.location_ids), Location.unit_id == unit.id, Location.active
    )
    if set(db.session.scalars(own)) != set(row.location_ids):
        raise rules.PlaceNotOfUnit()


def _require_inspectors(person_ids: Sequence[str], unit: Unit, mode: str) -> None:
    query = select(Person).where(Person.id.in_(person_ids), Person.active)
    people = db.session.scalars(query).all()
    if len(people) != len(set(person_ids)):
        unknown = set(person_ids) - {person.id for person in people}
        raise rules.InspectorUnfit(inspectors=sorted(unknown))
    fit = {person.id for person in people if actor_of(person).may_be_sent(unit, mode)}
    if fit != set(person_ids):
        raise rules.InspectorUnfit(inspectors=sorted(set(person_ids) - fit))


def _index_inspectors(row: Assignment) -> None:
    db.session.execute(
        delete(AssignmentInspector).where(AssignmentInspector.assignment_id == row.id)
    )
    db.session.add_all(
        AssignmentInspector(assignment_id=row.id, person_id=person) for person in row.inspector_ids
    )
    db.session.flush()


def _log(actor: Actor, action: str, row: Assignment, details: Mapping[str, Any]) -> None:
    record(actor, action, "assignment", row.id, unit_id=row.unit_id, details=dict(details))
