"""Housekeeping of the feed and the ledger, in small transactions so that nobody waits for it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, delete, func, or_, select, update

from server.kernel import clock
from server.kernel.db import db, transaction
from server.sync import held, problems
from server.sync.models import (
    SyncChange,
    SyncClient,
    SyncCommit,
    SyncProblem,
    SyncProblemPhoto,
    SyncScope,
)
from server.sync.times import span
from server.visits.service import forget_unsent, release_due

AT_ONCE = 200


@dataclass(frozen=True)
class Tidied:
    """How much was cleared away."""

    scopes: int
    clients: int
    given_up: int
    replayed: int
    cases: int


def tidy() -> Tidied:
    """
    Move horizons, forget clients that never sent anything, decide what has waited too long.

    What phones sent is evidence of every record made from it: it is never cleared away.
    """
    with transaction():
        release_due()
        forget_unsent()
    with transaction():
        held.uncover()
    with transaction():
        given_up = held.give_up()
    with transaction():
        replayed = held.replay_parked()
    _close_news()
    return Tidied(
        scopes=_move_horizons(),
        clients=_forget(
            delete(SyncClient).where(
                SyncClient.seen_at < clock.now() - span("ledger"), SyncClient.last_mid == 0
            )
        ),
        given_up=given_up,
        replayed=replayed,
        cases=_forget_cases(),
    )


def after_upgrade() -> int:
    """Run what an older server could not read; asked for at every start of an installation."""
    with transaction():
        return held.replay_parked()


def _move_horizons() -> int:
    """
    Drop the tags and tombstones that nobody needs any more.

    The commit at the horizon keeps its tag: a phone that stopped exactly there gets a delta.
    """
    with transaction(write=False):
        query = (
            select(SyncCommit.scope, func.max(SyncCommit.version))
            .join(SyncScope, SyncScope.id == SyncCommit.scope)
            .where(SyncCommit.at < clock.now() - span("feed"))
            .group_by(SyncCommit.scope, SyncScope.horizon)
            .having(func.max(SyncCommit.version) > SyncScope.horizon)
        )
        moves = [(row[0], row[1]) for row in db.session.execute(query)]
    for some in (moves[i : i + AT_ONCE] for i in range(0, len(moves), AT_ONCE)):
        with transaction():
            for scope, horizon in some:
                _move(scope, horizon)
    return len(moves)


def _move(scope: str, horizon: int) -> None:
    run = db.session.connection().execute
    run(update(SyncScope).where(SyncScope.id == scope).values(horizon=horizon))
    run(delete(SyncCommit).where(SyncCommit.scope == scope, SyncCommit.version < horizon))
    run(
        delete(SyncChange).where(
            SyncChange.scope == scope, SyncChange.op == "del", SyncChange.version <= horizon
        )
    )


def _forget(statement: Any) -> int:
    with transaction():
        result: CursorResult[Any] = db.session.connection().execute(statement)
        return result.rowcount


def _close_news() -> None:
    """What was merged, or decided by somebody else, is news for a while, not for ever."""
    with transaction():
        query = select(SyncProblem).where(
            or_(
                (SyncProblem.kind == "merged") & (SyncProblem.state == "open"),
                SyncProblem.state == "told",
            ),
            SyncProblem.received_at < clock.now() - span("news"),
        )
        for row in db.session.scalars(query.limit(1000)):
            if (row.handled_at or row.received_at) < clock.now() - span("news"):
                problems.close(row, None, "expired", None, state="handled")


def _forget_cases() -> int:
    """Only what a person has dealt with is ever cleared away, and only long after."""
    with transaction():
        old = select(SyncProblem.mutation_id).where(
            SyncProblem.state == "handled", SyncProblem.handled_at < clock.now() - span("handled")
        )
        ids = list(db.session.scalars(old.limit(1000)))
        run = db.session.connection().execute
        run(delete(SyncProblemPhoto).where(SyncProblemPhoto.mutation_id.in_(ids)))
        run(delete(SyncProblem).where(SyncProblem.mutation_id.in_(ids)))
        return len(ids)
