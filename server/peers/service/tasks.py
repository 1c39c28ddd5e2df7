"""The tasks of a team: made at its release, kept when it is sent again, changed when one goes."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete

from server.access.rules import Actor
from server.campaigns.models import Assignment, AssignmentInspector
from server.campaigns.rules import CANCELLED, DONE, PLANNED, STARTED
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from server.org.models import Region, Unit
from server.org.passes import Source, give_pass
from server.peers import queries, rules
from server.peers.models import PeerPairing, PeerRound, PeerTarget


class Window(NamedTuple):
    """From when to when the team may work."""

    starts_at: datetime
    ends_at: datetime


def lend(row: PeerPairing, unit_id: str, window: Window) -> None:
    """Give every member a pass on a unit for the window."""
    for person in row.member_ids:
        give_pass(Source(rules.SOURCE, row.id), person, unit_id, *window, role=rules.ROLE)


def task_of(target: PeerTarget) -> Assignment | None:
    """Return the task that a team has at a unit, if there is one yet."""
    return db.session.get(Assignment, target.assignment_id) if target.assignment_id else None


def resume(row: PeerPairing, target: PeerTarget, window: Window) -> bool:
    """
    Go on with the task of a team that was called back; say whether there is one.

    What was done for it stays a part of the pairing, and is handed over with the rest.
    """
    task = task_of(target)
    if task is None:
        return False
    begun = bool(queries.inspections_of([task.id]))
    if task.state == CANCELLED:
        task.state = STARTED if begun else PLANNED
    if task.state != DONE:
        task.due_on = window.ends_at.astimezone(rules.ZONE).date()
        set_team(task, row.member_ids, row.lead_id or row.member_ids[0])
    return True


def make(
    actor: Actor, one: PeerRound, row: PeerPairing, target: PeerTarget, ends: datetime
) -> None:
    """
    Make the task of a team at a unit.

    The office of the inspected region cannot be asked whether these people may inspect there: what
    makes them fit are their passes, and those may begin tomorrow.
    """
    unit = db.session.get_one(Unit, target.unit_id)
    guest = db.session.get_one(Region, row.guest_region_id)
    lead = row.lead_id or row.member_ids[0]
    task = Assignment(
        id=new_id(),
        title=f"{one.name} · {guest.name}"[:200],
        unit_id=unit.id,
        region_id=unit.region_id,
        checklist_keys=list(one.checklist_keys),
        location_ids=[],
        mode=rules.MODE,
        due_on=ends.astimezone(rules.ZONE).date(),
        lead_id=lead,
        inspector_ids=[],
        note=one.document,
        state=PLANNED,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    db.session.add(task)
    db.session.flush()
    set_team(task, row.member_ids, lead)
    target.assignment_id = task.id


def set_team(task: Assignment, person_ids: Sequence[str], lead_id: str) -> None:
    """Say who has a task now."""
    task.inspector_ids, task.lead_id = list(person_ids), lead_id
    db.session.execute(
        delete(AssignmentInspector).where(AssignmentInspector.assignment_id == task.id)
    )
    db.session.add_all(
        AssignmentInspector(assignment_id=task.id, person_id=person) for person in person_ids
    )
    db.session.flush()
