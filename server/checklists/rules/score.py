"""Scores and coverage. Integers up to the last step, so that both languages round alike."""

from typing import Literal

from server.checklists.rules.judge import judge
from server.checklists.rules.lines import items_by_key, lines
from server.checklists.rules.shapes import (
    Answers,
    Context,
    Line,
    MandatoryScore,
    Result,
    Score,
    Tally,
    answer_key,
)
from server.definitions.rules.shapes import Definition, Item

Count = Literal["passed", "failed", "na", "unable", "open"]
Scored = tuple[Line, Item, Result]

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
    all_of_it = _tally(results)
    mandatory = _mandatory(results)
    weighted = all_of_it["score"]
    cap = _cap(definition, mandatory, weighted)
    sections = _grouped(results, "section")
    places = _grouped([each for each in results if each[0]["target"]], "target")
    return {
        "sections": [{"key": key, **_tally(own)} for key, own in sections.items()],
        "places": [{"target": target, **_tally(own)} for target, own in places.items()],
        "mandatory": mandatory,
        "earned": all_of_it["earned"],
        "judged": all_of_it["judged"],
        "weighted": weighted,
        "cap": cap,
        "total": weighted if cap is None else cap,
        "coverage": all_of_it["coverage"],
    }


def _result(row: Line, items: dict[str, Item], context: Context, answers: Answers) -> Result:
    values = answers.get(answer_key(row["target"], row["item"]), {})
    return judge(items[row["item"]], values, context["today"])["result"]


def _grouped(results: list[Scored], by: Literal["section", "target"]) -> dict[str, list[Scored]]:
    groups: dict[str, list[Scored]] = {}
    for each in results:
        groups.setdefault(each[0][by], []).append(each)
    return groups


def _tally(results: list[Scored]) -> Tally:
    found: Tally = {
        "passed": 0, "failed": 0, "na": 0, "unable": 0, "open": 0,
        "earned": 0, "judged": 0, "score": None, "coverage": None,
    }  # fmt: skip
    for _, item, result in results:
        found[COUNTS[result]] += 1
        found["earned"] += item["weight"] if result == "pass" else 0
        found["judged"] += item["weight"] if result in ("pass", "fail") else 0
    found["score"] = _percent(found["earned"], found["judged"])
    found["coverage"] = _percent(found["passed"] + found["failed"] + found["na"], len(results))
    return found


def _mandatory(results: list[Scored]) -> MandatoryScore:
    own = [(row, result) for row, item, result in results if item.get("mandatory")]
    return {
        "asked": len(own),
        "unchecked": sum(result in ("unable", None) for _, result in own),
        "failed": [row for row, result in own if result == "fail"],
    }


def _cap(definition: Definition, mandatory: MandatoryScore, weighted: float | None) -> int | None:
    """Return the limit that failing mandatory items set, where the score is above it."""
    if "scoring" not in definition or not mandatory["failed"] or weighted is None:
        return None
    cap = definition["scoring"]["mandatory_cap"]
    return cap if weighted > cap else None


def _percent(part: int, whole: int) -> float | None:
    """Give per cent with one decimal, halves rounded up."""
    return None if whole == 0 else (2000 * part + whole) // (2 * whole) / 10
