"""Two people, one phone: neither sees the other's work, and nothing of it is lost."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.support.journey.camera import empty_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import Phone
from tests.support.journey.report import report
from tests.support.journey.storage import Row, Storage
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SEEN = "东侧楼梯间堆着两辆轮椅"


def leave(phone: Phone) -> None:
    """Log out although something was not sent."""
    phone.tap("tab-me")
    phone.tap("logout")
    expect(phone.at("logout-unsent")).to_be_visible()
    phone.tap("logout-confirm")
    expect(phone.page).to_have_url(re.compile(r"/login"))


def unsent(storage: Storage) -> list[Row]:
    return [entry for entry in storage.outbox() if entry["state"] == "queued"]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.fault(42)
def test_the_queue_waits_for_its_owner(
    county: LiveServer, make_phone: MakePhone, tmp_path: Path
) -> None:
    phone = make_phone(county, "shared", camera=empty_wall(tmp_path / "wall.mjpeg"))
    phone.open()
    phone.login("inspector1")
    phone.await_downloaded()
    phone.await_worker()
    phone.set_offline(True)
    hazard = report(phone, SEEN)
    first = phone.user
    kept, photos = unsent(phone.storage), phone.storage.photos()
    assert [entry["name"] for entry in kept].count("hazard.open") == 1
    assert len(photos) == 1
    leave(phone)
    phone.set_offline(False)
    look_as_another(phone, hazard)
    waiting = Storage(phone.page, first)
    assert (unsent(waiting), waiting.photos()) == (kept, photos)
    assert not Ledger(county).rows("SELECT id FROM hazard WHERE id = :id", id=hazard)
    phone.login("inspector1")
    phone.await_sent()
    phone.goto(f"/hazards/{hazard}")
    expect(phone.page.locator("h1")).to_have_text(SEEN)
    found = Ledger(county).one("SELECT title, opened_by FROM hazard WHERE id = :id", id=hazard)
    assert (found["title"], found["opened_by"]) == (SEEN, first)


def look_as_another(phone: Phone, hazard: str) -> None:
    """Somebody else finds nothing of it, in no list, under no address, and sends nothing of it."""
    phone.login("inspector2")
    phone.await_downloaded()
    phone.await_sent()
    phone.goto("/hazards")
    phone.page.locator("label", has_text="未销号").click()
    expect(phone.at("hazard-card").first).to_be_visible()
    expect(phone.at("hazard-card").filter(has_text=SEEN)).to_have_count(0)
    phone.goto(f"/hazards/{hazard}")
    expect(phone.page.locator("main")).to_contain_text("没有找到这条隐患")
    assert phone.storage.outbox() == []
    assert phone.storage.photos() == {}
    phone.goto("/me")
    phone.tap("logout")
    expect(phone.at("logout-confirm")).to_be_visible()
    expect(phone.at("logout-unsent")).to_have_count(0)
    phone.tap("logout-confirm")
    expect(phone.page).to_have_url(re.compile(r"/login"))
