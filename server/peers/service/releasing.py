"""Sending a team: its passes, its tasks; and calling it back."""

from datetime import datetime
from typing import NamedTuple

from server.access.rules import Actor
from server.campaigns.models import Assignment, AssignmentInspector
from server.campaigns.rules import CANCELLED, DONE, PLANNED
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from server.org.models import Region, Unit
from server.org.passes import Source, give_pass, revoke_passes
from server.peers import queries, rules
from server.peers.models import PeerPairing, PeerRound, PeerTarget
from server.peers.service.planning import log, planned_pairing, require_guests
from server.visits.models import Visit
from server.visits.rules import OPENED, SEALED
from server.visits.service import VisitDraft, cancel_visit, plan_visit


class Window(NamedTuple):
    """From when to when the team may work."""

    starts_at: datetime
    ends_at: datetime


def release_pairing(actor: Actor, pairing_id: str) -> PeerPairing:
    """Give the team its passes and its tasks; what is released already stays so."""
    row = planned_pairing(actor, pairing_id)
    if row.state == rules.RELEASED:
        return row
    one = db.session.get_one(PeerRound, row.round_id)
    rules.require_state(one.state, rules.DRAFT, rules.OPEN)
    rules.require_state(row.state, rules.PLANNED)
    targets = queries.targets_of([row.id])
    window = _ready(row, targets)
    require_guests(row)
    send = _send_to if one.announced else _seal_for
    for target in targets:
        send(actor, one, row, target, window)
    row.state, one.state = rules.RELEASED, rules.OPEN
    row.unsealed_at = clock.now() if one.announced else None
    db.session.flush()
    log(actor, "peer.release", one, {"pairing": row.id, "team": row.member_ids})
    return row


def _ready(row: PeerPairing, targets: list[PeerTarget]) -> Window:
    lasts = row.ends_at is not None and row.ends_at > clock.now()
    units = [one.unit_id for one in targets]
    missing = rules.missing_of(row.member_ids, row.lead_id, units, lasts)
    if missing or row.starts_at is None or row.ends_at is None:
        raise rules.NotReady(missing=missing)
    return Window(row.starts_at, row.ends_at)


def _send_to(
    actor: Actor, one: PeerRound, row: PeerPairing, target: PeerTarget, window: Window
) -> None:
    unit = db.session.get_one(Unit, target.unit_id)
    guest = db.session.get_one(Region, row.guest_region_id)
    lead = row.lead_id or row.member_ids[0]
    # The office of the inspected region cannot be asked whether these people may inspect there:
    # what makes them fit are the passes below, and those may begin tomorrow.
    task = Assignment(
        id=new_id(),
        title=f"{one.name} · {guest.name}"[:200],
        unit_id=unit.id,
        region_id=unit.region_id,
        checklist_keys=list(one.checklist_keys),
        location_ids=[],
        mode=rules.MODE,
        due_on=window.ends_at.astimezone(rules.ZONE).date(),
        lead_id=lead,
        inspector_ids=list(row.member_ids),
        note=one.document,
        state=PLANNED,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    db.session.add(task)
    db.session.flush()
    db.session.add_all(
        AssignmentInspector(assignment_id=task.id, person_id=person) for person in row.member_ids
    )
    target.assignment_id = task.id
    for person in row.member_ids:
        give_pass(Source(rules.SOURCE, row.id), person, unit.id, *window, role=rules.ROLE)


def _seal_for(
    actor: Actor, one: PeerRound, row: PeerPairing, target: PeerTarget, window: Window
) -> None:
    """Plan a sealed visit: task and passes come with its arrival and its opening."""
    lead = row.lead_id or row.member_ids[0]
    visit = plan_visit(
        actor,
        VisitDraft(
            id=new_id(),
            unit_id=target.unit_id,
            checklist_keys=one.checklist_keys,
            leader_id=lead,
            member_ids=[person for person in row.member_ids if person != lead],
            opens_at=window.starts_at,
            ends_at=window.ends_at,
            mode=rules.MODE,
            title=one.name,
            note=one.document,
            draw_id=row.draw_id,
        ),
    )
    target.visit_id, target.assignment_id = visit.id, visit.assignment_id


def _call_off(actor: Actor, target: PeerTarget) -> None:
    visit = db.session.get(Visit, target.visit_id) if target.visit_id else None
    if visit is not None and visit.state in (SEALED, OPENED):
        cancel_visit(actor, visit.id, "")
        target.visit_id = target.assignment_id = None


def withdraw_pairing(actor: Actor, pairing_id: str) -> PeerPairing:
    """Call a team back: its passes end at once, tasks that are not done are cancelled."""
    row = planned_pairing(actor, pairing_id)
    if row.state == rules.WITHDRAWN:
        return row
    rules.require_state(row.state, rules.RELEASED)
    revoke_passes(Source(rules.SOURCE, row.id))
    for target in queries.targets_of([row.id]):
        _call_off(actor, target)
        task = db.session.get(Assignment, target.assignment_id) if target.assignment_id else None
        if task is not None and task.state != DONE:
            task.state = CANCELLED
    row.state, row.unsealed_at = rules.WITHDRAWN, None
    db.session.flush()
    one = db.session.get_one(PeerRound, row.round_id)
    log(actor, "peer.withdraw", one, {"pairing": row.id})
    return row
