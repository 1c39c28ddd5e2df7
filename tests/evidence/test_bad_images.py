"""
Pictures good and bad: each is either shown upright without what it tells of its author, or refused
by its reason. None costs the server more than a little memory; the table is in docs/torture.md.
"""

import io
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageStat, PngImagePlugin

from server.evidence import drawing
from server.evidence.rules import ImageUnreadable
from server.evidence.storage import FileStore
from server.evidence.thumbs import thumbnail
from server.ops import paths
from tests.evidence.uploads import create, sha
from tests.support.clients import AppClient

RED = (200, 30, 30)
MEGABYTE = 1024 * 1024


def half_red(mode: str = "RGB") -> Image.Image:
    """Wide, its left half red, so that every turn shows."""
    image = Image.new("RGB", (80, 40), (20, 20, 220))
    image.paste(RED, (0, 0, 40, 40))
    return image.convert(mode)


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def turned(orientation: int, kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(half_red(), kind, exif=exif.tobytes())


def frames(kind: str) -> bytes:
    second = Image.new("RGB", (80, 40), "green")
    return saved(half_red(), kind, save_all=True, append_images=[second])


def with_size(data: bytes, width: int, height: int) -> bytes:
    """A JPEG whose header claims another size."""
    at = next(i for i in range(len(data)) if data[i : i + 2] in (b"\xff\xc0", b"\xff\xc2"))
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def png_chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def png_claiming(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IHDR", head) + png_chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + body + png_chunk(b"IEND", b"")


def png_with_text_bomb() -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "x" * (80 * MEGABYTE), zip=True)
    return saved(half_red(), "PNG", pnginfo=text)


GOOD: dict[str, Callable[[], bytes]] = {
    "grey JPEG": lambda: saved(half_red("L")),
    "CMYK JPEG": lambda: saved(half_red("CMYK"), quality=95),
    "progressive JPEG": lambda: saved(half_red(), progressive=True),
    "MPO of two pictures": lambda: frames("MPO"),
    "JPEG with a broken EXIF": lambda: saved(half_red(), exif=b"Exif\0\0II*\0\xff\xff\xff\xff"),
    "JPEG with an impossible turn": lambda: turned(99, "JPEG"),
    "JPEG with a comment of 60 kB": lambda: saved(half_red(), comment=b"x" * 60_000),
    "JPEG followed by other bytes": lambda: saved(half_red()) + b"<script>" * 100,
    "PNG of 16 bits": lambda: saved(Image.new("I;16", (80, 40), 30_000), "PNG"),
    "PNG with a palette and holes": lambda: saved(half_red("P"), "PNG", transparency=3),
    "PNG with an alpha channel": lambda: saved(half_red("RGBA"), "PNG"),
    "animated PNG": lambda: frames("PNG"),
    "WebP": lambda: saved(half_red(), "WEBP"),
    "lossless WebP with alpha": lambda: saved(half_red("RGBA"), "WEBP", lossless=True),
    "animated WebP": lambda: frames("WEBP"),
    "JPEG that claims 100 MP and holds little": lambda: with_size(
        saved(half_red()), 10_000, 10_000
    ),
    "progressive JPEG that claims 100 MP and holds little": lambda: with_size(
        saved(half_red(), progressive=True), 10_000, 10_000
    ),
    "one pixel": lambda: saved(Image.new("RGB", (1, 1), RED)),
    "12,000 by 1": lambda: saved(Image.new("RGB", (12_000, 1), RED)),
}
BAD: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "JPEG cut in the middle": lambda: saved(half_red(), quality=95)[:700],
    "JPEG that claims 4,000 MP": lambda: with_size(saved(half_red()), 65_000, 65_000),
    "PNG cut in the middle": lambda: saved(half_red(), "PNG")[:70],
    "PNG that claims 2,000 MP": lambda: png_claiming(50_000, 40_000),
    "PNG that claims 59 MP": lambda: png_claiming(9_800, 6_000),
    "PNG with a text of 80 MB": png_with_text_bomb,
    "20,000 by 1": lambda: saved(Image.new("RGB", (20_000, 1), RED)),
    "GIF": lambda: saved(half_red("P"), "GIF"),
    "animated GIF": lambda: frames("GIF"),
    "BMP": lambda: saved(half_red(), "BMP"),
    "TIFF": lambda: saved(half_red(), "TIFF"),
    "ICO": lambda: saved(half_red(), "ICO"),
    "EPS": lambda: saved(half_red(), "EPS"),
    "PDF": lambda: saved(half_red(), "PDF"),
    "SVG": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "HTML": lambda: b"<!doctype html><script>alert(1)</script>",
    "HEIC cut in the middle": lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 500,
}


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "store")


