"""The law of merging: what people said decides, not whose message was faster."""

from collections.abc import Callable
from itertools import permutations
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.checklists.rules import merge_field
from tests.checklists.inventing import some_words

WORST_FIRST = ["fail", "unable", "na", "pass", None]


def arrive(field: str, words: list[dict[str, Any]]) -> Any:
    """Let words arrive one after another, none of them having seen the others."""
    merged: Any = {"state": None}
    for word in words:
        merged = merge_field(field, merged["state"], word)  # type: ignore[arg-type]
    return merged


def remaining(state: dict[str, Any]) -> list[tuple[str, str]]:
    """List who said what, whatever the revisions."""
    words = state.get("candidates", [state])
    return sorted((word["client"], repr(word["v"])) for word in words)


@pytest.mark.fault(50)
def test_two_or_three_people_end_alike_in_any_order(
    record_property: Callable[[str, object], None],
) -> None:
    compared = 0

    @settings(max_examples=300, deadline=None, derandomize=True, database=None)
    @given(
        seed=st.integers(0, 2**32),
        count=st.sampled_from([2, 3]),
        field=st.sampled_from(["result", "note", "reason"]),
    )
    def check(seed: int, count: int, field: str) -> None:
        nonlocal compared
        words = some_words(Random(seed), count)
        ends = [arrive(field, list(order)) for order in permutations(words)]
        compared += len(ends)
        for end in ends[1:]:
            assert end["state"]["v"] == ends[0]["state"]["v"]
            assert end["conflict"] == ends[0]["conflict"]
            assert remaining(end["state"]) == remaining(ends[0]["state"])

    check()
    record_property("examined", f"{compared} orders")
    assert compared > 500


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(seed=st.integers(0, 2**32), count=st.sampled_from([2, 3]))
def test_of_measurements_all_are_kept_and_the_last_to_arrive_stands(seed: int, count: int) -> None:
    words = some_words(Random(seed), count)
    for order in permutations(words):
        end = arrive("r.width", list(order))
        assert end["state"]["v"] == order[-1]["v"]
        assert remaining(end["state"]) == remaining(arrive("r.width", words)["state"])


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(said=st.lists(st.sampled_from(WORST_FIRST), min_size=2, max_size=4))
def test_the_worst_result_stands(said: list[str | None]) -> None:
    words = [
        {"v": v, "base": 0, "by": f"p{at}", "at": at, "client": f"c{at}"}
        for at, v in enumerate(said)
    ]
    assert arrive("result", words)["state"]["v"] == min(said, key=WORST_FIRST.index)


def test_one_phone_saying_fail_then_pass_beside_anothers_fail_ends_in_fail_in_any_order() -> None:
    first = {"v": "fail", "base": 0, "by": "ann", "at": 1, "client": "c1"}
    changed = {"v": "pass", "base": 0, "by": "ann", "at": 2, "client": "c1"}
    other = {"v": "fail", "base": 0, "by": "bob", "at": 3, "client": "c2"}
    orders = [[first, changed, other], [first, other, changed], [other, first, changed]]
    assert [arrive("result", order)["state"]["v"] for order in orders] == ["fail"] * 3


def test_a_word_that_has_seen_all_settles_the_matter() -> None:
    words = some_words(Random(7), 3)
    state = arrive("result", words)["state"]
    last = {"v": "pass", "base": state["rev"], "by": "lead", "at": 9, "client": "c9"}
    settled = merge_field("result", state, last)  # type: ignore[arg-type]
    assert settled["outcome"] == "applied"
    assert settled["conflict"] is None
    assert settled["state"]["v"] == "pass"
    assert "candidates" not in settled["state"]
