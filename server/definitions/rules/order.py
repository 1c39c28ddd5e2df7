"""Which of several things changed their place among each other, told with the fewest moves."""

from bisect import bisect_left
from collections.abc import Sequence


def moved_keys(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Name the keys that moved; those added or removed move nobody."""
    place = {key: at for at, key in enumerate(before)}
    common = [key for key in after if key in place]
    kept = _longest_rise([place[key] for key in common])
    return {key for at, key in enumerate(common) if at not in kept}


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """Return the positions of a longest rising run, gaps allowed."""
    tails: list[int] = []
    ends: list[int] = []
    came_from: list[int] = []
    for at, number in enumerate(numbers):
        length = bisect_left(tails, number)
        came_from.append(ends[length - 1] if length else -1)
        tails[length:] = [number, *tails[length + 1 :]]
        ends[length:] = [at, *ends[length + 1 :]]
    found: set[int] = set()
    at = ends[-1] if ends else -1
    while at >= 0:
        found.add(at)
        at = came_from[at]
    return found
