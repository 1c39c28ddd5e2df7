"""
Drawing a small picture of a photo. Nothing but Pillow and the standard library is imported, so that
this file also runs alone, as a child with limits, for young decoders and for large pictures:
`python drawing.py SOURCE TARGET SIDE`.
"""

import os
import sys
from pathlib import Path

from PIL import Image, ImageOps

SIDE = 320
QUALITY = 78
MAX_SIDE = 12_000
MAX_PIXELS = 60_000_000
# A JPEG is decoded at an eighth of its size, so that even a very large one costs little time.
MAX_JPEG_PIXELS = 120_000_000
# Above this a picture may cost a hundred megabytes, however few bytes it has: a child draws it.
LIGHT_PIXELS = 8_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
_JPEGS = ("JPEG", "MPO")
Image.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS
#: how the child ends when the picture is good and the disk is not
UNWRITTEN = 3


class Undrawable(Exception):
    """The bytes are no picture, a broken one, or one too large to open."""


def draw(
    source: Path, target: Path, formats: tuple[str, ...] = FORMATS, *, side: int = SIDE
) -> None:
    """Write a JPEG of at most *side* pixels a side, upright, without the original's metadata."""
    try:
        with Image.open(source, formats=formats) as image:
            _require_sane(image)
            small = _shrunk(image, side)
    except Undrawable:
        raise
    except Exception as exc:  # Pillow's decoders raise nearly anything on hostile bytes
        raise Undrawable(type(exc).__name__) from exc
    write_whole(small, target, QUALITY)


def is_heavy(source: Path) -> bool:
    """Say whether to draw this only where memory is limited; what cannot be opened is light."""
    try:
        with Image.open(source, formats=FORMATS) as image:
            return image.width * image.height > LIGHT_PIXELS
    except Exception:
        return False


def write_whole(image: Image.Image, target: Path, quality: int) -> None:
    """Write a JPEG that is there whole or not at all, whatever dies meanwhile, even the power."""
    part = target.with_name(f"{target.name}.{os.getpid()}.{id(image)}")
    try:
        with part.open("wb") as out:
            image.save(out, "JPEG", quality=quality, optimize=True)
            out.flush()
            os.fsync(out.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _require_sane(image: Image.Image) -> None:
    limit = MAX_JPEG_PIXELS if image.format in _JPEGS else MAX_PIXELS
    if max(image.size) > MAX_SIDE or image.width * image.height > limit:
        raise Undrawable("too large")


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    image.draft("RGB", (side, side))
    if image.mode not in ("RGB", "L", "RGBA"):
        image = _plain(image)
    image.thumbnail((side, side), reducing_gap=2.0)
    upright = _on_white(_upright(image))
    return Image.frombytes("RGB", upright.size, upright.tobytes())


def _plain(image: Image.Image) -> Image.Image:
    """Take 16 bits down to 8 instead of letting them clip to white; keep transparency for now."""
    if image.mode.startswith("I") or image.mode == "F":
        return image.point(lambda value: value / 256).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _upright(image: Image.Image) -> Image.Image:
    """Turn as the camera says; one whose notes are damaged is shown as it lies."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        return image


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode != "RGBA":
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


def main(source: str, target: str, side: str) -> int:
    """Draw in a process of its own."""
    import resource

    import pi_heif

    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
    pi_heif.register_heif_opener()
    try:
        draw(Path(source), Path(target), (*FORMATS, "HEIF"), side=int(side))
    except Undrawable:
        return 1
    except OSError:
        return UNWRITTEN
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
