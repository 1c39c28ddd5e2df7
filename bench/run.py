"""
`make bench`: every workload beside its floor, in the same minutes, as ratios.

`python -m bench.run [--quick] [--only WORD] [--database sqlite|postgres] [--repeat N]`
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import servers, workloads
from bench.measure import Contest, table
from bench.phones import BenchPhone
from bench.raw import Raw, RawPostgres, RawSqlite
from bench.servers import Gunicorn

Make = Callable[["Stage"], Contest]


class Stage:
    """The product and the floor, both running."""

    def __init__(self, folder: Path, database_url: str | None, workers: int) -> None:
        self.folder = folder
        self.product, self.world = servers.product(folder, database_url, workers)
        self.floor: Gunicorn = servers.floor(folder, workers)
        self.raw: Raw = RawPostgres(database_url) if database_url else RawSqlite(folder)
        self._next = 0

    def phones(self, count: int) -> list[BenchPhone]:
        """Phones of people in turn; the last one's is kept for a first synchronisation."""
        there = servers_people(self.world) - 1
        first = self._next if self._next + count <= there else 0
        self._next = first + count
        return [BenchPhone(self.product.port, self.world, first + n) for n in range(count)]

    def stop(self) -> None:
        self.product.stop()
        self.floor.stop()


def servers_people(world: dict[str, Any]) -> int:
    """How many people the bench's world has."""
    return len(world["people"])


def _record(connections: int, each: int) -> Make:
    def make(stage: Stage) -> Contest:
        phones = stage.phones(connections)
        floor = workloads.floor_records(stage.floor.port, phones, each)
        ours = workloads.records(phones, each)
        title = f"W1N inspections of 60, c{connections}"
        return Contest(title, "rec/s", ours, {"stack floor": floor})

    return make


def _push(stage: Stage) -> Contest:
    (phone,) = stage.phones(1)
    return Contest(
        "P1 1,000 answers, batches of 100",
        "mut/s",
        workloads.pushes(phone, 1000, 100, packed=True),
        {f"{stage.raw.name}, same tx": workloads.raw_pushes(stage.raw, phone, 1000, 100)},
    )


def _exchange(stage: Stage) -> Contest:
    (phone,) = stage.phones(1)
    raw = workloads.raw_pushes(stage.raw, phone, 600, 20, per=20)
    run = workloads.exchanges(phone, 30, 20)
    name = f"{stage.raw.name}, 20 a tx"
    return Contest("20 answers and their delta", "exch/s", run, {name: raw})


def _poll(stage: Stage) -> Contest:
    (phone,) = stage.phones(1)
    return Contest("P3 nothing new", "poll/s", workloads.polls(phone, 50), {})


def _first(stage: Stage) -> Contest:
    return Contest(
        "P2 first sync of 10,000 rows",
        "rows/s",
        workloads.first_sync(
            stage.product.port, stage.world, servers_people(stage.world) - 1, 10_000
        ),
        {f"{stage.raw.name} + orjson": workloads.raw_rows(stage.raw, 10_000)},
    )


def _photo(connections: int) -> Make:
    def make(stage: Stage) -> Contest:
        floor = workloads.floor_photos(stage.floor.port, connections, 48)
        raw = workloads.raw_photos(stage.folder, 48)
        ours = workloads.photos(stage.phones(connections), 48)
        title = f"W3 48 photos of 300 kB, c{connections}"
        return Contest(title, "MB/s", ours, {"bare Flask": floor, "hash+write+fsync": raw})

    return make


WORKLOADS: dict[str, Make] = {
    "record1": _record(1, 40),
    "record4": _record(4, 20),
    "record8": _record(8, 12),
    "record16": _record(16, 6),
    "record40": _record(40, 4),
    "push": _push,
    "exchange": _exchange,
    "poll": _poll,
    "first": _first,
    "photo1": _photo(1),
    "photo4": _photo(4),
    "photo8": _photo(8),
    "photo40": _photo(40),
}


@contextmanager
def _database(kind: str) -> Iterator[str | None]:
    """An empty database of that kind."""
    if kind == "sqlite":
        yield None
        return
    from tests.support.postgres import DURABLE, Cluster

    cluster = Cluster(DURABLE)
    cluster.start()
    try:
        cluster.create("bench")
        yield cluster.url("bench")
    finally:
        cluster.stop()


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one repetition")
    parser.add_argument("--only", default="", help="workloads whose name contains this")
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    for kind in given.database or ["sqlite", "postgres"]:
        with tempfile.TemporaryDirectory(prefix="bench-") as name, _database(kind) as url:
            stage = Stage(Path(name), url, given.workers)
            try:
                contests = [make(stage) for key, make in WORKLOADS.items() if given.only in key]
                for contest in contests:
                    contest.repeat(1 if given.quick else given.repeat)
            finally:
                stage.stop()
            table(contests, f"{kind}, gunicorn gevent with {given.workers} workers, loopback")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
