"""
Does time tell whether a visit is planned? The spy test's worlds, timed.

Two installations that differ in one sealed visit answer the same requests of the same spies, in
turn and in an order drawn anew for each pair. Wilcoxon's signed ranks say of each address whether
one of them is slower; the smallest chance counts, times the number of addresses. With a leak put
in, one more question to the database where a visit is, the same must find it: otherwise the bench
could not see anything.

`python -m bench.spying [--quick] [--database sqlite] [--pairs 100] [--part 2/6]`

`--part` takes every sixth address, beginning with the second, where a machine has no long quiet
hour: chances are multiplied by the number of all addresses all the same.
"""

import argparse
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from bench.measure import calibrate
from server import create_app
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.spy import leaks, watch
from tests.spy.doors import doors
from tests.spy.looking import ELSEWHERE, Look
from tests.spy.sealed import TITLE, Sealed
from tests.spy.world import Scene
from tests.support.actors import Actors, World
from tests.support.databases import Databases

SPIES = ("unit_head", "bureau_office")
#: below this, somebody could tell
LEVEL = 0.01


class Place:
    """An installation of its own, its spies logged in, with a sealed visit or without."""

    def __init__(self, databases: Databases, backend: str, name: str, *, planned: bool) -> None:
        settings = databases.settings(databases.fresh(backend), databases.folder / name)
        self.app = create_app(settings)
        visit = new_id()
        with self.app.app_context():
            scene = Scene(Actors(World(self.app)))
            scene.furnish()
            scene.enter()
            if planned:
                Sealed(scene, visit).plan()
            self.clients = {who: scene.clients[who] for who in SPIES}
            clues = scene.clues((visit,), TITLE)
            found = [door for door in doors(self.app) if door.method == "GET"]
            self.looks = {
                who: [one for one in watch.looks(who, found, clues) if self._is_answered(one)]
                for who in SPIES
            }
            db.session.remove()

    def _is_answered(self, given: Look) -> bool:
        return given.path.startswith("/api/") and self.send(given) == 200

    def send(self, given: Look) -> int:
        """Send one request of a spy; the status of its answer."""
        answer = self.clients[given.who].get(
            given.path, query_string=dict(given.arguments), environ_base=ELSEWHERE
        )
        return int(answer.status_code)

    def seconds(self, who: str, number: int) -> float:
        """How long one request of a spy takes."""
        with self.app.app_context():
            begun = time.perf_counter()
            self.send(self.looks[who][number])
            return time.perf_counter() - begun


def compare(
    one: Place, other: Place, who: str, pairs: int, numbers: Sequence[int]
) -> tuple[float, float]:
    """The median of the second over the first, and how likely so much is by chance alone."""
    order = random.Random(who)
    ratios: dict[int, list[float]] = {number: [] for number in numbers}
    for _ in range(pairs):
        for number in numbers:
            sides = [one, other]
            if order.random() < 0.5:
                sides.reverse()
            took = {side: side.seconds(who, number) for side in sides}
            ratios[number].append(took[other] / took[one])
    told = ratios.values()
    least = min(signed_ranks([math.log(ratio) for ratio in own]) for own in told)
    chance = min(1.0, least * len(one.looks[who]))
    return statistics.median(ratio for own in told for ratio in own), chance


def signed_ranks(differences: list[float]) -> float:
    """Wilcoxon's test on paired differences, two-sided, by its normal approximation."""
    n = len(differences)
    ranked = sorted(differences, key=abs)
    above = sum(rank for rank, value in enumerate(ranked, 1) if value > 0)
    z = (above - n * (n + 1) / 4) / math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    return math.erfc(abs(z) / math.sqrt(2))


def run(backend: str, pairs: int, part: tuple[int, int]) -> bool:
    """Compare all three on one kind of database; whether nothing can be told but the leak."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        databases = Databases(Path(folder))
        try:
            return _judged(databases, backend, pairs, part)
        finally:
            databases.close()


def _judged(databases: Databases, backend: str, pairs: int, part: tuple[int, int]) -> bool:
    without, within = (
        Place(databases, backend, name, planned=name == "with") for name in ("without", "with")
    )
    known = {who: range(part[0] - 1, len(without.looks[who]), part[1]) for who in SPIES}
    asked = {who: f"{len(own)} of {len(without.looks[who])}" for who, own in known.items()}
    print(f"\n{backend}, {pairs} pairs of {asked} (calibration {calibrate() * 1000:.0f} ms)")
    sound = True
    for who in SPIES:
        ratio, chance = compare(without, within, who, pairs, known[who])
        sound &= chance > LEVEL
        print(f"{who:16s} with a sealed visit     x{ratio:6.3f}  p {chance:.3f}", flush=True)
    with pytest.MonkeyPatch.context() as patch:
        leaks.slower(patch)
        ratio, chance = compare(without, within, SPIES[0], pairs, _leaking(without))
        sound &= chance < LEVEL
        print(f"{SPIES[0]:16s} with a leak put in      x{ratio:6.3f}  p {chance:.2g}", flush=True)
    return sound


def _leaking(place: Place) -> list[int]:
    """The addresses through which the leak shows; the others would but dilute it."""
    looks = place.looks[SPIES[0]]
    return [number for number, look in enumerate(looks) if look.path.startswith("/api/units")]


def _part(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    return int(number), int(of)


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few pairs")
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--part", type=_part, default=(1, 1), help="2/6: every sixth address")
    given = parser.parse_args()
    kinds = given.database or ["sqlite", "postgres"]
    sound = [run(kind, 20 if given.quick else given.pairs, given.part) for kind in kinds]
    sys.exit(0 if all(sound) else 1)


if __name__ == "__main__":
    main()
