"""
Writing many rows of one shape at once, as values that the driver takes as they are.

SQLite binds one statement again and again. PostgreSQL gets whole columns and one statement: row by
row it would plan, send and answer each of a push's three hundred rows on its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, TypeDecorator

from server.kernel import driver
from server.kernel.db import Base

_ARRAYS = {str: "text", int: "bigint", bytes: "bytea", bool: "boolean"}


@dataclass(frozen=True)
class Bulk:
    """An insert into *table*; rows whose *key* is there already get new values instead."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    json: frozenset[str] = frozenset()

    def write(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write all rows; values of *json* columns are given as text."""
        if not rows:
            return
        statement = _statement(self, connection.dialect.name)
        if connection.dialect.name == "sqlite":
            driver.run_many(connection, statement, rows)
        else:
            driver.run_on(connection, statement, [list(column) for column in zip(*rows)])  # noqa: B905


@lru_cache(maxsize=64)
def _statement(bulk: Bulk, dialect: str) -> str:
    marks = ",".join("?" * len(bulk.columns))
    source = f"VALUES ({marks})" if dialect == "sqlite" else _arrays(bulk)
    statement = f"INSERT INTO {bulk.table} ({','.join(bulk.columns)}) {source}"
    if not bulk.key:
        return statement
    values = [f"{c}=excluded.{c}" for c in bulk.columns if c not in bulk.key]
    return f"{statement} ON CONFLICT ({','.join(bulk.key)}) DO UPDATE SET {','.join(values)}"


def _arrays(bulk: Bulk) -> str:
    """
    Return a select that turns arrays, one a column, into rows; no cast can shorten a text.

    They travel in binary: as text every value would be searched for what has to be quoted.
    """
    arrays = [f"CAST(%b AS {_kind(bulk, column)}[])" for column in bulk.columns]
    values = [f"CAST(u.{c} AS jsonb)" if c in bulk.json else f"u.{c}" for c in bulk.columns]
    names = ",".join(bulk.columns)
    return f"SELECT {','.join(values)} FROM unnest({','.join(arrays)}) AS u({names})"  # noqa: S608


def _kind(bulk: Bulk, column: str) -> str:
    if column in bulk.json:
        return "text"
    kind = Base.metadata.tables[bulk.table].columns[column].type
    plain = kind.impl_instance if isinstance(kind, TypeDecorator) else kind
    return _ARRAYS[plain.python_type]
