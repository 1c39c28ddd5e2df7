"""Pictures with what was drawn on them: lines in their place, faces that nobody recognises."""

import io
import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageStat

from server.evidence import marks
from server.kernel import ids
from server.kernel.db import db
from tests.evidence.uploads import sha
from tests.factories.hazards import make_photo
from tests.support.actors import Actors
from tests.support.clients import AppClient

pytestmark = pytest.mark.usefixtures("worker_beside")
Login = Callable[..., AppClient]
FACE = {"id": "b", "kind": "blur", "from": [100, 100], "to": [400, 500]}
ARROW = {"id": "a", "kind": "arrow", "colour": "red", "from": [500, 500], "to": [900, 900]}
RING = {"id": "c", "kind": "circle", "colour": "blue", "from": [600, 100], "to": [900, 300]}
WORD = {"id": "t", "kind": "text", "colour": "yellow", "at": [80, 900], "text": "通道堵塞"}
STRANGE: list[Any] = [
    None, 7, "blur", [], {}, {"kind": "star"}, {"kind": "blur"}, {"kind": "text", "at": [1, 2]},
    {"kind": "arrow", "from": [1], "to": [2, 3]}, {"kind": "blur", "from": ["a", 1], "to": [2, 3]},
    {"kind": "circle", "from": [float("nan"), 0], "to": [1, 1]},
]  # fmt: skip


