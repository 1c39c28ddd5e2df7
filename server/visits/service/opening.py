"""The leader opens the visit: from here on the team knows where it goes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.access.rules import Actor
from server.kernel import clock
from server.kernel.db import db
from server.visits import rules
from server.visits.models import Visit, VisitOpening
from server.visits.queries import visit_of
from server.visits.service import knowledge, people
from server.visits.service.packaging import Proof, proof_of

TIME, CODE = "time", "member-code"
NO_LONGER_YOURS, WAS_CANCELLED = "visit-no-longer-yours", "visit-was-cancelled"
_PARTS = (rules.LEADER, rules.MEMBER, rules.FORMER)


@dataclass(frozen=True)
class Opening:
    """An opening as a phone tells it; `opened_at` is put right by this server's clock."""

    id: str
    opened_at: datetime
    how: str = TIME
    check: str | None = None


def open_visit(actor: Actor, opening: Opening) -> str | None:
    """
    Take note that somebody of the team has opened the visit; return what is to be told about it.

    It may come late, twice, after the end or after the visit was called off. What was known to
    whom from when on is written down in any case; only an opening before its time, and one that
    proves nothing, are refused.
    """
    visit = visit_of(actor.user_id, opening.id, _PARTS)
    at = min(opening.opened_at, clock.now())
    if rules.is_early(at, visit.opens_at):
        raise rules.VisitNotYet(opens_at=clock.to_ms(visit.opens_at))
    proof = proof_of(visit.id, opening.check)
    is_team = actor.user_id in people.team_of(visit)
    if is_team and visit.leader_id != actor.user_id and visit.opened_at is None and proof is None:
        raise rules.VisitCodeWrong()
    if not knowledge.has(visit.id, "opened", actor.user_id):
        _note(actor, visit, at, opening.how, outdated=proof is not None and proof.is_outdated)
    if not is_team:
        return NO_LONGER_YOURS
    _open(visit, actor.user_id, at)
    _keep_checklists(visit, proof)
    return WAS_CANCELLED if visit.state == rules.CANCELLED else None


def note_early(actor: Actor, opening: Opening) -> bool:
    """Write down that somebody tried too early, and may know the place since."""
    visit = visit_of(actor.user_id, opening.id, _PARTS)
    at = min(opening.opened_at, clock.now())
    if not rules.is_early(at, visit.opens_at):
        return False
    _note(actor, visit, at, opening.how, early=True)
    return True


def _note(actor: Actor, visit: Visit, at: datetime, how: str, **marks: bool) -> None:
    marks["former"] = actor.user_id not in people.team_of(visit)
    told: dict[str, Any] = {"device_at": clock.to_ms(at), "means": how}
    told |= {name: True for name, is_so in marks.items() if is_so}
    knowledge.note(visit, "opened", actor.user_id, **told)


def _open(visit: Visit, person_id: str, at: datetime) -> None:
    if visit.opened_at is None:
        visit.opened_at = at
        db.session.add(
            VisitOpening(
                id=visit.id,
                person_id=person_id,
                opened_at=at,
                received_at=clock.now(),
                checklist_keys=[],
            )
        )
        for member in people.team_of(visit):
            if member != person_id:
                knowledge.note(visit, "told", member, by=person_id)
    if visit.state == rules.SEALED:
        visit.state = rules.OPENED
        people.lend_rights(visit, visit.ends_at)


def _keep_checklists(visit: Visit, proof: Proof | None) -> None:
    """Let what was opened from an earlier plan be inspected by it: who is there cannot know."""
    if proof is not None and proof.is_outdated:
        row = db.session.get_one(VisitOpening, visit.id)
        row.checklist_keys = list(dict.fromkeys([*row.checklist_keys, *proof.checklist_keys]))
