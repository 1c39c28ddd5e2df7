"""Photos whose bytes went down with a phone: nobody waits for them in silence."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from server.evidence import sweep
from server.evidence.models import Photo, Upload
from server.evidence.storage import FileStore
from server.flags.models import Flag
from server.inspections.models import Inspection
from server.kernel.db import db
from server.sync import absent
from server.sync.models import SyncClient
from tests.evidence.uploads import append, create, photo_args, picture, sha
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock
from tests.sync.phone import EXCHANGE, Phone, compact, through

Login = Callable[..., AppClient]


def half_sent(client: AppClient, visit: Inspection, seed: int) -> tuple[Phone, str, str]:
    """A photo of which the facts and the first bytes arrived."""
    data, phone = picture(seed), Phone(through(client))
    facts = photo_args(data, inspection=visit.id, item="ward.rules.posted", target="")
    phone.write("photo.add", facts)
    phone.sync()
    begun = create(client, data, body=data[:500], photo=facts["id"])
    return phone, facts["id"], begun.headers["Location"].rpartition("/")[2]


def tell(phone: Phone, photos: int) -> None:
    """The phone says how many photos still wait on it."""
    queue = {"mutations": 0, "photos": photos, "oldest_at": None}
    phone.send(EXCHANGE, compact(phone.request(0) | {"queue": queue}), {})


def night() -> int:
    db.session.remove()
    return absent.give_up()


def state(photo: str) -> str:
    db.session.expire_all()
    return db.session.get_one(Photo, photo).state


@pytest.mark.fault(26)
def test_what_went_down_with_a_phone_is_given_up_and_told(
    login: Login, visit: Callable[..., Inspection], clock: FrozenClock, app: Flask
) -> None:
    """The browser threw everything away between two parts; the new phone never had the bytes."""
    inspection, store = visit(), app.extensions["store"]
    visited = inspection.id
    phone, photo, upload = half_sent(login("inspector"), inspection, 301)
    tell(phone, 1)
    clock.move(days=8)
    db.session.remove()
    sweep.drop_uploads(store)
    assert db.session.get(Upload, upload) is None
    assert not (store.parts() / upload).exists()
    clock.move(days=7)
    assert (night(), state(photo)) == (1, "lost")
    flag = db.session.scalars(select(Flag).where(Flag.kind == "photo-never-came")).one()
    assert (flag.subject_id, flag.inspection_id) == (photo, visited)
    assert night() == 0
    mine = Phone(through(login("inspector")))
    mine.sync()
    assert mine.row(f"insp:{visited}", "photo", photo)["state"] == "lost"


@pytest.mark.fault(26)
def test_a_phone_that_still_has_it_is_waited_for(
    login: Login, visit: Callable[..., Inspection], clock: FrozenClock
) -> None:
    client = login("inspector")
    phone, photo, _ = half_sent(client, visit(), 302)
    clock.move(days=30)
    phone.send = through(login("inspector"))
    tell(phone, 1)
    db.session.remove()
    assert (night(), state(photo)) == (0, "expected")
    tell(phone, 0)
    db.session.remove()
    assert (night(), state(photo)) == (1, "lost")
    data = picture(302)
    create(login("inspector"), data, body=data)
    assert state(photo) == "stored"


@pytest.mark.fault(26, 80)
def test_bytes_that_the_store_lost_are_waited_for_from_that_day_on(
    login: Login, visit: Callable[..., Inspection], clock: FrozenClock, app: Flask
) -> None:
    store: FileStore = app.extensions["store"]
    _, photo, _ = half_sent(login("inspector"), visit(), 303)
    data = picture(303)
    create(login("inspector"), data, body=data)
    assert state(photo) == "stored"
    clock.move(days=60)
    store.path(sha(data)).unlink()
    db.session.remove()
    sweep.scrub(store, share=1)
    assert (night(), state(photo)) == (0, "expected")
    clock.move(days=15)
    db.session.execute(update(SyncClient).values(queue=None))
    db.session.commit()
    assert (night(), state(photo)) == (1, "lost")


@pytest.mark.fault(99)
def test_taking_a_photo_back_ends_its_upload_and_in_time_its_bytes(
    login: Login, visit: Callable[..., Inspection], clock: FrozenClock, app: Flask
) -> None:
    store: FileStore = app.extensions["store"]
    inspection = visit()
    phone, photo, upload = half_sent(login("inspector"), inspection, 304)
    whole, kept, _ = half_sent(login("inspector"), inspection, 305)
    data = picture(305)
    create(login("inspector"), data, body=data, photo=kept)
    for one, name in ((phone, photo), (whole, kept)):
        one.write("photo.remove", {"id": name, "reason": "拍糊了"})
        one.sync()
        assert state(name) == "removed"
    rest = append(login("inspector"), f"/api/blobs/{upload}", 500, picture(304)[500:])
    assert (rest.status_code, rest.json["code"]) == (410, "upload-expired")
    clock.move(minutes=1)
    db.session.remove()
    sweep.drop_uploads(store)
    assert not (store.parts() / upload).exists()
    assert store.has(sha(data))
    clock.move(days=31)
    sweep.drop_uploads(store)
    sweep.drop_blobs(store)
    assert not store.has(sha(data))
