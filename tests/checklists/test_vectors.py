"""The written cases that both engines keep to."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from server.checklists import rules
from tests.checklists.engines import ENGINE, ROOT, RULES, Run, on_server, phone

VECTORS = ROOT / "contracts" / "vectors"
SHARED = ("definition", "criteria", "records")


def read_cases(rule: str) -> list[tuple[str, dict[str, Any], Any]]:
    """Read a vector file; what its cases share is put into each."""
    found = json.loads((VECTORS / f"{rule}.json").read_text(encoding="utf-8"))
    shared = {name: found[name] for name in SHARED if name in found}
    return [
        (case["name"], {**shared, **case["input"]}, case["expected"]) for case in found["cases"]
    ]


CASES = [
    pytest.param(rule, given, expected, id=f"{rule}: {name}")
    for rule in RULES
    for name, given, expected in read_cases(rule)
]


@pytest.fixture(scope="module")
def run_on_phone() -> Iterator[Run]:
    with phone() as run:
        yield run


@pytest.mark.parametrize(("rule", "given", "expected"), CASES)
def test_the_server_gives_the_written_answer(rule: str, given: Any, expected: Any) -> None:
    assert on_server([(rule, given)]) == [expected]


def test_the_phone_gives_the_written_answers(
    run_on_phone: Run, record_property: Callable[[str, object], None]
) -> None:
    cases = [(rule, *case) for rule in RULES for case in read_cases(rule)]
    answers = run_on_phone([(rule, given) for rule, _, given, _ in cases])
    wrong = [
        (rule, name)
        for (rule, name, _, expected), answer in zip(cases, answers, strict=True)
        if answer != expected
    ]
    record_property("examined", f"{len(cases)} written cases")
    assert wrong == []
    assert len(cases) > 150


def test_every_rule_has_written_cases_and_a_twin() -> None:
    public = {name for name in rules.__all__ if name[0].islower()}
    helpers = {"answer_key", "active_readings"}
    assert public - helpers == set(RULES)
    twins = {
        rule: ENGINE / f"{rule.removesuffix('_field').replace('holds', 'conditions')}.ts"
        for rule in RULES
    }
    assert [rule for rule, path in twins.items() if not path.is_file()] == []
    assert Path(VECTORS / "judge.json").is_file()
