"""How long every checklist is for a village room, a clinic, a township and a county hospital."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.checklists.rules import draw, estimate
from server.definitions.load import load

FOLDER = Path(__file__).resolve().parents[2] / "checklists"
WORDS = json.loads((FOLDER / "attributes.json").read_text(encoding="utf-8"))
EVERY = [word["key"] for word in WORDS["unit"]]
UNITS: dict[str, dict[str, Any]] = {
    "village room": {"tier": "village", "attributes": [], "beds": None},
    "clinic": {"tier": "clinic", "attributes": [], "beds": None},
    "township": {"tier": "township", "attributes": ["has_gas"], "beds": 40},
    "county hospital": {"tier": "hospital", "attributes": EVERY, "beds": 600},
}
# Minutes of one person who taps every item once; a hospital is shared out by place and section.
LONGEST = {"village room": 20, "clinic": 30, "township": 40, "county hospital": 60}


def minutes(definition: Any, unit: dict[str, Any], style: Any) -> tuple[int, float]:
    """The lines and minutes of a visit that draws its deep items."""
    context: Any = {
        "unit": unit, "places": {}, "targets": {"location": [], "asset": []}, "today": "2026-11-22",
    }  # fmt: skip
    if "rotation" in definition:
        context["deep_items"] = draw(definition, context, "a visit", {})
    found = estimate(definition, context, {}, {}, style)
    return found["lines"], found["seconds"] / 60


@pytest.mark.parametrize("name", UNITS)
def test_no_checklist_keeps_a_person_too_long(
    name: str, record_property: Callable[[str, object], None]
) -> None:
    table = []
    for loaded in load(FOLDER):
        lines, full = minutes(loaded.definition, UNITS[name], "full")
        _, quick = minutes(loaded.definition, UNITS[name], "quick")
        table.append((loaded.key, lines, full, quick))
    told = "; ".join(f"{key} {n}: {full:.0f}/{quick:.0f} min" for key, n, full, quick in table)
    record_property("examined", f"{name}: {told}")
    assert [row for row in table if row[2] > LONGEST[name]] == []
    assert [row for row in table if row[3] > row[2]] == []
    assert len(table) >= 15
