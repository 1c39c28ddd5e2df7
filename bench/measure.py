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

    @property
    def rate(self) -> float:
        return self.amount / self.seconds


Work = Callable[[], Run]


@dataclass
class Contest:
    """Our way and its floors, measured in turn."""

    name: str
    unit: str
    ours: Work
    floors: dict[str, Work]
    runs: dict[str, list[Run]] = field(default_factory=dict)

    def repeat(self, times: int) -> None:
        """Run everything *times* times, interleaved."""
        for number in range(times):
            pace = calibrate()
            print(
                f"  {self.name} {number + 1}/{times} (calibration {pace * 1000:.0f} ms)", flush=True
            )
            for name, work in [("ours", self.ours), *self.floors.items()]:
                self.runs.setdefault(name, []).append(work())

    def lines(self) -> list[str]:
        """The result, one line a contestant."""
        found = [_line(self.name, "ours", self.unit, self.runs["ours"], None)]
        for name in self.floors:
            ratios = [
                mine.rate / floor.rate
                for mine, floor in zip(self.runs["ours"], self.runs[name], strict=True)
            ]
            found.append(_line("", name, self.unit, self.runs[name], statistics.median(ratios)))
        return found


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
    cpu = statistics.median(run.client_cpu / run.seconds for run in runs)
    if cpu:
        tail += f"  client {cpu:.0%} CPU"
    share = f"  ours/this {ratio:5.2f}" if ratio is not None else " " * 17
    return f"{title:34s} {name:22s} {_median(runs):12,.1f} {unit:6s}{share}{tail}"


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
