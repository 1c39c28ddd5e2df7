"""
Workload G: does an exchange grow with what exists, or with what changed?

Servers over databases of different sizes run side by side and are asked in turn, so that a busy
moment of the machine hits all sizes alike. Every figure is a ratio to the smallest database.

`python -m bench.growth [--quick] [--database sqlite] [--sizes 1000,1000000] [--phones 1,8,40]`
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from bench import servers, workloads, years
from bench.measure import Run, calibrate, verdict
from bench.phones import BenchPhone
from bench.stalled import stalled_uploads
from bench.wire import together

ROUNDS = 7
EACH = 6
State = dict[str, Any]


class Place:
    """A server over a database of one size, and phones that are in step with it."""

    def __init__(self, folder: Path, url: str | None, size: int, phones: int) -> None:
        self.size = size
        self.server, world = servers.product(folder, url, 2, lambda w: fill(folder, url, w, size))
        self.phones = [BenchPhone(self.server.port, world, n) for n in range(phones)]
        self.states: list[State] = [{} for _ in self.phones]
        for number, phone in enumerate(self.phones):
            # The places' scopes are the same for all: whoever comes later knows them already.
            known = {s: c for s, c in self.states[0].get("cursors", {}).items() if "user" not in s}
            self.states[number]["cursors"] = {s: c for s, c in known.items() if "insp" not in s}
            workloads.catch_up(phone, self.states[number])

    def nothing_new(self, count: int) -> Run:
        """Phones that ask when there is nothing."""
        return self._together(count, lambda phone: [])

    def sixty(self, count: int) -> Run:
        """Phones that bring a whole inspection and fetch what it changed, in one round trip."""
        return self._together(count, lambda phone: phone.record())

    def _together(self, count: int, push: Any) -> Run:
        jobs = []
        for phone, state in zip(self.phones[:count], self.states, strict=False):
            workloads.catch_up(phone, state)
            batches = [push(phone) for _ in range(EACH)]
            jobs.append([workloads.exchange_job(phone, one, state) for one in batches])
        return together([p.connection for p in self.phones[:count]], jobs, count * EACH)


def fill(folder: Path, url: str | None, world: dict[str, Any], size: int) -> None:
    """Put years of work behind a fresh installation."""
    begun, now = time.monotonic(), int(time.time() * 1000)
    with years.opened(folder, url) as sink:
        years.Visits(world, size, now).write(sink)
        years.write_hazards(sink, world, size // 20, now)
    print(f"  {size:,} answers laid down in {time.monotonic() - begun:.0f} s", flush=True)


@contextmanager
def places(kind: str, sizes: list[int], phones: int) -> Iterator[list[Place]]:
    """Servers over all sizes of one kind of database."""
    with ExitStack() as stack:
        url: Any = lambda size: None  # noqa: E731
        if kind == "postgres":
            from tests.support.postgres import DURABLE, Cluster

            cluster = Cluster(DURABLE)
            cluster.start()
            stack.callback(cluster.stop)

            def url(size: int) -> str:
                cluster.create(f"bench{size}")
                return cluster.url(f"bench{size}")

        found = []
        for size in sizes:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-"))
            found.append(Place(Path(folder), url(size), size, phones))
            stack.callback(found[-1].server.stop)
        yield found


def measure(here: list[Place], what: str, phones: int, rounds: int) -> dict[int, list[Run]]:
    """Ask all sizes in turn, *rounds* times; what came before counts for nothing."""
    runs: dict[int, list[Run]] = {place.size: [] for place in here}
    for number in range(rounds + 1):
        for place in here if number % 2 else reversed(here):
            run = getattr(place, what)(phones)
            if number:
                runs[place.size].append(run)
    return runs


def report(
    title: str, runs: dict[int, list[Run]], p95_limit: float = 0, p99_limit: float = 0
) -> None:
    """One line a size: its times, and its ratio to the smallest of the same round."""
    p95 = p99 = ratio = 0.0
    smallest = next(iter(runs.values()))
    for size, own in runs.items():
        times = sorted(t for run in own for t in run.latencies)
        ratios = [
            statistics.median(run.latencies) / statistics.median(base.latencies)
            for run, base in zip(own, smallest, strict=True)
        ]
        p50, p95, p99 = (times[int(len(times) * part)] * 1000 for part in (0.5, 0.95, 0.99))
        print(
            f"{title:42s} {size:>9,d} rows  p50 {p50:7.1f}  p95 {p95:7.1f}  p99 {p99:7.1f} ms"
            f"  x{(ratio := statistics.median(ratios)):5.2f}",
            flush=True,
        )
    if len(runs) > 1:
        print(verdict("G: the largest database over the smallest", ratio, 1.3))
    if p95_limit:
        print(verdict("G: p95 ms", p95, p95_limit))
    if p99_limit:
        print(verdict("Z: p99 ms", p99, p99_limit), flush=True)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two sizes, two rounds")
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--phones", default="1,8,40")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    given = parser.parse_args()
    sizes = [1_000, 10_000] if given.quick else [int(s) for s in given.sizes.split(",")]
    counts = [int(c) for c in given.phones.split(",")]
    rounds = 2 if given.quick else given.rounds
    for kind in given.database or ["sqlite", "postgres"]:
        with places(kind, sizes, max(counts)) as here:
            print(f"\nG, {kind}, two workers a server (calibration {calibrate() * 1000:.0f} ms)")
            for count in counts:
                for what, words in (("nothing_new", "nothing new"), ("sixty", "60 mutations")):
                    title = f"{words}, {count} phones"
                    report(title, measure(here, what, count, rounds), 500 if count == 40 else 0)
            _beside_stalled(here[-1], max(counts), rounds)


def _beside_stalled(place: Place, count: int, rounds: int) -> None:
    """Workload Z: the same exchanges while 200 uploads stand still."""
    alone = measure([place], "sixty", count, rounds)
    report(f"Z 60 mutations, {count} phones, alone", alone)
    with stalled_uploads(place.server.port, place.phones, 200):
        beside = measure([place], "sixty", count, rounds)
        report("Z the same beside 200 stalled uploads", beside, p99_limit=1000)


if __name__ == "__main__":
    main()
