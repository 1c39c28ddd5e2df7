"""
SIGKILL to a real browser's processes while answers and photos are being written.

The app's page, the process that holds IndexedDB, the browser itself, or all at once, at moments
nobody chose. The same profile is opened again: whatever the screen had shown as kept is there.
"""

import os
import random
import threading
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone, built_app, county, make_phone
from tests.support import whole
from tests.support.browsers import executable
from tests.support.journey.camera import empty_wall
from tests.support.journey.hurry import HURRY, Shown, gaps, lost
from tests.support.journey.killing import KILLED, KINDS, Kill, Kind, endings, witness
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import Phone
from tests.support.journey.processes import await_gone
from tests.support.journey.storage import values_of
from tests.support.journey.values import read_items
from tests.support.journey.visit import Visit
from tests.support.live import LiveServer

__all__ = ["built_app", "county", "make_phone"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        "ANXUN_KILLED_BROWSER" not in os.environ, reason="many kills are for make torture"
    ),
]

ROUNDS = int(os.environ.get("ANXUN_KILLED_BROWSER", "8"))
LONGEST_S = 4.0


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.fault(20, 27, 34)
def test_a_browser_killed_amid_its_writes(
    county: LiveServer, make_phone: MakePhone, tmp_path: Path
) -> None:
    seed = int(os.environ.get("ANXUN_TORTURE_SEED", "0")) or random.randrange(1, 2**31)
    print(f"seed {seed}")  # noqa: T201
    phone = make_phone(county, "killed", camera=empty_wall(tmp_path / "wall.mjpeg"))
    run = Run(phone, tmp_path / "witness", random.Random(seed))
    run.prepare()
    for number in range(ROUNDS):
        run.round(KINDS[number % len(KINDS)])
    run.deliver(county)


class Run:
    """One phone that dies again and again, and what its screen had shown."""

    def __init__(self, phone: Phone, folder: Path, dice: random.Random) -> None:
        self.phone, self.folder, self.dice = phone, folder, dice
        self.command = witness(folder, executable())
        self.shown = Shown()
        self.visit = Visit(phone, read_items("fire"), (), "周敏")
        self.points: list[tuple[Kind, int]] = []
        self.killed_browsers = 0

    def open(self, path: str, *, offline: bool) -> None:
        self.phone.open(path, offline=offline, executable_path=self.command)
        self.shown.listen(self.phone.page)

    def prepare(self) -> None:
        """A visit of everything in the house, without a line."""
        phone = self.phone
        self.open("/", offline=False)
        phone.login("inspector1")
        phone.await_downloaded()
        phone.await_worker()
        phone.close()  # the session's cookie reaches the disk
        self.open("/today", offline=True)
        card = phone.at("assignment").filter(has_text="青禾县人民医院")
        card.get_by_test_id("start-assignment").click()
        phone.choose("pick-checklist", "消防")
        phone.tap("start-inspection")
        phone.tap("pick-places-all")
        phone.tap("begin")
        expect(phone.at("item-card")).to_be_visible()
        self.visit.id = phone.page.url.rsplit("/", 1)[1]

    def round(self, kind: Kind) -> None:
        """Hurry, kill, open again, look."""
        phone, before = self.phone, self.shown.count
        kill = Kill(phone.chromium.profile(phone.name), kind)
        # What an earlier life has shown may be shown again first: that counts for nothing.
        with phone.page.expect_console_message(lambda _said: self.shown.count > before):
            phone.page.evaluate(HURRY)
        timer = threading.Timer(self.dice.uniform(0, LONGEST_S), kill)
        timer.start()
        self._until_dead(kind, timer)
        kill.await_gone()
        self.points.append((kind, self.shown.count))
        assert self.shown.count > before, "it died before anything was shown"
        self._again(kind)
        expect(phone.at("item-card")).to_be_visible()
        assert lost(self.shown, phone.storage, self.visit.id) == []
        assert gaps(phone.storage) == []

    def _until_dead(self, kind: Kind, timer: threading.Timer) -> None:
        """Hear what the screen shows until the moment comes."""
        page = self.phone.page
        if kind == "renderer":
            page.wait_for_event("crash")
        elif kind == "storage":
            while timer.is_alive():
                page.evaluate("0")
            more = self.shown.count + 2
            with page.expect_console_message(lambda _said: self.shown.count >= more):
                pass  # the app goes on, with a connection of its own making
        else:
            page.context.wait_for_event("close")
        timer.join()

    def _again(self, kind: Kind) -> None:
        """The same profile once more; a browser that lived on is closed as a person does it."""
        phone = self.phone
        if kind in ("renderer", "storage"):
            phone.close()
        else:
            await_gone(phone.chromium.profile(phone.name))
            self.killed_browsers += 1
            assert endings(self.folder)[-1] == KILLED, endings(self.folder)
        self.open(f"/inspections/{self.visit.id}", offline=True)

    def deliver(self, server: LiveServer) -> None:
        """A line again: everything arrives, once."""
        phone, ledger = self.phone, Ledger(server)
        assert {kind for kind, _ in self.points} == set(KINDS[: len(self.points)])
        assert len({count for _, count in self.points}) == len(self.points), self.points
        phone.set_offline(False)
        phone.await_sent()
        sent = [entry["id"] for entry in phone.storage.outbox()]
        known = [
            row for row in ledger.rows("SELECT id, status FROM sync_mutation") if row["id"] in sent
        ]
        assert sorted(row["id"] for row in known) == sorted(sent)
        assert {row["status"] for row in known} == {"applied"}
        there = ledger.answers(self.visit.id)
        own = {
            eid: values_of(row)
            for eid, row in phone.storage.view("answer").items()
            if row["inspection_id"] == self.visit.id
        }
        assert there == own
        pictures = phone.storage.photos().values()
        for picture in pictures:
            row = ledger.one("SELECT sha256, state FROM photo WHERE id = :id", id=picture["id"])
            assert (row["sha256"], row["state"]) == (picture["sha256"], "stored")
            assert ledger.stored(row["sha256"]) == row["sha256"]
        assert whole.wrong(server) == []
        print(  # noqa: T201
            f"{len(self.points)} kills {self.points}, {self.killed_browsers} of the browser; "
            f"shown {len(self.shown.answers)} answers, {self.shown.photo_count} photos; "
            f"arrived {len(there)}, {len(pictures)}; lost 0, doubled 0"
        )
