"""How often something came back after it had been put right. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime

Entry = tuple[tuple[str, str], datetime, datetime | None]


def relapses(entries: Iterable[Entry]) -> dict[str, int]:
    """
    Count per unit the entries that were opened after one of the same thing was closed.

    An entry is (unit, thing), when it was opened, and when it was closed.
    """
    things: dict[tuple[str, str], list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for key, opened, closed in entries:
        things[key].append((opened, closed))
    counted: Counter[str] = Counter()
    for (unit, _), spells in things.items():
        closings = [closed for _, closed in spells if closed is not None]
        first = min(closings, default=None)
        counted[unit] += sum(first is not None and opened > first for opened, _ in spells)
    return dict(counted)
