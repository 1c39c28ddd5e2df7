"""Mandatory items, items that take turns, and what a definition may say about them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.definitions.test_broken import ITEM_0, ITEM_1, a_checklist, pointers, write

Break = Callable[[dict[str, Any], dict[str, Any], dict[str, Any]], object]


def with_turns() -> dict[str, Any]:
    """Let both items take turns beside a mandatory one."""
    definition = a_checklist()
    first, second = definition["sections"][0]["items"]
    first.update(depth="deep", seconds=40)
    second.update(depth="deep")
    third = {**second, "key": "fire.exit.open", "facts": ["FIRE-03"], "mandatory": True}
    definition["sections"][0]["items"].append(third | {"depth": "always"})
    definition["header"]["facts"].append("FIRE-03")
    return definition | {"rotation": {"per_visit": 1}, "scoring": {"mandatory_cap": 60}}


BROKEN: dict[str, tuple[str, Break]] = {
    "a mandatory item that takes turns": (
        f"{ITEM_0}/depth", lambda d, a, b: a.update(mandatory=True)),
    "an item that is mandatory or not": (
        f"{ITEM_0}/mandatory", lambda d, a, b: a.update(mandatory=False)),
    "turns without a number": (f"{ITEM_1}/depth", lambda d, a, b: d.pop("rotation")),
    "as many as there are": (
        "/rotation/per_visit", lambda d, a, b: d.update(rotation={"per_visit": 2})),
    "a turn of none": (
        "/rotation/per_visit", lambda d, a, b: d.update(rotation={"per_visit": 0})),
    "an unknown depth": (f"{ITEM_0}/depth", lambda d, a, b: a.update(depth="shallow")),
    "no time at all": (f"{ITEM_0}/seconds", lambda d, a, b: a.update(seconds=0)),
    "a condition on what takes turns": (
        f"{ITEM_1}/when",
        lambda d, a, b: b.update(when={"not": {"equals": ["fire.exit.clear", "fail"]}})),
    "a condition on a reading of what takes turns": (
        f"{ITEM_1}/when",
        lambda d, a, b: b.update(when={"any": [
            {"in": ["fire.exit.clear.kind", ["a"]]},
            {"compare": ["fire.exit.clear.width", ">", 1]}]})),
    "a cap that nothing reaches": (
        "/scoring/mandatory_cap",
        lambda d, a, b: d["sections"][0]["items"][2].pop("mandatory")),
    "a cap of everything": (
        "/scoring/mandatory_cap", lambda d, a, b: d.update(scoring={"mandatory_cap": 100})),
}  # fmt: skip


def test_items_may_take_turns_beside_mandatory_ones(tmp_path: Path) -> None:
    assert pointers(write(tmp_path, json.dumps(with_turns()).encode())) == []


@pytest.mark.parametrize("name", BROKEN)
def test_it_is_refused_where_it_contradicts_itself(name: str, tmp_path: Path) -> None:
    pointer, breaks = BROKEN[name]
    definition = with_turns()
    first, second, _ = definition["sections"][0]["items"]
    breaks(definition, first, second)
    assert pointer in pointers(write(tmp_path, json.dumps(definition).encode()))
