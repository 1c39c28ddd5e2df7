"""
What a path of scans says, and what it does not. Pure.

Every bound is generous: walking takes at least so long, whatever the weather. What falls below is
a doubt for a person to look at; nothing here knows why it was so.
"""

import json
import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

LIMITS: Mapping[str, Mapping[str, float]] = json.loads(
    Path(__file__).with_name("plausible.json").read_text(encoding="utf-8")
)
_EARTH = 6_371_000.0
_NOWHERE = 0.01  # degrees
_LEVEL = re.compile(r"(地下|负|B|-)?\s*(\d{1,3}|[一二三四五六七八九十])")
_DIGITS = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}


@dataclass(frozen=True)
class Fix:
    """A position as a phone told it; `accuracy` in metres."""

    lat: float
    lon: float
    accuracy: float | None = None


@dataclass(frozen=True)
class Step:
    """One scan: when (ms), what it sticks on, and where that is: campus, building, floor, room."""

    id: str
    at: int
    code: str
    way: tuple[tuple[str, str], ...] = ()
    fix: Fix | None = None
    person: str = ""
    client: str = ""


@dataclass(frozen=True)
class Doubt:
    """Something a person should look at; `about` are the ids of the scans."""

    kind: str
    about: tuple[str, ...]
    details: Mapping[str, Any] = field(default_factory=dict)


def metres(one: Fix, other: Fix) -> float:
    """Return the distance over ground."""
    lat1, lat2 = math.radians(one.lat), math.radians(other.lat)
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    )
    return 2 * _EARTH * math.asin(min(1.0, math.sqrt(half)))


def fix_of(told: Mapping[str, Any] | None) -> Fix | None:
    """
    Return a position as a phone told it, or None where there is none.

    Latitude and longitude zero is what programs say when they know nothing, not a place.
    """
    if not told or (abs(told["lat"]) < _NOWHERE and abs(told["lon"]) < _NOWHERE):
        return None
    return Fix(told["lat"], told["lon"], told.get("accuracy"))


def apart(one: Fix, other: Fix) -> float:
    """Return how far two positions are apart at least, their inaccuracy given to the person."""
    return max(0.0, metres(one, other) - _slack(one) - _slack(other))


def _slack(fix: Fix) -> float:
    """Return by how much a position may be off; one that does not say so may be off by much."""
    return LIMITS["unsaid"]["metres"] if fix.accuracy is None else fix.accuracy


def level_of(name: str) -> int | None:
    """Read a floor's number from its name; below the ground it is negative."""
    found = _LEVEL.search(unicodedata.normalize("NFKC", name))
    if found is None:
        return None
    number = _DIGITS.get(found[2]) or int(found[2])
    return -number if found[1] else number


def walking_seconds(one: Step, other: Step) -> float:
    """Return how long the way between two places takes at least, from where they lie."""
    bounds = LIMITS["walking"]
    here, there = dict(one.way), dict(other.way)
    if not here or not there:
        return 0
    if here.get("campus") != there.get("campus"):
        return bounds["other-campus"]
    if here.get("building") != there.get("building"):
        return bounds["other-building"]
    if here.get("floor") != there.get("floor"):
        levels = [level_of(way.get("floor-name", "")) for way in (here, there)]
        known = [level for level in levels if level is not None]
        floors = abs(known[0] - known[1]) if len(known) == 2 else 1
        return bounds["per-floor"] * max(1, floors)
    return bounds["same-place"] if one.way == other.way else bounds["same-floor"]


def too_fast(steps: Sequence[Step]) -> list[Doubt]:
    """Return neighbouring scans of one person between which nobody walks or drives so quickly."""
    found = []
    for person in sorted({step.person for step in steps}):
        own = sorted((step for step in steps if step.person == person), key=_order)
        found += [doubt for pair in pairwise(own) if (doubt := _pair(*pair))]
    return found


def _order(step: Step) -> tuple[int, str]:
    return step.at, step.id


def _pair(one: Step, other: Step) -> Doubt | None:
    took = (other.at - one.at) / 1000
    least = walking_seconds(one, other)
    if one.fix and other.fix:
        moving = LIMITS["moving"]
        way = apart(one.fix, other.fix)
        if way >= moving["at_least_metres"]:
            least = max(least, way / moving["metres_per_second"])
    if took >= least:
        return None
    details = {"took": round(took), "least": round(least)}
    return Doubt("presence-distance", (one.id, other.id), details)


def many_at_once(steps: Sequence[Step]) -> list[Doubt]:
    """Return the first stretch in which one person scanned more different tags than anybody can."""
    limit = LIMITS["many"]
    for person in sorted({step.person for step in steps}):
        own = sorted((step for step in steps if step.person == person), key=_order)
        for n, first in enumerate(own):
            near = [s for s in own[n:] if s.at - first.at <= limit["seconds"] * 1000]
            if len({s.code for s in near}) >= limit["tags"]:
                seconds = round((near[-1].at - first.at) / 1000)
                details = {"tags": len({s.code for s in near}), "seconds": seconds}
                return [Doubt("presence-many", (first.id, near[-1].id), details)]
    return []


def odd_positions(steps: Sequence[Step], home: Fix | None = None) -> list[Doubt]:
    """Return positions as only a program tells them: no inaccuracy, or no change at all."""
    fixed = [(step, step.fix) for step in sorted(steps, key=_order) if step.fix is not None]
    exact = [step for step, fix in fixed if fix.accuracy == 0]
    found = []
    if exact:
        found.append(Doubt("presence-position", (exact[0].id,), {"why": "accuracy"}))
    spots = {(fix.lat, fix.lon) for _, fix in fixed}
    rooms = {step.code for step, _ in fixed}
    mock = LIMITS["mock"]
    lasted = fixed[-1][0].at - fixed[0][0].at >= mock["seconds"] * 1000 if fixed else False
    if lasted and len(spots) == 1 and len(rooms) >= mock["same_fixes"]:
        ids = (fixed[0][0].id, fixed[-1][0].id)
        found.append(Doubt("presence-position", ids, {"why": "unchanged", "count": len(fixed)}))
    if home is not None:
        far = [s for s, fix in fixed if apart(fix, home) > LIMITS["away"]["metres"]]
        if far:
            found.append(Doubt("presence-position", (far[0].id,), {"why": "away"}))
    return found


def copies(steps: Sequence[Step]) -> list[Doubt]:
    """Return scans of one tag that cannot be one sticker: too far apart, on two phones at once."""
    limit, found = LIMITS["copied"], []
    for code in sorted({step.code for step in steps}):
        own = sorted((step for step in steps if step.code == code and step.fix), key=_order)
        for one, other in pairwise(own):
            assert one.fix is not None
            assert other.fix is not None
            way = apart(one.fix, other.fix)
            if way < limit["metres"]:
                continue
            at_once = other.at - one.at <= limit["seconds"] * 1000
            details = {"metres": round(way), "at_once": at_once and one.client != other.client}
            found.append(Doubt("tag-copied", (one.id, other.id), {"code": code, **details}))
    return found


def hurried(moments: Iterable[int]) -> Mapping[str, int] | None:
    """Return the first stretch of answers that nobody can give one by one so quickly, or None."""
    limit, at = LIMITS["pace"], sorted(moments)
    count, first = int(limit["items"]), 0
    for last in range(len(at)):
        while at[last] - at[first] > limit["seconds"] * 1000:
            first += 1
        if last - first + 1 >= count:
            return {"items": last - first + 1, "seconds": round((at[last] - at[first]) / 1000)}
    return None
