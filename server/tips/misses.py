"""
Who asks for labels and receipts that are none: counted in this process alone, never written down.

A flood of guesses must not become a flood of writes. 80 bits need no counting to be safe; this
keeps guessing from costing us much, and short label codes from being listed.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from server.kernel import clock
from server.tips.rules import RULES

_seen: OrderedDict[str, tuple[int, datetime]] = OrderedDict()


def is_over(key: str) -> bool:
    """Say whether somebody has missed too often of late."""
    count, since = _seen.get(key, (0, clock.now()))
    return count >= RULES["misses"]["most"] and clock.now() < since + _span()


def note(key: str) -> None:
    """Count a miss; who has not come for long is forgotten."""
    now = clock.now()
    count, since = _seen.pop(key, (0, now))
    _seen[key] = (1, now) if now >= since + _span() else (count + 1, since)
    while len(_seen) > RULES["misses"]["remembered"]:
        _seen.popitem(last=False)


def wait_s() -> int:
    """Return how long to wait at most."""
    return int(_span().total_seconds())


def forget() -> None:
    """Forget everybody."""
    _seen.clear()


def _span() -> timedelta:
    return timedelta(minutes=RULES["misses"]["minutes"])
