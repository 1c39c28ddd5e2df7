"""Unsent work leaves a phone as a file, the phone is lost, and at the desk everything is there."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.support.journey.camera import empty_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import WIDE, Phone
from tests.support.journey.report import report
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SEEN = "配电间门口堆着纸箱"
WORDS = "青禾 fire 2026"


def save(phone: Phone, target: Path) -> None:
    """Make the file and keep it, as a person would."""
    phone.tap("tab-me")
    phone.tap("open-rescue")
    expect(phone.at("rescue-summary")).to_contain_text("1 张照片")
    phone.page.get_by_text("知道口令的人").click()
    phone.page.locator("[name=rescue-words]").fill(WORDS)
    phone.tap("rescue-begin")
    expect(phone.at("rescue-done")).to_be_visible()
    with phone.page.expect_download() as download:
        phone.tap("rescue-save")
    assert re.fullmatch(r"anxun-\d{8}-\d{4}\.anxun", download.value.suggested_filename)
    download.value.save_as(target)
    assert SEEN.encode() not in target.read_bytes()


def bring(desk: Phone, file: Path) -> None:
    """Open the file at the desk, first with the wrong words, and import it."""
    desk.goto("/desk/rescue")
    desk.page.get_by_test_id("rescue-file").set_input_files(file)
    words = desk.page.locator("[name=rescue-words]")
    words.fill("something else")
    desk.tap("rescue-open")
    expect(desk.at("rescue-failure")).to_contain_text("口令不对")
    words.fill(WORDS)
    desk.tap("rescue-open")
    expect(desk.at("rescue-preview")).to_be_visible()
    expect(desk.page.locator("main")).to_contain_text(SEEN)
    desk.tap("rescue-import")
    expect(desk.at("rescue-receipt")).to_be_visible()


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.fault(25, 26)
def test_a_lost_phones_work_arrives_by_file(
    county: LiveServer, make_phone: MakePhone, tmp_path: Path
) -> None:
    phone = make_phone(county, "lost", camera=empty_wall(tmp_path / "wall.mjpeg"))
    phone.open()
    phone.login("inspector1")
    phone.await_downloaded()
    phone.await_worker()
    phone.set_offline(True)
    hazard = report(phone, SEEN)
    (taken,) = phone.storage.photos().values()
    kept = phone.storage.outbox()
    save(phone, tmp_path / "work.anxun")
    assert phone.storage.outbox() == kept, "saving a file changes nothing on the phone"
    author = phone.user
    phone.close()
    shutil.rmtree(phone.chromium.profile("lost"))

    desk = make_phone(county, "desk", device=WIDE)
    desk.open()
    desk.login("office")
    bring(desk, tmp_path / "work.anxun")
    found = Ledger(county).one("SELECT title, opened_by FROM hazard WHERE id = :id", id=hazard)
    assert (found["title"], found["opened_by"]) == (SEEN, author)
    photo = Ledger(county).one("SELECT sha256, state FROM photo WHERE hazard_id = :id", id=hazard)
    assert (photo["state"], photo["sha256"]) == ("stored", taken["bytes"]["sha256"])
    assert Ledger(county).stored(photo["sha256"]) == photo["sha256"]
    ids = [entry["id"] for entry in kept]
    known = {row["id"] for row in Ledger(county).rows("SELECT id FROM sync_mutation")}
    assert set(ids) <= known
