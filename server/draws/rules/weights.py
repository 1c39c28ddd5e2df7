"""
Weights: whole numbers in millionths, by a formula that is data. Pure.

A term adds what it makes of one fact, up to its cap, times the percentage that the operator gave
it: `linear` counts, `table` looks one word up, `sum` looks several up. The whole is kept between
`least` and `most`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FORMULAS: Mapping[str, Any] = json.loads(
    Path(__file__).parent.with_name("weights.json").read_text(encoding="utf-8")
)
PLAIN = 100
SCALE = int(FORMULAS["scale"])


def formula(kind: str, key: str) -> Mapping[str, Any]:
    """Return a formula with the version that it belongs to."""
    found: Mapping[str, Any] = FORMULAS["formulas"][kind][key]
    return {"version": FORMULAS["version"], "key": key, **found}


def weigh(
    rule: Mapping[str, Any], percent: Mapping[str, int], facts: Mapping[str, Any]
) -> tuple[dict[str, int], int]:
    """Return what each term adds, and the weight."""
    terms = {
        term["key"]: min(term["cap"], _amount(term, facts.get(term["fact"])))
        * percent.get(term["key"], PLAIN)
        // PLAIN
        for term in rule["terms"]
    }
    return terms, max(rule["least"], min(rule["most"], rule["base"] + sum(terms.values())))


def _amount(term: Mapping[str, Any], fact: Any) -> int:
    if fact is None:
        return int(term["unknown"])
    if term["how"] == "linear":
        return int(term["per"]) * int(fact)
    words = fact if term["how"] == "sum" else [fact]
    return sum(int(term["table"].get(word, 0)) for word in words)
