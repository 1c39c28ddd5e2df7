"""
Statements for the driver itself, on the session's own connection and in its transaction.

SQLAlchemy looks at every value on its way to the driver and at every row on its way back; a push
of sixty answers would spend most of its time there. The few statements of the paths that every
phone walks all day are therefore written out once for both databases, and rows come back as tuples.

What the two databases write differently has one spelling here:
`IN @ids` takes a list; `TEXT(column)` gives JSON as its text and `JSON(:value)` takes it so;
`BYTES(column)` compares texts byte by byte; `FOR UPDATE` locks rows where whole transactions do not
stand in line anyhow.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from server.kernel.db import db

Row = tuple[Any, ...]
_SQLITE = (
    (re.compile(r"IN @(\w+)"), r"IN (SELECT value FROM json_each(:\1))"),
    (re.compile(r"\b(?:TEXT|BYTES|JSON)\(([\w.:]+)\)"), r"\1"),
    (re.compile(r"\bFOR UPDATE(?: OF \w+)?"), ""),
)
_POSTGRES = (
    (re.compile(r"%"), "%%"),
    (re.compile(r"IN @(\w+)"), r"= ANY(:\1)"),
    (re.compile(r"\bTEXT\(([\w.]+)\)"), r"\1::text"),
    (re.compile(r"\bBYTES\(([\w.]+)\)"), r'\1 COLLATE "C"'),
    (re.compile(r"\bJSON\(:(\w+)\)"), r"CAST(:\1 AS jsonb)"),
    (re.compile(r"(?<!:):(\w+)"), r"%(\1)s"),
)


@lru_cache(maxsize=256)
def spelt(sql: str, dialect: str) -> str:
    """Return a statement as a database's driver reads it."""
    for pattern, words in _SQLITE if dialect == "sqlite" else _POSTGRES:
        sql = pattern.sub(words, sql)
    return sql


def rows(sql: str, /, **values: Any) -> list[Row]:
    """
    Run a statement and return all its rows; JSON columns come as the driver gives them.

    What the unit of work still holds back is written first, as before any other query.
    """
    db.session.flush()
    return rows_on(db.session.connection(), sql, values)


def rows_on(connection: Connection, sql: str, values: dict[str, Any]) -> list[Row]:
    """Run a statement on a connection and return all its rows."""
    dialect = connection.dialect.name
    if dialect == "sqlite":
        for name, value in values.items():
            if type(value) is list:
                values[name] = orjson.dumps(value).decode()
    with _Cursor(connection) as cursor:
        cursor.execute(spelt(sql, dialect), values)
        found: list[Row] = cursor.fetchall()
    return found


def run(sql: str, /, **values: Any) -> None:
    """Run a statement that gives no rows."""
    connection = db.session.connection()
    with _Cursor(connection) as cursor:
        cursor.execute(spelt(sql, connection.dialect.name), values)


def run_on(connection: Connection, sql: str, values: Sequence[Any]) -> None:
    """Run a statement, spelt for this database, with values in their order."""
    with _Cursor(connection) as cursor:
        cursor.execute(sql, values)


def run_many(connection: Connection, sql: str, all_values: Sequence[Row]) -> None:
    """Run a statement, spelt for this database, once for each row of values."""
    with _Cursor(connection) as cursor:
        cursor.executemany(sql, all_values)


class _Cursor:
    """The driver's cursor; its errors come out as SQLAlchemy's, as everywhere else."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __enter__(self) -> Any:
        self._cursor = self._connection.connection.cursor()
        return self._cursor

    def __exit__(self, _kind: Any, error: BaseException | None, _trace: Any) -> None:
        self._cursor.close()
        dialect = self._connection.dialect
        if error is None or not isinstance(error, dialect.loaded_dbapi.Error):
            return
        if dialect.is_disconnect(error, self._connection.connection, self._cursor):
            self._connection.invalidate(error)
        raise DBAPIError.instance(
            None, None, error, dialect.loaded_dbapi.Error, dialect=dialect
        ) from error
