"""
Phones that were away: whichever comes back first, the record ends alike.

Each phone knows a common state, then says several things without hearing the others. Every order
of arrival that keeps each phone's own order must end in the same words.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.checklists.rules import merge_field

VECTORS = Path(__file__).parents[2] / "contracts" / "vectors"
WITHOUT_ORDER = ["result", "note", "reason"]
VALUES: dict[str, list[Any]] = {
    "result": ["pass", "fail", "na", "unable", None],
    "note": ["门后", "看过了", "", None],
    "reason": ["锁着", "没带钥匙", ""],
    "r.width": [1.1, 1.4, 2, None],
    "v": ["dry", "foam", ["dry", "foam"], None],
}
PEOPLE = ["ann", "bob", "cid"]
FEWEST = 1000
MOST_ORDERS = 40
DAYS_AWAY = 5 * 86_400_000
Word = dict[str, Any]
Phones = Sequence[Sequence[Word]]


def arrive(field: str, start: Any, words: Sequence[Word]) -> Any:
    merged: Any = {"state": start, "conflict": None}
    for word in words:
        merged = merge_field(field, merged["state"], word)  # type: ignore[arg-type]
    return merged


def orders(phones: Phones) -> Iterator[list[Word]]:
    """Every order of arrival that keeps the order of each phone."""
    if not any(phones):
        yield []
    for n, words in enumerate(phones):
        if words:
            rest = [own[1:] if at == n else own for at, own in enumerate(phones)]
            for tail in orders(rest):
                yield [words[0], *tail]


def told(merged: Any) -> Any:
    """What people see of an end; the numbers of revisions they do not."""
    state = merged["state"]
    words = state.get("candidates", [state])
    said = sorted((w["by"], w["client"], w["at"], repr(w["v"])) for w in words)
    return {"said": said, "conflict": merged["conflict"]}


def some_phones(random: Random, field: str) -> tuple[Any, Phones]:
    """A state that all know, and what two to four phones say after they have lost the signal."""
    start: Any = None
    for n in range(random.randint(0, 3)):
        base = random.randint(0, start["rev"] if start else 0)
        start = merge_field(field, start, said(random, field, base, f"c{n}", 10 + n))["state"]  # type: ignore[arg-type]
    rev = start["rev"] if start else 0
    phones = [
        [
            said(random, field, rev, f"p{n}", 1000 * at + random.choice([0, 0, -DAYS_AWAY]))
            for at in range(1, random.randint(2, 3))
        ]
        for n in range(random.randint(2, 4))
    ]
    for n, words in enumerate(phones):
        person = random.choice(PEOPLE)
        for word in words:
            word["by"], word["client"] = person, f"p{n}"
    return start, phones


def said(random: Random, field: str, base: int, client: str, at: int) -> Word:
    return {
        "v": random.choice(VALUES[field]),
        "base": base,
        "by": random.choice(PEOPLE),
        "at": at,
        "client": client,
    }


def few_orders(random: Random, phones: Phones) -> list[list[Word]]:
    every = list(islice(orders(phones), 400))
    random.shuffle(every)
    return every[:MOST_ORDERS]


@pytest.mark.fault(48, 50)
def test_what_stands_does_not_depend_on_who_comes_back_first(
    record_property: Callable[[str, object], None],
) -> None:
    cases = compared = 0

    @settings(max_examples=FEWEST + 200, deadline=None, derandomize=True, database=None)
    @given(seed=st.integers(0, 2**40), field=st.sampled_from(WITHOUT_ORDER))
    def check(seed: int, field: str) -> None:
        nonlocal cases, compared
        random = Random(seed)
        start, phones = some_phones(random, field)
        ends = [arrive(field, start, order) for order in few_orders(random, phones)]
        for end in ends[1:]:
            assert end["state"]["v"] == ends[0]["state"]["v"]
            assert told(end) == told(ends[0])
        cases += 1
        compared += len(ends)

    check()
    record_property("examined", f"{cases} histories in {compared} orders")
    assert cases >= FEWEST


@pytest.mark.fault(50)
def test_of_measurements_nothing_is_lost_in_any_order_and_the_last_stands() -> None:
    random = Random(20261122)
    for _ in range(FEWEST):
        field = random.choice(["r.width", "v"])
        start, phones = some_phones(random, field)
        every = few_orders(random, phones)
        ends = [arrive(field, start, order) for order in every]
        assert all(told(end) == told(ends[0]) for end in ends)
        for order, end in zip(every, ends, strict=True):
            assert end["state"]["v"] == order[-1]["v"]


def _histories() -> list[Any]:
    cases = json.loads((VECTORS / "merge_history.json").read_text())["cases"]
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.fault(47, 48, 49, 50)
@pytest.mark.parametrize("case", _histories())
def test_the_shared_histories_end_as_written_in_every_order(case: Any) -> None:
    field, start = case["input"]["field"], case["input"]["start"]
    every = list(orders(case["input"]["phones"]))
    assert len(every) >= case["orders"]
    for order in every:
        end = arrive(field, start, order)
        wanted = case["expected"]
        assert told(end)["said"] == sorted(
            (w["by"], w["client"], w["at"], repr(w["v"])) for w in wanted["said"]
        )
        assert (end["conflict"] or {}).get("audience") == wanted["card"]
        standing = order[-1]["v"] if wanted["stands"] == "last" else wanted["stands"]
        assert end["state"]["v"] == standing
