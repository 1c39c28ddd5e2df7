"""Every screen of the journeys, on a phone and on the desk, by day and in a dark basement."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.conftest import MakeLiveServer
from tests.journeys.conftest import MakePhone
from tests.support.journey.phone import WIDE, Phone
from tests.support.journey.screens import examine, overflow, settle
from tests.support.live import LiveServer

pytestmark = pytest.mark.browser

SCHEMES = ("light", "dark")
PHONE_SCREENS = (
    "/today", "/hazards", "/ledger", "/scan", "/me", "/me/sync", "/me/password", "/report",
    "/inspections/new",
)  # fmt: skip
DESK_SCREENS = (
    "/desk/overview", "/desk/hazards", "/desk/inspections", "/desk/assignments",
    "/desk/assignments/new", "/desk/units", "/desk/units/new", "/desk/places", "/desk/assets",
    "/desk/people", "/desk/people/new", "/desk/tags",
)  # fmt: skip


@pytest.fixture
def demo(make_live_server: MakeLiveServer) -> LiveServer:
    """The demo county; which database it lies in is not to be seen on a screen."""
    server = make_live_server("sqlite", "demo", ANXUN_DEMO="1")
    server.start()
    return server


def first_link(page: Page, testid: str) -> str:
    """Where the first link of a list leads."""
    page.get_by_test_id(testid).first.wait_for()
    found = page.get_by_test_id(testid).first
    link = found.get_attribute("href") or found.locator("a").first.get_attribute("href")
    assert link is not None
    return link


def look(phone: Phone, screens: Sequence[str], folder: Path) -> Iterator[tuple[str, str]]:
    """Open each screen in each scheme; what axe finds is yielded."""
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in SCHEMES:
        phone.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for screen in screens:
            phone.goto(screen)
            settle(phone.page)
            phone.page.screenshot(path=folder / f"{scheme}{screen.replace('/', '_')}.png")
            result = examine(phone.page)
            assert result["checked"] > 5, screen
            for violation in result["violations"]:
                yield f"{scheme} {screen}", f"{violation['rule']}: {violation['nodes']}"


def test_the_phones_screens_are_for_everybody(
    demo: LiveServer,
    make_phone: MakePhone,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    phone = make_phone(demo, "inspector")
    phone.open("/login")
    found = list(look(phone, ["/login"], tmp_path / "phone"))
    phone.goto("/login")
    phone.login("inspector1")
    phone.await_downloaded()
    phone.goto("/hazards")
    screens = [*PHONE_SCREENS, first_link(phone.page, "hazard-card")]
    found += look(phone, screens, tmp_path / "phone")
    assert found == []
    record_property("examined", f"{(len(screens) + 1) * 2} views of the phone by axe")

    phone.page.set_viewport_size({"width": 320, "height": 640})
    too_wide = {}
    for screen in screens:
        phone.goto(screen)
        settle(phone.page)
        if overflow(phone.page) > 0:
            too_wide[screen] = overflow(phone.page)
    assert too_wide == {}
    assert phone.errors == []


def test_the_desks_screens_are_for_everybody(
    demo: LiveServer,
    make_phone: MakePhone,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    desk = make_phone(demo, "office", device=WIDE)
    desk.open("/login")
    desk.login("office")
    desk.await_downloaded()
    details = []
    for name in ("hazards", "inspections", "units", "places", "assets"):
        desk.goto(f"/desk/{name}")
        details.append(first_link(desk.page, "desk-row").split("?")[0])
    found = list(look(desk, [*DESK_SCREENS, *details], tmp_path / "desk"))
    assert found == []
    assert desk.errors == []
    count = (len(DESK_SCREENS) + len(details)) * 2
    record_property("examined", f"{count} views of the desk by axe")
