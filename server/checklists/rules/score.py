"""Scores and coverage. Integers up to the last step, so that both languages round alike."""

from typing import Literal

from server.checklists.rules.judge import judge
from server.checklists.rules.lines import items_by_key, lines
from server.checklists.rules.shapes import (
    Answers,
    Context,
    Line,
    Result,
    Score,
    SectionScore,
    answer_key,
)
from server.definitions.rules.shapes import Definition, Item

Count = Literal["passed", "failed", "na", "unable", "open"]

COUNTS: dict[Result, Count] = {
    "pass": "passed",
    "fail": "failed",
    "na": "na",
    "unable": "unable",
    None: "open",
}


def score(definition: Definition, context: Context, answers: Answers) -> Score:
    """Score the visible lines by weight; what could not be checked lowers only the coverage."""
    items = items_by_key(definition)
    rows = lines(definition, context, answers)
    results = [(row, items[row["item"]], _result(row, items, context, answers)) for row in rows]
    sections = []
    for section in definition["sections"]:
        own = [(item, result) for row, item, result in results if row["section"] == section["key"]]
        if own:
            sections.append(_of_section(section["key"], own))
    covered = sum(result in ("pass", "fail", "na") for _, _, result in results)
    return {
        "sections": sections,
        "total": _weighted([(item, result) for _, item, result in results]),
        "coverage": _percent(covered, len(results)),
    }


def _result(row: Line, items: dict[str, Item], context: Context, answers: Answers) -> Result:
    values = answers.get(answer_key(row["target"], row["item"]), {})
    return judge(items[row["item"]], values, context["today"])["result"]


def _of_section(key: str, results: list[tuple[Item, Result]]) -> SectionScore:
    found: SectionScore = {
        "key": key, "passed": 0, "failed": 0, "na": 0, "unable": 0, "open": 0, "score": None
    }  # fmt: skip
    for _, result in results:
        found[COUNTS[result]] += 1
    found["score"] = _weighted(results)
    return found


def _weighted(results: list[tuple[Item, Result]]) -> float | None:
    good = sum(item["weight"] for item, result in results if result == "pass")
    bad = sum(item["weight"] for item, result in results if result == "fail")
    return _percent(good, good + bad)


def _percent(part: int, whole: int) -> float | None:
    """Give per cent with one decimal, halves rounded up."""
    return None if whole == 0 else (2000 * part + whole) // (2 * whole) / 10
