"""
What an exchange costs the database: few statements, and none that reads a growing table through.

Nothing here is timed. SQLite is asked how it would run every statement of the path; whatever it
would scan grows with what there is, not with what changed.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from server.inspections.models import Inspection
from server.kernel import clock, ids
from server.kernel.db import db, is_sqlite
from tests.factories.definitions import make_definition
from tests.support.actors import World
from tests.sync.phone import Phone

Visit = Callable[..., Inspection]
MakePhone = Callable[..., Phone]
#: small for ever: a handful of roles, the versions of definitions
SMALL = {"role", "definition_version", "definition_publication", "json_each", "sqlite_schema"}
SCAN = re.compile(r"^SCAN (\w+)")
PLANNED = ("SELECT", "UPDATE", "DELETE", "INSERT")


@pytest.fixture(autouse=True)
def _sqlite_alone(app: Any) -> None:
    if not is_sqlite():
        pytest.skip("the plans are read from SQLite")


@contextmanager
def watched() -> Iterator[list[str]]:
    """Everything that SQLite runs, with its values."""
    seen: list[str] = []
    driver = db.session.connection().connection.driver_connection
    assert driver is not None
    driver.set_trace_callback(seen.append)
    try:
        yield seen
    finally:
        driver.set_trace_callback(None)


def scanned(statements: list[str]) -> set[str]:
    """The tables that would be read through, by the statement that does it."""
    found = set()
    for sql in {s for s in statements if s.lstrip().upper().startswith(PLANNED)}:
        driver = db.session.connection().connection.driver_connection
        assert driver is not None
        aliases = dict(re.findall(r"\b(?:FROM|JOIN) (\w+) (?:AS )?(\w+)\b", sql))
        tables = {alias: table for table, alias in aliases.items()}
        for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall():
            scan = SCAN.match(row[3])
            name = tables.get(scan[1], scan[1]) if scan else ""
            # An ordered walk that LIMIT ends early reads no more than it gives.
            if name and name not in SMALL and not ("LIMIT 1" in sql and "ORDER BY" in sql):
                found.add(f"{name}: {' '.join(sql.split())[:300]}")
    return found


def counted(statements: list[str]) -> int:
    """How many statements went to the database; an executemany counts once."""
    kinds = [re.sub(r"'[^']*'|\b\d+\b|NULL", "?", " ".join(s.split())) for s in statements]
    return sum(1 for before, kind in zip(["", *kinds], kinds, strict=False) if kind != before)


def test_nothing_new_costs_little(phone: MakePhone, visit: Visit) -> None:
    for _ in range(3):
        visit()
    mine = phone("inspector")
    mine.sync()
    mine.exchange()
    with watched() as seen:
        mine.exchange()
    assert scanned(seen) == set()
    assert counted(seen) <= 11, "\n".join(seen)


def test_sixty_answers_cost_no_more_than_ten(phone: MakePhone, visit: Visit) -> None:
    costs = []
    for answers in (10, 60):
        mine = phone("inspector")
        mine.sync()
        inspection = visit()
        for number in range(answers):
            note = {"note": f"第 {number} 次"}
            mine.answer(inspection.id, "ward.rules.posted", result="pass", **note)
        with watched() as seen:
            mine.exchange(pull=False)
        assert {v["status"] for v in mine.verdicts.values()} <= {"applied", "merged"}
        assert scanned(seen) == set()
        costs.append(counted(seen))
    assert costs[1] <= costs[0]
    assert costs[0] <= 21


def test_beginning_a_visit_reads_no_table_through(phone: MakePhone, world: World) -> None:
    mine = phone("inspector")
    mine.sync()
    start = {
        "id": ids.new_id(),
        "unit_id": world.hospital.id,
        "checklist_key": "ward",
        "definition": make_definition().hash,
        "mode": "self-check",
        "targets": {},
        "started_at": clock.now_ms(),
        "member_ids": [],
    }
    db.session.commit()
    mine.write("inspection.start", start)
    with watched() as seen:
        mine.exchange()
    assert [v["status"] for v in mine.verdicts.values()] == ["applied"]
    assert scanned(seen) == set()
    assert counted(seen) <= 40


def test_a_delta_and_a_first_sync_read_no_table_through(phone: MakePhone, visit: Visit) -> None:
    inspection = visit()
    mine = phone("inspector")
    mine.sync()
    mine.answer(inspection.id, "ward.rules.posted", result="pass")
    with watched() as seen:
        mine.exchange()
    assert scanned(seen) == set()
    other = phone("inspector")
    with watched() as seen:
        other.exchange()
    assert scanned(seen) == set()
