"""Plausibility of a path: what nobody can walk is a doubt, what somebody walks never is."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.presence import answers, rules
from server.presence.rules import Fix, Step

SECOND = 1000
CAMPUS, HOUSE = ("campus", "c"), ("building", "h")


def step(n: int, at: float, *way: tuple[str, str], fix: Fix | None = None, **more: str) -> Step:
    return Step(f"s{n:03d}", round(at * SECOND), more.pop("code", f"T{n}"), way, fix, **more)


def room(floor: int, number: int, house: str = "h") -> tuple[tuple[str, str], ...]:
    name = f"{floor}层" if floor > 0 else f"地下{-floor}层"
    return (
        CAMPUS, ("building", house), ("floor", f"{house}{floor}"), ("floor-name", name),
        ("room", f"{house}{floor}-{number}"),
    )  # fmt: skip


def test_forty_tags_in_three_minutes_are_noticed() -> None:
    steps = [step(n, n * 4.5, *room(1 + n % 5, n)) for n in range(40)]
    (doubt,) = rules.many_at_once(steps)
    assert doubt.kind == "presence-many"
    assert doubt.details["tags"] == 40
    assert rules.too_fast(steps)


def test_five_kilometres_in_a_minute_are_noticed() -> None:
    here, there = Fix(28.45, 119.92, 20), Fix(28.495, 119.92, 20)
    (doubt,) = rules.too_fast([step(1, 0, fix=here), step(2, 60, fix=there)])
    assert doubt.details["least"] > 100
    assert rules.too_fast([step(1, 0, fix=here), step(2, 600, fix=there)]) == []


def test_an_inaccurate_position_proves_nothing() -> None:
    here, there = Fix(28.45, 119.92, 3000), Fix(28.495, 119.92, 3000)
    assert rules.too_fast([step(1, 0, fix=here), step(2, 60, fix=there)]) == []


walks = st.lists(
    st.tuples(st.integers(-2, 12), st.integers(1, 9), st.sampled_from("hgk"), st.floats(0, 900)),
    min_size=1,
    max_size=40,
)


@given(walks)
def test_whoever_takes_the_time_is_never_doubted(legs: list[tuple[int, int, str, float]]) -> None:
    steps: list[Step] = []
    at = 0.0
    for n, (floor, number, house, dawdle) in enumerate(legs):
        here = step(n, 0, *room(floor or 1, number, house))
        least = rules.walking_seconds(steps[-1], here) if steps else 0
        at += least + dawdle + 0.001
        steps.append(step(n, at, *here.way))
    assert rules.too_fast(steps) == []


@given(walks, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(
    legs: list[tuple[int, int, str, float]], chance: random.Random
) -> None:
    steps = [
        step(n, wait * n, *room(floor or 1, number, house))
        for n, (floor, number, house, wait) in enumerate(legs)
    ]
    mixed = steps[:]
    chance.shuffle(mixed)
    for look in (rules.too_fast, rules.many_at_once, rules.odd_positions, rules.copies):
        assert look(steps) == look(mixed)


@given(st.integers(-3, 30), st.integers(-3, 30))
def test_more_floors_take_longer(one: int, other: int) -> None:
    here, there = step(1, 0, *room(one or 1, 1)), step(2, 0, *room(other or 1, 1))
    seconds = rules.walking_seconds(here, there)
    assert seconds == rules.walking_seconds(there, here)
    assert seconds == rules.LIMITS["walking"]["per-floor"] * abs((one or 1) - (other or 1))


@given(st.floats(-80, 80), st.floats(-179, 179), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_distances_are_distances(lat: float, lon: float, dy: float, dx: float) -> None:
    one, other = Fix(lat, lon), Fix(lat + dy, lon + dx)
    way = rules.metres(one, other)
    assert way == pytest.approx(rules.metres(other, one), abs=1e-6)
    assert 0 <= way < 2500
    assert rules.apart(Fix(lat, lon, way), other) == pytest.approx(0, abs=0.01)


def test_two_people_walk_by_themselves() -> None:
    steps = [
        step(1, 0, *room(1, 1), person="a"),
        step(2, 1, *room(9, 1), person="b"),
        step(3, 200, *room(9, 2), person="a"),
    ]
    assert rules.too_fast(steps) == []


@pytest.mark.parametrize(
    ("name", "level"),
    [("5层", 5), ("地下1层", -1), ("B2", -2), ("三楼", 3), ("负一楼", -1), ("门诊大厅", None)],
)
def test_floors_are_read_from_their_names(name: str, level: int | None) -> None:
    assert rules.level_of(name) == level


def test_positions_as_only_a_program_tells_them() -> None:
    exact = [step(1, 0, fix=Fix(28, 119, 0))]
    assert [d.details["why"] for d in rules.odd_positions(exact)] == ["accuracy"]
    still = [step(n, n * 300, fix=Fix(28.123456, 119.5, 12)) for n in range(6)]
    assert [d.details["why"] for d in rules.odd_positions(still)] == ["unchanged"]
    assert rules.odd_positions(still[:5]) == []
    soon = [step(n, n * 60, fix=Fix(28.123456, 119.5, 12)) for n in range(6)]
    assert rules.odd_positions(soon) == [], "a phone that lies in one small house"
    real = [step(n, n * 60, fix=Fix(28.12 + n * 1e-5, 119.5, 12)) for n in range(9)]
    assert rules.odd_positions(real, Fix(28.1201, 119.5001, 0)) == []
    assert [d.details["why"] for d in rules.odd_positions(real, Fix(29, 119.5, 0))] == ["away"]


def test_a_copied_tag_is_noticed() -> None:
    near, far = Fix(28.45, 119.92, 15), Fix(28.47, 119.92, 15)
    steps = [
        step(1, 0, fix=near, code="A", person="a", client="x"),
        step(2, 30, fix=far, code="A", person="b", client="y"),
        step(3, 60, fix=near, code="B"),
    ]
    (doubt,) = rules.copies(steps)
    assert (doubt.about, doubt.details["at_once"]) == (("s001", "s002"), True)
    moved = [step(1, 0, fix=near, code="A"), step(2, 30, fix=Fix(28.4501, 119.92, 15), code="A")]
    assert rules.copies(moved) == []


@pytest.mark.parametrize(
    ("count", "apart", "found"), [(60, 500, True), (60, 3000, False), (30, 1, False)]
)
def test_the_pace_of_answers(count: int, apart: int, found: bool) -> None:
    assert (rules.hurried(n * apart for n in range(count)) is not None) is found


def test_a_question_is_drawn_by_inspection_and_place_alone() -> None:
    facts = [f"f{n}" for n in range(4)]
    drawn = [answers.chosen(f"i{n}", "room", facts) for n in range(2000)]
    assert drawn == [answers.chosen(f"i{n}", "room", reversed(facts)) for n in range(2000)]
    share = sum(one is not None for one in drawn) / len(drawn)
    assert abs(share - rules.LIMITS["ask"]["below"] / 256) < 0.05
    counts = [drawn.count(fact) for fact in facts]
    assert max(counts) < 1.3 * min(counts)
    assert answers.chosen("i", "room", []) is None
    # The phone's twin is held to the same.
    assert [answers.chosen(f"i{n}", "room", facts) for n in range(8)] == [
        "f1",
        None,
        "f1",
        None,
        "f1",
        None,
        None,
        "f0",
    ]


@pytest.mark.parametrize(
    ("kind", "expected", "answer", "same"),
    [
        ("code", {"text": "JB-QG-9000"}, "jb qg 9000", True),
        ("code", {"text": "JB-QG-9000"}, "ＪＢ－ＱＧ－９０００", True),
        ("code", {"text": "JB-QG-9000"}, "JB-QG-9OOO", True),
        ("code", {"text": "JB-QG-9000"}, "9000", True),
        ("code", {"text": "JB-QG-9000"}, "000", False),
        ("code", {"text": "JB-QG-9000"}, "JB-QG-9001", False),
        ("last4", {"text": "A12345678"}, "5678", True),
        ("last4", {"text": "A12345678"}, "编号 A12345678", True),
        ("last4", {"text": "A12345678"}, "678", False),
        ("gauge", {"low": 0.4, "high": 0.6}, "0.52 MPa", True),
        ("gauge", {"low": 0.4, "high": 0.6}, "约0,45", True),
        ("gauge", {"low": 0.4, "high": 0.6}, "0.9", False),
        ("gauge", {"low": 0.4, "high": 0.6}, "看不到", False),
    ],
)
def test_answers_are_compared_with_tolerance(
    kind: str, expected: dict[str, object], answer: str, same: bool
) -> None:
    assert answers.agrees(kind, expected, answer) is same


def test_nowhere_is_nowhere() -> None:
    assert rules.fix_of({"lat": 0.0, "lon": 0.0}) is None
    assert rules.fix_of({"lat": 0.0, "lon": 109.3, "accuracy": 8}) == Fix(0, 109.3, 8)
    unsaid = Fix(28.46, 119.92)
    assert rules.apart(Fix(28.45, 119.92, 10), unsaid) == 0
    assert rules.apart(Fix(28.55, 119.92, 10), unsaid) > 5000
