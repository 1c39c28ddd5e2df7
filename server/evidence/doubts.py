"""When two photos that look alike, or a photo and its file's own words, deserve a look. Pure."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from server.evidence.fingerprint import RULES

BEFORE_AFTER, OTHER_UNIT, REUSED = "photo-before-after", "photo-other-unit", "photo-reused"
#: the one that says most comes first
STRONGEST = (BEFORE_AFTER, OTHER_UNIT, REUSED)
_VISIT = timedelta(hours=4)
_EARTH_M = 6_371_000


@dataclass(frozen=True)
class Shown:
    """What the rules need to know of a photo."""

    id: str
    sha256: str
    original_id: str | None
    author_id: str
    unit_id: str | None
    inspection_id: str | None
    hazard_id: str | None
    purpose: str
    taken_at: datetime
    received_at: datetime

    @property
    def place_in_time(self) -> tuple[datetime, str]:
        """Order photos as they came."""
        return self.received_at, self.id


def doubt(one: Shown, other: Shown, distance: int) -> str | None:
    """Return which doubt two pictures raise that differ in *distance* bits, if any."""
    kind = _kind(one, other)
    if kind is None or distance > RULES["alike"][kind] or _is_copy(one, other):
        return None
    is_same = one.sha256 == other.sha256
    if kind == REUSED and _is_one_visit(one, other) and not (is_same and _two_hazards(one, other)):
        return None
    return kind


def _kind(one: Shown, other: Shown) -> str | None:
    if one.unit_id != other.unit_id:
        return OTHER_UNIT
    if one.hazard_id is not None and one.hazard_id == other.hazard_id:
        return BEFORE_AFTER if {one.purpose, other.purpose} == {"found", "rectified"} else None
    return REUSED


def _is_copy(one: Shown, other: Shown) -> bool:
    """Say whether one is the other with marks on it, or both are copies of a third."""
    origins = {one.original_id or one.id, other.original_id or other.id}
    return len(origins) == 1


def _is_one_visit(one: Shown, other: Shown) -> bool:
    """Say whether both were taken at one visit, where several pictures of one view are usual."""
    if "rectified" in (one.purpose, other.purpose):
        return False
    if one.inspection_id is not None and one.inspection_id == other.inspection_id:
        return True
    near = abs(one.taken_at - other.taken_at) <= _VISIT
    return near and one.author_id == other.author_id


def _two_hazards(one: Shown, other: Shown) -> bool:
    return None not in (one.hazard_id, other.hazard_id) and one.hazard_id != other.hazard_id


def time_doubt(own: datetime, said: datetime, added: datetime) -> dict[str, Any] | None:
    """Compare the file's own time with what the photo claims and with when it was added."""
    rules = RULES["own_time"]
    slack = timedelta(minutes=rules["minutes"])
    is_old = own < added - timedelta(hours=rules["before_added_h"])
    if abs(own - said) <= slack and own <= added + slack and not is_old:
        return None
    return {"own_at": _ms(own), "said_at": _ms(said), "added_at": _ms(added)}


def place_doubt(own: Mapping[str, float], said: Mapping[str, float]) -> dict[str, Any] | None:
    """Compare the file's own place with where the photo claims to be or where the unit is."""
    metres = _metres(own, said)
    if metres <= RULES["own_place"]["metres"]:
        return None
    return {"metres": round(metres), "own": dict(own), "said": dict(said)}


def _metres(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    lat_1, lat_2 = math.radians(one["lat"]), math.radians(other["lat"])
    half_lat, half_lon = (lat_2 - lat_1) / 2, math.radians(other["lon"] - one["lon"]) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin(half_lon) ** 2
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(chord)))


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
