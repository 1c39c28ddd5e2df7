"""
The chain's place in a transaction: among its very last statements.

Acts wait in the session. Just before COMMIT, after the change feed has raised its counters, the
log's end is locked, the acts get their numbers and links, and go to the database in one statement.
Whoever comes second waits for one COMMIT, not for a transaction.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction

from server.audit.rules import ORIGIN, Entry, chained
from server.kernel import driver
from server.kernel.bulk import Bulk

LOCK = 0x6175646974  # "audit": one writer at the end of the log
SALT = 16
_LAST = "SELECT seq, link FROM audit_entry ORDER BY seq DESC LIMIT 1"
_HOLD = f"SELECT pg_advisory_xact_lock({LOCK})"
_SAID = (
    "at", "actor_id", "actor_name", "action", "subject_type", "subject_id", "unit_id", "details",
)  # fmt: skip
_said = attrgetter(*_SAID)
_ADD = Bulk("audit_entry", ("seq", *_SAID, "salt", "link"))


@dataclass(frozen=True)
class Act:
    """What happened, before it has its place in the log."""

    at: int
    actor_id: str | None
    actor_name: str
    action: str
    subject_type: str
    subject_id: str
    unit_id: str | None
    details: str


def pending(session: Session) -> list[Act]:
    """Return the acts of this transaction that wait for their place."""
    if not session.in_transaction():
        session.begin()  # or a rollback would have nothing to roll back, and the acts stayed
    acts: list[Act] = session.info.setdefault("acts", [])
    return acts


def _end(connection: Connection) -> tuple[int, bytes]:
    """Hold the end of the log until COMMIT; on SQLite the one writer holds it already."""
    if connection.dialect.name == "postgresql":
        driver.rows_on(connection, _HOLD, {})
    found = driver.rows_on(connection, _LAST, {})
    return (found[0][0], bytes(found[0][1])) if found else (0, ORIGIN)


def rows_after(seq: int, before: bytes, acts: Sequence[Act]) -> list[tuple[Any, ...]]:
    """Number the acts from *seq* on and link them to what lies before."""
    salts = os.urandom(SALT * len(acts))
    entries = [
        Entry(*(seq + i + 1, *_said(act), salts[i * SALT : (i + 1) * SALT]))
        for i, act in enumerate(acts)
    ]
    links = chained(before, entries)
    return [
        (entry.seq, *_said(entry), entry.salt, link)
        for entry, link in zip(entries, links, strict=True)
    ]


def _seal(session: Session) -> None:
    """Write the acts of a transaction that is about to commit."""
    if session.in_nested_transaction():
        return
    acts: list[Act] = session.info.pop("acts", [])
    if not acts:
        return
    session.flush()
    connection = session.connection()
    _ADD.write(connection, rows_after(*_end(connection), acts))


_before: WeakKeyDictionary[SessionTransaction, int] = WeakKeyDictionary()


def _remember(session: Session, transaction: SessionTransaction) -> None:
    """Note at a savepoint how many acts there were."""
    if transaction.nested:
        _before[transaction] = len(session.info.get("acts", ()))


def _forget(session: Session, transaction: SessionTransaction) -> None:
    """Drop the acts of what was rolled back: they did not happen."""
    kept = _before.pop(transaction, 0) if transaction.nested else 0
    del session.info.get("acts", [])[kept:]


def init_app(database: SQLAlchemy) -> None:
    """
    Listen to the application's sessions, after the change feed's own hook.

    The order matters: whoever holds the log's end waits for nothing any more.
    """
    target = database.session.session_factory.class_
    if not event.contains(target, "before_commit", _seal):
        event.listen(target, "before_commit", _seal)
        event.listen(target, "after_transaction_create", _remember)
        event.listen(target, "after_soft_rollback", _forget)
