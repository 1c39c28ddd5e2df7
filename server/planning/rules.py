"""
How far a campaign has come, and which unit should be next. Pure.

The matrix counts records: each falls into exactly one cell. A quota counts days on which a unit was
visited, because one visit with three checklists is one visit.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

Cell = tuple[str, str, str, str]


@dataclass(frozen=True)
class Visit:
    """One submitted record; `planned`: for a task of the campaign; `led`: a leader was there."""

    id: str
    unit: str
    mode: str
    focus: str
    on: date
    led: bool = False
    planned: bool = False


@dataclass(frozen=True)
class Window:
    """A stretch of days of a campaign."""

    key: str
    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Say whether the day lies within."""
        return self.first <= day <= self.last


def _cuts(starts: date, ends: date, months: int) -> list[date]:
    month = (starts.month - 1) // months * months + 1
    day, found = date(starts.year, month, 1), []
    while day <= ends:
        found.append(day)
        ahead = day.month - 1 + months
        day = date(day.year + ahead // 12, ahead % 12 + 1, 1)
    return [*found, day]


_MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def _name(every: str, day: date) -> str:
    part = (day.month - 1) // _MONTHS[every] + 1
    marks = {"month": f"-{day.month:02}", "quarter": f"-Q{part}", "half": f"-H{part}", "year": ""}
    return f"{day.year}{marks[every]}"


def windows(
    starts: date, ends: date, every: str, phases: Sequence[Mapping[str, Any]] = ()
) -> list[Window]:
    """Cut a period into calendar stretches, its phases, or leave it whole."""
    if every == "campaign":
        return [Window("all", starts, ends)]
    if every == "phase":
        return [
            Window(
                phase["key"],
                date.fromisoformat(phase["starts_on"]),
                date.fromisoformat(phase["ends_on"]),
            )
            for phase in phases
        ]
    cuts = _cuts(starts, ends, _MONTHS[every])
    return [
        Window(_name(every, first), max(first, starts), min(after - timedelta(days=1), ends))
        for first, after in pairwise(cuts)
    ]


def stretch_of(day: date, stretches: Sequence[Window]) -> str:
    """Return the key of the stretch in which a day counts; what lies in none counts as "-"."""
    return next((one.key for one in stretches if one.holds(day)), "-")


def matrix(visits: Iterable[Visit], stretches: Sequence[Window]) -> Counter[Cell]:
    """Count records by unit, mode, focus and stretch."""
    found: Counter[Cell] = Counter()
    for visit in visits:
        found[visit.unit, visit.mode, visit.focus, stretch_of(visit.on, stretches)] += 1
    return found


@dataclass(frozen=True)
class Slice:
    """A part of the matrix: a cell, a row, a column, or all of it. None asks nothing."""

    unit: str | None = None
    modes: Collection[str] | None = None
    focus: str | None = None
    window: str | None = None
    planned: bool = False
    led: bool = False

    def holds(self, visit: Visit, stretches: Sequence[Window]) -> bool:
        """Say whether a record is among those that this part counts."""
        return (
            self.unit in (None, visit.unit)
            and (self.modes is None or visit.mode in self.modes)
            and self.focus in (None, visit.focus)
            and self.window in (None, stretch_of(visit.on, stretches))
            and (visit.planned or not self.planned)
            and (visit.led or not self.led)
        )


def never_visited(units: Sequence[str], visits: Iterable[Visit]) -> list[str]:
    """Return the units without a single record, in their order."""
    seen = {visit.unit for visit in visits}
    return [unit for unit in units if unit not in seen]


@dataclass(frozen=True)
class Lack:
    """A unit that was not visited often enough in a stretch that is over, or is not over yet."""

    unit: str
    window: str
    have: int
    over: bool


@dataclass(frozen=True)
class Met:
    """How a quota stands: of so many (unit, stretch) pairs due by now so many are met."""

    key: str
    asked: int
    met: int
    lacks: Sequence[Lack]


def judge_quota(
    quota: Mapping[str, Any],
    units: Mapping[str, str],
    visits: Sequence[Visit],
    stretches: Sequence[Window],
    today: date,
) -> Met:
    """Compare visits with what a quota asks of each unit; *units* maps to tiers."""
    asked = [unit for unit, tier in units.items() if not quota["tiers"] or tier in quota["tiers"]]
    begun = [one for one in stretches if one.first <= today]
    days = _days(quota, visits, begun)
    need = quota["at_least"]
    lacks = [
        Lack(unit, one.key, len(days[unit, one.key]), over=one.last < today)
        for one in begun
        for unit in asked
        if len(days[unit, one.key]) < need
    ]
    total = len(asked) * len(begun)
    return Met(quota["key"], total, total - len(lacks), lacks)


def _days(
    quota: Mapping[str, Any], visits: Iterable[Visit], stretches: Sequence[Window]
) -> Mapping[tuple[str, str], set[date]]:
    found: defaultdict[tuple[str, str], set[date]] = defaultdict(set)
    for visit in visits:
        if not _counts(quota, visit):
            continue
        for one in stretches:
            if one.holds(visit.on):
                found[visit.unit, one.key].add(visit.on)
    return found


def _counts(quota: Mapping[str, Any], visit: Visit) -> bool:
    return (
        (not quota["modes"] or visit.mode in quota["modes"])
        and (not quota["focus"] or visit.focus in quota["focus"])
        and (visit.led or not quota["led"])
    )


@dataclass(frozen=True)
class Figures:
    """What goals are counted from, within one phase."""

    units: int
    visited: int
    visits: int
    led: int
    opened: int
    closed: int
    major_open: int


@dataclass(frozen=True)
class Counted:
    """A counted goal: the value, of how many (None: no share), and whether it is reached."""

    value: int
    of: int | None
    reached: bool


def judge_goal(count: Mapping[str, Any], seen: Figures) -> Counted:
    """Say how far a counted goal is; a share of nothing is not reached."""
    what = count["what"]
    shares = {
        "visited-units": (seen.visited, seen.units),
        "closed-share": (seen.closed, seen.opened),
    }
    if what in shares:
        value, of = shares[what]
        return Counted(value, of, of > 0 and value * 100 >= count.get("at_least", 100) * of)
    value = {"visits": seen.visits, "led": seen.led, "major-open": seen.major_open}[what]
    least, most = count.get("at_least"), count.get("at_most")
    return Counted(
        value, None, (least is None or value >= least) and (most is None or value <= most)
    )


def phase_state(first: date, last: date, today: date) -> str:
    """Say whether a phase is ahead, running or over."""
    return "ahead" if today < first else "over" if today > last else "running"


@dataclass(frozen=True)
class Standing:
    """What is known of a unit when the next visits are chosen."""

    days: int | None
    open: int
    overdue: int
    major: int


def priority(unit: Standing) -> int:
    """
    Return 0 to 100: how soon somebody should go there.

    Long unvisited up to 40, suspected or found major hazards up to 30, overdue ones up to 18, open
    ones up to 12. The desk shows what it is made of.
    """
    waited = 40 if unit.days is None else min(40, unit.days * 40 // 365)
    return waited + min(30, unit.major * 15) + min(18, unit.overdue * 6) + min(12, unit.open * 2)


def split(names: Collection[str], most: int) -> Iterator[list[str]]:
    """Cut many names into pieces that a statement can hold."""
    listed = sorted(names)
    for start in range(0, len(listed), most):
        yield listed[start : start + most]
