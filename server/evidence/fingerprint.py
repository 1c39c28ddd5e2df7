"""
What a picture looks like, in 64 bits: pictures of one scene differ in few of them.

The signs of the lowest frequencies (DCT) of the picture in 32 by 32 grey fields, without its lower
part, where the app writes when and where: that band would make all pictures alike. A picture with
too little in it (a wall, a black frame) has no fingerprint. See docs/adr/0024 and likeness.json.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from operator import mul
from pathlib import Path
from typing import Any

from PIL import Image

RULES: Mapping[str, Any] = json.loads(
    Path(__file__).with_name("likeness.json").read_text(encoding="utf-8")
)
FIELDS, SIGNS = 32, 8
BANDS = (22, 21, 21)
#: differing bits up to which the search misses nothing: three bands, two bits in one of them
SURE = 3 * len(BANDS) - 1
_UPPER: float = RULES["upper"]
_EDGE = 0.05
#: what of the upper part is looked at: all, the middle, and all but two edges, so that a picture
#: that was cut a little meets its like
VIEWS: Mapping[str, tuple[float, float, float, float]] = {
    "whole": (0, 0, 1, 1),
    "middle": (_EDGE, _EDGE, 1 - _EDGE, 1 - _EDGE),
    "lower-right": (_EDGE, _EDGE, 1, 1),
    "upper-left": (0, 0, 1 - _EDGE, 1 - _EDGE),
    "lower-left": (0, _EDGE, 1 - _EDGE, 1),
    "upper-right": (_EDGE, 0, 1, 1 - _EDGE),
}
#: the views that are looked for among all views of others
ASKED = ("whole", "middle", "lower-right", "upper-left")
_COSINES = [
    [math.cos(math.pi * (2 * x + 1) * u / (2 * FIELDS)) for x in range(FIELDS)]
    for u in range(SIGNS)
]
Frequencies = list[list[float]]


def views_of(path: Path) -> dict[str, int]:
    """Return the fingerprint of each view, and of the mirrored whole; none for an empty scene."""
    with Image.open(path, formats=("JPEG",)) as opened:
        grey = opened.convert("L")
    whole = _frequencies(grey, VIEWS["whole"])
    if not _is_rich(whole):
        return {}
    found = {name: _bits(_frequencies(grey, box)) for name, box in VIEWS.items()}
    return found | {"mirrored": _bits(_mirrored(whole))}


def _frequencies(grey: Image.Image, box: tuple[float, float, float, float]) -> Frequencies:
    wide, high = grey.width, grey.height * _UPPER
    edges = (box[0] * wide, box[1] * high, max(1, box[2] * wide), max(1, box[3] * high))
    small = grey.resize((FIELDS, FIELDS), Image.Resampling.BOX, box=edges)
    points = small.tobytes()
    rows = [points[y * FIELDS : (y + 1) * FIELDS] for y in range(FIELDS)]
    lines = [[_dot(row, wave) for wave in _COSINES] for row in rows]
    columns = list(zip(*lines, strict=True))
    return [[_dot(column, wave) for column in columns] for wave in _COSINES]


def _dot(values: Sequence[float], wave: Sequence[float]) -> float:
    total: float = sum(map(mul, values, wave))
    return total


def _mirrored(found: Frequencies) -> Frequencies:
    return [[-value if u % 2 else value for u, value in enumerate(row)] for row in found]


def _details(found: Frequencies) -> list[float]:
    """Leave the mean brightness out."""
    return [value for row in found for value in row][1:]


def _is_rich(found: Frequencies) -> bool:
    rich = RULES["rich"]
    strong = sum(abs(value) > rich["strength"] for value in _details(found))
    return bool(strong >= rich["signs"])


def _bits(found: Frequencies) -> int:
    details = _details(found)
    middle = sorted(details)[len(details) // 2]
    return sum(1 << n for n, value in enumerate(details) if value > middle)


def distance(one: int, other: int) -> int:
    """Return in how many bits two fingerprints differ."""
    return (one ^ other).bit_count()


def bands(bits: int) -> tuple[int, ...]:
    """Cut a fingerprint into pieces that can be looked up."""
    pieces = []
    for width in BANDS:
        pieces.append(bits & ((1 << width) - 1))
        bits >>= width
    return tuple(pieces)


def near(band: int, width: int) -> Iterator[int]:
    """Yield a piece and every one that differs from it in one or two bits."""
    yield band
    for first in range(width):
        yield band ^ 1 << first
        for second in range(first):
            yield band ^ 1 << first ^ 1 << second
