"""Pictures of reports: nothing of the phone stays, nothing is shown from quarantine."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from server.audit.models import AuditEntry
from server.evidence import sweep
from server.evidence.models import Blob, Photo, Picture, PictureView
from server.kernel.db import db
from server.locations.models import Location
from server.tips import drawn, pictures, quarantine, rules
from server.tips.models import Tip, TipPicture
from tests.evidence.scenes import coded, scene
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock
from tests.tips.support import send, send_picture, telling_picture, tip

QUARTERS = Path(__file__).parents[1] / "evidence" / "quarters.heic"
#: as many as fit before the label's budget asks phones to reckon
MANY = 9

Login = Callable[..., AppClient]
Draw = Callable[[], int]


def sent_with_picture(client: AppClient, data: bytes, **given: Any) -> str:
    """A report with one picture; its id at the desk."""
    body = tip(pictures=1, **given)
    send(client, body)
    assert send_picture(client, body["id"], data).status_code == 204
    return db.session.query(Tip).order_by(Tip.received_at.desc()).first().id  # type: ignore[union-attr]


def lying_about(app: Flask) -> list[Path]:
    """Every file of the store."""
    return [path for path in Path(app.extensions["settings"].store).rglob("*") if path.is_file()]


@pytest.fixture(autouse=True)
def _nothing_waits(app: Flask) -> None:
    """The store outlives a test: what another one left in quarantine is not ours."""
    with app.app_context():
        for path in quarantine.folder().iterdir():
            path.unlink()


def test_what_a_photo_tells_of_its_owner_is_nowhere(
    app: Flask, client: AppClient, room: Location, draw: Draw
) -> None:
    before = set(lying_about(app))
    sent_with_picture(client, telling_picture(991))
    assert draw() == 1
    row = db.session.query(TipPicture).one()
    assert (row.state, row.mime) == ("kept", "image/jpeg")
    fresh = [path for path in lying_about(app) if path not in before]
    assert len(fresh) >= 3
    for path in fresh:
        data = path.read_bytes()
        for word in (
            b"Telltale",
            b"Phone 9",
            b"SERIAL-4711",
            b"my garden",
            b"Exif",
            b"GPS",
            b"2026:11",
        ):
            assert word not in data, (path, word)
        with Image.open(path) as image:
            assert not image.getexif()
            assert "comment" not in image.info
    assert list(quarantine.folder().iterdir()) == []
    assert db.session.get(Picture, row.sha256).told is None  # type: ignore[union-attr]


def test_a_picture_is_sent_once_however_often_it_is_sent(
    client: AppClient, room: Location, draw: Draw
) -> None:
    body = tip(pictures=2)
    assert send(client, body).json["pictures"] == []
    data = coded(scene(3))
    assert [send_picture(client, body["id"], data).status_code for _ in range(3)] == [204] * 3
    assert send(client, body).json["pictures"] == [0]
    other = send_picture(client, body["id"], coded(scene(4)))
    assert (other.status_code, other.json["code"]) == (409, "tip-id-taken")
    draw()
    assert send_picture(client, body["id"], data).status_code == 204
    assert db.session.query(TipPicture).count() == 1


def test_only_announced_pictures_of_a_known_report_are_taken(
    client: AppClient, room: Location, clock: FrozenClock
) -> None:
    body = tip(pictures=1)
    send(client, body)
    for key, place in ((tip()["id"], 0), ("", 0), (body["id"], 1), (body["id"], 4)):
        told = send_picture(client, key, b"\xff\xd8\xff", place)
        assert (told.status_code, told.json["code"]) == (404, "tip-picture-unknown")
    clock.move(hours=73)
    late = send_picture(client, body["id"], b"\xff\xd8\xff")
    assert late.json["code"] == "tip-picture-unknown"


def test_what_is_no_photo_is_told_so(client: AppClient, room: Location, draw: Draw) -> None:
    body = tip(pictures=4)
    send(client, body)
    assert (
        send_picture(client, body["id"], b"<svg/>", 0, "image/svg+xml").json["code"]
        == "upload-type"
    )
    assert send_picture(client, body["id"], b"", 0).json["code"] == "upload-empty"
    big = send_picture(client, body["id"], b"\xff" * (rules.RULES["pictures"]["bytes"] + 1), 0)
    assert (big.status_code, big.json["code"]) == (413, "tip-picture-too-large")
    for place, data in enumerate(
        (b"<html>", coded(scene(5))[:900], b"\x89PNG\r\n\x1a\n" + b"\0" * 99)
    ):
        assert send_picture(client, body["id"], data, place).status_code == 204
    assert draw() == 3
    assert {row.state for row in db.session.query(TipPicture)} == {"refused"}
    assert list(quarantine.folder().iterdir()) == []


def test_an_iphones_picture_is_shown_as_any_other(
    client: AppClient, room: Location, draw: Draw, login: Login
) -> None:
    body = tip(pictures=1)
    send(client, body)
    assert (
        send_picture(client, body["id"], QUARTERS.read_bytes(), 0, "image/heic").status_code == 204
    )
    assert draw() == 1
    row = db.session.query(TipPicture).one()
    assert (row.state, row.mime) == ("kept", "image/jpeg")
    path = f"/api/tips/{row.tip_id}/pictures/{row.id}?size=large"
    shown = login("bureau_office").get(path)
    assert shown.data[:3] == b"\xff\xd8\xff"


def test_a_bomb_and_two_kilobytes_of_noise_leave_the_others_alone(
    client: AppClient, room: Location, draw: Draw
) -> None:
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    body = tip(pictures=3)
    send(client, body)
    noise = b"\0" * 2048
    arriving = [
        (bomb.getvalue(), "image/png"),
        (coded(scene(3)), "image/jpeg"),
        (noise, "image/webp"),
    ]
    for place, (data, mime) in enumerate(arriving):
        assert send_picture(client, body["id"], data, place, mime).status_code == 204
    draw()
    rows = db.session.query(TipPicture).order_by(TipPicture.place_no)
    assert [row.state for row in rows] == ["refused", "kept", "refused"]
    assert list(quarantine.folder().iterdir()) == []


def test_one_picture_in_many_reports_is_kept_once_and_stays_while_one_shows_it(
    client: AppClient, room: Location, draw: Draw, login: Login
) -> None:
    picture = coded(scene(8))
    for n in range(MANY):
        body = tip(pictures=1, words=f"走廊里的电动车 {n}")
        assert send(client, body, address=f"203.0.{n}.1").status_code == 200
        assert send_picture(client, body["id"], picture).status_code == 204
    assert draw() == MANY
    (sha256,) = {row.sha256 for row in db.session.query(TipPicture)}
    assert db.session.query(Blob).count() == 1
    desk = login("bureau_office")
    first, *others = desk.get("/api/tips?limit=50").json["items"]
    told = desk.get(f"/api/tips/{first['id']}").json["similar"]
    assert len(told) == 5
    assert all("pictures" in one["why"] for one in told)
    for one in [first, *others][:-1]:
        (shown,) = one["pictures"]
        path = f"/api/tips/{one['id']}/pictures/{shown['id']}"
        assert desk.post(f"{path}/remove", json={"reason": "重复"}).status_code == 200
    (last,) = others[-1]["pictures"]
    kept = desk.get(f"/api/tips/{others[-1]['id']}/pictures/{last['id']}?size=large")
    assert kept.status_code == 200
    assert db.session.query(Blob).one().sha256 == sha256


def test_a_crowd_of_pictures_waits_outside(
    client: AppClient, room: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(pictures._RULES, "waiting", 1)  # type: ignore[index]
    body = tip(pictures=2)
    send(client, body)
    assert send_picture(client, body["id"], coded(scene(1))).status_code == 204
    told = send_picture(client, body["id"], coded(scene(2)), 1)
    assert (told.status_code, told.json["code"]) == (503, "tip-picture-later")
    assert int(told.headers["Retry-After"]) > 0


def test_the_child_that_dies_is_tried_three_times(
    client: AppClient,
    room: Location,
    draw: Draw,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent_with_picture(client, coded(scene(1)))
    monkeypatch.setattr(drawn.apart, "draw", lambda orders: [None] * len(orders))
    for _ in range(3):
        assert draw() == 1
        clock.move(minutes=5)
    row = db.session.query(TipPicture).one()
    assert (row.state, row.reason) == ("refused", "too-complex")


def test_the_desk_sees_a_veil_first(
    client: AppClient, room: Location, draw: Draw, login: Login
) -> None:
    report = sent_with_picture(client, telling_picture())
    draw()
    desk = login("bureau_office")
    (picture,) = desk.get(f"/api/tips/{report}").json["pictures"]
    base = f"/api/tips/{report}/pictures/{picture['id']}"
    sizes = {}
    for size in ("", "?size=veiled", "?size=small", "?size=large"):
        answer = desk.get(base + size)
        assert answer.status_code == 200, size
        assert "Last-Modified" not in answer.headers
        assert "ETag" not in answer.headers
        path = Path(quarantine.folder()) / "seen"
        path.write_bytes(answer.data)
        with Image.open(path) as image:
            sizes[size] = max(image.size)
        path.unlink()
    assert sizes == {"": 12, "?size=veiled": 12, "?size=small": 320, "?size=large": 640}
    assert login("inspector").get(base).status_code == 403
    assert desk.get(base.replace(report, tip()["id"])).status_code == 404


def test_a_removed_picture_is_gone_from_the_store_with_a_reason(
    app: Flask, client: AppClient, room: Location, draw: Draw, login: Login
) -> None:
    report = sent_with_picture(client, telling_picture())
    draw()
    sha256 = db.session.query(TipPicture).one().sha256
    desk = login("bureau_office")
    (picture,) = desk.get(f"/api/tips/{report}").json["pictures"]
    base = f"/api/tips/{report}/pictures/{picture['id']}"
    assert desk.post(f"{base}/remove", json={"reason": " "}).json["code"] == "tip-words"
    told = desk.post(f"{base}/remove", json={"reason": "露出病人的脸"}).json
    assert told["pictures"][0]["state"] == "removed"
    assert not any(sha256 in path.name for path in lying_about(app))
    for model in (Blob, Picture, PictureView):
        assert db.session.query(model).filter_by(sha256=sha256).count() == 0
    entry = db.session.query(AuditEntry).filter_by(action="tip.remove-picture").one()
    assert "露出病人的脸" in str(entry.details)
    assert desk.get(base).status_code == 404


def test_bytes_that_a_report_shows_are_kept_and_those_of_a_hazard_too(
    app: Flask, client: AppClient, room: Location, draw: Draw, clock: FrozenClock
) -> None:
    sent_with_picture(client, telling_picture())
    draw()
    clock.move(days=60)
    db.session.commit()
    sweep.drop_blobs(app.extensions["store"])
    row = db.session.query(TipPicture).one()
    assert app.extensions["store"].has(row.sha256)
    assert db.session.query(Photo).count() == 0
