"""Checklists as large as they may be: a thousand items, conditions that look at one another."""

import copy
from typing import Any

import pytest

from server.authoring.workbook_check import MOST_ITEMS, MOST_TESTS
from server.definitions.load import check_value
from server.definitions.rules import conditions
from tests.authoring import books

Data = dict[str, Any]
LOOKED_AT = 6


def key(at: int) -> str:
    return f"big.n{at:04d}"


def large(count: int) -> Data:
    """The first item of the fire checklist, *count* times."""
    made = copy.deepcopy(dict(books.library().checklists["fire"]))
    for name in ("rotation", "scoring", "candidates"):
        made.pop(name, None)
    kept = ("ask", "method", "basis", "photo", "weight")
    first = {name: made["sections"][0]["items"][0][name] for name in kept}
    answer = {"type": "pass-fail-na", "allow_na": True}
    items = [
        {**copy.deepcopy(first), "key": key(at), "facts": ["D-100"], "answer": dict(answer)}
        for at in range(count)
    ]
    made.update(key="big", header={**made["header"], "facts": ["D-100"], "omitted": []})
    made["sections"] = [{"key": "all", "title": made["sections"][0]["title"], "items": items}]
    return made


def never() -> Data:
    """Conditions that cannot hold, each so that every case has to be tried to know it."""
    ways = [{"in": [key(at), ["pass", "fail"]]} for at in range(LOOKED_AT)]
    return {"all": [*ways, {"not": {"in": [key(0), ["pass", "fail"]]}}]}


def faults(definition: Data) -> list[str]:
    words = books.library().words
    return [message for _, message in check_value(definition, words, {}, "big")[0]]


def test_a_thousand_items_come_back_as_they_were() -> None:
    definition = large(MOST_ITEMS)
    for at in range(1, MOST_ITEMS):
        definition["sections"][0]["items"][at]["when"] = {"equals": [key(at - 1), "pass"]}
    found = books.imported(books.exported(definition))
    assert found.mistakes == []
    assert found.definition == definition


def test_more_than_a_thousand_are_refused() -> None:
    [mistake] = books.imported(books.exported(large(MOST_ITEMS + 1))).mistakes
    assert f"超过 {MOST_ITEMS} 个检查项" in mistake.zh


def test_more_comparisons_than_can_be_checked_are_refused() -> None:
    definition = large(200)
    for item in definition["sections"][0]["items"][1:]:
        item["when"] = {"any": [{"equals": [key(0), "pass"]}] * (MOST_TESTS // 190)}
    [mistake] = books.imported(books.exported(definition)).mistakes
    assert "请简化条件" in mistake.zh


def test_what_can_never_be_asked_is_found_among_many_that_can() -> None:
    definition = large(100)
    items = definition["sections"][0]["items"]
    for at in range(LOOKED_AT, 99):
        items[at]["when"] = {"all": [{"equals": [key(n), "pass"]} for n in range(LOOKED_AT)]}
    items[99]["when"] = never()
    assert faults(definition) == ["this item can never be asked"]


def test_looking_ends_and_what_was_not_looked_at_counts_as_possible(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    definition = large(40)
    for item in definition["sections"][0]["items"][LOOKED_AT:]:
        item["when"] = never()
    looks = 0
    real = conditions.holds

    def counted(when: Any, look: Any) -> bool:
        nonlocal looks
        looks += 1
        return real(when, look)

    monkeypatch.setattr(conditions, "holds", counted)
    assert 0 < faults(definition).count("this item can never be asked") < 34
    assert looks <= conditions.MOST_LOOKS
