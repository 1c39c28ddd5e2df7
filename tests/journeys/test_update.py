"""A new version of the app: offered, never forced; what was queued under the old one arrives."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from server.ops import paths, process
from tests.conftest import MakeLiveServer
from tests.journeys.conftest import MakePhone
from tests.journeys.test_other_person import SEEN
from tests.support.journey.camera import empty_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import Phone
from tests.support.journey.report import report
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

NEXT = "2027.1.0"
LOOK_FOR_IT = "navigator.serviceWorker.ready.then((worker) => worker.update()).then(() => true)"


def build_next(folder: Path) -> Path:
    """The same app, a year later: other names for every file that knows its version."""
    given = os.environ | {"npm_package_version": NEXT}
    vite = paths.PWA / "node_modules" / "vite" / "bin" / "vite.js"
    command = [str(paths.VENV_BIN / "node"), str(vite), "build", "--outDir", str(folder)]
    process.run([*command, "--emptyOutDir"], "web-build-next", cwd=paths.PWA, env=given)
    return folder


@pytest.fixture
def serving(make_live_server: MakeLiveServer, backend: str, tmp_path: Path) -> LiveServer:
    """The demo county, serving a copy of today's build that can be replaced."""
    folder = tmp_path / "served"
    shutil.copytree(paths.DIST, folder)
    server = make_live_server(backend, "demo", ANXUN_DEMO="1", ANXUN_PWA_DIST=str(folder))
    server.start()
    return server


def replace(server: LiveServer, fresh: Path) -> None:
    """Put the new build where the old one was, as an upgrade does: the old files are gone."""
    server.stop()
    served = Path(server.env["ANXUN_PWA_DIST"])
    shutil.rmtree(served)
    shutil.copytree(fresh, served)
    server.start()


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.fault(81, 85)
def test_what_was_queued_under_the_old_version_arrives_under_the_new(
    serving: LiveServer, make_phone: MakePhone, tmp_path: Path
) -> None:
    fresh = build_next(tmp_path / "next")
    phone = make_phone(serving, "updated", camera=empty_wall(tmp_path / "wall.mjpeg"))
    phone.open()
    phone.login("inspector1")
    phone.await_downloaded()
    phone.await_worker()
    phone.goto("/today")
    phone.set_offline(True)
    hazard = report(phone, SEEN)
    queued = [e["id"] for e in phone.storage.outbox() if e["state"] == "queued"]
    assert queued
    replace(serving, fresh)
    offer(phone, hazard)
    phone.await_sent()
    opened = Ledger(serving).one("SELECT title FROM hazard WHERE id = :id", id=hazard)
    assert opened["title"] == SEEN
    known = Ledger(serving).rows("SELECT id, status FROM sync_mutation")
    assert {row["id"] for row in known if row["status"] == "applied"} >= set(queued)


def offer(phone: Phone, hazard: str) -> None:
    """It is fetched; nothing happens while something is unfinished, then it is taken."""
    page = phone.page
    other = phone.context.new_page()
    other.goto(f"{phone.server.url}/me/password")
    other.locator("[name=new]").fill("something half-written")
    phone.set_offline(False)
    page.evaluate(LOOK_FOR_IT)
    expect(phone.at("update-banner")).to_be_visible()
    assert NEXT not in page.evaluate("document.body.innerText")
    phone.tap("update-now")
    expect(phone.at("update-banner")).to_contain_text("另一个窗口")
    # The old version's own pages still open, although the server has them no more.
    phone.tap("tab-ledger")
    page.wait_for_url("**/ledger*")
    expect(page.locator("main")).not_to_be_empty()
    other.locator("[name=new]").fill("")
    with page.expect_event("load"):
        phone.tap("update-now")
    phone.goto("/me")
    expect(page.locator(".about")).to_contain_text(NEXT)
    phone.goto(f"/hazards/{hazard}")
    expect(page.locator("h1")).to_have_text(SEEN)
    other.close()
