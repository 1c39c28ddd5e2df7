"""Pictures of scenes for tests: full of things, or of nothing, and what people do to them."""

import io
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from server.evidence import marks

DEMO = sorted((Path(marks.__file__).parents[1] / "demo" / "photos").glob("*.jpg"))
#: pairs of the demo that show a part of one another
DETAILS = {"control-board-detail", "power-cabin-detail", "entrance-ceiling", "yard-lane"}
BAND = ("2026-11-21 14:05", "门诊楼 / 3层 / 药房", "王检查 · 安平县人民医院")
OTHER_BAND = ("添加于 2026-12-03 09:41", "住院部 / 1层 / 配电间", "赵职工 · 临安县中医院")
Change = Callable[[Image.Image], Image.Image]


def scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A room of its own: walls, doors, boxes and pipes in places that depend on *seed*."""
    dice = random.Random(seed)
    image = Image.new("RGB", size, tuple(dice.randrange(60, 220) for _ in range(3)))
    pen = ImageDraw.Draw(image)
    wide, high = size
    for _ in range(26):
        x, y = dice.randrange(wide), dice.randrange(high)
        box = (x, y, x + dice.randrange(20, wide // 2), y + dice.randrange(20, high // 2))
        colour = tuple(dice.randrange(256) for _ in range(3))
        dice.choice((pen.rectangle, pen.ellipse))(box, fill=colour)
    return image


def empty(seed: int, base: int, noise: int, *, shade: int = 0) -> Image.Image:
    """A wall or a dark frame: nothing but grain, and perhaps light that falls off to the edges."""
    dice = random.Random(seed)
    grain = Image.frombytes("L", (320, 240), dice.randbytes(320 * 240))
    flat = Image.new("L", grain.size, base)
    if shade:
        light = Image.radial_gradient("L").resize(grain.size)
        flat = Image.blend(flat, ImageOps.invert(light), shade / 255)
    return Image.blend(flat, grain, noise / 255).convert("RGB")


def stamped(image: Image.Image, lines: Sequence[str] = BAND) -> Image.Image:
    """The band that the app writes at the foot of its photos (photo-watermark.ts)."""
    px = max(14, round(max(image.size) * 0.028))
    step, pad = round(px * 1.4), round(px * 0.7)
    high = len(lines) * step + 2 * pad - (step - px)
    layer = Image.new("RGBA", image.size)
    pen = ImageDraw.Draw(layer)
    pen.rectangle((0, image.height - high, *image.size), fill=(8, 20, 24, 148))
    for n, line in enumerate(lines):
        place = (pad, image.height - high + pad + n * step)
        pen.text(place, line, fill="white", font=marks.font(px))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def coded(image: Image.Image, quality: int = 85) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def cut(left: float, top: float, right: float, bottom: float) -> Change:
    """Cut shares of the width and height away."""

    def change(image: Image.Image) -> Image.Image:
        wide, high = image.size
        box = (left * wide, top * high, (1 - right) * wide, (1 - bottom) * high)
        return image.crop(tuple(round(edge) for edge in box))

    return change


def _written_over(image: Image.Image) -> Image.Image:
    image = image.copy()
    words = ImageDraw.Draw(image)
    place = (image.width * 0.55, image.height * 0.4)
    words.text(place, "样张 SAMPLE", fill="white", font=marks.font(image.width // 18))
    return image


CUTS = {
    f"{round(share * 100)} % cut off {side}": cut(*(share * edge for edge in edges))
    for share in (0.03, 0.05)
    for side, edges in {
        "all around": (1, 1, 1, 1), "left": (1, 0, 0, 0), "right": (0, 0, 1, 0),
        "above": (0, 1, 0, 0), "below": (0, 0, 0, 1), "above left": (1, 1, 0, 0),
        "above right": (0, 1, 1, 0), "below left": (1, 0, 0, 1), "below right": (0, 0, 1, 1),
    }.items()
}  # fmt: skip
CHANGES: dict[str, Change] = {
    "saved again": lambda image: image,
    "half as large": lambda image: image.resize((image.width // 2, image.height // 2)),
    "a third, sharpened": lambda image: ImageEnhance.Sharpness(
        image.resize((image.width // 3, image.height // 3))
    ).enhance(2),
    "squeezed": lambda image: image.resize((image.width, round(image.height * 0.9))),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.25),
    "more contrast": lambda image: ImageEnhance.Contrast(image).enhance(1.3),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "with another band": lambda image: stamped(image, OTHER_BAND),
    "written over": _written_over,
    "mirrored": ImageOps.mirror,
    **CUTS,
}
