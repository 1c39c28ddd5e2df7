"""Who belongs to the team of an inspection, and who leads it."""

from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission, UnitLike
from server.audit.service import record
from server.campaigns.models import Assignment
from server.inspections import rules
from server.inspections.models import Inspection, InspectionMember, InspectionPart
from server.inspections.queries import locked
from server.kernel.db import db
from server.kernel.errors import Forbidden
from server.org.models import Person, Unit
from server.org.queries import actor_of


def fits(person: Person | None, unit: UnitLike, mode: str) -> bool:
    """Say whether somebody may inspect the unit."""
    if person is None or not person.active:
        return False
    return actor_of(person).may_be_sent(unit, mode)


def add_member(actor: Actor, inspection_id: str, person_id: str) -> Inspection:
    """Take somebody into the team: a member or the office does, or a person of the task itself."""
    inspection = _inspection(inspection_id)
    if actor.user_id not in inspection.member_ids and not _office(actor, inspection):
        _require_own_task(actor, inspection, person_id)
    _require_draft(inspection)
    admit(actor, inspection, person_id)
    return inspection


def admit(actor: Actor, inspection: Inspection, person_id: str) -> None:
    """Take somebody who may inspect the unit into the team of a locked inspection."""
    if person_id in inspection.member_ids:
        return
    unit = db.session.get_one(Unit, inspection.unit_id)
    if not fits(db.session.get(Person, person_id), unit, inspection.mode):
        raise rules.MemberUnfit(members=[person_id])
    inspection.member_ids = [*inspection.member_ids, person_id]
    db.session.add(InspectionMember(inspection_id=inspection.id, person_id=person_id))
    _log(actor, "inspection.join", inspection, person_id)


def remove_member(
    actor: Actor, inspection_id: str, person_id: str, *, said_at: int, reason: str | None = None
) -> Inspection:
    """Let somebody go; what they answered stays, what they had taken on is nobody's."""
    inspection = _inspection(inspection_id)
    if actor.user_id not in (person_id, inspection.lead_id) and not _office(actor, inspection):
        raise Forbidden(permission=Permission.INSPECTIONS_REOPEN.value)
    if person_id not in inspection.member_ids:
        return inspection
    _require_draft(inspection)
    if person_id == inspection.lead_id:
        raise rules.LeadLeaves()
    inspection.member_ids = [each for each in inspection.member_ids if each != person_id]
    inspection.lead_claims = rules.without_claims_of(inspection.lead_claims, person_id)
    row = db.session.get(InspectionMember, (inspection.id, person_id))
    if row is not None:
        db.session.delete(row)
    _give_back(actor, inspection, person_id, said_at)
    _log(actor, "inspection.leave", inspection, person_id, reason)
    return inspection


def hand_lead(actor: Actor, inspection_id: str, person_id: str, reason: str) -> Inspection:
    """
    Let a member lead: the lead or the office decides it, other members agree on it.

    Agreed is what more than half of the others want, and never one person alone.
    """
    inspection = _inspection(inspection_id)
    why = rules.reason_text(reason)
    office = _office(actor, inspection)
    if not office:
        rules.require_member(inspection.member_ids, actor.user_id)
    rules.require_member(inspection.member_ids, person_id)
    if inspection.lead_id == person_id:
        return inspection
    decides = office or actor.user_id == inspection.lead_id
    claims = rules.with_claim(inspection.lead_claims, person_id, actor.user_id)
    if not decides and not rules.is_agreed(claims[person_id], inspection.member_ids):
        inspection.lead_claims = claims
        _log(actor, "inspection.lead-wanted", inspection, person_id, why)
        return inspection
    before, voices = inspection.lead_id, [] if decides else claims[person_id]
    inspection.lead_id, inspection.lead_claims = person_id, {}
    _log(actor, "inspection.lead", inspection, person_id, why, before=before, agreed=voices)
    return inspection


def _inspection(inspection_id: str) -> Inspection:
    inspection = locked([inspection_id]).get(inspection_id)
    if inspection is None:
        raise rules.InspectionUnknown()
    return inspection


def _office(actor: Actor, inspection: Inspection) -> bool:
    return actor.may(Permission.INSPECTIONS_REOPEN, on=inspection)


def _require_own_task(actor: Actor, inspection: Inspection, person_id: str) -> None:
    if person_id != actor.user_id or not is_of_task(actor.user_id, inspection.assignment_id):
        raise rules.NotOfTheTeam()


def is_of_task(person_id: str, assignment_id: str | None) -> bool:
    """Say whether the task names this person."""
    if assignment_id is None:
        return False
    named = db.session.scalar(
        select(Assignment.inspector_ids).where(Assignment.id == assignment_id)
    )
    return person_id in (named or ())


def _require_draft(inspection: Inspection) -> None:
    if inspection.state != rules.DRAFT:
        raise rules.InspectionLocked()


def _give_back(actor: Actor, inspection: Inspection, person_id: str, said_at: int) -> None:
    query = select(InspectionPart).where(
        InspectionPart.inspection_id == inspection.id, InspectionPart.person_id == person_id
    )
    for part in db.session.scalars(query):
        part.person_id, part.said_by = None, actor.user_id
        part.said_at = max(part.said_at, said_at)


def _log(
    actor: Actor,
    action: str,
    inspection: Inspection,
    person_id: str,
    reason: str | None = None,
    **more: Any,
) -> None:
    details = {"person": person_id} | ({"reason": reason} if reason else {}) | more
    record(actor, action, "inspection", inspection.id, unit_id=inspection.unit_id, details=details)
