"""The screens of a visit, from its beginning to its handing in, by day and in a dark basement."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.support.journey.audit import Screens
from tests.support.journey.camera import empty_wall
from tests.support.journey.phone import Phone
from tests.support.journey.values import read_items
from tests.support.journey.visit import Visit
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HOSPITAL = "青禾县人民医院"
NARROW = 320


def begin(phone: Phone, screens: Screens) -> Visit:
    """Begin the fire visit that is due, looking at the page where one chooses."""
    phone.goto("/today")
    card = phone.at("assignment").filter(has_text=HOSPITAL)
    card.get_by_test_id("start-assignment").click()
    phone.choose("pick-checklist", "消防")
    phone.tap("start-inspection")
    expect(phone.at("begin")).to_be_visible()
    screens.look("new")
    visit = Visit(phone, read_items("fire"), ("地下1层",), "周敏")
    visit.begin()
    return visit


def look_at_an_item(screens: Screens, visit: Visit) -> None:
    """A card, what hangs on it, and the hazard that a fail begins."""
    phone = screens.phone
    screens.look("item")
    phone.at("basis").locator("summary").click()
    screens.open("item-law", "law-0")
    screens.open("item-note", "tool-note")
    screens.open("item-unable", "answer-unable")
    screens.open("item-list", "progress")
    phone.tap("answer-fail")
    expect(phone.at("hazard-sheet")).to_be_visible()
    screens.look("item-fail")
    phone.close_sheet()


def look_at_the_rest(screens: Screens, visit: Visit) -> None:
    """本节其余合格 is offered where a section has more than one plain item left."""
    phone = screens.phone
    for _ in range(40):
        if phone.at("rest-open").count():
            screens.open("rest", "rest-open")
            return
        visit.walk.answer_pass()
    raise AssertionError("no section offered to pass its rest")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_walk(
    county: LiveServer,
    make_phone: MakePhone,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    phone = make_phone(county, "inspector1", camera=empty_wall(tmp_path / "wall.mjpeg"))
    phone.open("/login")
    phone.login("inspector1")
    phone.await_downloaded()
    screens = Screens("a visit", phone, tmp_path / "screens", narrow=NARROW)
    visit = begin(phone, screens)
    look_at_an_item(screens, visit)
    look_at_the_rest(screens, visit)
    screens.visit("summary", f"/inspections/{visit.id}/summary")
    screens.visit("sign", f"/inspections/{visit.id}/sign")
    screens.open("sign-sheet", "sign-inspector")
    record_property("examined", screens.summary())
    assert len(screens.seen) >= 10
    assert screens.checks > 20 * len(screens.seen)
    assert not screens.findings, "\n".join(map(str, screens.findings))
    assert not phone.errors
