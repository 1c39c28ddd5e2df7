"""The difference of two checklists: nothing missed, nothing invented."""

import copy
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.definitions.load import canonical, load
from server.definitions.rules.compare import compare, is_empty
from server.definitions.rules.order import moved_keys
from server.kernel.settings import ROOT
from tests.authoring.inventing import a_checklist

seeds = st.integers(0, 10**9)


def two(d: dict[str, Any]) -> Any:
    return d["sections"][0]["items"]


@pytest.fixture
def fire() -> dict[str, Any]:
    found = next(one for one in load(ROOT / "checklists") if one.key == "fire")
    return copy.deepcopy(dict(found.definition))


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in leaves(v, (*path, k))]
    if isinstance(value, list):
        return [p for k, v in enumerate(value) for p in leaves(v, (*path, k))]
    return [path]


@settings(max_examples=60, deadline=None)
@given(seed=seeds)
def test_a_checklist_does_not_differ_from_itself(seed: int) -> None:
    one = a_checklist(seed)
    assert is_empty(compare(one, copy.deepcopy(one), [one]))


@settings(max_examples=60, deadline=None)
@given(seed=seeds, other=seeds)
def test_back_and_forth_tell_the_same(seed: int, other: int) -> None:
    one, two = a_checklist(seed), a_checklist(other)
    there, back = compare(one, two), compare(two, one)
    for group in ("sections", "items"):
        assert there[group]["added"] == back[group]["removed"]  # type: ignore[literal-required]
        assert len(there[group]["changed"]) == len(back[group]["changed"])  # type: ignore[literal-required]
    assert [(c["from"], c["to"]) for c in there["header"] if c["pointer"] == "/minutes"] == [
        (c["to"], c["from"]) for c in back["header"] if c["pointer"] == "/minutes"
    ]


@settings(max_examples=100, deadline=None)
@given(seed=seeds)
def test_no_changed_leaf_is_missed(seed: int) -> None:
    one = a_checklist(seed)
    other = copy.deepcopy(one)
    path = Random(seed).choice(leaves(one))
    target: Any = other
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = "something else entirely"
    assert canonical(one) != canonical(other)
    assert not is_empty(compare(one, other))


def test_wording_is_told_by_item_and_pointer(fire: dict[str, Any]) -> None:
    new = copy.deepcopy(fire)
    item = two(new)[0]
    item["ask"]["zh"] = "改了"
    item["weight"] = 1 if item["weight"] != 1 else 2
    (changed,) = compare(fire, new)["items"]["changed"]
    assert changed["key"] == item["key"]
    assert changed["section"] == fire["sections"][0]["key"]
    before = two(fire)[0]
    assert changed["fields"] == [
        {"pointer": "/ask/zh", "from": before["ask"]["zh"], "to": "改了"},
        {"pointer": "/weight", "from": before["weight"], "to": item["weight"]},
    ]


def test_an_item_in_another_section_is_moved_not_removed(fire: dict[str, Any]) -> None:
    new = copy.deepcopy(fire)
    item = two(new).pop(0)
    new["sections"][1]["items"].append(item)
    found = compare(fire, new)["items"]
    assert (found["added"], found["removed"], found["changed"]) == ([], [], [])
    (move,) = found["moved"]
    assert move["key"] == item["key"]
    assert move["from"] == {"section": fire["sections"][0]["key"], "at": 0}
    assert move["to"]["section"] == fire["sections"][1]["key"]


def test_a_new_first_item_moves_nobody(fire: dict[str, Any]) -> None:
    new = copy.deepcopy(fire)
    two(new).insert(0, {**two(new)[0], "key": "fire.brand.new"})
    found = compare(fire, new)["items"]
    assert [one["key"] for one in found["added"]] == ["fire.brand.new"]
    assert (found["removed"], found["moved"], found["changed"]) == ([], [], [])


def test_the_fewest_moves_are_told() -> None:
    assert moved_keys(list("abcdef"), list("bcdefa")) == {"a"}
    assert moved_keys(list("abc"), list("xayc")) == set()
    assert len(moved_keys(list("abc"), list("cba"))) == 2


def test_sections_are_told_apart_from_their_items(fire: dict[str, Any]) -> None:
    new = copy.deepcopy(fire)
    new["sections"][0]["title"]["en"] = "Another title"
    new["sections"].reverse()
    gone = new["sections"].pop(0)
    found = compare(fire, new)
    assert [one["key"] for one in found["sections"]["removed"]] == [gone["key"]]
    assert [c["fields"][0]["pointer"] for c in found["sections"]["changed"]] == ["/title/en"]
    assert len(found["sections"]["moved"]) == len(new["sections"]) - 1
    assert len(found["items"]["removed"]) == len(gone["items"])
    assert found["items"]["moved"] == []


def test_a_citation_put_in_front_is_one_change(fire: dict[str, Any]) -> None:
    new = copy.deepcopy(fire)
    added = {"doc": "某办法", "tag": "to-verify"}
    two(new)[0]["basis"].insert(0, added)
    (changed,) = compare(fire, new)["items"]["changed"]
    assert changed["fields"] == [{"pointer": "/basis/0", "from": None, "to": added}]


def test_a_reading_removed_is_named_by_its_old_place() -> None:
    old = {"sections": [{"key": "s", "title": {}, "items": [
        {"key": "a.b", "ask": {}, "answer": {"type": "text"}, "readings": [
            {"key": "x", "type": "text"}, {"key": "y", "type": "text"}]}]}]}  # fmt: skip
    new = copy.deepcopy(old)
    two(new)[0]["readings"].pop(0)
    (changed,) = compare(old, new)["items"]["changed"]
    assert changed["fields"] == [
        {"pointer": "/readings/0", "from": {"key": "x", "type": "text"}, "to": None}
    ]


def test_a_key_that_comes_back_is_told(fire: dict[str, Any]) -> None:
    first = copy.deepcopy(fire)
    gone = two(fire).pop(0)
    assert gone["key"] in compare(fire, first, [first, fire])["reused"]
    assert compare(fire, first, [fire])["reused"] == []


def test_a_key_with_another_meaning_is_told(fire: dict[str, Any]) -> None:
    new = copy.deepcopy(fire)
    item = two(new)[0]
    item["answer"] = {"type": "text"}
    other = two(new)[1]
    other["facts"], other["ask"] = ["OTHER-01"], {"zh": "别的", "en": "Other"}
    assert compare(fire, new)["reused"] == [item["key"], other["key"]]


def test_a_better_question_with_the_same_facts_is_no_reuse(fire: dict[str, Any]) -> None:
    new = copy.deepcopy(fire)
    two(new)[0]["ask"] = {"zh": "换个说法", "en": "In other words"}
    assert compare(fire, new)["reused"] == []


def test_the_first_version_adds_everything(fire: dict[str, Any]) -> None:
    found = compare(None, fire)
    assert len(found["sections"]["added"]) == len(fire["sections"])
    assert len(found["items"]["added"]) == sum(len(s["items"]) for s in fire["sections"])
    assert {"pointer": "/minutes", "from": None, "to": fire["minutes"]} in found["header"]
