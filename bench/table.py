"""
W4: 10,000 inspections of sixty answers as one table, and the list of inspections a page at a time.

The CSV that the desk hands out, beside the bare driver that fetches the same answers in order and
writes them with the library's CSV writer; how soon it begins; what the server's memory grows by.
The first and the last page of 250, beside the bare SQL of the same page.

`python -m bench.table [--quick] [--database sqlite|postgres] [--size 10000]`
"""

import argparse
import csv
import io
import random
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import psycopg
from pysqlite3 import dbapi2 as sqlite

from bench import servers, years
from bench.ground import ground
from bench.measure import calibrate, verdict
from bench.phones import WORDS
from bench.wire import Connection

ROUNDS = 5
WARM = 6
SIZE = 10_000
PAGE = 250
ANSWERS = (
    "SELECT inspection_id, target_id, item_key, fields FROM answer "
    "ORDER BY inspection_id, target_id, item_key"
)


class Records(years.Visits):
    """Submitted W1N inspections and nothing else."""

    def write(self, sink: years.Sink) -> None:
        """Write headers and answers."""
        region = sink.ask(f"SELECT region_id FROM unit WHERE id = '{self.world['unit']}'")[0][0]
        self._headers(sink, region)
        self._answers(sink)
        who = f"WHERE person_id = '{self.people[0]}'"
        sink.ask(f"UPDATE role_grant SET role = 'bureau_office' {who}")

    def _answers(self, sink: years.Sink) -> None:
        columns = ("inspection_id", "target_id", "item_key", "rev", "fields")
        sink.write("answer", columns, self._said(random.Random(1)))

    def _said(self, chance: random.Random) -> Iterator[tuple[Any, ...]]:
        client = years.identifier(self.now)
        for visit, person, at in self.visits:
            common = {"rev": 1, "by": person, "at": at, "client": client, "how": "tap"}
            for number, item in enumerate(years.ITEMS):
                name, value = _value(number, chance)
                yield visit, "", item, 1, orjson.dumps({name: {"v": value, **common}}).decode()


def _value(number: int, chance: random.Random) -> tuple[str, Any]:
    """W1's mix: mostly results, some readings and notes, as the phones of the other workloads."""
    kind = (7 * number) % 60
    if kind < 40 or kind >= 53:
        return "result", chance.choices(["pass", "fail", "na"], [85, 10, 5])[0]
    if kind < 46:
        return "r.m", round(chance.uniform(0, 1000), 2)
    length = 200 if kind == 52 else chance.randint(20, 60)
    return "r.t", "".join(chance.choices(WORDS, k=length))[:length]


class Office:
    """A server over the inspections, the office's desk, and the database behind them."""

    def __init__(self, folder: Path, url: str | None, size: int) -> None:
        self.size, self.folder, self.url = size, folder, url
        self.server, self.world = servers.product(folder, url, 1, self._fill)
        self.cookie = f"anxun_session={self.world['people'][0]['token']}"
        self.link = Connection(self.server.port, self.cookie)
        self.worker = servers.children(self.server.process.pid)[0]

    def _fill(self, world: dict[str, Any]) -> None:
        answers = self.size * years.PER_VISIT
        with years.opened(self.folder, self.url) as sink:
            Records(world, answers, int(time.time() * 1000)).write(sink)
            if self.url is None:
                sink.ask("ANALYZE")

    def table(self) -> tuple[float, float, int]:
        """Seconds to the first byte and to the last, and how much memory the worker then holds."""
        path = "/api/inspections/export.csv?checklist_key=bench"
        first, whole, body = taken(self.server.port, path, self.cookie)
        assert f"共 {self.size} 条".encode() in body[-400:], "the table is not whole"
        return first, whole, servers.resident(self.worker)

    def page(self, cursor: str | None) -> tuple[float, str | None]:
        mark = f"&cursor={cursor}" if cursor else ""
        begun = time.perf_counter()
        answer = self.link.ask("GET", f"/api/inspections?limit={PAGE}{mark}")
        took = time.perf_counter() - begun
        return took, orjson.loads(answer.body)["next"]

    def last_cursor(self) -> str:
        """The mark of the last page."""
        cursor = None
        while following := self.page(cursor)[1]:
            cursor = following
        assert cursor is not None, "there is but one page"
        return cursor

    def bare(self) -> Any:
        """The driver on the same database."""
        if self.url is None:
            return sqlite.connect(str(self.folder / "anxun.sqlite"))
        return psycopg.connect(self.url.replace("postgresql+psycopg", "postgresql"))


