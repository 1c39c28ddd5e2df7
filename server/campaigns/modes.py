"""Kinds of inspection as data: names, which of the four ways each counts as, who must sign."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Mode:
    """
    A kind of inspection.

    `inspectors`: how many of the team must have signed. `unit`: the unit's representative has
    signed, or the refusal was noted. `advised`: how many inspectors the record should carry.
    """

    key: str
    zh: str
    en: str
    way: str
    unannounced: bool
    inspectors: int
    unit: bool
    advised: int
    about: Mapping[str, str]
    source: Mapping[str, str]


_DATA = json.loads(Path(__file__).with_name("modes.json").read_text(encoding="utf-8"))


def _mode(one: Mapping[str, Any]) -> Mode:
    return Mode(
        key=one["key"],
        zh=one["name"]["zh"],
        en=one["name"]["en"],
        way=one["way"],
        unannounced=one["unannounced"],
        about=one["about"],
        source=one["source"],
        **one["signing"],
    )


MODES: Mapping[str, Mode] = {one["key"]: _mode(one) for one in _DATA["modes"]}
WAYS: Mapping[str, Mapping[str, str]] = {one["key"]: one["name"] for one in _DATA["ways"]}


def known_mode(key: str) -> str:
    """Return the key of a kind of inspection; raise ValueError when there is none."""
    if key not in MODES:
        raise ValueError("no kind of inspection")
    return key


def known_way(key: str) -> str:
    """Return the key of one of the four ways; raise ValueError when there is none."""
    if key not in WAYS:
        raise ValueError("no way of inspection")
    return key


def as_data() -> dict[str, Any]:
    """Return what the phone and the desk need of it."""
    modes = [
        {
            "key": mode.key,
            "name": {"zh": mode.zh, "en": mode.en},
            "way": mode.way,
            "unannounced": mode.unannounced,
            "inspectors": mode.inspectors,
            "unit": mode.unit,
            "advised": mode.advised,
        }
        for mode in MODES.values()
    ]
    return {"ways": [{"key": key, "name": name} for key, name in WAYS.items()], "modes": modes}
