"""
Drawing small pictures of a photo, and reading what it says of itself. Nothing but Pillow, the
standard library and three neighbours of the same kind is imported, so that this file also runs
alone, as a child with limits, for young decoders and for large pictures: `python drawing.py`.

The child reads one order a line, `{"source", "heif", "targets": {side: path}}`, and answers each
with one line: what it found, or `{"refused": reason}`. Whoever gave an order without an answer
knows which picture killed the child.
"""

import json
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

_HERE = Path(__file__).parent
RULES: Mapping[str, Any] = json.loads((_HERE / "picture-rules.json").read_text(encoding="utf-8"))
_SHOWN, EFFORT = RULES["shown_to"], RULES["effort"]
# Beside a line of a list, on a third of a sheet of paper, on the whole screen.
SIDE, PRINTED, LARGE = 320, 640, 1600
QUALITY = 78
MAX_SIDE: int = _SHOWN["side"]
MAX_PIXELS: int = _SHOWN["pixels"]
# A JPEG is decoded at an eighth of its size, so that even a very large one costs little time.
MAX_JPEG_PIXELS: int = _SHOWN["jpeg_pixels"]
# Above this a picture may cost a hundred megabytes, however few bytes it has: a child draws it.
LIGHT_PIXELS: int = _SHOWN["light_pixels"]
FORMATS = ("JPEG", "PNG", "WEBP")
_JPEGS = ("JPEG", "MPO")
DAMAGED, TOO_LARGE, NO_PICTURE, TOO_COMPLEX = UNSHOWN = (
    "damaged", "too-large", "not-a-picture", "too-complex",
)  # fmt: skip
Image.MAX_IMAGE_PIXELS = MAX_JPEG_PIXELS


class Undrawable(Exception):
    """The bytes are no picture, a broken one, or one too large to open; one of UNSHOWN says why."""


def draw(
    source: Path, target: Path, formats: tuple[str, ...] = FORMATS, *, side: int = SIDE
) -> None:
    """Write a JPEG of at most *side* pixels a side, upright, without the original's metadata."""
    try:
        with Image.open(source, formats=formats) as image:
            _require_sane(image)
            small = _shrunk(image, side)
    except Exception as exc:  # Pillow's decoders raise nearly anything on hostile bytes
        raise _refusal(exc) from exc
    write_whole(small, target, QUALITY)


def _refusal(error: Exception) -> Undrawable:
    if isinstance(error, Undrawable):
        return error
    if isinstance(error, Image.DecompressionBombError):
        return Undrawable(TOO_LARGE)
    return Undrawable(NO_PICTURE if isinstance(error, UnidentifiedImageError) else DAMAGED)


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
        raise Undrawable(TOO_LARGE)


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


def carry_out(order: Mapping[str, Any]) -> dict[str, Any]:
    """Draw one picture at every side that is wanted, the largest first, and say what it told."""
    source = Path(order["source"])
    targets = {int(side): Path(path) for side, path in order["targets"].items()}
    first, *rest = sorted(targets, reverse=True)
    try:
        found = _examined(source, (*FORMATS, "HEIF") if order["heif"] else FORMATS)
        draw(source, targets[first], tuple(found["formats"]), side=first)
        for side in rest:
            draw(targets[first], targets[side], ("JPEG",), side=side)
    except Undrawable as exc:
        return {"refused": str(exc)}
    except OSError:
        return {"unwritten": True}
    return found | {"views": import_module("fingerprint").views_of(targets[min(targets)])}


def _examined(source: Path, formats: tuple[str, ...]) -> dict[str, Any]:
    try:
        with Image.open(source, formats=formats) as image:
            _require_sane(image)
            told, form = import_module("told").told_by(image), str(image.format)
    except Exception as exc:
        raise _refusal(exc) from exc
    bare = form == "JPEG" and import_module("bare").is_bare(source.read_bytes())
    return {"form": form, "told": told, "bare": bare, "formats": formats}


def _limit_time() -> None:
    """Give the next picture its own share of processor time."""
    import resource

    spent = resource.getrusage(resource.RUSAGE_SELF)
    allowed = int(spent.ru_utime + spent.ru_stime) + EFFORT["cpu_seconds"]
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (allowed, most))


def main() -> int:
    """Carry out orders in a process of its own, with little memory and behind everybody else."""
    import resource

    import pi_heif

    os.nice(10)
    sys.path.insert(0, str(_HERE))
    resource.setrlimit(resource.RLIMIT_AS, (EFFORT["bytes"], EFFORT["bytes"]))
    pi_heif.register_heif_opener()
    for line in sys.stdin:
        _limit_time()
        sys.stdout.write(json.dumps(carry_out(json.loads(line))) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
