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

from bench import attached, pictures, servers, targets, workloads
from bench.measure import Contest, table
from bench.phones import BenchPhone
from bench.raw import Raw, RawPostgres, RawSqlite
from bench.servers import Gunicorn

Make = Callable[["Stage"], Contest]


class Stage:
    """The product and the floor, both running."""

    def __init__(self, folder: Path, url: str | None, workers: int, database: int | None) -> None:
        self.folder = folder
        self.product, self.world = servers.product(folder, url, workers)
        self.floor: Gunicorn = servers.floor(folder, workers)
        self.raw: Raw = RawPostgres(url) if url else RawSqlite(folder)
        self._database = database
        self._next = 0

    def phones(self, count: int) -> list[BenchPhone]:
        """Phones of people in turn; the last one's is kept for a first synchronisation."""
        there = servers_people(self.world) - 1
        first = self._next if self._next + count <= there else 0
        self._next = first + count
        return [BenchPhone(self.product.port, self.world, first + n) for n in range(count)]

    def last_phone(self) -> BenchPhone:
        """A phone of the person who is kept."""
        return BenchPhone(self.product.port, self.world, servers_people(self.world) - 1)

    def cpu(self) -> float:
        """Processor time of the product and its database; the floor's counts with the floor."""
        below = servers.cpu_below(self._database) if self._database else 0.0
        return self.product.cpu() + self.floor.cpu() + below

    def stop(self) -> None:
        self.product.stop()
        self.floor.stop()


def servers_people(world: dict[str, Any]) -> int:
    """How many people the bench's world has."""
    return len(world["people"])


def _record(connections: int, each: int, title: str = "W1N inspections of 60") -> Make:
    def make(stage: Stage) -> Contest:
        phones = stage.phones(connections)
        floor = workloads.floor_records(stage.floor.port, phones, each)
        ours = workloads.records(phones, each)
        return Contest(f"{title}, c{connections}", "rec/s", ours, {"stack floor": floor}, stage.cpu)

    return make


def _push(stage: Stage) -> Contest:
    (phone,) = stage.phones(1)
    return Contest(
        "P1 1,000 answers, batches of 100",
        "mut/s",
        workloads.pushes(phone, 1000, 100, packed=True),
        {f"{stage.raw.name}, same tx": workloads.raw_pushes(stage.raw, phone, 1000, 100)},
        stage.cpu,
    )


def _exchange(title: str, times: int, size: int) -> Make:
    def make(stage: Stage) -> Contest:
        (phone,) = stage.phones(1)
        raw = workloads.raw_pushes(stage.raw, phone, times * size, size, per=size)
        run = workloads.exchanges(phone, times, size)
        return Contest(title, "exch/s", run, {f"{stage.raw.name}, {size} a tx": raw}, stage.cpu)

    return make


def _poll(connections: int, times: int) -> Make:
    def make(stage: Stage) -> Contest:
        floor = workloads.floor_polls(stage.floor.port, connections, times)
        ours = workloads.polls(stage.phones(connections), times)
        title = f"P3 nothing new, c{connections}"
        return Contest(title, "poll/s", ours, {"bare Flask, one row": floor}, stage.cpu)

    return make


def _first(stage: Stage) -> Contest:
    return Contest(
        "P2 first sync of 10,000 rows",
        "rows/s",
        workloads.first_sync(
            stage.product.port, stage.world, servers_people(stage.world) - 1, 10_000
        ),
        {f"{stage.raw.name} + orjson": workloads.raw_rows(stage.raw, 10_000)},
        stage.cpu,
    )


def _photo(connections: int) -> Make:
    def make(stage: Stage) -> Contest:
        floor = pictures.floor_photos(stage.floor.port, connections, 48)
        raw = pictures.raw_photos(stage.folder, 48)
        ours = pictures.photos(stage.phones(connections), 48)
        title = f"W3 48 photos of 300 kB, c{connections}"
        floors = {"bare Flask": floor, "hash+write+fsync": raw}
        return Contest(title, "MB/s", ours, floors, stage.cpu)

    return make


