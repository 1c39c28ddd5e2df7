"""The phone and the server never disagree: invented definitions, answers and quarrels."""

from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.checklists.engines import RULES, Request, Run, on_server, phone
from tests.checklists.inventing import (
    CRITERIA,
    LAW_DAYS,
    a_context,
    a_value,
    conditions,
    definitions,
    some_answers,
    some_basis,
    some_last_checks,
    some_records,
    some_times,
    some_values,
    some_words,
)

EXAMPLES = 135
ANSWERS_PER_DEFINITION = 15
FEWEST_CASES = 2000
# What decides which lines are asked, what they lack and what they come to, deserves more.
WALKS_PER_DEFINITION = 75
FEWEST_WALKS = 10_000
Record = Callable[[str, object], None]
FIELDS = ("result", "note", "reason", "v", "r.width")

quickly = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def run_on_phone() -> Iterator[Run]:
    with phone() as run:
        yield run


class Comparison:
    """Compares answer by answer, and counts, so that comparing nothing cannot pass."""

    def __init__(self, run: Run, record_property: Record) -> None:
        self.run = run
        self.record_property = record_property
        self.seen: Counter[str] = Counter()

    def agree(self, requests: list[Request]) -> None:
        """Ask both engines the same."""
        ours, theirs = on_server(requests), self.run(requests)
        for request, mine, yours in zip(requests, ours, theirs, strict=True):
            assert mine == yours, request
        self.seen.update(rule for rule, _ in requests)

    def require_many(self, *rules: str, fewest: int = FEWEST_CASES) -> None:
        """Ask for a number of cases worth the name, for each of these rules."""
        assert set(self.seen) == set(rules) <= set(RULES)
        assert min(self.seen.values()) >= fewest
        self.record_property("examined", f"{self.seen.total()} cases in both engines")


def test_both_walk_judge_and_score_alike(run_on_phone: Run, record_property: Record) -> None:
    comparison = Comparison(run_on_phone, record_property)

    @quickly
    @given(definition=definitions(), seed=st.integers(0, 2**32))
    def compare(definition: dict[str, Any], seed: int) -> None:
        random = Random(seed)
        requests: list[Request] = []
        for _ in range(WALKS_PER_DEFINITION):
            requests += _requests(random, definition)
        comparison.agree(requests)

    compare()
    rules = (
        "lines",
        "judge",
        "missing",
        "findings",
        "score",
        "draw",
        "exceptions",
        "estimate",
        "candidates",
    )
    comparison.require_many(*rules, fewest=FEWEST_WALKS)


def _requests(random: Random, definition: dict[str, Any]) -> Iterator[Request]:
    whole = {
        "definition": definition,
        "context": a_context(random),
        "answers": some_answers(random, definition),
    }
    photos = {key: random.randint(0, 1) for key in whole["answers"]}
    yield from ((rule, whole) for rule in ("lines", "findings", "score"))
    yield "candidates", {**whole, "criteria": CRITERIA}
    yield "missing", {**whole, "photos": photos}
    yield "exceptions", {**whole, "photos": photos}
    seed, last = str(random.getrandbits(64)), some_last_checks(random, definition)
    yield "draw", {**whole, "seed": seed, "last": last}
    times, style = some_times(random, definition), random.choice(["full", "quick"])
    yield "estimate", {**whole, "measured": times, "style": style}
    item = random.choice(random.choice(definition["sections"])["items"])
    values, today = some_values(random, item), whole["context"]["today"]
    yield "judge", {"item": item, "values": values, "today": today}


def test_both_decide_conditions_alike(run_on_phone: Run, record_property: Record) -> None:
    comparison = Comparison(run_on_phone, record_property)
    refs = {"x.word": "text", "x.number": "number", "x.list": "choices", "unit.beds": "number"}

    @quickly
    @given(condition=conditions(["x.word", "x.number", "x.list"]), seed=st.integers(0, 2**32))
    def compare(condition: dict[str, Any], seed: int) -> None:
        random = Random(seed)
        requests: list[Request] = []
        for _ in range(ANSWERS_PER_DEFINITION):
            values = {ref: a_value(random, {"type": kind}) for ref, kind in refs.items()}
            requests.append(("holds", {"condition": condition, "values": values}))
        comparison.agree(requests)

    compare()
    comparison.require_many("holds")


def test_both_merge_alike(run_on_phone: Run, record_property: Record) -> None:
    comparison = Comparison(run_on_phone, record_property)

    @quickly
    @given(seed=st.integers(0, 2**32))
    def compare(seed: int) -> None:
        random = Random(seed)
        for _ in range(ANSWERS_PER_DEFINITION):
            _quarrel(random, comparison)

    compare()
    comparison.require_many("merge_field")


def _quarrel(random: Random, comparison: Comparison) -> None:
    field, current = random.choice(FIELDS), None
    requests: list[Request] = []
    for word in some_words(random, 4):
        word["base"] = random.randint(0, current["rev"] if current else 0)
        word["client"] = random.choice(["c1", "c2", "c3"])
        requests.append(("merge_field", {"field": field, "current": current, "incoming": word}))
        current = on_server(requests[-1:])[0]["state"]
    comparison.agree(requests)


def test_both_cite_alike(run_on_phone: Run, record_property: Record) -> None:
    comparison = Comparison(run_on_phone, record_property)
    random = Random(20261122)
    for _ in range(EXAMPLES):
        records = some_records(random)
        requests: list[Request] = [
            (
                "citations",
                {"basis": some_basis(random), "records": records, "day": random.choice(LAW_DAYS)},
            )
            for _ in range(ANSWERS_PER_DEFINITION)
        ]
        comparison.agree(requests)
    comparison.require_many("citations")
