"""What a file says of itself: when and where it was taken. Also read by the drawing child."""

import math
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from PIL import Image

_EXIF, _GPS = 0x8769, 0x8825
_TAKEN, _DIGITISED, _CHANGED = 0x9003, 0x9004, 0x0132
_OFFSETS = (0x9011, 0x9010)
_MAKE, _MODEL = 0x010F, 0x0110
_MOMENT = re.compile(r"(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})")
#: cameras without a zone are taken to stand in China
_HOME = timezone(timedelta(hours=8))


def told_by(image: Image.Image) -> dict[str, Any] | None:
    """Return {at, lat, lon, camera} as far as the file says them; damaged notes say nothing."""
    try:
        exif = image.getexif()
        found = {"at": _moment(exif), "camera": _camera(exif)} | _position(exif)
    except Exception:  # hostile notes raise nearly anything
        return None
    said = {name: value for name, value in found.items() if value is not None}
    return said or None


def _words(value: Any) -> str:
    text = value.decode("latin-1") if isinstance(value, bytes) else str(value or "")
    return "".join(sign for sign in text if sign.isprintable()).strip()[:60]


def _camera(exif: Image.Exif) -> str | None:
    return " ".join(filter(None, (_words(exif.get(_MAKE)), _words(exif.get(_MODEL))))) or None


def _moment(exif: Image.Exif) -> int | None:
    inner = exif.get_ifd(_EXIF)
    text = inner.get(_TAKEN) or inner.get(_DIGITISED) or exif.get(_CHANGED)
    found = _MOMENT.match(_words(text))
    if not found or int(found[1]) < 1990:
        return None
    zone = next(filter(None, (_zone(inner.get(tag)) for tag in _OFFSETS)), _HOME)
    moment = datetime(*map(int, found.groups()), tzinfo=zone)  # type: ignore[misc,arg-type]
    return round(moment.astimezone(UTC).timestamp() * 1000)


def _zone(value: Any) -> timezone | None:
    found = _OFFSET.fullmatch(_words(value))
    if not found:
        return None
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-offset if found[1] == "-" else offset)


def _position(exif: Image.Exif) -> dict[str, float | None]:
    place = exif.get_ifd(_GPS)
    lat, lon = _degrees(place, 1, 2, 90), _degrees(place, 3, 4, 180)
    if lat is None or lon is None or (lat == 0 and lon == 0):
        return {}
    return {"lat": lat, "lon": lon}


def _degrees(place: dict[int, Any], side: int, value: int, limit: int) -> float | None:
    parts = place.get(value)
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    degrees: float = sum(float(part) / 60**n for n, part in enumerate(parts))
    if not math.isfinite(degrees) or not 0 <= degrees <= limit:
        return None
    return round(-degrees if _words(place.get(side)) in ("S", "W") else degrees, 6)