def taken(port: int, path: str, cookie: str) -> tuple[float, float, bytes]:
    """Fetch a stream: seconds to the first byte of the body and to the last, and the body."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
    with socket.create_connection(("127.0.0.1", port)) as line:
        begun = time.perf_counter()
        line.sendall(f"{head}Connection: close\r\n\r\n".encode())
        pieces, first = [b""], 0.0
        while piece := line.recv(1 << 20):
            pieces.append(piece)
            first = first or time.perf_counter() - begun
        return first, time.perf_counter() - begun, b"".join(pieces)


def bare_table(here: Office) -> float:
    """Every answer in order, written as it comes; no question has a column, nothing is said."""
    connection = here.bare()
    begun = time.perf_counter()
    target = io.StringIO()
    writer = csv.writer(target)
    cursor = connection.cursor() if here.url is None else connection.cursor("bench")
    for row in cursor.execute(ANSWERS):
        writer.writerow(row)
        if target.tell() > 65_536:
            target.getvalue().encode()
            target.seek(0)
            target.truncate()
    took = time.perf_counter() - begun
    connection.close()
    return took


def bare_page(here: Office, *, is_last: bool) -> float:
    """The count and the rows of one page, newest first."""
    connection = here.bare()
    way = "ASC" if is_last else "DESC"
    begun = time.perf_counter()
    connection.execute("SELECT count(*) FROM inspection").fetchall()
    page = f"SELECT * FROM inspection ORDER BY started_at {way}, id {way} LIMIT {PAGE}"
    connection.execute(page).fetchall()
    took = time.perf_counter() - begun
    connection.close()
    return took


@contextmanager
def office(kind: str, size: int) -> Iterator[Office]:
    """An office over one database."""
    with ground(kind) as (folder, url):
        found = Office(folder, url, size)
        try:
            yield found
        finally:
            found.server.stop()


def tables(here: Office, kind: str, rounds: int) -> None:
    """The CSV beside the driver, in turn; memory after the first beside memory after the last."""
    # Each connection of the pool has a page cache of its own, which is filled once.
    for _ in range(WARM):
        here.table()
    before = servers.resident(here.worker)
    runs = [(*here.table(), bare_table(here)) for _ in range(rounds)]
    first = statistics.median(run[0] for run in runs)
    rate = here.size / statistics.median(run[1] for run in runs)
    ratio = statistics.median(run[3] / run[1] for run in runs)
    grown = (max(run[2] for run in runs) - before) / 1e6
    peak = servers.peak(here.worker) / 1e6
    words = f"W4 {kind}, CSV of {here.size:,}"
    print(f"{words:34s} {rate:10,.0f} rec/s  {ratio:5.2f} x as fast as the bare driver")
    print(f"{'':34s} first byte {first * 1000:.0f} ms; worker {peak:.0f} MB at most", flush=True)
    print(verdict("T14: s for 13,500 inspections", 13_500 / rate, 1.0))
    print(verdict("T14: first byte, s", first, 0.2))
    print(verdict("T14: MB that further tables add", grown, 10), flush=True)


def pages(here: Office, kind: str, rounds: int) -> None:
    """The first and the last page of the list, beside the bare SQL of each."""
    last = here.last_cursor()
    runs = [
        (here.page(None)[0], here.page(last)[0], bare_page(here, is_last=False),
         bare_page(here, is_last=True))
        for _ in range(max(rounds, 3) * 4)
    ]  # fmt: skip
    first, end, bare, bare_end = (statistics.median(run[n] for run in runs) for n in range(4))
    words = f"W4 {kind}, page of {PAGE}"
    print(f"{words:34s} first {first * 1000:6.1f} ms, last {end * 1000:6.1f} ms")
    print(f"{'  bare SQL':34s} first {bare * 1000:6.1f} ms, last {bare_end * 1000:6.1f} ms")
    print(verdict("T15: ms of the first (ODK Central, another machine)", first * 1000, 42))
    print(verdict("T15: last over first", end / first, 1.1), flush=True)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small table, one round")
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--size", type=int, default=SIZE)
    given = parser.parse_args()
    size = 1_000 if given.quick else given.size
    rounds = 1 if given.quick else ROUNDS
    for kind in given.database or ["sqlite", "postgres"]:
        print(f"\nW4, {kind} (calibration {calibrate() * 1000:.0f} ms)", flush=True)
        with office(kind, size) as here:
            tables(here, kind, rounds)
            pages(here, kind, rounds)


if __name__ == "__main__":
    main()
