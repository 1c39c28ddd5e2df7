"""What a file says of itself: read before it is stripped, compared with the claim, kept back."""

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from server.evidence import bare, drawing, told
from server.evidence.models import Picture
from server.flags.models import Flag
from server.kernel import clock as now
from server.kernel.db import db
from tests.evidence.conftest import Work
from tests.evidence.scenes import coded, scene
from tests.evidence.test_likeness import Album
from tests.evidence.test_photos import add
from tests.evidence.uploads import create, sha
from tests.support.actors import Actors
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone, through

Login = Callable[..., AppClient]


@pytest.fixture
def album(app: Flask, actors: Actors, clock: FrozenClock) -> Album:
    return Album(app, actors, clock)


def with_words(
    moment: datetime | None = None, place: tuple[float, float] | None = None, kind: str = "JPEG"
) -> bytes:
    """A picture as a camera writes it."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "SecretMaker", "Model 7"
    if moment is not None:
        exif.get_ifd(0x8769)[0x9003] = moment.strftime("%Y:%m:%d %H:%M:%S")
        exif.get_ifd(0x8769)[0x9011] = "+00:00"
    if place is not None:
        lat, lon = place
        north = {1: "N", 2: (float(int(lat)), (lat % 1) * 60, 0.0)}
        east = {3: "E", 4: (float(int(lon)), (lon % 1) * 60, 0.0)}
        exif.get_ifd(0x8825).update(north | east)
    out = io.BytesIO()
    scene(9).save(out, kind, exif=exif.tobytes())
    return out.getvalue()


def kinds() -> list[str]:
    db.session.expire_all()
    return sorted(row.kind for row in db.session.query(Flag).filter_by(subject_type="photo"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_time_place_and_camera_are_read(kind: str) -> None:
    moment = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    with Image.open(io.BytesIO(with_words(moment, (30.25, 120.5), kind))) as image:
        words = told.told_by(image)
    assert words is not None
    assert words["at"] == moment.timestamp() * 1000
    assert (words["lat"], words["lon"]) == pytest.approx((30.25, 120.5), abs=1e-4)
    assert words["camera"] == "SecretMaker Model 7"


@pytest.mark.parametrize(
    "notes",
    [b"", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"],
)
@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_damaged_words_say_nothing(notes: bytes) -> None:
    out = io.BytesIO()
    scene(1).save(out, "JPEG", exif=notes)
    with Image.open(io.BytesIO(out.getvalue())) as image:
        assert told.told_by(image) is None


@pytest.mark.parametrize(
    ("origin", "hours_old", "flagged"),
    [
        ("gallery", 24 * 90, True),
        ("gallery", 2, False),
        ("file", 24 * 3, True),
        ("camera", 24 * 90, False),
    ],
)
def test_an_old_picture_from_the_album_is_told(
    album: Album, work: Work, origin: str, hours_old: int, flagged: bool
) -> None:
    added = now.now() + timedelta(days=1)
    taken = added - timedelta(hours=hours_old)
    own = {"at": now.to_ms(taken)}
    album.add(scene(4), origin=origin, own=own, taken_at=taken, added_at=added)
    work()
    assert kinds() == (["photo-exif-time"] if flagged else [])


def test_a_claim_that_the_stored_file_contradicts_is_told(album: Album, work: Work) -> None:
    said = now.now() + timedelta(days=1)
    data = with_words(said - timedelta(hours=3))
    album.add(data, origin="gallery", taken_at=said, added_at=said)
    work()
    assert kinds() == ["photo-exif-time"]
    details = db.session.query(Flag).one().details
    assert details["said_at"] - details["own_at"] == 3 * 3_600_000


@pytest.mark.parametrize(("place", "flagged"), [((30.26, 120.51), False), ((31.2, 121.4), True)])
def test_a_picture_from_elsewhere_is_told(
    album: Album, work: Work, place: tuple[float, float], flagged: bool
) -> None:
    unit = album.world.hospital
    unit.lat, unit.lon = 30.25, 120.5
    db.session.commit()
    album.add(with_words(place=place), unit, origin="gallery")
    work()
    assert kinds() == (["photo-exif-place"] if flagged else [])


def test_the_phones_reading_travels_beside_the_claim(login: Login) -> None:
    client, data = login("inspector"), coded(scene(6))
    own = {"at": 1_790_000_000_000, "lat": 30.2, "lon": 120.1}
    _, photo = add(client, data, origin="gallery", own=own, added_at=1_795_000_000_000)
    from server.evidence.models import Photo

    row = db.session.get_one(Photo, photo)
    assert row.own == own
    assert row.added_at is not None
    assert now.to_ms(row.added_at) == 1_795_000_000_000
    phone = Phone(through(client))
    phone.sync()
    assert "1790000000000" not in str(phone.__dict__), "the file's own words travel to nobody"


def test_others_see_the_picture_and_nothing_that_the_file_says(
    login: Login, actors: Actors, work: Work, album: Album
) -> None:
    reader, author = login("bureau_office"), login("inspector")
    data = with_words(datetime(2026, 11, 20, tzinfo=UTC), (30.25, 120.5))
    photo = album.add(data, origin="gallery", taken_at=datetime(2026, 11, 20, tzinfo=UTC))
    work()
    assert db.session.get_one(Picture, sha(data)).told is not None
    seen = reader.get(f"/api/photos/{photo.id}")
    assert (seen.status_code, seen.mimetype) == (200, "image/jpeg")
    assert b"Secret" not in seen.data
    assert b"Exif" not in seen.data
    assert author.get(f"/api/photos/{photo.id}").data == data, "the author has the evidence whole"


def test_a_picture_that_says_nothing_is_given_as_it_is(
    login: Login, actors: Actors, work: Work, album: Album
) -> None:
    reader, data = login("bureau_office"), coded(scene(8))
    photo = album.add(data)
    work()
    assert reader.get(f"/api/photos/{photo.id}").data == data


def test_only_a_jpeg_of_nothing_but_its_picture_is_bare() -> None:
    plain = coded(scene(3))
    progressive = io.BytesIO()
    scene(3).save(progressive, "JPEG", progressive=True)
    commented = io.BytesIO()
    scene(3).save(commented, "JPEG", comment=b"who")
    pair = io.BytesIO()
    scene(3).save(pair, "MPO", save_all=True, append_images=[scene(4)])
    assert bare.is_bare(plain)
    assert bare.is_bare(progressive.getvalue())
    for other in (
        commented.getvalue(),
        pair.getvalue(),
        plain + b"PK",
        with_words(),
        plain[:-2],
        b"",
    ):
        assert not bare.is_bare(other)


@pytest.mark.parametrize(
    ("mime", "word"),
    [("image/gif", "GIF"), ("image/tiff", "TIFF"), ("image/bmp", "BMP"), ("text/html", "照片")],
)
def test_what_is_not_kept_is_refused_with_a_sentence(login: Login, mime: str, word: str) -> None:
    answer = create(login("inspector"), b"GIF89a", body=b"GIF89a", mime=mime)
    assert (answer.status_code, answer.json["code"]) == (415, "upload-type")
    assert word in answer.json["zh"]
    assert answer.json["en"].endswith(".")


def test_every_reason_has_its_sentence() -> None:
    from server.evidence.rules import ImageUnreadable

    for why in drawing.UNSHOWN:
        assert "原件已保存" in ImageUnreadable(why).extras["zh"]
    extras: dict[str, Any] = dict(ImageUnreadable().extras)
    assert extras["why"] == "damaged"
