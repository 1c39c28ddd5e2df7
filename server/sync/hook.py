"""
The commit hook: every change of a synced row gets a version in each scope it lives in.

It gathers what a flush touched and, as the last act before COMMIT, raises each touched scope's
counter in id order. Nothing runs after it, so that a reader never sees version 12 before 11.
"""

import secrets
from collections.abc import Callable, Iterable
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction

from server.kernel import clock
from server.kernel.synced import Synced
from server.sync.models import SyncChange, SyncCommit, SyncScope

Touched = dict[tuple[str, str, str], str]


def _now_values(row: Synced) -> Callable[[str], Any]:
    return lambda name: getattr(row, name)


def _old_values(row: Synced) -> Callable[[str], Any]:
    """Read the columns as they were before this flush."""

    def get(name: str) -> Any:
        history = inspect(row).attrs[name].history
        return history.deleted[0] if history.deleted else getattr(row, name)

    return get


def _gather(session: Session, _context: UOWTransaction) -> None:
    touched: Touched = session.info.setdefault("touched", {})
    for row in session.new:
        if isinstance(row, Synced):
            _note(touched, row, row.sync_scopes(_now_values(row)), "put")
    for row in session.dirty:
        if isinstance(row, Synced) and session.is_modified(row):
            now = row.sync_scopes(_now_values(row))
            _note(touched, row, row.sync_scopes(_old_values(row)) - now, "del")
            _note(touched, row, now, "put")
    for row in session.deleted:
        if isinstance(row, Synced):
            _note(touched, row, row.sync_scopes(_old_values(row)), "del")


def _note(touched: Touched, row: Synced, scopes: Iterable[str], op: str) -> None:
    eid = getattr(row, row.sync_id)
    for scope in scopes:
        touched[(scope, row.sync_type, eid)] = op


def _version(session: Session) -> None:
    """Give every touched scope its next version; runs as the last statements of a transaction."""
    if session.in_nested_transaction():
        return
    session.flush()
    touched: Touched = session.info.pop("touched", {})
    if not touched:
        return
    now = clock.now_ms()
    scopes = sorted({scope for scope, _, _ in touched})
    versions = {scope: _raise_version(session, scope) for scope in scopes}
    commits = [
        {"scope": s, "version": v, "tag": secrets.token_hex(4), "at": now}
        for s, v in versions.items()
    ]
    session.connection().execute(SyncCommit.__table__.insert(), commits)  # type: ignore[attr-defined]
    _upsert_changes(session, touched, versions)


def _insert(session: Session, table: Any) -> Any:
    dialect = session.get_bind().dialect.name
    return (sqlite if dialect == "sqlite" else postgresql).insert(table)


def _raise_version(session: Session, scope: str) -> int:
    statement = _insert(session, SyncScope).values(id=scope, version=1, horizon=0)
    statement = statement.on_conflict_do_update(
        index_elements=[SyncScope.id], set_={"version": SyncScope.version + 1}
    ).returning(SyncScope.version)
    return int(session.connection().execute(statement).scalar_one())


def _upsert_changes(session: Session, touched: Touched, versions: dict[str, int]) -> None:
    statement = _insert(session, SyncChange)
    statement = statement.on_conflict_do_update(
        index_elements=[SyncChange.scope, SyncChange.etype, SyncChange.eid],
        set_={"version": statement.excluded.version, "op": statement.excluded.op},
    )
    rows = [
        {"scope": scope, "etype": etype, "eid": eid, "version": versions[scope], "op": op}
        for (scope, etype, eid), op in sorted(touched.items())
    ]
    session.connection().execute(statement, rows)


def _forget(session: Session, _transaction: SessionTransaction) -> None:
    """Drop what a rolled-back transaction had touched."""
    if not session.in_nested_transaction():
        session.info.pop("touched", None)


def init_app(database: SQLAlchemy) -> None:
    """Listen to the application's sessions."""
    target = database.session.session_factory.class_
    if not event.contains(target, "after_flush", _gather):
        event.listen(target, "after_flush", _gather)
        event.listen(target, "before_commit", _version)
        event.listen(target, "after_soft_rollback", _forget)
