"""
WebKit, the engine of every iPhone: the same app, another storage.

Transactions, pictures and keys that cannot be taken out lie on the disk in another way than
Chromium's; there is no background sync, and the browser is killed while the server is away.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.ops import webapp
from tests.conftest import MakeLiveServer
from tests.support import whole
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import COMPLETE, DELIVERED, OPEN
from tests.support.journey.storage import values_of
from tests.support.webkit.driver import Screen, WebKit
from tests.support.webkit.pocket import Pocket
from tests.support.webkit.visit import PocketVisit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif("ANXUN_WEBKIT" not in os.environ, reason="WebKit is for make torture"),
]

#: The server's own row has said of every photo that it is there.
STORED = f"""async (name) => {{
  {OPEN}
  const found = await read(name, ['photos']);
  return found !== null && found[0].every((one) => one.state === 'stored');
}}"""
ANSWERS = 4
PHOTOS = 2


@pytest.fixture
def screen() -> Iterator[Screen]:
    made = Screen()
    yield made
    made.close()


@pytest.fixture
def pocket(screen: Screen, make_live_server: MakeLiveServer, tmp_path: Path) -> Iterator[Pocket]:
    webapp.ensure_built()
    server = make_live_server("sqlite", "demo", ANXUN_DEMO="1")
    server.start()
    browser = WebKit(screen, tmp_path / "webkit")
    browser.open()
    yield Pocket(browser, server)
    browser.close()


def test_everything_is_taken_along_and_survives_a_kill_in_webkit(pocket: Pocket) -> None:
    browser, server = pocket.browser, pocket.server
    pocket.login()
    key, rows = pocket.key(), pocket.held()
    assert key is not None
    assert (key["extractable"], key["taken"], key["signs"]) == (False, "InvalidAccessError", True)
    assert pocket.agreement() == {"equal"}
    server.stop()
    pocket.goto("/today")
    pocket.shows("start-assignment")
    assert browser.run("navigator.serviceWorker.controller !== null")
    browser.kill()
    browser.open()
    pocket.goto("/today")
    pocket.shows("start-assignment")
    assert (pocket.key(), pocket.held()) == (key, rows)
    server.start()
    pocket.goto("/today")
    pocket.awaits(COMPLETE)
    assert pocket.agreement() == {"equal"}


@pytest.mark.fault(20, 29, 34)
def test_a_visit_made_in_webkit_survives_a_kill_and_arrives_once(
    pocket: Pocket, tmp_path: Path
) -> None:
    browser, server = pocket.browser, pocket.server
    pocket.login()
    pocket.goto("/today")
    pocket.shows("start-assignment")
    server.stop()
    visit = PocketVisit(pocket)
    visit.begin("青禾县人民医院", "消防", "地下1层", "周敏")
    answered = [visit.answer_unable() for _ in range(ANSWERS)]
    kept = visit.add_photos(tmp_path, PHOTOS)
    answered.append(visit.answer_unable())
    key, queue, pictures = pocket.key(), pocket.outbox(), pocket.table("photos")
    assert [entry["mid"] for entry in queue] == list(range(1, len(queue) + 1))
    assert [row["bytes"]["sha256"] for row in pictures] == [row["sha256"] for row in pictures]
    assert len(pictures) == PHOTOS == kept

    browser.kill()
    browser.open()
    visit.resume()
    assert (pocket.key(), pocket.outbox(), pocket.table("photos")) == (key, queue, pictures)

    server.start()
    pocket.goto("/today")
    pocket.awaits(DELIVERED)
    pocket.awaits(STORED)
    arrived(pocket, visit, answered)
    print(f"WebKit: 1 kill, {len(answered)} answers, {kept} photos; lost 0, doubled 0")  # noqa: T201


def arrived(pocket: Pocket, visit: PocketVisit, answered: list[str]) -> None:
    """Once, with every value and every byte."""
    ledger = Ledger(pocket.server)
    sent = [entry["id"] for entry in pocket.outbox()]
    known = ledger.rows("SELECT id, status FROM sync_mutation")
    assert sorted(row["id"] for row in known if row["id"] in sent) == sorted(sent)
    assert {row["status"] for row in known if row["id"] in sent} == {"applied"}
    there = ledger.answers(visit.id)
    assert sorted(key.rsplit("|", 1)[1] for key in there) == sorted(answered)
    assert {values["result"] for values in there.values()} == {"unable"}
    shown = {row["eid"]: row["data"] for row in pocket.table("rows") if row["etype"] == "answer"}
    assert there == {key: values_of(shown[key]) for key in there}
    for picture in pocket.table("photos"):
        row = ledger.one("SELECT sha256, state FROM photo WHERE id = :id", id=picture["id"])
        assert (row["sha256"], row["state"]) == (picture["sha256"], "stored")
        assert ledger.stored(picture["sha256"]) == picture["sha256"]
    assert pocket.agreement() == {"equal"}
    assert whole.wrong(pocket.server) == []
