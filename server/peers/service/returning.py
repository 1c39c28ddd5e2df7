"""Somebody comes back to look whether what was found has been put right: openly, or unforeseen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from server.access.rules import Actor
from server.campaigns.service import AssignmentDraft, create_assignment
from server.kernel import clock
from server.kernel.db import db
from server.peers import queries, rules
from server.peers.models import PeerPairing, PeerReturn, PeerRound
from server.peers.service.planning import log
from server.visits.service import VisitDraft, plan_visit

MODE = "revisit"


@dataclass(frozen=True)
class ReturnDraft:
    """A return visit as planned; with `opens_at` and `ends_at` it is a sealed one."""

    id: str
    unit_id: str
    checklist_keys: Sequence[str]
    due_on: date | None
    inspector_ids: Sequence[str]
    lead_id: str
    note: str = ""
    opens_at: datetime | None = None
    ends_at: datetime | None = None
    recusal_reason: str = ""


def plan_return(actor: Actor, pairing_id: str, draft: ReturnDraft) -> PeerPairing:
    """
    Plan a visit that looks again.

    A sealed one is planned by the rules of sealed visits and by who may seal there; until it
    arrives nobody but its knowers finds it, and nothing of it is written to the audit log.
    """
    row = queries.get_pairing(actor, pairing_id, for_update=True)
    rules.require_state(row.state, rules.HANDED, rules.ANSWERED)
    if draft.unit_id not in {one.unit_id for one in queries.targets_of([row.id])}:
        raise rules.UnitUnfit()
    one = db.session.get_one(PeerRound, row.round_id)
    if draft.opens_at is None or draft.ends_at is None:
        assignment_id = _task(actor, one, draft)
    else:
        assignment_id = _sealed(actor, one, draft, draft.opens_at, draft.ends_at)
    if db.session.get(PeerReturn, assignment_id) is None:
        _keep(actor, row, draft.unit_id, assignment_id)
        if draft.opens_at is None:
            log(actor, "peer.return", one, {"pairing": row.id, "assignment": assignment_id})
    return row


def _keep(actor: Actor, row: PeerPairing, unit_id: str, assignment_id: str) -> None:
    made = PeerReturn(
        assignment_id=assignment_id,
        pairing_id=row.id,
        unit_id=unit_id,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()


def _task(actor: Actor, one: PeerRound, draft: ReturnDraft) -> str:
    if draft.due_on is None:
        raise rules.PeriodWrong()
    task = create_assignment(
        actor,
        AssignmentDraft(
            id=draft.id,
            title=one.name,
            unit_id=draft.unit_id,
            checklist_keys=draft.checklist_keys,
            mode=MODE,
            due_on=draft.due_on,
            inspector_ids=draft.inspector_ids,
            lead_id=draft.lead_id,
            note=draft.note or one.document,
        ),
    )
    return task.id


def _sealed(
    actor: Actor, one: PeerRound, draft: ReturnDraft, opens_at: datetime, ends_at: datetime
) -> str:
    visit = plan_visit(
        actor,
        VisitDraft(
            id=draft.id,
            unit_id=draft.unit_id,
            checklist_keys=draft.checklist_keys,
            leader_id=draft.lead_id,
            member_ids=[person for person in draft.inspector_ids if person != draft.lead_id],
            opens_at=opens_at,
            ends_at=ends_at,
            mode=MODE,
            title=one.name,
            note=draft.note or one.document,
            recusal_reason=draft.recusal_reason,
        ),
    )
    return visit.assignment_id
