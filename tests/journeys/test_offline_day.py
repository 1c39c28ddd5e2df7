"""A day in a basement: everything is done without a network, and everything arrives once."""

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.ops.paths import ROOT
from tests.journeys.conftest import MakePhone
from tests.support.journey.camera import label_on_a_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import Phone
from tests.support.journey.storage import values_of
from tests.support.journey.values import read_items
from tests.support.journey.visit import NOTE, Visit
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HOSPITAL = "青禾县人民医院"
ROOM = "供氧站"
TAG = """SELECT tag.code FROM tag JOIN location ON location.id = tag.target_id
JOIN unit ON unit.id = location.unit_id WHERE unit.name = :unit AND location.name = :room"""
SUMMARY = "总体较好，三处问题限期整改。"


def camera_at(server: LiveServer, folder: Path) -> Path:
    """The camera looks at the label of a room of the hospital."""
    code = Ledger(server).one(TAG, unit=HOSPITAL, room=ROOM)["code"]
    return label_on_a_wall(folder / "label.mjpeg", f"{server.url}/t/{code}")


def go_offline(phone: Phone, username: str) -> str:
    """At the office: log in, load everything. Then the lift goes down."""
    phone.open()
    user = phone.login(username)
    phone.await_downloaded(user)
    phone.await_worker()
    expect(phone.at("download-state").first).to_contain_text("已下载，可离线")
    phone.close()
    phone.server.stop()
    phone.open(offline=True)
    expect(phone.at("assignment").filter(has_text=HOSPITAL)).to_be_visible()
    assert phone.page.evaluate("navigator.serviceWorker.controller !== null")
    return user


def survives(phone: Phone, user: str, path: str) -> None:
    """Kill the browser at once, start it again, and find all that was there."""
    before = phone.storage(user)
    kept, photos = before.outbox(), before.photos()
    phone.kill()
    phone.open(path, offline=True)
    after = phone.storage(user)
    assert after.outbox() == kept
    assert after.photos() == photos


def test_a_day_without_network(county: LiveServer, make_phone: MakePhone, tmp_path: Path) -> None:
    phone = make_phone(county, "inspector1", camera=camera_at(county, tmp_path))
    user = go_offline(phone, "inspector1")
    visit = Visit(phone, read_items("fire", date.today()), ("地下1层", "5层"), "周敏")
    visit.scan_and_begin(ROOM, "消防")
    first = visit.section()
    while visit.section() == first and not visit.walk.state()["finished"]:
        visit.answer_one()
    visit.walk.note(NOTE)
    visit.walk.answer_pass()
    survives(phone, user, f"/inspections/{visit.id}")
    visit.finish(unable_on="5层")
    visit.sign(("inspector", "李建国"), ("inspector", "周敏"), ("unit", "赵海燕"))
    visit.submit(SUMMARY)
    survives(phone, user, f"/inspections/{visit.id}/summary")
    expect(phone.at("kept-local")).to_be_visible()
    assert not phone.errors
