"""Killing a server that works: whom, when, and the proof that it happened."""

import random
import statistics
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.torture.book import PHASES, Book
from tests.torture.serving import Victim

#: Seconds a request of this phase takes: the kill comes within them.
LASTS = {"push": 0.03, "upload": 0.04, "thumb": 0.08}
AIM_S = 1.0
PROGRESS_S = 3.0


@dataclass
class Toll:
    """What was done to the server."""

    kills: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    counts: list[int] = field(default_factory=list)

    def told(self) -> str:
        """One line for a person."""
        low, high = min(self.counts), max(self.counts)
        middle = statistics.median(self.counts)
        hits = ", ".join(f"{phase} {self.hits[phase]}" for phase in PHASES)
        return (
            f"{self.kills} kills; in the middle of: {hits}; acknowledged at the kills: "
            f"{low}-{high}, median {middle:g}, {len(set(self.counts))} different"
        )


def plan(kills: int, seed: int, masters: int) -> list[tuple[str, str]]:
    """Whom to kill and during what, in the order of the seed."""
    choice = random.Random(f"kills-{seed}")
    whom = ["master"] * masters
    whom += [choice.choice(("one", "one", "both")) for _ in range(kills - masters)]
    choice.shuffle(whom)
    return [(what, PHASES[number % len(PHASES)]) for number, what in enumerate(whom)]


def torment(server: Victim, book: Book, kills: int, seed: int, masters: int = 1) -> Toll:
    """Kill *kills* times, each time in the middle of some request, and let it come back."""
    choice = random.Random(f"moments-{seed}")
    toll = Toll()
    for what, phase in plan(kills, seed, masters):
        _await_progress(book, toll, choice.randint(0, 12))
        _await_phase(book, phase)
        time.sleep(choice.uniform(0, LASTS[phase]))
        before = time.monotonic()
        toll.counts.append(book.acknowledged)
        book.killed(what, phase)
        _kill(server, what)
        toll.kills += 1
        _await_workers(server)
        book.disturb()
        time.sleep(0.02)
        toll.hits.update({hit for at, hit in list(book.breaks) if at >= before})
    return toll


def _kill(server: Victim, what: str) -> None:
    if what == "master":
        server.kill_everything()
        server.up()
        return
    deadline = time.monotonic() + AIM_S
    while server.kill_workers(1 if what == "one" else 2) == 0:
        assert time.monotonic() < deadline, "there was no worker to kill"
        time.sleep(0.005)


def _await_progress(book: Book, toll: Toll, wanted: int) -> None:
    """Let some work be acknowledged between two kills, but do not wait for ever."""
    goal = (toll.counts[-1] if toll.counts else 0) + wanted
    deadline = time.monotonic() + PROGRESS_S
    while book.acknowledged < goal and time.monotonic() < deadline:
        time.sleep(0.002)


def _await_phase(book: Book, phase: str) -> None:
    deadline = time.monotonic() + AIM_S
    while not book.running[phase] and time.monotonic() < deadline:
        time.sleep(0.001)


def _await_workers(server: Victim) -> None:
    deadline = time.monotonic() + 20
    while len(set(server.workers()) - server.sent) < 2:
        assert time.monotonic() < deadline, "the workers did not come back"
        time.sleep(0.005)
