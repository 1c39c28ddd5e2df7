"""Work that waited: run when what it waited for arrives, after an upgrade, or given up."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import bindparam, select

from server.access.rules import Actor
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person
from server.org.queries import actor_of
from server.sync import ledger, problems
from server.sync.batch import judge, made_by
from server.sync.models import SyncProblem
from server.sync.verdicts import NEVER_CAME, Verdict
from server.sync.work import Work, revive

PATIENCE = timedelta(days=5)
AT_ONCE = 200
# A phone's own order within what arrived together.
ORDER = (SyncProblem.received_at, SyncProblem.client_id, SyncProblem.mid)
_WAITING = (
    select(SyncProblem)
    .where(
        SyncProblem.kind == "held",
        SyncProblem.state == "open",
        SyncProblem.waits_for.in_(bindparam("keys", expanding=True)),
    )
    .order_by(*ORDER)
    .limit(AT_ONCE)
)


def release(made: Iterable[str]) -> None:
    """Run what waited for these rows, oldest first, and what then waited for that."""
    arrived = set(made)
    while arrived:
        rows = db.session.scalars(_WAITING, {"keys": sorted(arrived)}).all()
        arrived = set().union(*(try_again(row) for row in rows))


def try_again(row: SyncProblem, actor: Actor | None = None) -> set[str]:
    """Run a kept mutation as its author (or as *actor*); return what it brought into being."""
    author = actor or actor_of(db.session.get_one(Person, row.person_id))
    kept = dict(row.envelope)
    at = kept.pop("corrected_at")
    envelope = revive(kept)
    verdict = judge(Work(author, row.client_id, envelope, at))
    _settle(row, verdict, actor)
    return made_by(envelope) if verdict.status in ("applied", "merged") else set()


def _settle(row: SyncProblem, verdict: Verdict, actor: Actor | None) -> None:
    ledger.settle(row.mutation_id, verdict.status, verdict.result())
    if verdict.status == "applied":
        problems.close(row, actor, {"act": "applied"})
        return
    row.kind = verdict.status
    row.code = verdict.code or ""
    row.params = dict(verdict.params)
    row.waits_for = verdict.waits_for


def _open(kind: str, limit: int) -> list[SyncProblem]:
    query = select(SyncProblem).where(SyncProblem.kind == kind, SyncProblem.state == "open")
    ordered = query.order_by(*ORDER)
    return list(db.session.scalars(ordered.limit(limit)))


def give_up() -> int:
    """Turn what has waited too long into a problem that a person must deal with."""
    overdue = [r for r in _open("held", 10_000) if r.received_at < clock.now() - PATIENCE]
    for row in overdue:
        params = NEVER_CAME.params(waits_for=row.waits_for)
        _settle(row, Verdict("rejected", NEVER_CAME.code, params), None)
    return len(overdue)


def replay_parked() -> int:
    """Try again, after an upgrade, what an older server could not read or broke on."""
    rows = _open("parked", 10_000)
    for row in rows:
        release(try_again(row))
    return sum(1 for row in rows if row.kind != "parked" or row.state == "handled")
