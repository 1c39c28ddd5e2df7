"""Somebody leaves a team that is on its way; the others go on."""

from collections.abc import Sequence
from typing import Any

from server.access.rules import Actor
from server.campaigns.rules import CANCELLED, DONE
from server.inspections.models import Inspection
from server.inspections.rules import DRAFT
from server.inspections.service import hand_lead
from server.kernel import clock
from server.kernel.db import db
from server.kernel.text import clean
from server.org.passes import Source, revoke_passes
from server.peers import queries, rules
from server.peers.models import PeerPairing, PeerRound, PeerTarget
from server.peers.service import tasks
from server.peers.service.planning import log, planned_pairing
from server.visits.models import Visit
from server.visits.rules import SEALED
from server.visits.service import change_visit


def leave_team(
    actor: Actor, pairing_id: str, person_id: str, reason: str, lead_id: str | None = None
) -> PeerPairing:
    """
    Take back at once what somebody was lent; what they did stays, with who left and why.

    Whoever leads goes only when somebody else of the team leads from now on. The last one cannot
    leave: then the team is called back.
    """
    row = planned_pairing(actor, pairing_id)
    one = db.session.get_one(PeerRound, row.round_id)
    rules.require_state(row.state, rules.RELEASED, rules.HANDED)
    if person_id not in row.member_ids:
        return row
    words = clean(reason)
    if not words:
        raise rules.ReasonMissing()
    row.lead_id, row.member_ids = _left(row, person_id, lead_id)
    for target in queries.targets_of([row.id]):
        _let_go(actor, row, target, person_id, words)
    revoke_passes(Source(rules.SOURCE, row.id), person_id=person_id)
    row.changes = [*row.changes, _said(actor, person_id, words)]
    db.session.flush()
    log(actor, "peer.leave", one, {"pairing": row.id, "person": person_id, "reason": words})
    return row


def _left(row: PeerPairing, person_id: str, lead_id: str | None) -> tuple[str, list[str]]:
    """Return the lead and the members without somebody."""
    members = [one for one in row.member_ids if one != person_id]
    lead = lead_id or row.lead_id
    if not members:
        raise rules.NotReady(missing=["team"])
    if lead is None or lead not in members:
        raise rules.LeadNeeded()
    return lead, members


def _said(actor: Actor, person_id: str, words: str) -> dict[str, Any]:
    return {
        "what": "left",
        "person_id": person_id,
        "reason": words,
        "by": actor.name,
        "at": clock.now_ms(),
    }


def _let_go(actor: Actor, row: PeerPairing, target: PeerTarget, person_id: str, words: str) -> None:
    """Take somebody out of the task at a unit, out of a visit still sealed, out of its lead."""
    lead = row.lead_id or row.member_ids[0]
    task = tasks.task_of(target)
    if task is not None and task.state not in (DONE, CANCELLED):
        tasks.set_team(task, row.member_ids, lead)
        _hand_on(actor, queries.inspections_of([task.id]), person_id, lead, words)
    visit = db.session.get(Visit, target.visit_id) if target.visit_id else None
    if visit is None:
        return
    revoke_passes(Source("visit", visit.id), person_id=person_id)
    if visit.state == SEALED and visit.opened_at is None:
        others = [one for one in row.member_ids if one != lead]
        change_visit(actor, visit.id, visit.rev, {"leader_id": lead, "member_ids": others})


def _hand_on(
    actor: Actor, visits: Sequence[Inspection], person_id: str, lead: str, words: str
) -> None:
    """Records that the leaver led and others share go on under the new lead."""
    for visit in visits:
        if visit.state == DRAFT and visit.lead_id == person_id and lead in visit.member_ids:
            hand_lead(actor, visit.id, lead, words)
