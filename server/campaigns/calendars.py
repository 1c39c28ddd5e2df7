"""
Holidays and seasons as data, and when the office should look closer than usual. Pure.

Days off and working weekends are those of the yearly notice; where the notice is not out yet only
the day of the feast stands there, marked to-verify.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from server.kernel.errors import Invalid

FOLDER = Path(__file__).with_name("calendar")
MOST_DAYS = 1200
HOLIDAY_MODE = "holiday"


class CalendarSpanWrong(Invalid):
    """The last day lies before the first, or years after it."""

    code = "calendar-span-wrong"
    title = "These days make no calendar."
    title_zh = "日历的起止日期有误。"


@dataclass(frozen=True)
class Holiday:
    """A feast with its days off and the weekends that are worked for it."""

    key: str
    name: dict[str, str]
    on: date
    first: date
    last: date
    work: tuple[date, ...]
    heighten_days: int
    source: dict[str, str]

    def heightened(self) -> tuple[date, date]:
        """Return the days in which the check before the feast belongs."""
        return self.first - timedelta(days=self.heighten_days), self.first - timedelta(days=1)


def require_span(first: date, last: date) -> None:
    """Raise unless the days make a calendar of at most some years."""
    if not timedelta() <= last - first <= timedelta(days=MOST_DAYS):
        raise CalendarSpanWrong(days=MOST_DAYS)


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


@cache
def holidays() -> tuple[Holiday, ...]:
    """Return every holiday known, in order."""
    data = _read("holidays.json")
    names = {one["key"]: one for one in data["names"]}
    found = [
        Holiday(
            key=one["key"],
            name=names[one["key"]]["name"],
            on=date.fromisoformat(one["on"]),
            first=date.fromisoformat(one["off"][0]),
            last=date.fromisoformat(one["off"][1]),
            work=tuple(date.fromisoformat(day) for day in one["work"]),
            heighten_days=names[one["key"]]["heighten_days"],
            source=year["source"],
        )
        for year in data["years"]
        for one in year["holidays"]
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.key)))


@cache
def seasons() -> tuple[dict[str, Any], ...]:
    """Return the seasons of the year that are watched."""
    return tuple(_read("seasons.json")["seasons"])


def holiday_on(day: date) -> Holiday | None:
    """Return the holiday whose days off hold *day*."""
    return next((one for one in holidays() if one.first <= day <= one.last), None)


def is_day_off(day: date) -> bool:
    """Say whether nobody works: a day off of a holiday, or a weekend that is not worked."""
    if any(day in one.work for one in holidays()):
        return False
    return holiday_on(day) is not None or day.weekday() >= 5


def _season_spans(season: dict[str, Any], first: date, last: date) -> Iterator[tuple[date, date]]:
    for year in range(max(first.year - 1, date.min.year), min(last.year + 1, date.max.year)):
        starts = date.fromisoformat(f"{year:04}-{season['starts']}")
        over_new_year = season["ends"] < season["starts"]
        ends = date.fromisoformat(f"{year + over_new_year:04}-{season['ends']}")
        if starts <= last and ends >= first:
            yield starts, ends


@cache
def _noticed_years() -> dict[int, bool]:
    """Return the years that are known at all, and whether the notice on days off is out."""
    years = _read("holidays.json")["years"]
    return {one["year"]: one["source"]["tag"] == "verified" for one in years}


def open_years(first: date, last: date) -> list[dict[str, Any]]:
    """Return the years of which days off are not known, and whether at least the feasts are."""
    known = _noticed_years()
    years = [year for year in range(first.year, last.year + 1) if not known.get(year)]
    return [{"year": year, "feasts": year in known} for year in years]


def between(first: date, last: date) -> dict[str, Any]:
    """Return what the calendar says of the days from *first* to *last*."""
    near = [one for one in holidays() if one.heightened()[0] <= last and one.last >= first]
    return {
        "holidays": [_told(one) for one in near],
        "open_years": open_years(first, last),
        "work_days": sorted(
            day.isoformat() for one in holidays() for day in one.work if first <= day <= last
        ),
        "seasons": [
            {
                "key": season["key"],
                "name": season["name"],
                "look": season["look"],
                "mode": season["mode"],
                "source": season["source"],
                "starts_on": starts.isoformat(),
                "ends_on": ends.isoformat(),
            }
            for season in seasons()
            for starts, ends in _season_spans(season, first, last)
        ],
    }


def _told(one: Holiday) -> dict[str, Any]:
    starts, ends = one.heightened()
    return {
        "key": one.key,
        "name": one.name,
        "on": one.on.isoformat(),
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "source": one.source,
        "heighten": {
            "starts_on": starts.isoformat(),
            "ends_on": ends.isoformat(),
            "mode": HOLIDAY_MODE,
        },
    }