def noise(seed: int = 1, size: tuple[int, int] = (800, 600)) -> bytes:
    """A picture full of detail: what is blurred in it shows."""
    dots = random.Random(seed).randbytes(size[0] * size[1] // 16)
    image = Image.frombytes("L", (size[0] // 4, size[1] // 4), dots).resize(size).convert("RGB")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    return out.getvalue()


def keep(app: Flask, data: bytes, folder: Path) -> str:
    part = folder / sha(data)[:12]
    part.write_bytes(data)
    app.extensions["store"].keep(part, sha(data))
    return sha(data)


def stored(app: Flask, actors: Actors, folder: Path, *drawn: Any, **given: Any) -> str:
    """A photo of the inspector whose bytes are here, with marks."""
    values = {"sha256": keep(app, noise(), folder), "state": "stored", "annotations": list(drawn)}
    photo = make_photo(actors["inspector"].user_id, **values | given).id
    db.session.commit()
    return photo


def fetched(client: AppClient, path: str) -> Image.Image:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg"), answer.data
    image = Image.open(io.BytesIO(answer.data))
    assert image.format == "JPEG"
    return image.convert("RGB")


def part(image: Image.Image, left: int, top: int, right: int, bottom: int) -> Image.Image:
    wide, high = image.size
    box = (left * wide // 1000, top * high // 1000, right * wide // 1000, bottom * high // 1000)
    return image.crop(box)


def neighbours(image: Image.Image) -> float:
    """How much neighbouring points differ: detail, not contrast."""
    grey = image.convert("L")
    wide, high = grey.size
    points = list(grey.get_flattened_data())
    steps = [abs(a - b) for a, b in pairwise(points)]
    assert len(steps) == wide * high - 1
    return sum(steps) / len(steps)


def is_red(image: Image.Image) -> bool:
    red, green, blue = ImageStat.Stat(image).mean
    return red > 150 and red > 1.8 * max(green, blue)


def test_a_hidden_face_is_hidden_in_every_picture_that_is_made(
    app: Flask, actors: Actors, login: Login, tmp_path: Path
) -> None:
    photo = stored(app, actors, tmp_path, FACE)
    client = login("inspector")
    for path in ("thumb", "marked", "marked?size=small"):
        image = fetched(client, f"/api/photos/{photo}/{path}")
        hidden, seen = part(image, 110, 110, 390, 490), part(image, 500, 100, 900, 500)
        assert neighbours(hidden) < neighbours(seen) / 3, path


def test_a_face_hidden_on_a_copy_is_hidden_on_what_is_shown_of_the_original(
    app: Flask, actors: Actors, login: Login, tmp_path: Path
) -> None:
    client = login("inspector")
    photo = stored(app, actors, tmp_path)
    before = fetched(client, f"/api/photos/{photo}/thumb")
    copy = stored(app, actors, tmp_path, ARROW, original_id=photo)
    stored(app, actors, tmp_path, FACE, original_id=copy)
    after = fetched(client, f"/api/photos/{photo}/thumb")
    assert (
        neighbours(part(after, 110, 110, 390, 490))
        < neighbours(part(before, 110, 110, 390, 490)) / 3
    )
    # Its bytes are evidence and stay as they were captured.
    assert client.get(f"/api/photos/{photo}").data == noise()


def test_lines_and_words_are_drawn_where_they_were_put(
    app: Flask, actors: Actors, login: Login, tmp_path: Path
) -> None:
    photo = stored(app, actors, tmp_path, ARROW, RING, WORD)
    client = login("inspector")
    image = fetched(client, f"/api/photos/{photo}/marked")
    assert image.size == (800, 600)
    assert is_red(part(image, 697, 697, 703, 703))
    red, _, blue = ImageStat.Stat(part(image, 598, 195, 602, 205)).mean
    assert blue > 1.5 * red
    plain = fetched(client, f"/api/photos/{photo}/thumb")
    assert not is_red(part(plain, 697, 697, 703, 703)), "the phone lays its own lines over it"
    words = part(image, 80, 840, 300, 900).getcolors(1 << 20) or []
    yellow = sum(count for count, (r, g, b) in words if r > 200 and g > 180 and b < 150)
    assert yellow > 200


def test_marks_go_by_the_upright_picture(
    app: Flask, actors: Actors, login: Login, tmp_path: Path
) -> None:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    Image.open(io.BytesIO(noise())).save(out, "JPEG", exif=exif)
    photo = stored(app, actors, tmp_path, ARROW, sha256=keep(app, out.getvalue(), tmp_path))
    image = fetched(login("inspector"), f"/api/photos/{photo}/marked")
    assert image.size == (600, 800)
    assert is_red(part(image, 695, 697, 705, 703))


def test_other_marks_are_another_picture(
    app: Flask, actors: Actors, login: Login, tmp_path: Path
) -> None:
    client = login("inspector")
    first, second = (stored(app, actors, tmp_path, mark) for mark in (ARROW, RING))
    answers = [client.get(f"/api/photos/{photo}/marked") for photo in (first, second)]
    assert answers[0].data != answers[1].data
    assert answers[0].headers["ETag"] != answers[1].headers["ETag"]
    assert client.get(f"/api/photos/{first}/marked?size=huge").status_code == 422
    assert client.get(f"/api/photos/{ids.new_id()}/marked").status_code == 404
    assert login("staff").get(f"/api/photos/{first}/marked").status_code == 404


def test_what_is_no_mark_is_left_out(
    app: Flask, actors: Actors, login: Login, tmp_path: Path
) -> None:
    photo = stored(app, actors, tmp_path, *[mark for mark in STRANGE if mark == mark][:-1])
    assert fetched(login("inspector"), f"/api/photos/{photo}/marked").size == (800, 600)
    assert marks.readable(STRANGE) == []


number = st.integers(-2000, 3000) | st.floats(-1e6, 1e6)
point = st.lists(number, min_size=2, max_size=2)
drawn = st.fixed_dictionaries(
    {"kind": st.sampled_from(["arrow", "circle", "blur", "text"]), "from": point, "to": point},
    optional={"at": point, "text": st.text(max_size=60), "colour": st.text(max_size=6)},
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is slow
@given(st.lists(drawn, max_size=6), st.integers(1, 40), st.integers(1, 40))
def test_no_mark_breaks_the_drawing(some: list[Any], wide: int, high: int) -> None:
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "a.jpg", Path(folder) / "b.jpg"
        Image.new("RGB", (wide, high), "grey").save(source)
        marks.draw(source, target, some)
        with Image.open(target) as image:
            assert image.size == (wide, high)


@pytest.mark.parametrize("reverse", [False, True])
def test_a_rectangle_may_be_drawn_from_any_corner(tmp_path: Path, reverse: bool) -> None:
    source, target = tmp_path / "a.jpg", tmp_path / "b.jpg"
    source.write_bytes(noise())
    corners = [FACE["to"], FACE["from"]] if reverse else [FACE["from"], FACE["to"]]
    marks.draw(source, target, [FACE | {"from": corners[0], "to": corners[1]}])
    with Image.open(target) as image:
        hidden = part(image.convert("RGB"), 110, 110, 390, 490)
    assert neighbours(hidden) < 8
