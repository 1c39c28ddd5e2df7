"""Interleaved repetitions, medians, and a calibration loop: machines are noisy, ratios are not."""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Run:
    """One repetition: how much was done, how long it took, what went over the wire."""

    amount: float
    seconds: float
    requests: int = 0
    up: int = 0
    down: int = 0
    latencies: list[float] = field(default_factory=list)
    client_cpu: float = 0.0
    server_cpu: float = 0.0

    @property
    def rate(self) -> float:
        return self.amount / self.seconds


Work = Callable[[], Run]


@dataclass(frozen=True)
class Target:
    """What is wanted of a workload, by its name in the list of targets."""

    name: str
    words: str
    figure: Callable[["Contest"], float]
    limit: float
    at_least: bool = False

    def line(self, contest: "Contest") -> str:
        """Say whether it was met."""
        figure = self.figure(contest)
        is_met = figure >= self.limit if self.at_least else figure <= self.limit
        sign = ">=" if self.at_least else "<="
        verdict = "met" if is_met else "MISSED"
        return f"{self.name}: {self.words} {sign} {self.limit:g}: {figure:.4g}, {verdict}"


@dataclass
class Contest:
    """Our way and its floors, measured in turn."""

    name: str
    unit: str
    ours: Work
    floors: dict[str, Work]
    # How much processor time the servers have used, database included.
    cpu: Callable[[], float] = lambda: 0.0
    wanted: Sequence["Target"] = ()
    # What has to be there before anything is timed.
    prepare: Callable[[], None] = lambda: None
    runs: dict[str, list[Run]] = field(default_factory=dict)

    def repeat(self, times: int) -> None:
        """Run everything *times* times, interleaved."""
        self.prepare()
        for number in range(times):
            pace = calibrate()
            print(
                f"  {self.name} {number + 1}/{times} (calibration {pace * 1000:.0f} ms)", flush=True
            )
            for name, work in [("ours", self.ours), *self.floors.items()]:
                before = self.cpu()
                run = work()
                run.server_cpu = self.cpu() - before
                self.runs.setdefault(name, []).append(run)

    def ratio(self, floor: str) -> float:
        """Ours divided by a floor, repetition by repetition, then the median."""
        pairs = zip(self.runs["ours"], self.runs[floor], strict=True)
        return statistics.median(mine.rate / other.rate for mine, other in pairs)

    def within(self, part: float) -> float:
        """The milliseconds within which so much of our requests were answered."""
        times = sorted(t for run in self.runs["ours"] for t in run.latencies)
        return times[int(len(times) * part)] * 1000

    def lines(self) -> list[str]:
        """The result, one line a contestant, then what was wanted of it."""
        found = [_line(self.name, "ours", self.unit, self.runs["ours"], None)]
        for name in self.floors:
            found.append(_line("", name, self.unit, self.runs[name], self.ratio(name)))
        return [*found, *(f"    {target.line(self)}" for target in self.wanted)]


def _median(runs: Sequence[Run]) -> float:
    return statistics.median(run.rate for run in runs)


def _line(title: str, name: str, unit: str, runs: Sequence[Run], ratio: float | None) -> str:
    last = runs[-1]
    times = sorted(t for run in runs for t in run.latencies)
    tail = ""
    if times:
        p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
        tail = f"  p50 {p50 * 1000:6.1f}  p95 {p95 * 1000:6.1f} ms"
    if last.requests:
        up, down = last.up / 1000, last.down / 1000
        tail += f"  {last.requests} requests, {up:.1f} kB up, {down:.1f} kB down"
    work = statistics.median(run.server_cpu / run.amount for run in runs) * 1000
    if work:
        tail += f"  server {work:.2f} ms CPU/{unit.split('/')[0]}"
    cpu = statistics.median(run.client_cpu / run.seconds for run in runs)
    if cpu:
        tail += f"  client {cpu:.0%} CPU"
    share = f"  ours/this {ratio:5.2f}" if ratio is not None else " " * 17
    return f"{title:34s} {name:22s} {_median(runs):12,.1f} {unit:6s}{share}{tail}"


def verdict(target: str, figure: float, limit: float) -> str:
    """Say whether a figure is within what is wanted."""
    return f"    {target} <= {limit:g}: {figure:.4g}, {'met' if figure <= limit else 'MISSED'}"


def calibrate() -> float:
    """How long a fixed piece of Python takes at this moment."""
    started = time.perf_counter()
    total = 0
    for number in range(1_000_000):
        total += number * number
    return time.perf_counter() - started


def table(contests: Sequence[Contest], title: str) -> None:
    """Print the results."""
    print(f"\n{title}", file=sys.stdout)
    for contest in contests:
        for line in contest.lines():
            print(line)
