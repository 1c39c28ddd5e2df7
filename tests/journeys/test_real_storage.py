"""What only a real browser does: no room, a page put aside, a thin line."""

from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, expect

from tests.journeys.conftest import MakePhone
from tests.journeys.test_killed_tab import begin
from tests.support.journey.camera import empty_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import Phone
from tests.support.journey.visit import Visit
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

#: Bytes a second and the way there and back of a bad line in a stairwell.
STAIRWELL = {
    "offline": False,
    "latency": 300,
    "downloadThroughput": 12_000,
    "uploadThroughput": 12_000,
}
NO_STORAGE = "indexedDB.open = () => { throw new DOMException('no', 'SecurityError'); };"
KEPT, AT_RISK = "系统承诺保留", "系统没有承诺保留"


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.fault(16, 24, 30, 32)
def test_a_phone_that_fights_for_its_storage(
    county: LiveServer, make_phone: MakePhone, tmp_path: Path
) -> None:
    phone = make_phone(county, "crowded", camera=empty_wall(tmp_path / "wall.mjpeg"))
    open_with_bfcache(phone)
    phone.login("inspector1")
    phone.await_downloaded()
    phone.await_worker()
    promises_nothing(phone)
    phone.set_offline(True)
    visit = begin(phone)
    without_room(phone, visit)
    put_aside_and_frozen(phone, visit)
    over_a_thin_line(phone, visit, Ledger(county))


def open_with_bfcache(phone: Phone, path: str = "/", *, offline: bool = False) -> None:
    phone.open(path, offline=offline, ignore_default_args=["--disable-back-forward-cache"])


def protocol(phone: Phone) -> CDPSession:
    return phone.context.new_cdp_session(phone.page)


def promises_nothing(phone: Phone) -> None:
    """The badge is as honest as the browser; without any storage no work is begun."""
    phone.goto("/me")
    kept = phone.page.evaluate("navigator.storage.persisted()")
    expect(phone.at("storage-promise")).to_have_text(KEPT if kept else AT_RISK)
    other = phone.context.new_page()
    other.add_init_script(NO_STORAGE)
    other.goto(f"{phone.server.url}/today")
    expect(other.get_by_test_id("storage-retry")).to_be_visible()
    expect(other.get_by_test_id("assignment")).to_have_count(0)
    other.close()


def without_room(phone: Phone, visit: Visit) -> None:
    """
    Not a byte is left: the answer is not called saved, the photo leaves no empty row.

    Chromium remembers for half a minute how much room there was; a fresh one asks.
    """
    kept, item = phone.storage.outbox(), visit.walk.item
    phone.close()
    open_with_bfcache(phone, "/manifest.webmanifest")
    browser, origin = protocol(phone), {"origin": phone.server.url}
    browser.send("Storage.overrideQuotaForOrigin", {**origin, "quotaSize": 1})
    phone.set_offline(True)
    phone.goto(f"/inspections/{visit.id}")
    phone.tap("tool-photo")
    expect(phone.at("shutter")).to_be_enabled()
    phone.tap("shutter")
    expect(phone.at("photo-failure")).to_contain_text("空间")
    phone.tap("camera-close")
    phone.tap("answer-unable")
    expect(phone.at("error-card")).to_contain_text("手机空间不足")
    assert visit.walk.item == item
    assert phone.storage.outbox() == kept
    assert phone.storage.photos() == {}
    browser.send("Storage.overrideQuotaForOrigin", origin)
    visit.walk.answer_unable()
    assert len(phone.storage.outbox()) > len(kept)
    browser.detach()


def put_aside_and_frozen(phone: Phone, visit: Visit) -> None:
    """Another page and back, then the screen is locked: what is tapped next is saved."""
    phone.page.goto("about:blank")
    phone.page.go_back()
    expect(phone.at("item-card")).to_be_visible()
    visit.walk.answer_unable()
    browser = protocol(phone)
    browser.send("Page.setWebLifecycleState", {"state": "frozen"})
    browser.send("Page.setWebLifecycleState", {"state": "active"})
    visit.walk.answer_unable()
    browser.detach()


def over_a_thin_line(phone: Phone, visit: Visit, ledger: Ledger) -> None:
    """12 kB/s with 300 ms: the queue arrives, each command once."""
    browser = protocol(phone)
    browser.send("Network.enable")
    phone.set_offline(False)
    browser.send("Network.emulateNetworkConditions", STAIRWELL)
    phone.await_sent()
    sent = {entry["id"] for entry in phone.storage.outbox()}
    known = ledger.rows("SELECT id, status FROM sync_mutation")
    assert sent <= {row["id"] for row in known if row["status"] == "applied"}
    values = phone.storage.view("answer")
    assert len(ledger.answers(visit.id)) == len(
        [row for row in values.values() if row["inspection_id"] == visit.id]
    )
    browser.detach()
