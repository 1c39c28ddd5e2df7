"""Which two answers are a pair: the nearest in time, each of them in one pair only. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sight:
    """What one visit found of one item at one place; `at` in milliseconds."""

    inspection_id: str
    mode: str
    at: int
    result: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing that two visits looked at, near in time."""

    unit_id: str
    checklist_key: str
    target_id: str
    item_key: str
    first: Sight
    second: Sight

    @property
    def results(self) -> tuple[str, str]:
        """Return what the two said."""
        return self.first.result, self.second.result

    @property
    def outcome(self) -> str:
        """Return both-pass, both-fail, missed (only the second failed it), own, or left-out."""
        match self.results:
            case ("pass", "fail"):
                return "missed"
            case ("fail", "pass"):
                return "own"
            case ("fail", "fail"):
                return "both-fail"
            case ("pass", "pass"):
                return "both-pass"
        return "left-out"

    @property
    def compares(self) -> bool:
        """Say whether both judged it; what did not apply to one of them compares nothing."""
        return self.outcome != "left-out"


def match(
    first: Sequence[Sight], second: Sequence[Sight], within_ms: int, *, in_order: bool
) -> Iterator[tuple[Sight, Sight]]:
    """
    Pair sights of one thing: the nearest two first, each used once.

    `in_order` wants the first before the second: after somebody else's visit a unit knows what it
    is to find.
    """
    near = [
        (abs(b.at - a.at), b.at, a.inspection_id, b.inspection_id, a, b)
        for a in first
        for b in second
        if a.inspection_id != b.inspection_id
        and abs(b.at - a.at) <= within_ms
        and (not in_order or a.at <= b.at)
    ]
    used: set[int] = set()
    for *_, a, b in sorted(near, key=lambda one: one[:4]):
        if id(a) not in used and id(b) not in used:
            used |= {id(a), id(b)}
            yield a, b
