"""Every screen, on the phone and at the desk, by day and in a dark basement."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.support.journey import unit
from tests.support.journey.audit import Screens
from tests.support.journey.camera import empty_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import WIDE, Phone
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HOSPITAL = "青禾县人民医院"
NARROW = 320
ROOM = """SELECT location.id FROM location JOIN unit ON unit.id = location.unit_id
WHERE unit.name = :unit AND location.name = '供氧站'"""
HAZARD = """SELECT hazard.id FROM hazard JOIN unit ON unit.id = hazard.unit_id
WHERE unit.name = :unit AND hazard.state = :state ORDER BY hazard.number"""
FREE_TAG = "SELECT code AS id FROM tag WHERE state = 'unclaimed' ORDER BY code"
HANDED_IN = "SELECT id FROM inspection WHERE state = 'submitted' ORDER BY number"
#: drawer of the desk → the table whose first row it shows
DRAWERS = {
    "units": "unit",
    "places": "location",
    "assets": "asset",
    "people": "person",
    "assignments": "assignment",
    "inspections": "inspection",
}
LISTS = ("inspections", "hazards", "assignments", "units", "places", "assets", "tags", "people")
NEW = ("assignments", "units", "people")


def a_row(ledger: Ledger, query: str, **values: str) -> str:
    """The id of the first row."""
    return str(ledger.rows(query, **values)[0]["id"])


def look_around(screens: Screens, ledger: Ledger) -> None:
    """The pages that one opens from the bar."""
    phone = screens.phone
    assigned = a_row(ledger, HAZARD, unit=HOSPITAL, state="assigned")
    screens.visit("today", "/today")
    screens.visit("hazards", "/hazards")
    screens.visit("hazard", f"/hazards/{assigned}")
    screens.visit("hazard-open", f"/hazards/{a_row(ledger, HAZARD, unit=HOSPITAL, state='open')}")
    screens.open("hazard-move", "action-assign")
    screens.visit("scan", "/scan")
    screens.open("scan-type", "scan-type")
    screens.visit("ledger", "/ledger")
    screens.visit("me", "/me")
    screens.open("logout", "logout")
    screens.visit("sync", "/me/sync")
    screens.visit("password", "/me/password")
    screens.visit("report", "/report")
    assert phone.page.url.endswith("/report")


def look_at_places(screens: Screens, ledger: Ledger) -> None:
    """What a label leads to."""
    screens.visit("place", f"/place/location/{a_row(ledger, ROOM, unit=HOSPITAL)}")
    screens.open("place-start", "place-start")
    asset = a_row(ledger, "SELECT id FROM asset ORDER BY id")
    screens.visit("device", f"/place/asset/{asset}")
    screens.visit("tag", f"/t/{a_row(ledger, FREE_TAG)}")
    screens.visit("missing", "/no-such-page")
    screens.visit("record", f"/inspections/{a_row(ledger, HANDED_IN)}/summary")


def verdict(screens: Screens, record_property: Callable[[str, object], None]) -> None:
    """Say what was examined; fail on whatever was found."""
    record_property("examined", screens.summary())
    assert screens.checks > 20 * len(screens.seen)
    assert not screens.findings, "\n".join(map(str, screens.findings))
    assert not screens.phone.errors


@pytest.mark.parametrize("backend", ["sqlite"])
def test_on_the_phone(
    county: LiveServer,
    make_phone: MakePhone,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    camera = empty_wall(tmp_path / "wall.mjpeg")
    phone: Phone = make_phone(county, "inspector1", camera=camera)
    phone.open("/login")
    screens = Screens("the phone", phone, tmp_path / "screens", narrow=NARROW)
    screens.look("login")
    phone.login("inspector1")
    phone.await_downloaded()
    look_around(screens, Ledger(county))
    look_at_places(screens, Ledger(county))
    verdict(screens, record_property)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_at_the_desk(
    county: LiveServer,
    make_phone: MakePhone,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    ledger = Ledger(county)
    desk: Phone = make_phone(county, "office", device=WIDE)
    screens = Screens("the desk", desk, tmp_path / "screens")
    unit.start(desk, "office")
    screens.visit("overview", "/desk/overview")
    for name in LISTS:
        desk.tap(f"rail-{name}")
        expect(desk.at("desk-row").first).to_be_visible()
        screens.look(name)
    for name, table in DRAWERS.items():
        row = a_row(ledger, f"SELECT id FROM {table} ORDER BY id")
        screens.visit(f"{name}-one", f"/desk/{name}/{row}")
    hazard = a_row(ledger, HAZARD, unit=HOSPITAL, state="open")
    screens.visit("hazards-one", f"/desk/hazards/{hazard}")
    screens.open("hazards-move", "action-assign")
    for name in NEW:
        screens.visit(f"{name}-new", f"/desk/{name}/new")
    verdict(screens, record_property)
