"""
The commit hook: every change of a synced row gets a version in each scope it lives in.

It gathers what a flush touched and, as the last act before COMMIT, raises each touched scope's
counter in id order. Nothing runs after it, so that a reader never sees version 12 before 11.
"""

import secrets
from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, event, inspect
from sqlalchemy.orm import Session, SessionTransaction, UOWTransaction

from server.kernel import clock, driver
from server.kernel.bulk import Bulk
from server.kernel.db import Base
from server.kernel.synced import Synced

Touched = dict[tuple[str, str, str], str]
Change = tuple[str, str, str, str]
_RAISE = """
    INSERT INTO sync_scope (id, version, horizon) VALUES (:scope, 1, 0)
    ON CONFLICT (id) DO UPDATE SET version = sync_scope.version + 1 RETURNING version
"""
# The same for all scopes at once, with what follows from it: one round trip in place of four.
_RAISE_ALL = """
    WITH raised AS (
        INSERT INTO sync_scope (id, version, horizon)
        SELECT u.id, 1, 0 FROM unnest(CAST(%b AS text[])) WITH ORDINALITY AS u(id, n) ORDER BY u.n
        ON CONFLICT (id) DO UPDATE SET version = sync_scope.version + 1 RETURNING id, version
    ), dated AS (
        INSERT INTO sync_commit (scope, version, tag, at)
        SELECT r.id, r.version, t.tag, CAST(%b AS bigint) FROM raised r
        JOIN unnest(CAST(%b AS text[]), CAST(%b AS text[])) AS t(id, tag) ON t.id = r.id
    )
    INSERT INTO sync_change (scope, etype, eid, version, op)
    SELECT r.id, c.etype, c.eid, r.version, c.op FROM raised r
    JOIN unnest(CAST(%b AS text[]), CAST(%b AS text[]), CAST(%b AS text[]), CAST(%b AS text[]))
        AS c(scope, etype, eid, op) ON c.scope = r.id
    ON CONFLICT (scope, etype, eid) DO UPDATE SET version = excluded.version, op = excluded.op
"""
_COMMITS = Bulk("sync_commit", ("scope", "version", "tag", "at"))
_CHANGES = Bulk(
    "sync_change", ("scope", "etype", "eid", "version", "op"), key=("scope", "etype", "eid")
)


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
    """
    Give every touched scope its next version; runs as the last statements of a transaction.

    In order: whoever raises two counters holds the first while taking the second.
    """
    if session.in_nested_transaction():
        return
    session.flush()
    touched: Touched = session.info.pop("touched", {})
    if not touched:
        return
    connection = session.connection()
    tags = {scope: secrets.token_hex(4) for scope in sorted({scope for scope, _, _ in touched})}
    rows = [(*place, op) for place, op in sorted(touched.items())]
    if connection.dialect.name == "sqlite":
        _raise_each(connection, tags, rows)
    else:
        names = list(tags)
        values = [names, clock.now_ms(), names, list(tags.values())]
        values += [list(column) for column in zip(*rows, strict=True)]
        driver.run_on(connection, _RAISE_ALL, values)


def _raise_each(connection: Connection, tags: dict[str, str], rows: list[Change]) -> None:
    """Raise the scopes one by one, in order; note their versions and what changed in them."""
    now = clock.now_ms()
    versions = {s: driver.rows_on(connection, _RAISE, {"scope": s})[0][0] for s in tags}
    _COMMITS.write(connection, [(s, versions[s], tag, now) for s, tag in tags.items()])
    _CHANGES.write(connection, [(s, etype, eid, versions[s], op) for s, etype, eid, op in rows])


_before: WeakKeyDictionary[SessionTransaction, Touched] = WeakKeyDictionary()


def _remember(session: Session, transaction: SessionTransaction) -> None:
    """Note at a savepoint what had been touched before it."""
    if transaction.nested:
        _before[transaction] = dict(session.info.get("touched", {}))


def _forget(session: Session, transaction: SessionTransaction) -> None:
    """
    Drop what a rolled-back transaction had touched, or go back to where its savepoint began.

    A row that was moved and moved back by a rollback must not be reported as gone.
    """
    if transaction.nested:
        session.info["touched"] = _before.pop(transaction, {})
    else:
        session.info.pop("touched", None)


def _keep_old(_row: Any, _value: Any, _old: Any, _initiator: Any) -> None:
    """Ask for the old value: without it a row that was not read before would not leave a scope."""


def _watch_columns() -> None:
    """Make SQLAlchemy load the old value of a synced row's column before it is replaced."""
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Synced):
            for column in mapper.column_attrs:
                attribute = getattr(mapper.class_, column.key)
                if not event.contains(attribute, "set", _keep_old):
                    event.listen(attribute, "set", _keep_old, active_history=True)


def init_app(database: SQLAlchemy) -> None:
    """Listen to the application's sessions. All models must be known by now."""
    _watch_columns()
    target = database.session.session_factory.class_
    if not event.contains(target, "after_flush", _gather):
        event.listen(target, "after_flush", _gather)
        event.listen(target, "before_commit", _version)
        event.listen(target, "after_transaction_create", _remember)
        event.listen(target, "after_soft_rollback", _forget)
