"""What the lead of a region does with work that its author could not bring in."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

import msgspec
import orjson

from server.access.rules import Actor
from server.inspections.service import reopen_inspection
from server.kernel.db import db
from server.kernel.errors import Conflict, Invalid
from server.kernel.ids import new_id
from server.kernel.text import clean
from server.org.models import Person
from server.sync import held, ledger, problems
from server.sync.batch import judge, made_by
from server.sync.models import SyncProblem
from server.sync.problems import WAITING
from server.sync.problems_queries import lock_case
from server.sync.schemas import Envelope
from server.sync.verdicts import Verdict
from server.sync.work import Work

LOCKED = "inspection-locked"
DONE = ("applied", "merged")


class CaseDecided(Conflict):
    """Somebody was faster: the author, or another of the office."""

    code = "problem-decided"
    title = "Somebody has dealt with this already."
    title_zh = "这条内容已经有人处理过了。"


class CaseNotAcceptable(Conflict):
    """The rule that refused it stands for the lead too; `reason` is its code."""

    code = "problem-not-acceptable"
    title = "This cannot be accepted as it stands."
    title_zh = "按现在的情况还不能接收。"


class CaseWithoutAuthor(Conflict):
    """Nobody would ever read it."""

    code = "problem-author-gone"
    title = "Its author can no longer sign in; accept it or discard it."
    title_zh = "提交人的账号已停用，退回后没有人能看到。请接收或放弃。"


class CaseWithoutReason(Invalid):
    """A decision about another person's work is explained."""

    code = "problem-reason-missing"
    title = "Please say why."
    title_zh = "请写明原因。"


@dataclass
class Accepted:
    """What became of each piece."""

    done: list[str] = field(default_factory=list)
    left: dict[str, Verdict] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)


def _reason(text: str) -> str:
    reason = clean(text)
    if not reason:
        raise CaseWithoutReason()
    return reason[:1000]


def _waiting(actor: Actor, case_id: str) -> list[SyncProblem]:
    """Return what the decision is about, locked; raise when there is nothing left to decide."""
    group = problems.group_of(lock_case(actor, case_id))
    waiting = [row for row in group if row.state in WAITING]
    if not waiting:
        raise CaseDecided()
    return waiting


def accept(actor: Actor, case_id: str, reason: str) -> Accepted:
    """
    Do the work once more as the actor's own, with its author named.

    What still cannot be done stays where it is. When nothing can, nothing is changed.
    """
    why = _reason(reason)
    rows = _waiting(actor, case_id)
    for inspection in sorted({_inspection(row) for row in rows if row.code == LOCKED}):
        reopen_inspection(actor, inspection, why)
    accepted = Accepted()
    for row in rows:
        _accept(actor, row, why, accepted)
    if not accepted.done:
        first = next(iter(accepted.left.values()))
        raise CaseNotAcceptable(reason=first.code, because=dict(first.params))
    db.session.flush()
    held.release(accepted.made)
    return accepted


def _inspection(row: SyncProblem) -> str:
    return (row.subject or "").partition(":")[2]


def _accept(actor: Actor, row: SyncProblem, why: str, accepted: Accepted) -> None:
    stand_in = dataclasses.replace(actor, acting_for=row.person_id)
    work = held.work_of(row)
    envelope = _as_new(work.envelope)
    verdict = judge(Work(stand_in, row.client_id, envelope, work.at), salvage=False)
    if verdict.status not in DONE:
        accepted.left[row.mutation_id] = verdict
        return
    problems.close(row, actor, "accept", why, state="told", **{"as": envelope.id})
    ledger.settle(row.mutation_id, "applied", {"accepted_by": actor.name})
    accepted.done.append(row.mutation_id)
    accepted.made |= made_by(envelope)


def _as_new(envelope: Envelope) -> Envelope:
    """
    Give the command an identity of its own.

    Under its old one it may already have left a late remark. A visit is begun without the team and
    the task of its author, whose rights may have ended: the case still names them.
    """
    if envelope.name == "inspection.start":
        args: dict[str, Any] = orjson.loads(bytes(envelope.args))
        args |= {"member_ids": [], "assignment_id": None}
        envelope = msgspec.structs.replace(envelope, args=msgspec.Raw(orjson.dumps(args)))
    return msgspec.structs.replace(envelope, id=new_id(), causes=[])


def give_back(actor: Actor, case_id: str, note: str) -> None:
    """Send it back to its author with a word: they correct it, or give it up."""
    word = _reason(note)
    for row in _waiting(actor, case_id):
        if not db.session.get_one(Person, row.person_id).active:
            raise CaseWithoutAuthor()
        problems.close(row, actor, "return", word, state="open")


def discard(actor: Actor, case_id: str, reason: str) -> None:
    """Give it up. It stays readable, and its author is told why."""
    why = _reason(reason)
    for row in _waiting(actor, case_id):
        problems.close(row, actor, "discard", why, state="told")


def retry(actor: Actor, case_id: str) -> int:
    """Try held or parked work again now; return how much of it went through."""
    rows = [row for row in _waiting(actor, case_id) if row.kind in ("held", "parked")]
    for row in rows:
        held.release(held.try_again(row))
    return sum(1 for row in rows if row.state == "handled")
