"""Planning a sealed visit, changing and calling it off, telling somebody."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.campaigns.rules import ChecklistUnknown, PlaceNotOfUnit
from server.definitions.queries import current_checklists
from server.hazards.queries import require_unit
from server.inspections.rules import MODE_NAMES, ModeUnknown
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from server.kernel.text import clean, one_line
from server.locations.models import Location
from server.org.models import Unit
from server.org.rules import require_rev
from server.visits import rules
from server.visits.drafts import VisitDraft
from server.visits.models import Visit
from server.visits.queries import planned_visit
from server.visits.service import knowledge, people, standing_aside, unsent
from server.visits.service.packaging import make_package

CHANGEABLE = frozenset(
    {
        "mode", "title", "checklist_keys", "location_ids", "note", "leader_id", "member_ids",
        "opens_at", "ends_at", "key_release", "campaign_id",
    }
)  # fmt: skip


def plan_visit(actor: Actor, draft: VisitDraft) -> Visit:
    """Plan a visit that nobody but its knowers can find."""
    existing = db.session.get(Visit, draft.id)
    if existing is not None:
        if existing.created_by != actor.user_id:
            raise rules.VisitIdTaken()
        return existing
    unit = require_unit(actor, draft.unit_id, Permission.VISITS_SEAL)
    row = _drafted(actor, draft, unit)
    _require_sound(row, unit)
    asides = standing_aside.require_reason(row, draft.recusal_reason)
    make_package(row)
    db.session.add(row)
    db.session.flush()
    people.add_part(row.id, actor.user_id, rules.PLANNER)
    people.set_team(row)
    begun_at = unsent.drop_unsent(actor, unsent.NEW) if draft.from_unsent else None
    _note_planned(row, actor, begun_at)
    standing_aside.note_reason(row, actor, asides, draft.recusal_reason)
    _note_assigned(row, people.team_of(row), actor)
    return row


def _note_planned(row: Visit, actor: Actor, begun_at: datetime | None) -> None:
    since: dict[str, Any] = {"begun_at": clock.to_ms(begun_at)} if begun_at else {}
    knowledge.note(row, "planned", actor.user_id, **since)
    if row.draw_id is not None:
        knowledge.note(row, "drew", actor.user_id, draw=row.draw_id)


def _drafted(actor: Actor, draft: VisitDraft, unit: Unit) -> Visit:
    return Visit(
        id=draft.id,
        region_id=unit.region_id,
        unit_id=unit.id,
        mode=draft.mode,
        title=one_line(draft.title),
        checklist_keys=list(dict.fromkeys(draft.checklist_keys)),
        location_ids=list(dict.fromkeys(draft.location_ids)),
        note=clean(draft.note),
        leader_id=draft.leader_id,
        member_ids=_members(draft.member_ids, draft.leader_id),
        opens_at=draft.opens_at,
        ends_at=draft.ends_at,
        state=rules.SEALED,
        key_release=draft.key_release,
        assignment_id=new_id(),
        campaign_id=draft.campaign_id,
        draw_id=draft.draw_id,
        created_by=actor.user_id,
        created_at=clock.now(),
        wrapped=[],
    )


def change_visit(
    actor: Actor, visit_id: str, rev: int, changes: Mapping[str, Any], *, recusal_reason: str = ""
) -> Visit:
    """Change the plan as long as nobody of the team has opened it; they get a new package."""
    row = planned_visit(actor, visit_id)
    require_rev(row.rev, rev)
    rules.require_plannable(row.state, row.opened_at)
    unit = db.session.get_one(Unit, row.unit_id)
    if not actor.may(Permission.VISITS_SEAL, on=unit):
        raise rules.VisitUnitMoved()
    before = set(people.team_of(row))
    for name in sorted(CHANGEABLE & set(changes)):
        setattr(row, name, _tidied(name, changes[name]))
    row.member_ids = _members(row.member_ids, row.leader_id)
    _require_sound(row, unit)
    asides = standing_aside.require_reason(row, recusal_reason)
    make_package(row)
    people.set_team(row)
    fields, left = sorted(CHANGEABLE & set(changes)), sorted(before - set(people.team_of(row)))
    knowledge.note(row, "changed", actor.user_id, fields=fields, left=left)
    standing_aside.note_reason(row, actor, asides, recusal_reason)
    _note_assigned(row, [one for one in people.team_of(row) if one not in before], actor)
    unsent.drop_unsent(actor, row.id)
    return row


def cancel_visit(actor: Actor, visit_id: str, reason: str) -> Visit:
    """Call a visit off; it stays with its knowers."""
    row = planned_visit(actor, visit_id)
    if row.state == rules.CANCELLED:
        return row
    rules.require_running(row.state)
    row.state = rules.CANCELLED
    row.cancelled_at, row.cancelled_reason = clock.now(), clean(reason)
    people.end_rights(row)
    knowledge.note(row, "cancelled", actor.user_id)
    return row


def tell_knower(actor: Actor, visit_id: str, person_id: str) -> Visit:
    """Let somebody else who may plan such visits know of this one."""
    row = planned_visit(actor, visit_id)
    unit = db.session.get_one(Unit, row.unit_id)
    person = people.require_knower(person_id, {row.region_id, unit.region_id})
    is_planner = person.id == row.created_by
    if not is_planner and people.add_part(row.id, person.id, rules.KNOWER):
        knowledge.note(row, "told", person.id, by=actor)
    return row


def _note_assigned(row: Visit, person_ids: Sequence[str], actor: Actor) -> None:
    for person_id in person_ids:
        leads = person_id == row.leader_id
        part = rules.LEADER if leads else rules.MEMBER
        knowledge.note(row, "assigned", person_id, by=actor, part=part)


def _members(member_ids: Sequence[str], leader_id: str) -> list[str]:
    return [one for one in dict.fromkeys(member_ids) if one != leader_id]


def _tidied(name: str, value: Any) -> Any:
    if name == "title":
        return one_line(value)
    if isinstance(value, str):
        return clean(value)
    return list(dict.fromkeys(value)) if isinstance(value, list) else value


def _require_sound(row: Visit, unit: Unit) -> None:
    rules.require_times(row.opens_at, row.ends_at, clock.now())
    if row.mode not in MODE_NAMES:
        raise ModeUnknown(mode=row.mode)
    known = {version.key for version in current_checklists(clock.today())}
    if not row.checklist_keys or not set(row.checklist_keys) <= known:
        raise ChecklistUnknown(keys=sorted(set(row.checklist_keys) - known))
    people.require_team(people.team_of(row), unit)
    if set(own_places(row)) != set(row.location_ids):
        raise PlaceNotOfUnit()


def own_places(row: Visit) -> list[str]:
    """Return those of the planned places that are still there."""
    query = select(Location.id).where(
        Location.id.in_(row.location_ids), Location.unit_id == row.unit_id, Location.active
    )
    there = set(db.session.scalars(query))
    return [place for place in row.location_ids if place in there]
