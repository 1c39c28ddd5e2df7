"""Photos: facts and bytes in either order, seen by whoever sees what they prove."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from server.evidence import sweep
from server.evidence.models import Blob, Photo, Upload
from server.evidence.storage import FileStore
from server.inspections.models import Inspection
from server.kernel import ids
from server.kernel.db import db
from tests.evidence.uploads import append, create, offset_of, photo_args, picture, sha
from tests.factories.inspections import make_inspection
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone, through

pytestmark = pytest.mark.usefixtures("worker_beside")
Login = Callable[..., AppClient]
QUARTERS = Path(__file__).with_name("quarters.heic")
COLOURS = ((0xD0, 0x20, 0x20), (0x20, 0xA0, 0x40), (0x20, 0x40, 0xC0), (0xE0, 0xD0, 0x20))


@pytest.fixture
def visit(actors: Actors, world: World) -> Inspection:
    expert = actors.person("expert").id
    made = make_inspection(actors["inspector"], world.hospital, member_ids=[expert], mode="spot")
    db.session.commit()
    return made


@pytest.fixture
def store(app: Flask) -> FileStore:
    found = app.extensions["store"]
    assert isinstance(found, FileStore)
    return found


def add(client: AppClient, data: bytes, **given: Any) -> tuple[Phone, str]:
    phone = Phone(through(client))
    args = photo_args(data, **given)
    sent = phone.write("photo.add", args)
    phone.sync()
    assert phone.verdicts[sent]["status"] == "applied", phone.verdicts[sent]
    return phone, args["id"]


def state(photo: str) -> str:
    return str(db.session.get_one(Photo, photo).state)


@pytest.mark.fault(92)
def test_facts_first_or_bytes_first_both_end_stored(login: Login, visit: Inspection) -> None:
    client = login("inspector")
    given = {"inspection": visit.id, "item": "ward.rules.posted", "target": "", "purpose": "answer"}
    first, second = picture(101), picture(102)
    _, facts_first = add(client, first, **given)
    assert state(facts_first) == "expected"
    create(client, first, body=first)
    assert state(facts_first) == "stored"
    create(client, second, body=second)
    phone, bytes_first = add(client, second, **given)
    assert state(bytes_first) == "stored"
    assert phone.row(f"insp:{visit.id}", "photo", bytes_first)["item_key"] == "ward.rules.posted"


@pytest.mark.fault(95)
def test_one_picture_at_two_items_is_stored_once(login: Login, visit: Inspection) -> None:
    client, data = login("inspector"), picture(103)
    pair = [
        add(client, data, inspection=visit.id, item=item, target="", purpose="answer")[1]
        for item in ("ward.rules.posted", "ward.rules.drill")
    ]
    create(client, data, body=data)
    assert [state(photo) for photo in pair] == ["stored", "stored"]
    assert db.session.query(Blob).filter(Blob.sha256 == sha(data)).count() == 1


@pytest.mark.fault(91)
def test_a_half_sent_photo_goes_on_after_a_restart(login: Login) -> None:
    data = picture(104, side=500, quality=95)
    client = login("inspector")
    url = create(client, data, body=data[: len(data) // 2]).headers["Location"]
    again = login("inspector")
    offset = offset_of(again, url)
    assert offset == len(data) // 2
    assert append(again, url, offset, data[offset:]).status_code == 204


@pytest.mark.fault(70)
def test_to_know_a_hash_is_not_to_see_the_photo(login: Login, visit: Inspection) -> None:
    data = picture(105)
    client = login("inspector")
    create(client, data, body=data)
    add(client, data, inspection=visit.id, purpose="answer", item="ward.rules.posted", target="")
    thief = login("staff")
    phone, stolen = add(thief, data, purpose="found")
    assert state(stolen) == "expected"
    assert thief.get(f"/api/photos/{stolen}").status_code == 404
    body = phone.request()
    body["photos"] = {"confirm": [sha(data)], "lost": []}
    from tests.sync.phone import EXCHANGE, compact

    _, _, answer = phone.send(EXCHANGE, compact(body), {})
    assert sha(data).encode() in answer
    create(client, data, body=data)
    assert state(stolen) == "expected"


def test_what_is_stored_is_not_asked_for_again(login: Login) -> None:
    client, data, missing = login("inspector"), picture(106), picture(107)
    create(client, data, body=data)
    phone, _ = add(client, missing, purpose="found")
    body = phone.request()
    body["photos"] = {"confirm": [sha(data), sha(missing)], "lost": []}
    import json

    from tests.sync.phone import EXCHANGE, compact

    _, _, answer = phone.send(EXCHANGE, compact(body), {})
    assert json.loads(answer)["want_blobs"] == [sha(missing)]


@pytest.mark.fault(26)
def test_a_phone_that_lost_the_bytes_says_so(login: Login) -> None:
    client, data = login("inspector"), picture(108)
    phone, photo = add(client, data, purpose="found")
    body = phone.request()
    body["photos"] = {"confirm": [], "lost": [sha(data)]}
    from tests.sync.phone import EXCHANGE, compact

    phone.send(EXCHANGE, compact(body), {})
    assert state(photo) == "lost"
    create(client, data, body=data)
    assert state(photo) == "stored"


def stored(login: Login, visit: Inspection, seed: int, **save: Any) -> tuple[AppClient, str, bytes]:
    client, data = login("inspector"), picture(seed, **save)
    create(client, data, body=data)
    given = {"inspection": visit.id, "item": "ward.rules.posted", "target": "", "purpose": "answer"}
    return client, add(client, data, **given)[1], data


def test_the_bytes_are_given_back_unchanged_and_cacheable(login: Login, visit: Inspection) -> None:
    client, photo, data = stored(login, visit, 109)
    answer = client.get(f"/api/photos/{photo}")
    assert answer.data == data
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Cache-Control"].startswith("private")
    again = client.get(f"/api/photos/{photo}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_part_of_a_photo_can_be_asked_for(login: Login, visit: Inspection) -> None:
    client, photo, data = stored(login, visit, 110)
    url = f"/api/photos/{photo}"
    part = client.get(url, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.data) == (206, data[10:20])
    for bad in ("bytes=999999999-", "bytes=" + ",".join(["0-0"] * 1000)):
        assert client.get(url, headers={"Range": bad}).status_code in (200, 416)


def test_who_sees_a_photo(login: Login, visit: Inspection, client: AppClient) -> None:
    owner, photo, _ = stored(login, visit, 111)
    url = f"/api/photos/{photo}"
    visible = {r: login(r).get(url).status_code for r in ("expert", "bureau_office", "unit_head")}
    assert visible == {"expert": 200, "bureau_office": 404, "unit_head": 404}
    assert client.get(url).status_code == 401
    assert owner.get(f"/api/photos/{ids.new_id()}").status_code == 404
    row = db.session.get_one(Inspection, visit.id)
    row.state = "submitted"
    db.session.commit()
    assert login("bureau_office").get(url).status_code == 200
    assert login("unit_head").get(url).status_code == 200


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_small_picture_is_upright_and_small(
    login: Login, visit: Inspection, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.new("RGB", (800, 400), "white")
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    data = out.getvalue() + bytes([orientation])
    client = login("inspector")
    create(client, data, body=data)
    _, photo = add(client, data, purpose="found")
    answer = client.get(f"/api/photos/{photo}/thumb")
    assert answer.status_code == 200
    small = Image.open(io.BytesIO(answer.data))
    assert small.format == "JPEG"
    assert small.size == ((320, 160) if orientation <= 4 else (160, 320))
    assert not small.getexif()
    assert client.get(f"/api/photos/{photo}").data == data


def bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4", b"\xff\xd8\xff"],
)
@pytest.mark.fault(101)
def test_what_is_no_picture_breaks_nothing(login: Login, data: bytes) -> None:
    client = login("inspector")
    create(client, data, body=data)
    _, photo = add(client, data, purpose="found")
    answer = client.get(f"/api/photos/{photo}/thumb")
    assert (answer.status_code, answer.json["code"]) == (422, "image-unreadable")


def test_a_decompression_bomb_is_not_opened(login: Login) -> None:
    client, data = login("inspector"), bomb()
    create(client, data, body=data, mime="image/png")
    _, photo = add(client, data, purpose="found", mime="image/png")
    assert client.get(f"/api/photos/{photo}/thumb").status_code == 422


@pytest.mark.parametrize("mime", ["image/heic", "image/heif"])
def test_a_heic_photo_has_pictures_that_every_browser_shows(login: Login, mime: str) -> None:
    """The file is a real one: a card of 640 by 480, quartered red, green, blue and yellow."""
    client, data = login("inspector"), QUARTERS.read_bytes()
    create(client, data, body=data, mime=mime)
    _, photo = add(client, data, purpose="found", mime=mime, w=0, h=0)
    assert state(photo) == "stored"
    whole = client.get(f"/api/photos/{photo}")
    assert (whole.mimetype, whole.data) == (mime, data)
    for path, size in (("thumb", (320, 240)), ("marked", (640, 480))):
        answer = client.get(f"/api/photos/{photo}/{path}")
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        image = Image.open(io.BytesIO(answer.data))
        assert image.size == size
        for (x, y), colour in zip(((1, 1), (3, 1), (1, 3), (3, 3)), COLOURS, strict=True):
            seen = image.getpixel((x * size[0] // 4, y * size[1] // 4))
            assert seen == pytest.approx(colour, abs=25), (path, x, y)


def test_a_real_heic_that_says_it_is_a_jpeg_is_kept_but_not_shown(login: Login) -> None:
    client, data = login("inspector"), QUARTERS.read_bytes() + b"\0\0\0\x08free"
    create(client, data, body=data)
    _, photo = add(client, data, purpose="found")
    answer = client.get(f"/api/photos/{photo}/thumb")
    assert (answer.status_code, answer.json["title_zh"]) == (422, "无法显示这张照片。")


@pytest.mark.parametrize("cut", [40, 400, 900])
def test_a_torn_heic_has_no_picture(login: Login, cut: int) -> None:
    client, data = login("inspector"), QUARTERS.read_bytes()[:cut]
    create(client, data, body=data, mime="image/heic")
    _, photo = add(client, data, purpose="found", mime="image/heic")
    assert client.get(f"/api/photos/{photo}/thumb").status_code == 422


def test_bytes_that_only_begin_like_a_heic_have_no_picture(login: Login) -> None:
    client = login("inspector")
    data = b"\0\0\0\x18ftypheic" + b"broken" * 20
    create(client, data, body=data, mime="image/heic")
    _, photo = add(client, data, purpose="found", mime="image/heic")
    assert client.get(f"/api/photos/{photo}/thumb").status_code == 422


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "I;16", "LA"])
def test_every_kind_of_png_has_a_small_picture(login: Login, mode: str) -> None:
    client = login("inspector")
    image = Image.new("RGBA", (400, 200), (200, 100, 50, 128))
    image = Image.new(mode, (400, 200), 40_000) if mode == "I;16" else image.convert(mode)
    out = io.BytesIO()
    image.save(out, "PNG")
    data = out.getvalue()
    create(client, data, body=data, mime="image/png")
    _, photo = add(client, data, purpose="found", mime="image/png")
    answer = client.get(f"/api/photos/{photo}/thumb")
    assert answer.status_code == 200
    if mode == "I;16":
        grey = Image.open(io.BytesIO(answer.data)).convert("L").getpixel((5, 5))
        assert grey == pytest.approx(156, abs=3)


def test_a_photo_is_taken_back_by_its_author_alone(login: Login, visit: Inspection) -> None:
    client, photo, _ = stored(login, visit, 112)
    other = Phone(through(login("expert")))
    tried = other.write("photo.remove", {"id": photo, "reason": "x"})
    other.sync()
    assert other.verdicts[tried]["status"] == "rejected"
    mine = Phone(through(client))
    done = mine.write("photo.remove", {"id": photo, "reason": "拍错了"})
    mine.sync()
    assert mine.verdicts[done]["status"] == "applied"
    assert state(photo) == "removed"
    assert client.get(f"/api/photos/{photo}").status_code == 404


def test_bytes_that_nothing_names_go_after_a_month(
    login: Login, visit: Inspection, store: FileStore, clock: FrozenClock
) -> None:
    client, data, kept = login("inspector"), picture(113), picture(114)
    create(client, data, body=data)
    create(client, kept, body=kept)
    add(client, kept, purpose="found")
    half = create(client, picture(115), body=b"x").headers["Location"].rpartition("/")[2]
    db.session.remove()
    assert (sweep.drop_uploads(store), sweep.drop_blobs(store)) == (0, 0)
    clock.move(days=31)
    assert sweep.drop_uploads(store) >= 3
    assert sweep.drop_blobs(store) >= 1
    assert (store.has(sha(data)), store.has(sha(kept))) == (False, True)
    assert db.session.get(Upload, half) is None
    assert not (store.parts() / half).exists()


@pytest.mark.fault(80)
def test_damaged_bytes_are_found_and_asked_for_again(
    login: Login, visit: Inspection, store: FileStore
) -> None:
    client, photo, data = stored(login, visit, 116)
    path = store.path(sha(data))
    path.write_bytes(b"\0" + data[1:])
    db.session.remove()
    assert sha(data) in sweep.scrub(store, share=1)
    assert state(photo) == "expected"
    create(client, data, body=data)
    assert state(photo) == "stored"
