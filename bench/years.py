"""
Years of work in a database, written past the product: what growth costs is measured on it.

Rows go in by executemany on SQLite and by COPY on PostgreSQL. They are what the product itself
would have left behind: visits submitted long ago with their answers, commands, change feed and
audit log; hazards in every state.
"""

import os
import random
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import orjson
import psycopg
from pysqlite3 import dbapi2 as sqlite

PER_VISIT = 60
DAY_MS = 86_400_000
STATES = ["open", "assigned", "assigned", "rectified", "verified", "closed", "closed", "void"]
WORDS = ["通道堵塞", "灭火器过期", "疏散指示损坏", "配电柜未锁", "杂物堆放", "喷淋压力不足"]


class Sink(Protocol):
    """Where rows go."""

    def write(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write many rows."""
        ...

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Run one statement."""
        ...


class SqliteSink:
    """One transaction, no sync: durability is not what is made here."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite.connect(str(path), isolation_level=None)
        for pragma in ("synchronous=OFF", "cache_size=-200000", "foreign_keys=OFF"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("BEGIN")

    def write(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        marks = ",".join("?" * len(columns))
        self._connection.executemany(
            f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", rows
        )

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        return list(self._connection.execute(sql).fetchall())

    def close(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()


class PostgresSink:
    """COPY, with foreign keys unchecked."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))
        self._connection.execute("SET session_replication_role = replica")

    def write(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        words = f"COPY {table} ({','.join(columns)}) FROM STDIN"
        with self._connection.cursor() as cursor, cursor.copy(words) as copy:
            for row in rows:
                copy.write_row(row)

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(sql)
        return list(cursor.fetchall()) if cursor.description else []

    def close(self) -> None:
        self._connection.commit()
        self._connection.autocommit = True
        self._connection.execute("VACUUM ANALYZE")
        self._connection.close()


@contextmanager
def opened(folder: Path, database_url: str | None) -> Iterator[Sink]:
    """A database for bulk writing."""
    sink = PostgresSink(database_url) if database_url else SqliteSink(folder / "anxun.sqlite")
    yield sink
    sink.close()


class Visits:
    """Visits of the past, the same in every database of one size."""

    def __init__(self, world: dict[str, Any], answers: int, now: int) -> None:
        self.world = world
        self.now = now
        self.people = [person["id"] for person in world["people"]]
        count = max(1, answers // PER_VISIT)
        step = 900 * DAY_MS // count
        self.visits = [
            (identifier(now - 40 * DAY_MS - n * step), self.people[n % len(self.people)],
             now - 40 * DAY_MS - n * step)
            for n in reversed(range(count))
        ]  # fmt: skip

    def write(self, sink: Sink) -> None:
        """Write all that they left behind."""
        region = sink.ask(f"SELECT region_id FROM unit WHERE id = '{self.world['unit']}'")[0][0]
        self._headers(sink, region)
        self._answers(sink)
        self._commands(sink)
        self._feed(sink, region)
        self._log(sink)

    def _headers(self, sink: Sink, region: str) -> None:
        columns = (
            "id", "unit_id", "region_id", "checklist_key", "definition", "mode", "style", "state",
            "lead_id", "member_ids", "lead_claims", "targets", "started_at", "device_started_at",
            "submitted_at", "submitted_by", "rev",
        )  # fmt: skip
        known = self.world["unit"], region, "bench", self.world["definition"], "spot", "full"
        rows = (
            (v, *known, "submitted", p, f'["{p}"]', "{}", "{}", at, at, at, p, 2)
            for v, p, at in self.visits
        )
        sink.write("inspection", columns, rows)
        members = ((v, p, at) for v, p, at in self.visits)
        sink.write("inspection_member", ("inspection_id", "person_id", "closed_at"), members)

    def _answers(self, sink: Sink) -> None:
        by = self.people[0]
        word = {"v": "pass", "rev": 1, "by": by, "at": self.now, "client": "a" * 12, "how": "tap"}
        fields = orjson.dumps({"result": word}).decode()
        columns = ("inspection_id", "target_id", "item_key", "rev", "fields")
        rows = ((v, "", item, 1, fields) for v, _, _ in self.visits for item in ITEMS)
        sink.write("answer", columns, rows)

    def _commands(self, sink: Sink) -> None:
        clients = {person: identifier(self.now - 950 * DAY_MS) for person in self.people}
        told = dict.fromkeys(self.people, 0)
        for _, person, _ in self.visits:
            told[person] += PER_VISIT
        columns = (
            "id", "person_id", "device", "app", "last_mid", "skew_ms", "state", "seen_at",
        )  # fmt: skip
        rows = ((clients[p], p, "", "", told[p], 0, "active", self.now) for p in self.people)
        sink.write("sync_client", columns, rows)
        columns = (
            "client_id", "mid", "id", "sha256", "name", "v", "status", "args", "link", "device_at",
            "received_at",
        )  # fmt: skip
        sink.write("sync_mutation", columns, self._mutations(clients))

    def _mutations(self, clients: dict[str, str]) -> Iterator[tuple[Any, ...]]:
        mids = dict.fromkeys(self.people, 0)
        digest = bytes(32)
        for visit, person, at in self.visits:
            for item in ITEMS:
                mids[person] += 1
                args = (
                    f'{{"inspection":"{visit}","target":"","item":"{item}",'
                    '"set":{"result":"pass"},"base":{"result":0},"how":"tap"}'
                )
                yield (
                    clients[person], mids[person], identifier(at), digest, "answer.set", 1,
                    "applied", args, digest, at, at,
                )  # fmt: skip

    def _feed(self, sink: Sink, region: str) -> None:
        places = [f"region:{region}", f"unit:{self.world['unit']}"]
        stand = {row[0]: row[1] for row in sink.ask("SELECT id, version FROM sync_scope")}
        commits: list[tuple[Any, ...]] = []
        changes: list[tuple[Any, ...]] = []
        for visit, person, at in self.visits:
            for scope in (*places, f"user:{person}"):
                stand[scope] = stand.get(scope, 0) + 1
                commits.append((scope, stand[scope], "0badcafe", at))
                changes.append((scope, "inspection", visit, stand[scope], "put"))
            commits.append((f"insp:{visit}", 1, "0badcafe", at))
        sink.ask("DELETE FROM sync_scope")
        old = ((f"insp:{v}", 1, 0) for v, _, _ in self.visits)
        sink.write("sync_scope", ("id", "version", "horizon"), old)
        rows = ((scope, version, 0) for scope, version in stand.items())
        sink.write("sync_scope", ("id", "version", "horizon"), rows)
        sink.write("sync_commit", ("scope", "version", "tag", "at"), commits)
        columns = ("scope", "etype", "eid", "version", "op")
        sink.write("sync_change", columns, changes)
        answers = (
            (f"insp:{v}", "answer", f"{v}||{item}", 1, "put")
            for v, _, _ in self.visits
            for item in ITEMS
        )
        sink.write("sync_change", columns, answers)

    def _log(self, sink: Sink) -> None:
        first = (sink.ask("SELECT max(seq) FROM audit_entry")[0][0] or 0) + 1
        columns = (
            "seq", "at", "actor_id", "actor_name", "action", "subject_type", "subject_id",
            "details", "salt", "link",
        )  # fmt: skip
        rows = (
            (first + n, at, p, "检查员", "inspection.start", "inspection", v, "{}",
             bytes(16), bytes(32))
            for n, (v, p, at) in enumerate(self.visits)
        )  # fmt: skip
        sink.write("audit_entry", columns, rows)


ITEMS = [f"g{number // 10}.q{number:02d}" for number in range(PER_VISIT)]


def identifier(at: int) -> str:
    """An id as a phone would have made it at that moment."""
    raw = bytearray(at.to_bytes(6, "big") + os.urandom(10))
    raw[6], raw[8] = 0x70 | raw[6] & 0x0F, 0x80 | raw[8] & 0x3F
    return str(uuid.UUID(bytes=bytes(raw)))


def write_hazards(sink: Sink, world: dict[str, Any], count: int, now: int) -> None:
    """A ledger of *count* hazards over three years."""
    region = sink.ask(f"SELECT region_id FROM unit WHERE id = '{world['unit']}'")[0][0]
    columns = (
        "id", "number", "closure_number", "unit_id", "region_id", "source", "checklist_key",
        "title", "description", "basis", "grade", "decision", "suspected_major", "criteria",
        "state", "due_on", "opened_by", "opened_at", "rev",
    )  # fmt: skip
    people = [person["id"] for person in world["people"]]
    sink.write("hazard", columns, _hazards(world["unit"], region, people, count, now))


def _hazards(
    unit: str, region: str, people: list[str], count: int, now: int
) -> Iterator[tuple[Any, ...]]:
    chance = random.Random(5)
    step = 1000 * DAY_MS // max(count, 1)
    for n in range(count):
        at = now - (count - n) * step
        state = chance.choice(STATES)
        day = 738_000 + (at // DAY_MS - 18_000) % 1000
        yield (
            identifier(at), f"YH-{n:08d}", f"XH-{n:08d}" if state == "closed" else None, unit,
            region, "report", chance.choice(["bench", "ward", "fire"]), chance.choice(WORDS),
            chance.choice(WORDS) * 6, "[]", "general", None, chance.random() < 0.02, "[]", state,
            date.fromordinal(day).isoformat(), chance.choice(people), at, 1,
        )  # fmt: skip
