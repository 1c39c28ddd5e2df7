"""A cheap phone throws the app away at the worst moment; what was begun goes on where it stood."""

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.support.journey.camera import empty_wall
from tests.support.journey.phone import Phone
from tests.support.journey.values import read_items
from tests.support.journey.visit import Visit
from tests.support.journey.waiting import await_found
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

ZONE = ZoneInfo("Asia/Shanghai")
HALF = "配电箱前堆放纸箱，柜门打不"


def begin(phone: Phone) -> Visit:
    """A visit begun from today's task."""
    phone.goto("/today")
    card = phone.at("assignment").filter(has_text="青禾县人民医院")
    card.get_by_test_id("start-assignment").click()
    phone.choose("pick-checklist", "消防")
    phone.tap("start-inspection")
    visit = Visit(phone, read_items("fire"), ("地下1层",), "周敏")
    visit.begin()
    return visit


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.fault(33)
def test_camera_and_hazard_sheet_come_back(
    county: LiveServer, make_phone: MakePhone, tmp_path: Path
) -> None:
    phone = make_phone(county, "fragile", camera=empty_wall(tmp_path / "wall.mjpeg"))
    phone.open()
    phone.login("inspector1")
    phone.await_downloaded()
    phone.await_worker()
    phone.close()
    phone.open(offline=True)
    visit = begin(phone)
    visit.walk.answer_unable()
    killed_in_the_camera(phone, visit)
    killed_in_the_sheet(phone, visit)


def killed_in_the_camera(phone: Phone, visit: Visit) -> None:
    """The photo was taken, the camera was still open; it is for the same item afterwards."""
    item = visit.walk.item
    phone.tap("tool-photo")
    expect(phone.at("shutter")).to_be_enabled()
    phone.tap("shutter")
    expect(phone.at("camera").get_by_test_id("photo-thumb")).to_have_count(1)
    phone.kill()
    phone.open(f"/inspections/{visit.id}", offline=True)
    expect(phone.at("item-card")).to_have_attribute("data-item", item)
    expect(phone.at("item-card").get_by_test_id("photo-thumb")).to_have_count(1)
    phone.tap("snack-action")
    expect(phone.at("shutter")).to_be_enabled()
    phone.tap("shutter")
    expect(phone.at("camera").get_by_test_id("photo-thumb")).to_have_count(2)
    phone.tap("camera-done")
    expect(phone.at("item-card").get_by_test_id("photo-thumb")).to_have_count(2)
    photos = phone.storage.view("photo").values()
    assert [p["item_key"] for p in photos if p["inspection_id"] == visit.id] == [item, item]


def await_on_disk(phone: Phone, **parts: str) -> None:
    """Wait until the half-written hazard lies on the disk with these values."""

    def written() -> bool | None:
        drafts = [row["data"] for row in phone.storage.table("drafts")]
        return any(isinstance(one, dict) and parts.items() <= one.items() for one in drafts) or None

    await_found(phone, f"{parts} on the disk", written)


def killed_in_the_sheet(phone: Phone, visit: Visit) -> None:
    """A hazard half written goes on with the same words, grade and photo, and becomes one."""
    item = visit.walk.item
    phone.tap("answer-fail")
    sheet = phone.at("hazard-sheet")
    sheet.locator("[name=hazard-description]").fill(HALF)
    sheet.get_by_test_id("grade-suspect-major").check(force=True)
    sheet.get_by_test_id("due-3").click()
    expect(sheet.get_by_test_id("due-3")).to_have_attribute("aria-pressed", "true")
    await_on_disk(phone, due_on=(datetime.now(ZONE).date() + timedelta(days=3)).isoformat())
    phone.kill()
    phone.open(f"/inspections/{visit.id}", offline=True)
    expect(phone.at("item-card")).to_have_attribute("data-item", item)
    phone.tap("hazard-continue")
    sheet = phone.at("hazard-sheet")
    words = sheet.locator("[name=hazard-description]")
    expect(words).to_have_value(HALF)
    expect(sheet.get_by_test_id("grade-suspect-major")).to_be_checked()
    expect(sheet.get_by_test_id("due-3")).to_have_attribute("aria-pressed", "true")
    expect(sheet.get_by_test_id("photo-thumb")).to_have_count(2)
    words.fill(f"{HALF}开。")
    phone.tap("hazard-save")
    expect(sheet).to_have_count(0)
    own = [h for h in phone.storage.view("hazard").values() if h["inspection_id"] == visit.id]
    assert [(h["description"], h["item_key"]) for h in own] == [(f"{HALF}开。", item)]
    assert own[0]["suspected_major"] is True
