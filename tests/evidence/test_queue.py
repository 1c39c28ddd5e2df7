"""The queue of pictures: nothing is drawn in a request, nothing is forgotten, nothing for ever."""

import io
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from server.evidence import apart, drawing, jobs, sweep, worker
from server.evidence.models import Photo, Picture, PictureView
from server.evidence.storage import FileStore
from server.flags.models import Flag
from server.kernel.db import db, transaction
from server.kernel.errors import Unavailable
from server.reports.figures import Figures
from tests.evidence.conftest import Work
from tests.evidence.scenes import coded, scene, stamped
from tests.evidence.test_photos import add
from tests.evidence.uploads import create, sha
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock

Login = Callable[..., AppClient]
PHOTO = coded(stamped(scene(1)))


@pytest.fixture
def store(app: Flask) -> FileStore:
    found = app.extensions["store"]
    assert isinstance(found, FileStore)
    return found


@pytest.fixture(autouse=True)
def _nothing_drawn_yet(request: pytest.FixtureRequest) -> None:
    """The store outlives the tests, their rows do not."""
    if "app" in request.fixturenames:
        request.getfixturevalue("store").remove(sha(PHOTO))


def brought(login: Login, data: bytes = PHOTO) -> tuple[AppClient, str]:
    client = login("inspector")
    create(client, data, body=data)
    _, photo = add(client, data, purpose="found")
    return client, photo


def picture(data: bytes = PHOTO) -> Picture:
    db.session.expire_all()
    return db.session.get_one(Picture, sha(data))


def test_a_request_never_draws(
    login: Login, monkeypatch: pytest.MonkeyPatch, store: FileStore, work: Work
) -> None:
    client, photo = brought(login)
    with monkeypatch.context() as patched:
        for name in ("draw", "carry_out"):
            patched.setattr(drawing, name, lambda *_a, **_k: pytest.fail("drawn in a request"))
        patched.setattr(apart, "draw", lambda *_: pytest.fail("drawn in a request"))
        answer = client.get(f"/api/photos/{photo}/thumb")
        assert (answer.status_code, answer.json["code"]) == (503, "picture-waiting")
        assert answer.headers["Retry-After"] == "3"
        assert client.get(f"/api/photos/{photo}/marked").status_code == 503
    assert picture().state == "waiting"
    work()
    assert picture().state == "made"
    assert client.get(f"/api/photos/{photo}/thumb").mimetype == "image/jpeg"
    large = client.get(f"/api/photos/{photo}/marked")
    assert Image.open(io.BytesIO(large.data)).size == (640, 480)


def test_a_paper_finds_its_pictures_drawn(
    login: Login, monkeypatch: pytest.MonkeyPatch, store: FileStore, work: Work
) -> None:
    _, photo = brought(login)
    work()
    figures = Figures({}, {})
    figures.show([db.session.get_one(Photo, photo)])
    with monkeypatch.context() as patched:
        for place in (drawing, apart):
            patched.setattr(place, "draw", lambda *_a, **_k: pytest.fail("drawn for a paper"))
        (printed,) = figures.draw(store).values()
    assert Image.open(io.BytesIO(printed)).format == "JPEG"


def test_the_job_is_there_as_soon_as_the_bytes_are(login: Login) -> None:
    brought(login)
    assert (picture().state, picture().tries) == ("waiting", 0)
    create(login("inspector"), PHOTO, body=PHOTO)
    assert db.session.query(Picture).filter_by(sha256=sha(PHOTO)).count() == 1


def test_a_worker_that_dies_leaves_the_job_to_the_next(
    login: Login, clock: FrozenClock, work: Work, store: FileStore
) -> None:
    brought(login)
    db.session.remove()
    assert [job.tries for job in jobs._take(8)] == [1]  # and is killed here
    assert work() == 0, "the job is another's"
    clock.move(seconds=drawing.EFFORT["lease_s"] + 1)
    work()
    assert (picture().state, picture().tries) == ("made", 2)


def test_workers_that_die_every_time_are_not_sent_for_ever(
    login: Login, clock: FrozenClock, work: Work
) -> None:
    brought(login)
    db.session.remove()
    for _ in range(drawing.EFFORT["takings"]):
        assert len(jobs._take(8)) == 1
        clock.move(seconds=drawing.EFFORT["lease_s"] + 1)
    assert jobs._take(8) == []
    assert (picture().state, picture().reason) == ("aside", "too-complex")


def test_who_looks_does_not_wait_for_a_worker_that_died(
    login: Login, clock: FrozenClock, work: Work
) -> None:
    client, photo = brought(login)
    db.session.remove()
    jobs._take(8)
    client.get(f"/api/photos/{photo}/thumb")
    assert work() == 0, "it was taken a moment ago"
    clock.move(seconds=drawing.EFFORT["hurry_s"] + 1)
    assert client.get(f"/api/photos/{photo}/thumb").status_code == 503
    work()
    assert client.get(f"/api/photos/{photo}/thumb").status_code == 200


def test_two_workers_do_not_take_one_job(login: Login) -> None:
    brought(login)
    db.session.remove()
    assert (len(jobs._take(8)), len(jobs._take(8))) == (1, 0)