def _with_photos(stage: Stage) -> Contest:
    phones = stage.phones(4)
    floor = pictures.floor_with_photos(stage.floor.port, phones, 3)
    ours = pictures.with_photos(phones, 3)
    title = "W1A inspections with 5 photos, c4"
    return Contest(title, "rec/s", ours, {"stack floor": floor}, stage.cpu)


def _pushed(connections: int) -> Make:
    def make(stage: Stage) -> Contest:
        phones = stage.phones(connections)
        floor = attached.floor_pushed(stage.floor.port, phones, attached.RECORDS)
        ours = attached.pushed(phones, attached.RECORDS)
        title = f"A1 20 records with a photo, c{connections}"
        return Contest(title, "MB/s", ours, {"stack floor": floor}, stage.cpu)

    return make


def _fetched(connections: int) -> Make:
    def make(stage: Stage) -> Contest:
        fetched = attached.Fetched(stage.last_phone(), stage.phones(connections), stage.folder)
        floor = fetched.floor(stage.floor.port)
        title = f"A2 20 records with a photo, c{connections}"
        floors = {"bare Flask, files": floor}
        return Contest(title, "MB/s", fetched.ours, floors, stage.cpu, prepare=fetched.prepare)

    return make


def _resumed(stage: Stage) -> Contest:
    (phone,) = stage.phones(1)
    floor = pictures.floor_large(stage.floor.port)
    title = "20 MB, cut at half and sent on"
    return Contest(title, "MB/s", pictures.resumed(phone), {"bare Flask": floor}, stage.cpu)


def _thumbnail(_stage: Stage) -> Contest:
    floor = pictures.naive_thumbnails(20)
    title = "W6 small picture of 1600x1200"
    return Contest(title, "pic/s", pictures.thumbnails(20), {"naive decoding": floor})


# What tells bytes comes first: who works on many visits has as many cursors to send. What is
# fetched comes before the photos that are brought: they keep the server drawing for a while.
WORKLOADS: dict[str, Make] = {
    "poll1": _poll(1, 50),
    "poll8": _poll(8, 20),
    "poll40": _poll(40, 6),
    "sixty": _exchange("P3b 60 answers and their delta", 10, 60),
    "exchange": _exchange("20 answers and their delta", 30, 20),
    "record1": _record(1, 40),
    "record4": _record(4, 20),
    "record8": _record(8, 12),
    "record16": _record(16, 6),
    "record40": _record(40, 4),
    "push": _push,
    "first": _first,
    "fetched1": _fetched(1),
    "fetched8": _fetched(8),
    "fetched40": _fetched(40),
    "photo1": _photo(1),
    "photo4": _photo(4),
    "photo8": _photo(8),
    "photo40": _photo(40),
    "with-photos": _with_photos,
    "pushed1": _pushed(1),
    "pushed8": _pushed(8),
    "pushed40": _pushed(40),
    "resumed": _resumed,
    "thumbnail": _thumbnail,
    "sustained": _record(16, 312, "W1S sustained, 5,000 W1N"),
}
# Minutes each: once, and never in a quick run.
LONG = {"sustained"}


def _chosen(stage: Stage, kind: str, only: str, quick: bool) -> dict[str, Contest]:
    made = {}
    for key, make in WORKLOADS.items():
        if only in key and not (quick and key in LONG):
            made[key] = make(stage)
            made[key].wanted = targets.wanted(key, kind)
    return made


@contextmanager
def _database(kind: str) -> Iterator[tuple[str | None, int | None]]:
    """An empty database of that kind: its address, and the process that serves it."""
    if kind == "sqlite":
        yield None, None
        return
    from tests.support.postgres import DURABLE, Cluster

    cluster = Cluster(DURABLE)
    cluster.start()
    try:
        cluster.create("bench")
        yield cluster.url("bench"), cluster.pid
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
        with tempfile.TemporaryDirectory(prefix="bench-") as name, _database(kind) as (url, pid):
            stage = Stage(Path(name), url, given.workers, pid)
            try:
                contests = _chosen(stage, kind, given.only, given.quick)
                for key, contest in contests.items():
                    contest.repeat(1 if given.quick or key in LONG else given.repeat)
            finally:
                stage.stop()
            title = f"{kind}, gunicorn gevent with {given.workers} workers, loopback"
            table(list(contests.values()), title)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
