"""What the matrix, quotas, goals and urgency are made of."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from server.planning.rules import (
    Figures,
    Standing,
    Visit,
    Window,
    judge_goal,
    judge_quota,
    matrix,
    never_visited,
    priority,
    windows,
)
from tests.factories.planning import phase, quota

UNITS = ["a", "b", "c", "d"]
START, END = date(2024, 3, 7), date(2026, 11, 20)
days = st.dates(date(2023, 12, 1), date(2027, 2, 1))
visits = st.lists(
    st.builds(
        Visit,
        id=st.uuids().map(str),
        unit=st.sampled_from(UNITS),
        mode=st.sampled_from(["spot", "surprise", "expert"]),
        focus=st.sampled_from(["fire", "gas"]),
        on=days,
        led=st.booleans(),
    ),
    max_size=60,
)
cuts = st.sampled_from(["month", "quarter", "half", "year", "campaign"])
FIGURES = Figures(units=4, visited=3, visits=9, led=2, opened=10, closed=9, major_open=0)


@given(visits, cuts)
def test_every_record_is_in_exactly_one_cell(made: list[Visit], every: str) -> None:
    cells = matrix(made, windows(START, END, every))
    assert sum(cells.values()) == len(made)
    for axis, name in enumerate(("unit", "mode", "focus")):
        for word in {getattr(visit, name) for visit in made}:
            total = sum(count for key, count in cells.items() if key[axis] == word)
            assert total == sum(getattr(visit, name) == word for visit in made)
    outside = sum(count for key, count in cells.items() if key[3] == "-")
    assert outside == sum(not START <= visit.on <= END for visit in made)


@given(visits)
def test_visited_and_never_visited_are_all_units(made: list[Visit]) -> None:
    never = never_visited(UNITS, made)
    assert set(never) | {visit.unit for visit in made} == set(UNITS)
    assert set(never).isdisjoint(visit.unit for visit in made)


@given(days, st.integers(0, 900), cuts)
def test_stretches_cover_the_period_without_gap_or_overlap(
    first: date, length: int, every: str
) -> None:
    last = first + timedelta(days=length)
    found = windows(first, last, every)
    assert (found[0].first, found[-1].last) == (first, last)
    assert all(a.last + timedelta(days=1) == b.first for a, b in pairwise(found))
    assert len({one.key for one in found}) == len(found)


def test_stretches_have_the_names_people_use() -> None:
    assert [one.key for one in windows(START, END, "half")] == [
        "2024-H1", "2024-H2", "2025-H1", "2025-H2", "2026-H1", "2026-H2",
    ]  # fmt: skip
    assert windows(START, END, "quarter")[0] == Window("2024-Q1", START, date(2024, 3, 31))
    assert [one.key for one in windows(START, END, "year")] == ["2024", "2025", "2026"]
    phases = [phase("x", "2024-04-01", "2024-05-01")]
    assert windows(START, END, "phase", phases) == [Window("x", date(2024, 4, 1), date(2024, 5, 1))]


@given(visits, st.integers(1, 4), st.dates(START, END))
def test_a_quota_lacks_exactly_what_was_not_visited_often_enough(
    made: list[Visit], need: int, today: date
) -> None:
    asked = quota("q", at_least=need, modes=["spot"])
    stretches = windows(START, END, "year")
    met = judge_quota(asked, dict.fromkeys(UNITS, "hospital"), made, stretches, today)
    lacking = {(lack.unit, lack.window) for lack in met.lacks}
    assert met.met + len(lacking) == met.asked
    for one in stretches:
        for unit in UNITS:
            on = {v.on for v in made if v.unit == unit and v.mode == "spot" and one.holds(v.on)}
            wanted = one.first <= today and len(on) < need
            assert ((unit, one.key) in lacking) == wanted


def test_three_checklists_on_one_day_are_one_visit() -> None:
    made = [Visit(str(n), "a", "spot", focus, date(2026, 5, 4)) for n, focus in enumerate("xyz")]
    stretch = windows(date(2026, 1, 1), date(2026, 12, 31), "year")
    met = judge_quota(quota("q"), {"a": "hospital"}, made, stretch, date(2026, 6, 1))
    assert [(lack.have, lack.over) for lack in met.lacks] == [(1, False)]


def test_a_quota_may_ask_some_tiers_and_led_visits_only() -> None:
    made = [
        Visit("1", "a", "spot", "x", date(2026, 5, 4), led=True),
        Visit("2", "b", "spot", "x", date(2026, 5, 4)),
    ]
    stretch = windows(date(2026, 1, 1), date(2026, 3, 31), "campaign")
    stretch = [Window("all", date(2026, 1, 1), date(2026, 12, 31)), *stretch[1:]]
    asked = quota("q", at_least=1, led=True, tiers=["hospital"])
    tiers = {"a": "hospital", "b": "hospital", "c": "village"}
    met = judge_quota(asked, tiers, made, stretch, date(2026, 6, 1))
    assert (met.asked, met.met, [lack.unit for lack in met.lacks]) == (2, 1, ["b"])


def test_goals_are_counted_with_their_denominator() -> None:
    share = judge_goal({"what": "visited-units", "at_least": 75}, FIGURES)
    assert (share.value, share.of, share.reached) == (3, 4, True)
    assert not judge_goal({"what": "visited-units", "at_least": 76}, FIGURES).reached
    assert judge_goal({"what": "closed-share", "at_least": 90}, FIGURES).reached
    assert judge_goal({"what": "major-open", "at_most": 0}, FIGURES).reached
    assert not judge_goal({"what": "led", "at_least": 3}, FIGURES).reached
    nothing = Figures(units=0, visited=0, visits=0, led=0, opened=0, closed=0, major_open=0)
    assert not judge_goal({"what": "visited-units", "at_least": 0}, nothing).reached


standings = st.builds(
    Standing,
    days=st.none() | st.integers(0, 2000),
    open=st.integers(0, 50),
    overdue=st.integers(0, 50),
    major=st.integers(0, 9),
)


@given(standings)
def test_urgency_stays_within_bounds_and_grows_with_each_worry(unit: Standing) -> None:
    here = priority(unit)
    assert 0 <= here <= 100
    worse = (
        Standing(None, unit.open, unit.overdue, unit.major),
        Standing(unit.days, unit.open + 1, unit.overdue, unit.major),
        Standing(unit.days, unit.open, unit.overdue + 1, unit.major),
        Standing(unit.days, unit.open, unit.overdue, unit.major + 1),
    )
    assert all(priority(other) >= here for other in worse)
