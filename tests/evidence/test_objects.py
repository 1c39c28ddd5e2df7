"""Photos in an object store: kept once it says so itself, and no outage is an absent photo."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.evidence import objects as shelf
from server.evidence import sweep
from server.evidence.models import Blob, Photo, Picture, Upload
from server.evidence.objects import ObjectStore, store_of
from server.evidence.storage import FileStore
from server.kernel import clock
from server.kernel import settings as settings_module
from server.kernel.db import db
from server.kernel.errors import Unavailable
from tests.evidence.conftest import Work
from tests.evidence.test_photos import add
from tests.evidence.uploads import append, create, offset_of, picture, sha
from tests.support.clients import AppClient
from tests.support.objects import Objects

Login = Callable[..., AppClient]
FAULTS = ("busy", "cut", "mute", "forgetful", "away")


@pytest.fixture(scope="module")
def far(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Objects]:
    made = Objects(tmp_path_factory.mktemp("far"))
    yield made
    made.stop()


@pytest.fixture
def store(far: Objects, tmp_path: Path) -> Iterator[ObjectStore]:
    far.breaks("none")
    yield ObjectStore(FileStore(tmp_path / "near"), far.bucket)
    far.breaks("none")


@pytest.fixture
def served(app: Flask, store: ObjectStore) -> Iterator[ObjectStore]:
    """The application with its photos over there."""
    before = app.extensions["store"]
    app.extensions["store"] = store
    yield store
    app.extensions["store"] = before


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """One try and a short breath: what is tested is what is told, not how long it is hoped."""
    monkeypatch.setattr(shelf, "TRIES", 1)
    monkeypatch.setattr(shelf, "READ_S", 2)


def put(store: ObjectStore, data: bytes) -> str:
    part = store.parts() / "part"
    part.write_bytes(data)
    store.keep(part, sha(data))
    return sha(data)


def rows(model: type) -> int:
    db.session.remove()
    try:
        return int(db.session.scalar(select(func.count()).select_from(model)) or 0)
    finally:
        db.session.remove()


def test_bytes_come_back_from_another_disk(
    store: ObjectStore, far: Objects, tmp_path: Path
) -> None:
    data = picture(400, side=300)
    kept = put(store, data)
    assert far.path(kept).read_bytes() == data
    elsewhere = ObjectStore(FileStore(tmp_path / "another"), far.bucket)
    assert elsewhere.has(kept)
    with elsewhere.open(kept) as handle:
        assert handle.read() == data
    assert elsewhere.is_sound(kept)
    elsewhere.remove(kept)
    assert not far.path(kept).exists()
    with pytest.raises(FileNotFoundError):
        ObjectStore(FileStore(tmp_path / "third"), far.bucket).open(kept)


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_kept_before_the_store_says_so(
    store: ObjectStore, far: Objects, fault: str
) -> None:
    data = picture(FAULTS.index(fault) + 410, side=200)
    far.breaks(fault)
    with pytest.raises(Unavailable):
        put(store, data)
    assert not store.near.has(sha(data)), "what is not over there is not called kept here"
    far.breaks("none")
    assert put(store, data) == sha(data)
    assert far.path(sha(data)).read_bytes() == data


def test_a_yes_without_the_object_is_no_yes(store: ObjectStore, far: Objects) -> None:
    far.breaks("forgetful", "PUT")
    with pytest.raises(Unavailable):
        put(store, picture(420))
    assert far.seen["HEAD none"], "it was asked after"


def test_other_bytes_over_there_are_no_yes(store: ObjectStore, far: Objects) -> None:
    """An older half of the same length stands there, and the new one never arrived."""
    data = picture(421)
    far.spoil(sha(data), bytes(len(data)))
    far.breaks("forgetful", "PUT")
    with pytest.raises(Unavailable):
        put(store, data)


@pytest.mark.parametrize("fault", [f for f in FAULTS if f != "forgetful"])
def test_an_outage_is_no_absence(
    store: ObjectStore, far: Objects, tmp_path: Path, fault: str
) -> None:
    kept = put(store, picture(430, side=100))
    elsewhere = ObjectStore(FileStore(tmp_path / "another"), far.bucket)
    far.breaks(fault)
    for ask in (elsewhere.has, elsewhere.open, elsewhere.is_sound):
        with pytest.raises(Unavailable):
            ask(kept)
    assert not elsewhere.is_usable()
    assert list(elsewhere.parts().iterdir()) == [], "half a picture is left nowhere"
    far.breaks("none")
    assert elsewhere.is_usable()
    with elsewhere.open(kept) as handle:
        assert sha(handle.read()) == kept


def test_garbled_bytes_are_never_shown(store: ObjectStore, far: Objects, tmp_path: Path) -> None:
    kept = put(store, picture(440))
    elsewhere = ObjectStore(FileStore(tmp_path / "another"), far.bucket)
    far.breaks("garbled", "GET")
    with pytest.raises(FileNotFoundError):
        elsewhere.open(kept)
    assert not elsewhere.near.has(kept)
    assert not elsewhere.is_sound(kept)


def test_a_lost_object_is_brought_back_from_the_copy(store: ObjectStore, far: Objects) -> None:
    """So does a bureau move its photos: with the bucket named, each goes there when looked for."""
    data = picture(450)
    kept = put(store, data)
    far.lose(kept)
    assert store.has(kept)
    far.spoil(kept, b"damaged")
    assert store.is_sound(kept)
    assert far.path(kept).read_bytes() == data


def test_copies_beyond_the_room_go_and_come_again(
    far: Objects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ObjectStore(FileStore(tmp_path / "near"), replace(far.bucket, near_bytes=0))
    kept = [put(store, picture(seed)) for seed in (460, 461, 462)]
    monkeypatch.setattr(store, "has", lambda sha256: sha256 != kept[0])
    assert store.trim() == 2
    assert [store.near.has(sha256) for sha256 in kept] == [True, False, False]
    with store.open(kept[2]) as handle:
        assert sha(handle.read()) == kept[2]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_photo_survives_an_outage(
    login: Login, served: ObjectStore, far: Objects, fault: str
) -> None:
    """Whole in one request, and in parts: later, with nothing half written; then once."""
    phone = login("inspector")
    small, large = picture(470 + FAULTS.index(fault)), picture(480 + FAULTS.index(fault), side=300)
    url = create(phone, large, body=large[:100]).headers["Location"]
    far.breaks(fault)
    for answer in (create(phone, small, body=small), append(phone, url, 100, large[100:])):
        assert answer.status_code == 503
        assert answer.get_json()["code"] == "unavailable"
        assert answer.headers["Retry-After"]
    assert rows(Blob) == 0
    assert [p.name for p in served.parts().iterdir()] == [url.rpartition("/")[2]]
    far.breaks("none")
    assert offset_of(phone, url) == len(large), "asked how far it came, it is finished"
    assert create(phone, small, body=small).status_code == 201
    assert rows(Blob) == 2
    assert db.session.scalars(select(Upload.finished_at)).all().count(None) == 0
    for data in (small, large):
        assert far.path(sha(data)).read_bytes() == data
    assert list(served.parts().iterdir()) == []


def test_the_night_during_an_outage_asks_no_phone_again(
    login: Login, served: ObjectStore, far: Objects
) -> None:
    phone, data = login("inspector"), picture(490)
    assert create(phone, data, body=data).status_code == 201
    far.breaks("busy")
    with pytest.raises(Unavailable):
        sweep.scrub(served, share=1)
    assert rows(Blob) == 1
    far.breaks("none")
    assert sweep.scrub(served, share=1) == []
    far.lose(sha(data))
    served.near.path(sha(data)).unlink()
    assert sweep.scrub(served, share=1) == [sha(data)]


def test_an_outage_stops_nothing_else_of_the_night(
    app: Flask, served: ObjectStore, far: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "trim", lambda: served.has("0" * 64))
    far.breaks("busy")
    db.session.remove()
    told = app.test_cli_runner().invoke(args=["sync", "tidy"])
    assert told.exit_code == 0, told.output
    assert "the photo store is away" in told.output
    assert "ended sessions forgotten: 0" in told.output


def test_photos_move_to_a_bucket_that_was_named_later(
    app: Flask, login: Login, store: ObjectStore, far: Objects
) -> None:
    phone, data, gone = login("inspector"), picture(491), picture(492)
    store.near.root = app.extensions["store"].root
    for one in (data, gone):
        assert create(phone, one, body=one).status_code == 201
    store.near.path(sha(gone)).unlink()
    db.session.remove()
    assert sweep.send(store) == (1, 1)
    assert far.path(sha(data)).read_bytes() == data
    assert not far.path(sha(gone)).exists()


def test_small_pictures_wait_for_the_store(
    login: Login, served: ObjectStore, far: Objects, work: Work
) -> None:
    """A picture whose bytes cannot be had now is drawn later, and no try is counted."""
    phone, data = login("inspector"), picture(495)
    assert create(phone, data, body=data).status_code == 201
    add(phone, data, purpose="found")
    served.near.path(sha(data)).unlink()
    far.breaks("away")
    work()
    job = db.session.scalars(select(Picture)).one()
    assert (job.state, job.tries) == ("waiting", 0)
    job.due_at = clock.from_ms(0)
    far.breaks("none")
    work()
    db.session.expire_all()
    assert db.session.scalars(select(Picture.state)).one() == "made"
    assert db.session.scalars(select(Photo.state)).one() == "stored"


def test_the_settings_name_a_bucket(tmp_path: Path) -> None:
    told = {"ANXUN_VAR": str(tmp_path), "ANXUN_S3_BUCKET": "photos", "ANXUN_S3_PREFIX": "/county/",
            "ANXUN_S3_SECRET": "hush", "ANXUN_S3_NEAR_GIB": "0.5"}  # fmt: skip
    settings = settings_module.from_environment(told)
    assert settings.bucket is not None
    assert (settings.bucket.prefix, settings.bucket.near_bytes) == ("county/", 512 * 1024**2)
    assert "hush" not in repr(settings), "a secret is in no log"
    assert isinstance(store_of(settings), ObjectStore)
    assert isinstance(store_of(settings_module.from_environment({})), FileStore)
