"""
Who inspects whom: a pure rule that anybody can run again from the seed and the pairs before.

Every region inspects exactly one other and is inspected by exactly one; nobody inspects itself, no
two inspect each other, no two that have met in the barred rounds meet again in either direction,
and nobody goes where all of its people stand aside (`unfit`, in that direction only). Candidates
are tried in the order of SHA-256(seed, guest, home), the region with the fewest left first, so that
the result depends on nothing but its inputs.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

Pair = tuple[str, str]
#: steps of one search; a search that ends earlier without a result has proved that there is none
STEPS = 20_000
TRIES = 12


class NoMatch(Exception):
    """No pairing was found; `proved` when there is none."""

    def __init__(self, *, proved: bool) -> None:
        super().__init__("no pairing")
        self.proved = proved


class _Spent(Exception):
    """The search has taken too many steps in this order."""


def order_key(seed: str, guest: str, home: str) -> bytes:
    """Return what candidates are sorted by."""
    return hashlib.sha256(f"{seed}\n{guest}\n{home}".encode()).digest()


@dataclass
class _Search:
    """One depth-first search; `left` counts the steps that it may still take."""

    order: Mapping[str, Sequence[str]]
    left: int = STEPS
    chosen: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def _open(self, guest: str) -> list[str]:
        return [
            home
            for home in self.order[guest]
            if home not in self.taken and self.chosen.get(home) != guest
        ]

    def run(self) -> bool:
        """Complete the choice; say whether it could be done."""
        waiting = [guest for guest in self.order if guest not in self.chosen]
        if not waiting:
            return True
        options = {guest: self._open(guest) for guest in waiting}
        guest = min(waiting, key=lambda one: len(options[one]))
        for home in options[guest]:
            self.left -= 1
            if self.left < 0:
                raise _Spent()
            self.chosen[guest] = home
            self.taken.add(home)
            if self.run():
                return True
            del self.chosen[guest]
            self.taken.discard(home)
        return False


def make_pairs(
    regions: Iterable[str], barred: Iterable[Pair], seed: str, unfit: Iterable[Pair] = ()
) -> list[Pair]:
    """Return (guest, home) for every region, sorted by guest, or raise NoMatch."""
    names = sorted(set(regions))
    met = {frozenset(pair) for pair in barred}
    shut = set(unfit)
    for attempt in range(TRIES):
        mixed = seed if attempt == 0 else f"{seed}/{attempt}"
        try:
            if not (search := _Search(_orders(names, met, shut, mixed))).run():
                raise NoMatch(proved=True)
            return sorted(search.chosen.items())
        except _Spent:
            continue
    raise NoMatch(proved=False)


def _orders(
    names: Sequence[str], met: set[frozenset[str]], shut: set[Pair], seed: str
) -> dict[str, list[str]]:
    guests = sorted(names, key=lambda guest: order_key(seed, guest, ""))

    def may_meet(guest: str, home: str) -> bool:
        return home != guest and frozenset((guest, home)) not in met and (guest, home) not in shut

    return {
        guest: sorted(
            (home for home in names if may_meet(guest, home)),
            key=lambda home: order_key(seed, guest, home),
        )
        for guest in guests
    }


def faults_of(
    pairs: Sequence[Pair],
    regions: Iterable[str],
    barred: Iterable[Pair],
    unfit: Iterable[Pair] = (),
) -> list[str]:
    """Say what is wrong with a pairing, for whoever checks one that was made elsewhere."""
    names = set(regions)
    met = {frozenset(pair) for pair in barred}
    told = {
        "itself": any(guest == home for guest, home in pairs),
        "mutual": any((home, guest) in set(pairs) for guest, home in pairs if guest != home),
        "guests": sorted(guest for guest, _ in pairs) != sorted(names),
        "homes": sorted(home for _, home in pairs) != sorted(names),
        "again": any(frozenset(pair) in met for pair in pairs),
        "unfit": not set(unfit).isdisjoint(pairs),
    }
    return [name for name, wrong in told.items() if wrong]


def longest_cycle(
    regions: Sequence[str],
    rounds: Sequence[Sequence[Pair]],
    seed: str,
    unfit: Sequence[Pair] = (),
) -> int:
    """Return of how many of the latest rounds (the newest first) the pairs can still be barred."""
    for count in range(len(rounds), -1, -1):
        try:
            make_pairs(regions, [pair for one in rounds[:count] for pair in one], seed, unfit)
        except NoMatch:
            continue
        return count
    return -1
