"""Holidays, working weekends and seasons as the office looks at them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from server.campaigns import calendars
from server.campaigns.calendars import between, holidays, is_day_off
from tests.support.clients import AppClient

YEARS = sorted({one.on.year for one in holidays()})
FEASTS = {"new-year", "spring", "qingming", "labour", "dragon-boat", "mid-autumn", "national"}


@pytest.mark.parametrize("year", YEARS)
def test_every_year_knows_every_feast_once(year: int) -> None:
    found = [one for one in holidays() if one.on.year == year]
    assert sorted(one.key for one in found) == sorted(FEASTS)
    assert all(one.first <= one.on <= one.last for one in found)
    assert len({one.source["tag"] for one in found}) == 1


def test_worked_weekends_are_weekends_outside_of_the_days_off() -> None:
    for one in holidays():
        for day in one.work:
            assert day.weekday() >= 5, day
            assert not is_day_off(day)
            assert calendars.holiday_on(day) is None


@pytest.mark.parametrize(
    ("day", "off"),
    [
        ("2026-02-15", True),
        ("2026-02-23", True),
        ("2026-02-24", False),
        ("2026-02-14", False),
        ("2025-10-08", True),
        ("2025-10-11", False),
        ("2024-05-11", False),
        ("2026-11-22", True),
        ("2026-11-23", False),
    ],
)
def test_days_off_follow_the_notices(day: str, off: bool) -> None:
    assert is_day_off(date.fromisoformat(day)) == off


def test_the_days_before_a_feast_are_busy() -> None:
    told = between(date(2026, 9, 1), date(2026, 9, 30))
    keys = {one["key"]: one["heighten"] for one in told["holidays"]}
    assert keys["mid-autumn"] == {
        "starts_on": "2026-09-18", "ends_on": "2026-09-24", "mode": "holiday",
    }  # fmt: skip
    assert keys["national"]["ends_on"] == "2026-09-30"
    assert told["work_days"] == ["2026-09-20"]


def test_a_season_may_run_over_the_new_year() -> None:
    told = between(date(2026, 1, 10), date(2026, 1, 12))
    spans = {one["key"]: (one["starts_on"], one["ends_on"]) for one in told["seasons"]}
    assert spans["heating"] == ("2025-11-15", "2026-03-15")
    assert "flood" not in spans
    whole = between(date(2026, 1, 1), date(2026, 12, 31))["seasons"]
    assert sum(one["key"] == "heating" for one in whole) == 2


@pytest.mark.parametrize("days", [-1, calendars.MOST_DAYS + 1])
def test_days_that_make_no_calendar_are_refused(login: Callable[..., AppClient], days: int) -> None:
    last = date(2026, 1, 1) + timedelta(days=days)
    answer: Any = login("inspector").get(f"/api/calendar?first=2026-01-01&last={last}")
    assert (answer.status_code, answer.json["code"]) == (422, "calendar-span-wrong")
    assert (
        login("unit_head").get("/api/calendar?first=2026-01-01&last=2026-01-02").status_code == 403
    )


def test_a_year_without_a_notice_says_so() -> None:
    last = max(one.on.year for one in calendars.holidays())
    told = calendars.between(date(2026, 1, 1), date(2026, 12, 31))
    assert told["open_years"] == []
    told = calendars.between(date(last, 12, 1), date(last + 1, 1, 31))
    assert told["open_years"][-1] == {"year": last + 1, "feasts": False}
    for one in calendars.holidays():
        notice_is_out = one.source["tag"] == "verified"
        told_open = calendars.open_years(one.on, one.on)
        assert told_open == ([] if notice_is_out else [{"year": one.on.year, "feasts": True}])
    assert not calendars.is_day_off(date(last + 1, 3, 1)) or date(last + 1, 3, 1).weekday() >= 5
