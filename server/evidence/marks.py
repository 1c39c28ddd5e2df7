"""
What people drew on photos: arrows, rings, words, and faces that nobody is to recognise.

The same drawing as the phone's (pwa/src/photo/MarkLayer.vue): thousandths of the upright picture's
width and height, lines in thousandths of its longer edge. What this version does not know is left
out rather than drawn wrong.
"""

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import manimgx_fonts_cjk  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

from server.evidence.drawing import write_whole
from server.kernel.text import one_line

Mark = Mapping[str, Any]
Point = tuple[float, float]
COLOURS = {"red": "#ff4d4f", "yellow": "#ffe066", "blue": "#6cb4ff", "white": "#ffffff"}
EDGE = "#1b1b1b"
INK_WIDTH, EDGE_WIDTH, WORD_HEIGHT = 7, 12, 44
#: cells per blurred face: few enough that nobody is recognised
BLUR_CELLS = 8
QUALITY = 82
_FONT = Path(manimgx_fonts_cjk.__file__).with_name("NotoSansCJK-VF.otf.ttc")
_SIMPLIFIED = 2


def blurs(marks: Sequence[Any]) -> list[Mark]:
    """Return the marks under which nobody is to be recognised."""
    return [mark for mark in readable(marks) if mark["kind"] == "blur"]


def readable(marks: Sequence[Any]) -> list[Mark]:
    """Return the marks that this version can draw."""
    return [mark for mark in marks if isinstance(mark, Mapping) and _is_readable(mark)]


def digest(marks: Sequence[Any]) -> str:
    """Name a set of marks, so that each drawing has a file of its own."""
    said = json.dumps(marks, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def draw(source: Path, target: Path, marks: Sequence[Any]) -> None:
    """Write the picture with its marks; faces go first, so that no line is blurred."""
    with Image.open(source, formats=("JPEG",)) as opened:
        image = opened.convert("RGB")
    known = readable(marks)
    for mark in known:
        if mark["kind"] == "blur":
            _pixelate(image, mark)
    for mark in known:
        _DRAWN.get(mark["kind"], _nothing)(image, mark)
    write_whole(image, target, QUALITY)


def _is_readable(mark: Mark) -> bool:
    if mark.get("kind") == "text":
        return _is_point(mark.get("at")) and isinstance(mark.get("text"), str)
    known = mark.get("kind") in ("arrow", "circle", "blur")
    return known and _is_point(mark.get("from")) and _is_point(mark.get("to"))


def _is_point(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 2
        and all(isinstance(n, int | float) and math.isfinite(n) for n in value)
    )


def _at(image: Image.Image, point: Sequence[float]) -> Point:
    x, y = (min(1000.0, max(0.0, float(n))) for n in point)
    return x * image.width / 1000, y * image.height / 1000


def _box(image: Image.Image, mark: Mark) -> tuple[float, float, float, float]:
    (x1, y1), (x2, y2) = _at(image, mark["from"]), _at(image, mark["to"])
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _pixelate(image: Image.Image, mark: Mark) -> None:
    left, top, right, bottom = _box(image, mark)
    box = (math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom))
    wide, high = box[2] - box[0], box[3] - box[1]
    if wide < 1 or high < 1:
        return
    cells = (min(BLUR_CELLS, wide), max(1, min(high, round(BLUR_CELLS * high / wide))))
    small = image.crop(box).resize(cells, Image.Resampling.BOX)
    image.paste(small.resize((wide, high), Image.Resampling.NEAREST), box)


def _width(image: Image.Image, thousandths: float) -> int:
    return max(1, round(thousandths * max(image.size) / 1000))


def _colour(mark: Mark) -> str:
    return COLOURS.get(str(mark.get("colour")), COLOURS["red"])


def _arrow(image: Image.Image, mark: Mark) -> None:
    start, end = _at(image, mark["from"]), _at(image, mark["to"])
    first, second = _head(image, start, end)
    pen = ImageDraw.Draw(image)
    for colour, width in ((EDGE, EDGE_WIDTH), (_colour(mark), INK_WIDTH)):
        wide = _width(image, width)
        pen.line([start, end], colour, wide)
        pen.line([first, end, second], colour, wide, joint="curve")
        for x, y in (start, end, first, second):  # round ends, as on the phone
            pen.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), colour)


def _head(image: Image.Image, start: Point, end: Point) -> tuple[Point, Point]:
    unit = max(image.size) / 1000
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    size = min(60 * unit, max(24 * unit, length * 0.3))
    angle = math.atan2(end[1] - start[1], end[0] - start[0])

    def barb(turn: float) -> Point:
        return end[0] - math.cos(angle + turn) * size, end[1] - math.sin(angle + turn) * size

    return barb(0.5), barb(-0.5)


def _circle(image: Image.Image, mark: Mark) -> None:
    box = _box(image, mark)
    pen = ImageDraw.Draw(image)
    for colour, width in ((EDGE, EDGE_WIDTH), (_colour(mark), INK_WIDTH)):
        half = _width(image, width) / 2
        outer = (box[0] - half, box[1] - half, box[2] + half, box[3] + half)
        pen.ellipse(outer, outline=colour, width=_width(image, width))


def _text(image: Image.Image, mark: Mark) -> None:
    letters = font(_width(image, WORD_HEIGHT))
    pen = ImageDraw.Draw(image)
    edge = max(1, _width(image, 4))
    words = one_line(str(mark["text"]))[:40]
    pen.text(
        _at(image, mark["at"]),
        words,
        _colour(mark),
        letters,
        "ls",
        stroke_width=edge,
        stroke_fill=EDGE,
    )


def _nothing(image: Image.Image, mark: Mark) -> None:
    """Draw nothing: the mark is a blur, done before, or unknown."""


_DRAWN: dict[str, Callable[[Image.Image, Mark], None]] = {
    "arrow": _arrow,
    "circle": _circle,
    "text": _text,
}


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the letters that words on pictures are written in, *size* pixels high."""
    letters = ImageFont.truetype(_FONT, size, _SIMPLIFIED, layout_engine=ImageFont.Layout.BASIC)
    letters.set_variation_by_axes([600])
    return letters