def test_a_picture_that_kills_its_workers_is_put_aside_and_told(
    login: Login, clock: FrozenClock, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, photo = brought(login)
    tried = []
    monkeypatch.setattr(apart, "draw", lambda orders: tried.append(1) or [None for _ in orders])
    for _ in range(10):
        work()
        clock.move(minutes=10)
    assert len(tried) == drawing.EFFORT["tries"] == 3
    assert (picture().state, picture().reason) == ("aside", "too-complex")
    answer = client.get(f"/api/photos/{photo}/thumb")
    assert (answer.status_code, answer.json["why"]) == (422, "too-complex")
    assert "已放到一边" in answer.json["zh"]
    flag = db.session.scalars(select(Flag).where(Flag.subject_id == photo)).one()
    assert (flag.kind, flag.details) == ("photo-unreadable", {"why": "too-complex"})
    assert client.get(f"/api/photos/{photo}").data == PHOTO, "the original is kept"


def test_a_child_that_dies_takes_only_its_own_picture_along(
    login: Login, work: Work, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock
) -> None:
    good, other = coded(stamped(scene(2))), coded(stamped(scene(3)))
    for data in (good, PHOTO, other):
        brought(login, data)
        clock.move(seconds=1)
    real = apart.draw

    def fragile(orders: list[apart.Order]) -> list[Any]:
        bad = [n for n, order in enumerate(orders) if order.source.name == sha(PHOTO)]
        if not bad:
            return list(real(orders))
        return [*real(orders[: bad[0]]), *[None] * (len(orders) - bad[0])]

    monkeypatch.setattr(apart, "draw", fragile)
    work()
    states = {data: picture(data).state for data in (good, PHOTO, other)}
    assert list(states.values()) == ["made", "waiting", "made"]


def test_a_full_disk_is_not_the_pictures_fault(
    login: Login, clock: FrozenClock, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought(login)
    with monkeypatch.context() as patched:
        full = [apart.Drawn({"unwritten": True})]
        patched.setattr(apart, "draw", lambda orders: full * len(orders))
        for _ in range(8):
            work()
            clock.move(hours=1)
    assert picture().state == "waiting"
    work()
    assert picture().state == "made"


def test_pictures_that_were_lost_are_drawn_again_and_not_compared_again(
    login: Login, work: Work, store: FileStore
) -> None:
    client, photo = brought(login)
    work()
    for path in store.root.glob(f"derivatives/*/*/{sha(PHOTO)}*"):
        path.unlink()
    assert client.get(f"/api/photos/{photo}/thumb").status_code == 503
    assert picture().state == "waiting"
    work()
    assert client.get(f"/api/photos/{photo}/thumb").status_code == 200


def test_what_is_deleted_leaves_no_fingerprint(
    login: Login, work: Work, store: FileStore, clock: FrozenClock
) -> None:
    create(login("inspector"), PHOTO, body=PHOTO)
    work()
    assert db.session.query(PictureView).filter_by(sha256=sha(PHOTO)).count() == 7
    clock.move(days=31)
    db.session.remove()
    assert sweep.drop_blobs(store) >= 1
    assert db.session.get(Picture, sha(PHOTO)) is None
    assert db.session.query(PictureView).filter_by(sha256=sha(PHOTO)).count() == 0


def test_bytes_that_are_away_end_the_job_quietly(
    login: Login, work: Work, store: FileStore
) -> None:
    brought(login)
    store.path(sha(PHOTO)).unlink()
    work()
    assert db.session.get(Picture, sha(PHOTO)) is None


class Ended(Exception):
    """Ends a loop that has no end."""


def test_the_worker_outlives_its_mistakes_and_a_database_that_is_away(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles: list[BaseException | int] = [Unavailable(), RuntimeError("ours"), 1, 0]
    pauses: list[float] = []

    def work_once(_store: object) -> int:
        with transaction(write=False):
            trouble = troubles.pop(0)
        if isinstance(trouble, BaseException):
            raise trouble
        return trouble

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        if not troubles:
            raise Ended

    monkeypatch.setattr(worker, "work_once", work_once)
    with pytest.raises(Ended):
        worker.WORKER.run(app, wait)
    assert pauses == [worker.TROUBLE_S, worker.TROUBLE_S, 0.0, worker.IDLE_S]


def test_orders_behind_a_killed_child_are_known(tmp_path: Path) -> None:
    """A real child, killed by the system while it draws the second of three."""
    orders = []
    for n in range(3):
        source = tmp_path / f"{n}.jpg"
        source.write_bytes(coded(scene(n)))
        orders.append(apart.Order(source, "image/jpeg", {320: tmp_path / f"{n}-320.jpg"}))
    whole = apart.draw(orders)
    assert [answer and answer.found["form"] for answer in whole] == ["JPEG"] * 3
    killer = f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"
    child = tmp_path / "child.py"
    child.write_text(f"import sys\nprint(sys.stdin.readline() and '{{}}', flush=True)\n{killer}\n")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drawing, "__file__", str(child))
        answers = apart.draw(orders)
    assert [answer is None for answer in answers] == [False, True, True]
