"""What the phone's camera sees: a wall with the label of a room."""

import random
from pathlib import Path

import qrcode
from PIL import Image, ImageDraw, ImageFilter

from tests.support.browsers import make_camera

SIZE = (1280, 960)
FRAMES = 12
WALL = (214, 210, 200)


def _wall(seed: int) -> Image.Image:
    """A wall whose light changes a little, so that no two photos are alike."""
    grains = random.Random(seed)
    small = Image.new("RGB", (64, 48), WALL)
    for x in range(64):
        for y in range(48):
            shade = grains.randint(-14, 14)
            small.putpixel((x, y), tuple(part + shade for part in WALL))
    return small.resize(SIZE).filter(ImageFilter.GaussianBlur(6))


def _label(address: str) -> Image.Image:
    code = qrcode.QRCode(border=4, box_size=14)
    code.add_data(address)
    code.make(fit=True)
    return code.make_image().get_image().convert("RGB")


def label_on_a_wall(path: Path, address: str) -> Path:
    """A camera that looks at a label with this address."""
    label = _label(address)
    left, top = (SIZE[0] - label.width) // 2, (SIZE[1] - label.height) // 2
    frames = []
    for number in range(FRAMES):
        frame = _wall(number)
        frame.paste(label, (left, top))
        ImageDraw.Draw(frame).rectangle((60, 60, 220, 880), fill=(120, 40 + number * 6, 36))
        frames.append(frame)
    return make_camera(path, frames)


def empty_wall(path: Path) -> Path:
    """A camera without any code in sight."""
    frames = []
    for number in range(FRAMES):
        frame = _wall(100 + number)
        ImageDraw.Draw(frame).rectangle((400, 200, 900, 760), fill=(40, 90 + number * 8, 60))
        frames.append(frame)
    return make_camera(path, frames)
