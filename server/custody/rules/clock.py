"""
What a phone's clocks tell: the one that people set, and the one that only counts on.

The counting clock stands still while some phones sleep. So the set one running ahead of it says
nothing; falling behind it, or behind itself, says that somebody has put it back.
"""

from collections.abc import Sequence
from typing import Protocol

TRUSTED_MS = 5 * 60 * 1000


class Tick(Protocol):
    """A moment by both clocks of a phone; `boot` names the start that `mono` counts from."""

    @property
    def at(self) -> int: ...

    @property
    def mono(self) -> float: ...

    @property
    def boot(self) -> str: ...


def is_off(skew: int, before: int | None) -> bool:
    """Say whether a clock is wrong, and in another way than it was known to be."""
    return abs(skew) > TRUSTED_MS and (before is None or abs(skew - before) > TRUSTED_MS)


def fell_back(earlier: Tick, later: Tick) -> int:
    """Return by how much the set clock was put back between two acts; 0 for nothing to speak of."""
    passed = later.mono - earlier.mono if earlier.boot == later.boot else 0
    behind = earlier.at + max(0, round(passed)) - later.at
    return behind if behind > TRUSTED_MS else 0


def moments(ticks: Sequence[Tick], sent_at: int, now: int) -> list[int]:
    """
    Return when the acts of one push were done, by the server's clock; never in the future.

    The difference seen at sending holds for the last act. Where the clock was put back on the way,
    what came before is moved by that as well. Acts keep their order in any case.
    """
    skew = now - sent_at
    offset = skew if abs(skew) > TRUSTED_MS else 0
    if ticks and ticks[-1].at - sent_at > TRUSTED_MS:
        offset -= ticks[-1].at - sent_at
    made: list[int] = []
    latest = now
    for i in range(len(ticks) - 1, -1, -1):
        if i + 1 < len(ticks):
            offset -= fell_back(ticks[i], ticks[i + 1])
        latest = min(ticks[i].at + offset, latest)
        made.append(latest)
    made.reverse()
    return made
