"""The demo: each checklist has a unit where it is worth walking; village rooms see little."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from server.checklists.rules import Answers, Context, Definition, lines
from server.definitions.load import load
from server.locations.models import Asset
from server.org.codes import institution_form

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "server" / "demo" / "data" / "region.json"
REGION: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
WORDS: dict[str, Any] = json.loads(
    (ROOT / "checklists" / "attributes.json").read_text(encoding="utf-8")
)
UNITS: dict[str, dict[str, Any]] = {unit["key"]: unit for unit in REGION["units"]}
DEFINITIONS: dict[str, Definition] = {one.key: one.definition for one in load(ROOT / "checklists")}


def rooms(layout: list[Any]) -> Iterator[tuple[str, str, list[str]]]:
    """Name, kind and attributes of all places of a layout."""
    for name, kind, below in layout:
        yield name, kind, below.split() if isinstance(below, str) else []
        if not isinstance(below, str):
            yield from rooms(below)


def devices(unit: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*REGION["assets"].get(unit["layout"], []), *unit.get("assets", [])]


def context(unit: Mapping[str, Any]) -> Context:
    """What the engine knows of a unit when everything in it is walked."""
    places = {name: (kind, given) for name, kind, given in rooms(REGION["layouts"][unit["layout"]])}
    assets = {device["name"]: device["kind"] for device in devices(unit)}
    return {
        "unit": {key: unit[key] for key in ("tier", "attributes", "beds")},
        "places": {
            **{n: {"kind": k, "attributes": given, "name": n} for n, (k, given) in places.items()},
            **{n: {"kind": kind, "attributes": [], "name": n} for n, kind in assets.items()},
        },
        "targets": {"location": list(places), "asset": list(assets)},
        "today": "2026-11-22",
    }  # type: ignore[return-value,typeddict-item]


def asked(value: Any) -> Iterator[tuple[str, Any]]:
    """Every `equals` and `in` of a definition whose subject is an answer."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("equals", "in") and not inner[0].startswith(("unit.", "place.")):
                yield inner[0], inner[1]
            yield from asked(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from asked(inner)


def openings(definition: Definition) -> Iterator[Answers]:
    """Yield nothing answered, and then each choice that opens a part of the walk."""
    yield {}
    keys = {item["key"] for section in definition["sections"] for item in section["items"]}
    for ref, wanted in asked(definition["sections"]):
        item, _, reading = ref.rpartition(".")
        for value in wanted if isinstance(wanted, list) else [wanted]:
            given = {"result": value, "v": value} if ref in keys else {f"r.{reading}": value}
            yield {f"|{ref if ref in keys else item}": given}


def share(definition: Definition, unit: Mapping[str, Any]) -> float:
    """How much of a checklist a unit gets to see."""
    total = {item["key"] for section in definition["sections"] for item in section["items"]}
    here = context(unit)
    seen = {
        line["item"] for given in openings(definition) for line in lines(definition, here, given)
    }
    return len(seen) / len(total)


@pytest.mark.parametrize("key", sorted(DEFINITIONS))
def test_every_checklist_has_a_unit_that_sees_most_of_it(key: str) -> None:
    shares = {name: share(DEFINITIONS[key], unit) for name, unit in UNITS.items()}
    assert max(shares.values()) >= 0.6, shares


def test_village_rooms_see_little_and_the_large_hospital_nearly_all() -> None:
    def mean(unit: str) -> float:
        return sum(share(one, UNITS[unit]) for one in DEFINITIONS.values()) / len(DEFINITIONS)

    villages = [key for key, unit in UNITS.items() if unit["tier"] == "village"]
    assert len(villages) >= 2
    assert all(mean(village) < 0.45 for village in villages), [mean(v) for v in villages]
    assert mean("people") > 0.9


def test_what_is_said_of_a_unit_is_in_the_vocabulary_and_tells_units_apart() -> None:
    known = {word["key"] for word in WORDS["unit"]}
    used = [set(unit["attributes"]) for unit in UNITS.values()]
    assert set().union(*used) <= known
    assert len({frozenset(one) for one in used}) >= len(UNITS) - 1
    assert len(set().union(*used)) > 0.8 * len(known), known - set().union(*used)


def test_every_kind_of_device_that_a_checklist_walks_is_somewhere() -> None:
    walked = {
        kind
        for definition in DEFINITIONS.values()
        for part in (
            *definition["sections"],
            *(i for s in definition["sections"] for i in s["items"]),
        )
        if (repeat := part.get("repeat")) and repeat["over"] == "asset"
        for kind in repeat.get("kinds", [])
    }
    here = {device["kind"] for unit in UNITS.values() for device in devices(unit)}
    assert len(walked) >= 10
    assert walked - here <= {"dsa", "x-ray", "mammography"}


@pytest.mark.parametrize("key", sorted(UNITS))
def test_devices_stand_in_a_room_of_their_unit(key: str) -> None:
    unit = UNITS[key]
    places = {name for name, kind, _ in rooms(REGION["layouts"][unit["layout"]]) if kind == "room"}
    for device in devices(unit):
        assert device["at"] in places or (device["at"] is None and "车" in device["name"]), device
        assert len(device["kind"]) <= Asset.kind.type.length  # type: ignore[attr-defined]
    code = unit["institution_code"]
    assert code is None or institution_form(code), code
    assert (code is None) == (unit["tier"] == "cdc")


def test_tests_are_overdue_due_soon_and_far_away() -> None:
    days = [days for unit in UNITS.values() for d in devices(unit) for _, _, days in d["due"]]
    assert len(days) > 60
    assert 1 <= sum(day < 0 for day in days) <= 0.15 * len(days)
    assert sum(0 <= day <= 30 for day in days) >= 10
    assert sum(day > 90 for day in days) >= 10
