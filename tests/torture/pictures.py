"""Photos for the phones, each with bytes of its own, and a look at what the server made of them."""

import io
import random
from functools import cache

from PIL import Image

SIDES = ((900, 600), (1500, 1000))


@cache
def _base(side: tuple[int, int]) -> bytes:
    """A JPEG as large as a camera's: noise over a slope."""
    slope = Image.linear_gradient("L").resize(side)
    noise = Image.effect_noise(side, 40)
    out = io.BytesIO()
    Image.merge("RGB", (slope, noise, slope)).save(out, "JPEG", quality=60)
    return out.getvalue()


def photo_bytes(choice: random.Random) -> bytes:
    """A picture nobody has brought before: what follows a JPEG's end is ignored by decoders."""
    return _base(choice.choice(SIDES)) + choice.randbytes(16)


def picture_problem(data: bytes, side: int = 320) -> str:
    """Say why these bytes are no whole JPEG of at most *side*; nothing when they are one."""
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
            image.load()
            return "" if max(image.size) <= side else f"size {image.size}"
    except Exception as exc:
        return repr(exc)
