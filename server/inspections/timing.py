"""How long items take, learnt from the moments of the answers. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low
from typing import Any


@dataclass(frozen=True)
class TimingRule:
    """From how many samples on a time is believed, which pauses count, how many are kept."""

    fewest_samples: int
    longest_pause_seconds: int
    kept_samples: int


RULE = TimingRule(**json.loads(Path(__file__).with_name("timing.json").read_text("utf-8")))


@dataclass(frozen=True)
class Moment:
    """When a person was done with a line; `tapped` is false for lines passed together."""

    by: str
    at: int
    item: str
    tapped: bool


def moments_of(answers: Iterable[tuple[str, Mapping[str, Mapping[str, Any]]]]) -> list[Moment]:
    """Return one moment for each person's part in each answer, given item and fields."""
    found: list[Moment] = []
    for item, fields in answers:
        last: dict[str, Mapping[str, Any]] = {}
        for field in fields.values():
            if field["at"] >= last.get(field["by"], {"at": 0})["at"]:
                last[field["by"]] = field
        found += [
            Moment(by, field["at"], item, field.get("how") in (None, "tap"))
            for by, field in last.items()
        ]
    return found


def seconds_by_item(moments: Iterable[Moment], rule: TimingRule = RULE) -> dict[str, list[int]]:
    """
    Return how long each item took: from the same person's answer before it to its own.

    Longer pauses were spent elsewhere: a meal, another ward, the night.
    """
    before: dict[str, int] = {}
    found: dict[str, list[int]] = {}
    for moment in sorted(moments, key=lambda m: (m.by, m.at, m.item)):
        start = before.get(moment.by)
        before[moment.by] = moment.at
        if start is None or not moment.tapped:
            continue
        seconds = (moment.at - start + 500) // 1000
        if seconds <= rule.longest_pause_seconds:
            found.setdefault(moment.item, []).append(max(1, seconds))
    return found


def merged(known: list[int], fresh: list[int], rule: TimingRule = RULE) -> tuple[list[int], int]:
    """Return the newest samples and their median."""
    samples = [*known, *fresh][-rule.kept_samples :]
    return samples, median_low(samples)
