"""
Writing many rows of one shape at once.

Rows are tuples that the driver takes as they are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection

from server.kernel import driver


@dataclass(frozen=True)
class Bulk:
    """An insert into *table*; rows whose *key* is there already get new values instead."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    json: frozenset[str] = frozenset()

    def write(self, connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write all rows; values of *json* columns are given as text."""
        if rows:
            driver.run_many(connection, _statement(self, connection.dialect.name), rows)


@lru_cache(maxsize=32)
def _statement(bulk: Bulk, dialect: str) -> str:
    mark = "?" if dialect == "sqlite" else "%s"
    marks = [
        f"CAST({mark} AS JSONB)" if column in bulk.json and dialect != "sqlite" else mark
        for column in bulk.columns
    ]
    statement = f"INSERT INTO {bulk.table} ({','.join(bulk.columns)}) VALUES ({','.join(marks)})"  # noqa: S608
    if not bulk.key:
        return statement
    values = [f"{c}=excluded.{c}" for c in bulk.columns if c not in bulk.key]
    return f"{statement} ON CONFLICT ({','.join(bulk.key)}) DO UPDATE SET {','.join(values)}"
