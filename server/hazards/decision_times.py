"""
Within how many days a person decides whether a hazard is major.

The days are data (decision-times.json): for the whole country or for one region, from a day on,
with their source, or none where they are a product default.
"""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, NotRequired, TypedDict

from server.definitions.rules.shapes import Basis, Text

NATIONAL = "national"
Occasion = Literal["suspected", "experts"]


class DecisionTime(TypedDict):
    """One row: `source` is null where the days are a product default."""

    occasion: Occasion
    region: str
    effective_from: str
    effective_to: NotRequired[str]
    days: int
    source: Basis | None
    note: Text


@cache
def decision_times() -> tuple[DecisionTime, ...]:
    """Return the rows that are shipped."""
    path = Path(__file__).with_name("decision-times.json")
    rows: list[DecisionTime] = json.loads(path.read_text(encoding="utf-8"))["rules"]
    return tuple(rows)


def reaches(region: str, code: str) -> bool:
    """Say whether a rule for *region* holds in the region of *code*: zeros end a code."""
    return region == NATIONAL or code.startswith(region.rstrip("0"))


def decide_by(
    occasion: Occasion, code: str, today: date, rows: Iterable[DecisionTime] | None = None
) -> date | None:
    """Return the last day: the nearest region's row in force, the newest of several."""
    day = today.isoformat()
    fitting = [
        row
        for row in (decision_times() if rows is None else rows)
        if row["occasion"] == occasion
        and reaches(row["region"], code)
        and row["effective_from"] <= day <= row.get("effective_to", day)
    ]
    if not fitting:
        return None
    best = max(fitting, key=lambda row: (_nearness(row["region"]), row["effective_from"]))
    return today + timedelta(days=best["days"])


def _nearness(region: str) -> int:
    return 0 if region == NATIONAL else len(region.rstrip("0"))
