"""The database's own driver writing and reading what the product writes and reads: the floor."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import orjson
import psycopg

from bench import floor_app
from bench.floor_app import Envelope
from server.kernel import ids

PAGE = 1000
TABLES = (
    "CREATE TABLE raw_log (n bigserial PRIMARY KEY, id text UNIQUE, client text, mid bigint, "
    "name text, args text, at bigint)",
    "CREATE TABLE raw_state (inspection text, item text, v text, mid bigint, "
    "PRIMARY KEY (inspection, item))",
)
LOG = (
    "INSERT INTO raw_log (id,client,mid,name,args,at) VALUES (%s,%s,%s,%s,%s,%s) "
    "ON CONFLICT (id) DO NOTHING"
)
STATE = (
    "INSERT INTO raw_state VALUES (%s,%s,%s,%s) ON CONFLICT (inspection,item) "
    "DO UPDATE SET v=excluded.v, mid=excluded.mid"
)
ANSWERS = "CREATE TABLE raw_answer (n {serial}, i text, t text, k text, rev int, f text)"


class Raw(Protocol):
    """A database behind nothing but its driver."""

    name: str

    def write(self, client: str, push: list[Envelope]) -> None:
        """Log and state of a batch in one durable transaction."""
        ...

    def fill(self, rows: int) -> None:
        """Make *rows* answers."""
        ...

    def pages(self, rows: int) -> Iterator[list[Any]]:
        """Read them back, a page at a time."""
        ...


class RawSqlite:
    """pysqlite3 with the product's pragmas."""

    name = "raw sqlite"

    def __init__(self, folder: Path) -> None:
        self._connection = floor_app.connect(folder / "raw.sqlite")

    def write(self, client: str, push: list[Envelope]) -> None:
        floor_app.write(self._connection, client, push)

    def fill(self, rows: int) -> None:
        self._connection.execute(ANSWERS.format(serial="integer primary key"))
        self._connection.execute("BEGIN")
        insert = "INSERT INTO raw_answer (i,t,k,rev,f) VALUES (?,?,?,?,?)"
        self._connection.executemany(insert, _answers(rows))
        self._connection.execute("COMMIT")

    def pages(self, rows: int) -> Iterator[list[Any]]:
        for start in range(0, rows, PAGE):
            query = "SELECT * FROM raw_answer WHERE n > ? ORDER BY n LIMIT ?"
            yield self._connection.execute(query, (start, PAGE)).fetchall()


class RawPostgres:
    """psycopg with its pipelined executemany."""

    name = "raw psycopg"

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))
        for words in TABLES:
            self._connection.execute(words)
        self._connection.commit()

    def write(self, client: str, push: list[Envelope]) -> None:
        args = [(e, orjson.dumps(e.args).decode()) for e in push]
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.executemany(LOG, [(e.id, client, e.mid, e.name, t, e.at) for e, t in args])
            state = [
                (e.args.get("inspection") or e.args["id"], e.args.get("item", ""), t, e.mid)
                for e, t in args
            ]
            cursor.executemany(STATE, state)

    def fill(self, rows: int) -> None:
        words = ANSWERS.format(serial="bigserial primary key")
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute(words)
            insert = "INSERT INTO raw_answer (i,t,k,rev,f) VALUES (%s,%s,%s,%s,%s)"
            cursor.executemany(insert, _answers(rows))

    def pages(self, rows: int) -> Iterator[list[Any]]:
        for start in range(0, rows, PAGE):
            query = "SELECT * FROM raw_answer WHERE n > %s ORDER BY n LIMIT %s"
            yield self._connection.execute(query, (start, PAGE)).fetchall()


def _answers(rows: int) -> Iterator[tuple[str, str, str, int, str]]:
    by = ids.new_id()
    field = {"v": "pass", "rev": 1, "by": by, "at": 1795000000000, "client": "a" * 12, "how": "tap"}
    for number in range(rows):
        yield ids.new_id(), "", f"g{number % 60}", 1, json.dumps({"result": field})
