"""Signatures as drawings: the strokes as they were drawn, sharp at any size."""

from collections.abc import Sequence
from itertools import pairwise

Point = Sequence[float]
Stroke = Sequence[Point]
PEN = 9.0
_EDGE = 24.0
_SMALLEST = 160.0
_BOX = 1000.0


def signature_svg(strokes: Sequence[Stroke], width: float, height: float) -> bytes:
    """Draw strokes given in a box of a thousand by a thousand, in the shape of their canvas."""
    x_scale, y_scale = _scales(width, height)
    scaled = [[(p[0] * x_scale, p[1] * y_scale) for p in stroke] for stroke in strokes if stroke]
    left, top, wide, high = _frame([p for stroke in scaled for p in stroke])
    paths = "".join(f'<path d="{_path(stroke)}"/>' for stroke in scaled)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'viewBox="{left:.1f} {top:.1f} {wide:.1f} {high:.1f}">'
        f'<g fill="none" stroke="#000" stroke-width="{PEN}" '
        f'stroke-linecap="round" stroke-linejoin="round">{paths}</g></svg>'
    ).encode()


def _scales(width: float, height: float) -> tuple[float, float]:
    """Return how far the box is stretched: the longer side of the canvas stays a thousand."""
    longer = max(width, height, 1)
    return max(width, 1) / longer, max(height, 1) / longer


def _frame(points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return the part of the canvas that was drawn on, with an edge around it."""
    if not points:
        return 0, 0, _BOX, _BOX / 3
    left, right = min(p[0] for p in points), max(p[0] for p in points)
    top, bottom = min(p[1] for p in points), max(p[1] for p in points)
    wide, high = max(right - left, _SMALLEST), max(bottom - top, _SMALLEST)
    return left - _EDGE, top - _EDGE, wide + 2 * _EDGE, high + 2 * _EDGE


def _path(stroke: Sequence[tuple[float, float]]) -> str:
    """Draw one stroke, rounded between its points; a single point becomes a dot."""
    first, rest = stroke[0], stroke[1:]
    start = f"M{first[0]:.1f} {first[1]:.1f}"
    if not rest:
        return f"{start}h0.1"
    curves = [
        f"Q{x:.1f} {y:.1f} {(x + nx) / 2:.1f} {(y + ny) / 2:.1f}"
        for (x, y), (nx, ny) in pairwise(rest)
    ]
    return "".join([start, *curves, f"L{rest[-1][0]:.1f} {rest[-1][1]:.1f}"])
