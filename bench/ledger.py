"""
Workload L: the desk's ledger over a thousand, a hundred thousand and a million hazards.

First page and count for every filter beside the bare SQL of the same question; the workbook of
5,000 hazards beside the bare library with ready rows.

`python -m bench.ledger [--quick] [--database sqlite|postgres] [--sizes 1000,1000000]`
"""

import argparse
import io
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import xlsxwriter
from pysqlite3 import dbapi2 as sqlite

from bench import servers, years
from bench.ground import ground
from bench.measure import calibrate, verdict
from bench.wire import Connection

ROUNDS = 5
WORKBOOK = 5_000
FILTERS = {
    "all": ("", "1=1", "due_on"),
    "newest first": ("order=newest", "1=1", "opened_at DESC"),
    "state": ("state=open", "state='open'", "due_on"),
    "not ended": ("open=true", "state NOT IN ('closed','void')", "due_on"),
    "overdue": (
        "overdue=true",
        "state NOT IN ('closed','void') AND due_on < '2026-11-22'",
        "due_on",
    ),
    "checklist": ("checklist_key=ward", "checklist_key='ward'", "due_on"),
    "major": ("grade=major", "grade='major'", "due_on"),
    "words": ("q=%E7%81%AD%E7%81%AB%E5%99%A8", "title LIKE '%灭火器%'", "due_on"),
}
Ask = Callable[[str], Any]


def bare_ask(folder: Path, url: str | None) -> Ask:
    """What asks the database itself, past the product."""
    if url is None:
        connection = sqlite.connect(str(folder / "anxun.sqlite"))
        return lambda sql: connection.execute(sql).fetchall()
    plain = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"))
    plain.autocommit = True
    return lambda sql: plain.execute(sql.encode()).fetchall()


class Desk:
    """A server over a ledger of one size, and the database behind it."""

    def __init__(self, folder: Path, url: str | None, size: int) -> None:
        self.size, self.folder, self.url = size, folder, url
        self.server, world = servers.product(folder, url, 2, self._fill)
        token = world["people"][0]["token"]
        self.link = Connection(self.server.port, f"anxun_session={token}")
        self.ask = bare_ask(folder, url)

    def _fill(self, world: dict[str, Any]) -> None:
        with years.opened(self.folder, self.url) as sink:
            years.write_hazards(sink, world, self.size, int(time.time() * 1000))
            if self.url is None:
                sink.ask("ANALYZE")

    def page(self, query: str) -> float:
        begun = time.perf_counter()
        self.link.ask("GET", f"/api/hazards?limit=50&{query}")
        return time.perf_counter() - begun

    def bare(self, where: str, order: str) -> float:
        region = self.ask("SELECT region_id FROM hazard LIMIT 1")[0][0]
        here = f"region_id = '{region}' AND {where}"
        begun = time.perf_counter()
        self.ask(f"SELECT count(*) FROM hazard WHERE {here}")
        self.ask(f"SELECT * FROM hazard WHERE {here} ORDER BY {order}, id LIMIT 51")
        return time.perf_counter() - begun

    def workbook(self) -> float:
        begun = time.perf_counter()
        day = "1900-01-01"
        self.link.ask("GET", f"/api/hazards/export.xlsx?from={day}")
        return time.perf_counter() - begun


def bare_workbook(rows: int) -> float:
    """The library alone: as many cells as the ledger has, ready in memory."""
    ready = [[f"隐患 {n} {c}" for c in range(26)] for n in range(rows)]
    begun = time.perf_counter()
    book = xlsxwriter.Workbook(io.BytesIO(), {"constant_memory": True, "in_memory": True})
    sheet = book.add_worksheet()
    for n, row in enumerate(ready):
        sheet.write_row(n, 0, row)
    book.close()
    return time.perf_counter() - begun


@contextmanager
def desk(kind: str, size: int) -> Iterator[Desk]:
    """A desk over one database."""
    with ground(kind) as (folder, url):
        found = Desk(folder, url, size)
        try:
            yield found
        finally:
            found.server.stop()


def lists(here: Desk, kind: str, rounds: int) -> None:
    """Every filter: first page with its count, and the bare SQL, in turn."""
    for name, (query, where, order) in FILTERS.items():
        here.page(query)
        pairs = [(here.page(query), here.bare(where, order)) for _ in range(rounds)]
        ours = statistics.median(pair[0] for pair in pairs)
        ratio = statistics.median(pair[0] / pair[1] for pair in pairs)
        words = f"L {kind}, {here.size:,} hazards, {name}"
        print(f"{words:48s} {ours * 1000:8.1f} ms  {ratio:6.2f} x bare SQL", flush=True)
        print(verdict("L: ms", ours * 1000, 150))


def workbooks(kind: str, rounds: int) -> None:
    """The workbook beside the library."""
    with desk(kind, WORKBOOK) as here:
        here.workbook()
        pairs = [(here.workbook(), bare_workbook(WORKBOOK)) for _ in range(rounds)]
        ours = statistics.median(pair[0] for pair in pairs)
        ratio = statistics.median(pair[0] / pair[1] for pair in pairs)
        print(f"L {kind}, workbook of {WORKBOOK:,}: {ours:.2f} s  {ratio:.2f} x bare library")
        print(verdict("L: times the bare library", ratio, 1.5), flush=True)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small ledgers, one round")
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--sizes", default="1000,100000,1000000")
    given = parser.parse_args()
    sizes = [1_000, 10_000] if given.quick else [int(s) for s in given.sizes.split(",")]
    rounds = 1 if given.quick else ROUNDS
    for kind in given.database or ["sqlite", "postgres"]:
        print(f"\nL, {kind} (calibration {calibrate() * 1000:.0f} ms)", flush=True)
        for size in sizes:
            with desk(kind, size) as here:
                lists(here, kind, rounds)
        workbooks(kind, rounds)


if __name__ == "__main__":
    main()
