"""Every kind of place or thing that is used anywhere has a name in every language."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from server.authoring.workbook_cells import read_cell, write_cell
from server.authoring.workbook_fields import Column, sheets
from server.authoring.workbook_library import vocabulary_in
from server.definitions.hant import hant_words
from server.kernel.settings import ROOT
from server.locations.kinds import ASSET_KINDS, PLACE_KINDS, as_data

NAMES = {"location": PLACE_KINDS, "asset": ASSET_KINDS}
COLUMNS = [c for sheet in sheets().values() for c in sheet.columns if c.name == "kinds"]


def _repeats(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "over" in value:
            yield value
        value = list(value.values())
    for inner in value if isinstance(value, list) else []:
        yield from _repeats(inner)


def test_every_kind_that_a_checklist_asks_for_has_a_name() -> None:
    files = sorted((ROOT / "checklists").glob("*.json"))
    asked = [repeat for file in files for repeat in _repeats(json.loads(file.read_text("utf-8")))]
    assert any("kinds" in repeat for repeat in asked)
    for repeat in asked:
        assert set(repeat.get("kinds", ())) <= set(NAMES[repeat["over"]])


def test_every_kind_of_the_demo_has_a_name() -> None:
    text = (ROOT / "server" / "demo" / "data" / "region.json").read_text("utf-8")
    data, found = json.loads(text), set()
    waiting = [data]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found |= {one["kind"]} if "kind" in one else set()
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    assert "mri" in found
    assert found <= set(ASSET_KINDS) | set(PLACE_KINDS)


def test_no_name_is_a_key_nor_given_twice_and_all_have_a_traditional_form() -> None:
    every = PLACE_KINDS | ASSET_KINDS
    assert len({zh for zh, _ in every.values()}) == len({en for _, en in every.values()})
    assert len({zh for zh, _ in every.values()}) == len(every)
    assert not {word for names in every.values() for word in names} & set(every)
    assert hant_words([as_data()])["电梯"] == "電梯"


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.pointer)
def test_a_workbook_says_kinds_in_words_and_reads_them_back(column: Column) -> None:
    vocabulary = vocabulary_in(ROOT / "checklists")
    kinds = [*PLACE_KINDS, *ASSET_KINDS, "endoscope-washer"]
    cell = write_cell(kinds, column, vocabulary)
    assert not set(str(cell).split("、")) & (set(PLACE_KINDS) | set(ASSET_KINDS))
    assert read_cell(cell, column, vocabulary) == kinds
