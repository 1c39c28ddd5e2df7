"""Which answers are compared with which, and who may compare them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.insight import queries
from server.insight.limits import LIMITS
from server.insight.matching import Sight, match
from server.insight.queries import Wanted, pairs
from server.kernel.ids import new_id
from tests.factories.visits import DRILL, EXIT, POSTED, make_visit
from tests.support.actors import Actors, World
from tests.support.queries import Queries

WANTED = Wanted(first_modes=("self-check",), second_modes=("spot", "surprise"), in_order=True)


def told(found: list[Any]) -> list[tuple[str, str, str]]:
    return [(pair.item_key, pair.target_id, pair.outcome) for pair in found]


@pytest.fixture
def office(actors: Actors) -> Any:
    return actors["bureau_office"]


@pytest.fixture
def head(actors: Actors) -> Any:
    return actors["unit_head"]


@pytest.fixture
def inspector(actors: Actors) -> Any:
    return actors["inspector"]


def test_same_item_same_place_near_in_time(
    office: Any, head: Any, inspector: Any, world: World
) -> None:
    own = {POSTED: "pass", DRILL: "fail", ("room-1", EXIT): "pass", ("room-2", EXIT): "pass"}
    make_visit(head, world.hospital, "self-check", 10, own)
    others = {POSTED: "fail", DRILL: "fail", ("room-1", EXIT): "fail", ("room-3", EXIT): "fail"}
    make_visit(inspector, world.hospital, "spot", 2, others)
    make_visit(inspector, world.clinic, "spot", 2, others)
    assert told(pairs(office, WANTED)) == [
        (DRILL, "", "both-fail"),
        (POSTED, "", "missed"),
        (EXIT, "room-1", "missed"),
    ]


def test_what_does_not_apply_compares_nothing(
    office: Any, head: Any, inspector: Any, world: World
) -> None:
    make_visit(head, world.hospital, "self-check", 10, {POSTED: "na", DRILL: "unable"})
    make_visit(inspector, world.hospital, "spot", 2, {POSTED: "fail", DRILL: "fail"})
    found = pairs(office, WANTED)
    assert [pair.compares for pair in found] == [False, False]


def test_an_own_check_afterwards_is_no_find_of_ones_own(
    office: Any, head: Any, inspector: Any, world: World
) -> None:
    make_visit(inspector, world.hospital, "spot", 10, {POSTED: "fail"})
    make_visit(head, world.hospital, "self-check", 9, {POSTED: "fail"})
    assert pairs(office, WANTED) == []
    either = Wanted(first_modes=("self-check",), second_modes=("spot",))
    assert told(pairs(office, either)) == [(POSTED, "", "both-fail")]


def test_the_nearest_is_taken_and_nothing_counts_twice(
    office: Any, head: Any, inspector: Any, world: World
) -> None:
    make_visit(head, world.hospital, "self-check", 29, {POSTED: "fail"})
    make_visit(head, world.hospital, "self-check", 5, {POSTED: "pass"})
    make_visit(inspector, world.hospital, "spot", 3, {POSTED: "fail"})
    make_visit(inspector, world.hospital, "surprise", 1, {POSTED: "fail"})
    found = pairs(office, WANTED)
    assert [(pair.first.result, pair.second.mode) for pair in found] == [
        ("pass", "spot"),
        ("fail", "surprise"),
    ]
    far = Wanted(first_modes=("self-check",), second_modes=("spot", "surprise"), days=2)
    assert len(pairs(office, far)) == 1


def test_a_value_beyond_its_limit_fails_whatever_was_tapped(
    office: Any, head: Any, inspector: Any, world: World
) -> None:
    make_visit(head, world.hospital, "self-check", 4, {("r", EXIT): "pass"})
    visit = make_visit(inspector, world.hospital, "spot", 2, {})
    from tests.factories.inspections import make_answer

    make_answer(visit, EXIT, "r", result="pass", **{"r.width": 0.8})
    assert told(pairs(office, WANTED)) == [(EXIT, "r", "missed")]


def test_drafts_and_other_peoples_places_are_not_there(
    office: Any, head: Any, inspector: Any, actors: Actors, world: World
) -> None:
    make_visit(head, world.hospital, "self-check", 4, {POSTED: "pass"})
    visit = make_visit(inspector, world.hospital, "spot", 2, {POSTED: "fail"})
    assert len(pairs(office, WANTED)) == 1
    for role in ("unit_head", "inspector", "expert", "visit_planner", "administrator"):
        assert pairs(actors[role], WANTED) == [], role
    visit.state = "draft"
    assert pairs(office, WANTED) == []


def test_filters_narrow_both_sides(office: Any, head: Any, inspector: Any, world: World) -> None:
    first = make_visit(head, world.hospital, "self-check", 4, {POSTED: "pass", DRILL: "pass"})
    second = make_visit(inspector, world.hospital, "spot", 2, {POSTED: "fail", DRILL: "fail"})
    for given_, count in (
        ({"item_key": DRILL}, 1),
        ({"unit_ids": [world.clinic.id]}, 0),
        ({"region_id": world.city.id}, 2),
        ({"region_id": world.other_county.id}, 0),
        ({"checklist_key": "fire"}, 0),
        ({"first_ids": [first.id], "second_ids": [second.id]}, 2),
        ({"first_ids": [new_id()], "second_ids": [second.id]}, 0),
        ({"since": second.started_at.date()}, 0),
    ):
        wanted = Wanted(first_modes=("self-check",), second_modes=("spot",), **given_)
        assert len(pairs(office, wanted)) == count, given_


def test_statements_do_not_grow_with_what_is_compared(
    office: Any,
    head: Any,
    inspector: Any,
    world: World,
    queries: Callable[[], AbstractContextManager[Queries]],
) -> None:
    def compare() -> tuple[int, int]:
        with queries() as seen:
            found = pairs(office, WANTED)
        return len(seen), len(found)

    results = {POSTED: "pass", DRILL: "fail"}
    make_visit(head, world.hospital, "self-check", 10, results)
    make_visit(inspector, world.hospital, "spot", 9, results)
    few, _ = compare()
    for day in range(20, 320, 20):
        make_visit(head, world.hospital, "self-check", day + 1, results)
        make_visit(inspector, world.clinic, "spot", day, results)
        make_visit(inspector, world.hospital, "spot", day, results)
    many, found = compare()
    assert found > 20
    assert many <= few <= 4


def test_too_much_is_said_not_tried(
    office: Any, head: Any, inspector: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_visit(head, world.hospital, "self-check", 4, {POSTED: "pass", DRILL: "pass"})
    make_visit(inspector, world.hospital, "spot", 2, {POSTED: "fail", DRILL: "fail"})
    from dataclasses import replace

    monkeypatch.setattr(queries, "LIMITS", replace(LIMITS, most_answers=3))
    with pytest.raises(queries.TooMuch) as refused:
        pairs(office, WANTED)
    assert (refused.value.code, refused.value.extras["count"]) == ("insight-too-much", 4)


sights = st.lists(st.integers(0, 400), max_size=12)


@given(sights, sights, st.integers(0, 60), st.booleans())
def test_matching_uses_each_once_within_reach(
    first: list[int], second: list[int], reach: int, in_order: bool
) -> None:
    a = [Sight(f"a{n}", "self-check", at, "pass") for n, at in enumerate(first)]
    b = [Sight(f"b{n}", "spot", at, "fail") for n, at in enumerate(second)]
    found = list(match(a, b, reach, in_order=in_order))
    for side in (0, 1):
        used = [pair[side].inspection_id for pair in found]
        assert len(set(used)) == len(used)
    assert all(abs(y.at - x.at) <= reach for x, y in found)
    assert all(x.at <= y.at for x, y in found) or not in_order
    left_a = [x for x in a if x not in [p[0] for p in found]]
    left_b = [y for y in b if y not in [p[1] for p in found]]
    assert not any(
        abs(y.at - x.at) <= reach and (x.at <= y.at or not in_order) for x in left_a for y in left_b
    ), "two that could be a pair were both left over"
    assert found == list(match(list(reversed(a)), list(reversed(b)), reach, in_order=in_order))
