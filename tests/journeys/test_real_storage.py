"""What only a real browser does: no room, a page put aside, a thin line, a kill, a clearing."""

import random
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Playwright, expect

from tests.journeys.conftest import MakePhone
from tests.journeys.test_killed_tab import begin
from tests.support.journey.camera import empty_wall
from tests.support.journey.hurry import HURRY, Shown, gaps, lost
from tests.support.journey.killing import Kill
from tests.support.journey.ledger import Ledger, plain
from tests.support.journey.phone import Phone
from tests.support.journey.processes import await_gone
from tests.support.journey.storage import values_of
from tests.support.journey.visit import Visit
from tests.support.journey.waiting import await_found
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
#: What a browser that runs out of room takes away: everything but cookies.
CLEARED = "indexeddb,local_storage,cache_storage,service_workers,file_systems"
KEPT, AT_RISK = "系统承诺保留", "系统没有承诺保留"


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.fault(16, 20, 24, 25, 26, 30, 32, 34)
def test_a_phone_that_fights_for_its_storage(
    county: LiveServer, make_phone: MakePhone, playwright: Playwright, tmp_path: Path
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
    killed_amid_writes(phone, visit)
    old, photos = thrown_away(phone, visit, Ledger(county))
    come_back(phone, visit, Ledger(county), old)
    (gone,) = [one for one in listed(playwright, county) if one["id"] == old]
    assert (gone["kind"], gone["photos"]) == ("gone", photos)


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


def killed_amid_writes(phone: Phone, visit: Visit) -> None:
    """SIGKILL to every process, at any moment: what was shown as kept is there."""
    phone.set_offline(True)
    shown = Shown()
    shown.listen(phone.page)
    kill = Kill(phone.chromium.profile(phone.name), "all")
    with phone.page.expect_console_message(lambda _said: shown.photo_count > 0):
        phone.page.evaluate(HURRY)
    threading.Timer(random.uniform(0, 1), kill).start()
    phone.context.wait_for_event("close")
    kill.await_gone()
    await_gone(phone.chromium.profile(phone.name))
    open_with_bfcache(phone, f"/inspections/{visit.id}", offline=True)
    expect(phone.at("item-card")).to_be_visible()
    assert lost(shown, phone.storage, visit.id) == []
    assert gaps(phone.storage) == []


def client_of(phone: Phone) -> str:
    (client,) = [row["value"] for row in phone.storage.table("meta") if row["key"] == "client"]
    return str(client["id"])


def thrown_away(phone: Phone, visit: Visit, ledger: Ledger) -> tuple[str, int]:
    """Cleared under the open app, without a line: it says so. Which phone it was, its photos."""
    client = client_of(phone)
    phone.context.route("**/api/blobs**", lambda route: route.abort())
    phone.set_offline(False)
    told = await_told(phone, ledger, client)
    phone.set_offline(True)
    visit.walk.answer_unable()
    browser = protocol(phone)
    where = {"origin": phone.server.url, "storageTypes": CLEARED}
    browser.send("Storage.clearDataForOrigin", where)
    expect(phone.page).to_have_url(re.compile("/login"))
    expect(phone.at("storage-cleared")).to_be_visible()
    browser.detach()
    return client, told


def await_told(phone: Phone, ledger: Ledger, client: str) -> int:
    """Wait until the server was told that nothing but photos waits on this phone; how many."""

    def photos() -> int | None:
        row = ledger.one("SELECT queue FROM sync_client WHERE id = :id", id=client)
        told = (plain(row["queue"]) or {}).get("photos")
        sent = all(entry["state"] != "queued" for entry in phone.storage.outbox())
        return int(told) if told and sent else None

    return await_found(phone, "the photos that wait", photos)


def come_back(phone: Phone, visit: Visit, ledger: Ledger, old: str) -> None:
    """Whoever logs in again has what was sent, as another phone, and nothing twice."""
    phone.context.unroute("**/api/blobs**")
    phone.set_offline(False)
    phone.goto("/login")
    expect(phone.at("storage-cleared")).to_be_visible()
    phone.login("inspector1")
    phone.await_downloaded()
    assert client_of(phone) != old
    assert phone.storage.outbox() == []
    back = {
        eid: values_of(row)
        for eid, row in phone.storage.view("answer").items()
        if row["inspection_id"] == visit.id
    }
    assert back
    assert back == ledger.answers(visit.id)
    once = "SELECT id FROM inspection WHERE id = :id"
    assert len(ledger.rows(once, id=visit.id)) == 1


def listed(playwright: Playwright, county: LiveServer) -> list[dict[str, Any]]:
    """The phones that the bureau's office is shown."""
    desk = playwright.request.new_context(
        base_url=county.url, extra_http_headers={"Origin": county.url}
    )
    name = {"username": "office", "password": county.accounts["office"]}
    assert desk.post("/api/auth/login", data=name).ok
    found: list[dict[str, Any]] = desk.get("/api/phones").json()
    desk.dispose()
    return found
