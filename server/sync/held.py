"""Work that waited: run when what it waited for arrives, after an upgrade, or given up."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from server.kernel import clock, driver
from server.kernel.db import db
from server.org.models import Person
from server.org.queries import actor_of
from server.sync import ledger, problems, secrecy
from server.sync.batch import give_up as refuse
from server.sync.batch import judge, made_by
from server.sync.models import SyncProblem
from server.sync.standing import standing_of
from server.sync.times import span
from server.sync.verdicts import NEVER_CAME, Verdict
from server.sync.work import Work, revive

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


_IS_AWAITED = """
    SELECT 1 FROM sync_problem
    WHERE kind = 'held' AND state = 'open' AND waits_for IN @keys LIMIT 1
"""


def release(made: Iterable[str]) -> None:
    """Run what waited for these rows, oldest first, and what then waited for that."""
    arrived = set(made)
    while arrived and _is_awaited(arrived):
        rows = db.session.scalars(_WAITING, {"keys": sorted(arrived)}).all()
        arrived = set().union(*(try_again(row) for row in rows))


def _is_awaited(keys: set[str]) -> bool:
    """Say whether anything waits, which is rare: the rows themselves cost much more to read."""
    return bool(driver.rows(_IS_AWAITED, keys=sorted(keys)))


def try_again(row: SyncProblem) -> set[str]:
    """Run a kept mutation once more as its author; return what it brought into being."""
    work = work_of(row)
    verdict = judge(work)
    _settle(row, work, verdict)
    return made_by(work.envelope) if verdict.status in ("applied", "merged") else set()


def work_of(row: SyncProblem) -> Work:
    """Return the work of a case as its author did it."""
    kept = dict(row.envelope)
    at = kept.pop("corrected_at")
    author = actor_of(db.session.get_one(Person, row.person_id))
    return Work(author, row.client_id, revive(kept), at)


def _settle(row: SyncProblem, work: Work, verdict: Verdict) -> None:
    ledger.settle(row.mutation_id, verdict.status, verdict.result())
    if verdict.status == "applied":
        problems.close(row, None, "applied", None, state="handled")
        return
    row.kind = verdict.status
    row.code = verdict.code or ""
    row.params = dict(verdict.params)
    row.waits_for = verdict.waits_for
    where = standing_of(work, row.envelope["args"])
    row.former = verdict.status == "rejected" and where.former
    row.lead_region_id = None if secrecy.covers(row) else where.lead_region_id


def _open(kind: str, limit: int) -> list[SyncProblem]:
    query = select(SyncProblem).where(SyncProblem.kind == kind, SyncProblem.state == "open")
    ordered = query.order_by(*ORDER)
    return list(db.session.scalars(ordered.limit(limit)))


def give_up() -> int:
    """Turn what has waited too long into a problem that a person must deal with."""
    since = clock.now() - span("held")
    overdue = [r for r in _open("held", 10_000) if r.received_at < since]
    overdue = [row for row in overdue if not secrecy.keeps_waiting(row)]
    for row in overdue:
        # The row may have come by another way than a phone.
        release(try_again(row))
        if row.kind == "held" and row.state == "open":
            params = NEVER_CAME.params(waits_for=row.waits_for)
            work = work_of(row)
            _settle(row, work, refuse(work, Verdict("rejected", NEVER_CAME.code, params)))
    return sum(1 for row in overdue if row.kind == "rejected")


def uncover() -> int:
    """Show the leads what was kept from them for the sake of a visit that is released by now."""
    query = select(SyncProblem).where(
        SyncProblem.lead_region_id.is_(None), SyncProblem.state.in_(("open", "handed"))
    )
    shown = 0
    for row in db.session.scalars(query.order_by(*ORDER).limit(10_000)).all():
        region = standing_of(work_of(row), row.envelope["args"]).lead_region_id
        if region is not None and not secrecy.covers(row):
            row.lead_region_id = region
            shown += 1
    return shown


def replay_parked() -> int:
    """Try again, after an upgrade, what an older server could not read or broke on."""
    rows = _open("parked", 10_000)
    for row in rows:
        release(try_again(row))
    return sum(1 for row in rows if row.kind != "parked" or row.state == "handled")