def small(store: FileStore, data: bytes, mime: str = "image/jpeg") -> Image.Image:
    """What is shown of these bytes."""
    part = store.parts() / "part"
    part.write_bytes(data)
    store.keep(part, sha(data))
    with Image.open(thumbnail(store, sha(data), mime)) as image:
        image.load()
        return image


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize("name", GOOD)
def test_a_good_picture_is_shown(store: FileStore, name: str) -> None:
    shown = small(store, GOOD[name]())
    assert shown.format == "JPEG"
    assert shown.mode == "RGB"
    if shown.size == (80, 40) and "grey" not in name and "16" not in name:
        left = ImageStat.Stat(shown.crop((4, 4, 36, 36))).mean
        assert left[0] > left[2] + 60, f"not red on the left: {left}"


@pytest.mark.parametrize("mime", ["image/jpeg", "image/heic"])
@pytest.mark.parametrize("name", BAD)
def test_a_bad_picture_is_refused_by_its_reason(store: FileStore, name: str, mime: str) -> None:
    with pytest.raises(ImageUnreadable):
        small(store, BAD[name](), mime)
    assert not [path for path in store.root.glob("derivatives/*/*/*") if path.is_file()]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_turn_is_undone(store: FileStore, orientation: int, kind: str) -> None:
    shown = small(store, turned(orientation, kind))
    assert shown.size == ((80, 40) if orientation <= 4 else (40, 80))
    red = {1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom"}
    boxes = {
        "left": (2, 2, 30, 38),
        "right": (50, 2, 78, 38),
        "top": (2, 2, 38, 30),
        "bottom": (2, 50, 38, 78),
    }
    mean = ImageStat.Stat(shown.crop(boxes[red.get(orientation, "bottom")])).mean
    assert mean[0] > mean[2] + 60, (orientation, mean)


def test_what_a_picture_tells_of_its_author_is_kept_and_not_shown(store: FileStore) -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x0132] = "SecretMaker", "2026:11:22 08:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (39.0, 54.0, 20.0)})
    data = saved(
        half_red(), exif=exif.tobytes(), comment=b"SecretComment", xmp=b"<x:xmpmeta>SecretXmp"
    )
    shown = small(store, data)
    made = thumbnail(store, sha(data), "image/jpeg").read_bytes()
    assert not shown.getexif()
    assert {"comment", "xmp", "icc_profile"} & set(shown.info) == set()
    assert b"Secret" not in made
    assert b"Exif" not in made
    with store.open(sha(data)) as original:
        assert original.read() == data


MEMORY = """
import re, sys
from pathlib import Path
from server.evidence import drawing, rules, thumbs
from server.evidence.storage import FileStore
def most():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = most()
try:
    thumbs.thumbnail(FileStore(Path(sys.argv[1])), sys.argv[2], "image/jpeg")
    said = "shown"
except rules.ImageUnreadable:
    said = "refused"
print(said, (most() - before) // 1024)
"""


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("progressive JPEG of 96 MP", lambda: huge("RGB", (12_000, 8_000), progressive=True)),
        ("JPEG of 108 MP", lambda: huge("L", (12_000, 9_000))),
        ("PNG of 59 MP with alpha", lambda: huge("RGBA", (9_900, 6_000), "PNG", compress_level=1)),
    ],
)
def test_a_huge_picture_costs_a_worker_little(
    store: FileStore, name: str, picture: Callable[[], bytes]
) -> None:
    data = picture()
    part = store.parts() / "part"
    part.write_bytes(data)
    store.keep(part, sha(data))
    done = subprocess.run(
        [str(paths.PYTHON), "-c", MEMORY, str(store.root), sha(data)],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    said, grown = done.stdout.split()
    assert said == "shown", (name, done.stderr)
    assert int(grown) < 64, f"{name}: {grown} MB"


def huge(mode: str, size: tuple[int, int], kind: str = "JPEG", **options: Any) -> bytes:
    """Much picture in few bytes."""
    return saved(Image.new(mode, size), kind, **options)


def test_only_announced_kinds_are_taken(login: Callable[..., AppClient]) -> None:
    client, data = login("inspector"), saved(half_red("P"), "GIF")
    for mime in ("image/gif", "image/svg+xml", "image/tiff", "application/pdf", "text/html"):
        answer = create(client, data, body=data, mime=mime)
        assert (answer.status_code, answer.json["code"]) == (415, "upload-type"), mime
    assert drawing.FORMATS == ("JPEG", "PNG", "WEBP")
