"""From a campaign's gap to a planned visit; a leader signs in without a signal."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.support.journey.audit import Screens
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import WIDE, Phone
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

UNIT = "白塔镇卫生院"
PLANNED = """SELECT assignment.* FROM assignment JOIN unit ON unit.id = assignment.unit_id
WHERE unit.name = :unit ORDER BY assignment.created_at"""
LED = "SELECT * FROM attendance"


def see_the_gap(screens: Screens) -> None:
    """The campaign names who was never visited; a goal is ticked with what shows it."""
    desk = screens.phone
    desk.goto("/desk/campaigns")
    desk.at("desk-row").get_by_role("link").first.click()
    expect(desk.at("coverage").get_by_test_id("never").first).to_be_visible()
    expect(desk.at("never").filter(has_text=UNIT)).to_have_count(1)
    screens.look("campaign")
    desk.tap("tick-growth")
    desk.page.locator("[name=evidence]").fill("县卫健局年度总结")
    desk.tap("tick-keep")
    expect(desk.at("goal-growth")).to_contain_text("县卫健局年度总结")


def plan_it(desk: Phone) -> None:
    """Plan the unit with its button: the sheet is filled, warns, and is sent."""
    desk.page.locator("[data-testid=unit-search]").fill("白塔")
    desk.at("plan-this").click()
    sheet = desk.at("task-sheet")
    lead = sheet.locator("[name=lead]")
    lead.select_option(label=lead.locator("option", has_text="周敏").inner_text())
    sheet.get_by_test_id("list-fire").check()
    desk.tap("task-save")
    expect(sheet).to_have_count(0)


def work_the_board(screens: Screens, ledger: Ledger) -> None:
    desk = screens.phone
    desk.goto("/desk/planning")
    expect(desk.at("week")).to_be_visible()
    screens.look("planning-week")
    plan_it(desk)
    desk.page.get_by_role("button", name="撤销").click()
    expect(desk.at("task").filter(has_text="白塔")).to_have_count(0)
    plan_it(desk)
    task = desk.at("task").filter(has_text="白塔")
    expect(task).to_have_count(1)
    before = ledger.rows(PLANNED, unit=UNIT)[-1]["due_on"]
    task.focus()
    desk.page.keyboard.press("Shift+ArrowLeft")
    expect(desk.page.get_by_text("已移到")).to_be_visible()
    moved = ledger.rows(PLANNED, unit=UNIT)
    assert [row["state"] for row in moved] == ["cancelled", "planned"]
    assert str(moved[-1]["due_on"]) < str(before)


def see_the_map(screens: Screens) -> None:
    desk = screens.phone
    desk.goto("/desk/planning?view=map")
    for n in range(3):
        desk.at("spot").nth(n).press("Enter")
    expect(desk.at("route").locator("li")).to_have_count(3)
    screens.look("planning-map")


def sign_in(screens: Screens) -> None:
    """The leader is there, without a signal."""
    phone = screens.phone
    phone.tap("attend")
    phone.set_offline(True)
    pad = phone.at("signature-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    phone.page.mouse.move(box["x"] + 40, box["y"] + 60)
    phone.page.mouse.down()
    phone.page.mouse.move(box["x"] + 160, box["y"] + 90, steps=6)
    phone.page.mouse.up()
    phone.tap("attend-keep")
    expect(phone.at("attended")).to_contain_text("已存在本机")
    screens.look("attended")
    phone.set_offline(False)
    phone.await_sent()
    expect(phone.at("attended")).to_contain_text("已送达")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_from_a_gap_to_a_visit_that_a_leader_leads(
    county: LiveServer,
    make_phone: MakePhone,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    ledger = Ledger(county)
    desk = make_phone(county, "office", device=WIDE)
    desk.open("/login")
    desk.login("office")
    folder = tmp_path / "screens"
    screens = Screens("the desk", desk, folder)
    see_the_gap(screens)
    work_the_board(screens, ledger)
    see_the_map(screens)
    phone = make_phone(county, "leader")
    phone.open("/login")
    phone.login("office")
    phone.await_downloaded()
    phone.goto("/today")
    looks = [screens, Screens("the leader", phone, folder, narrow=320)]
    sign_in(looks[1])
    assert len(ledger.rows(LED)) == 1
    assert desk.errors == phone.errors == []
    record_property("examined", "; ".join(look.summary() for look in looks))
    assert [found for look in looks for found in look.findings] == []
