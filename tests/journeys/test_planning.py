"""From a campaign's gap to a planned visit; a leader signs in without a signal."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import MakePhone
from tests.support.journey.audit import Screens
from tests.support.journey.camera import label_on_a_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import WIDE, Phone
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

UNIT = "白塔镇卫生院"
PLANNED = """SELECT assignment.* FROM assignment JOIN unit ON unit.id = assignment.unit_id
WHERE unit.name = :unit ORDER BY assignment.created_at"""
LED = "SELECT * FROM attendance"
LABEL = """SELECT tag.code FROM assignment JOIN tag ON tag.unit_id = assignment.unit_id
WHERE assignment.leader_id IS NOT NULL AND assignment.state IN ('planned', 'started')
AND tag.state = 'bound' ORDER BY assignment.due_on, tag.code"""


def see_the_gap(screens: Screens) -> None:
    """The campaign names who was never visited; a goal is ticked with what shows it."""
    desk = screens.phone
    desk.goto("/desk/campaigns")
    desk.at("desk-row").get_by_role("link").first.click()
    expect(desk.at("coverage").get_by_test_id("never").first).to_be_visible()
    expect(desk.at("never").filter(has_text=UNIT)).to_have_count(1)
    screens.look("campaign")
    open_the_numbers(screens)
    desk.tap("tick-growth")
    desk.page.locator("[name=evidence]").fill("县卫健局年度总结")
    desk.tap("tick-keep")
    expect(desk.at("goal-growth")).to_contain_text("县卫健局年度总结")


def open_the_numbers(screens: Screens) -> None:
    """A number opens as many rows as it says; what was never visited is a list to work through."""
    desk = screens.phone
    desk.page.get_by_test_id("coverage-mode").select_option("spot")
    told = desk.at("see-records").inner_text()
    desk.tap("see-records")
    expect(desk.at("part-words")).to_contain_text("行业抽查")
    expect(desk.at("desk-row").first).to_be_visible()
    assert f" {desk.at('desk-row').count()} " in told
    desk.page.go_back()
    desk.tap("see-never")
    expect(desk.at("campaign-unit").filter(has_text=UNIT)).to_have_count(1)
    screens.look("campaign-units")
    desk.tap("to-campaign")


def drag(desk: Phone, what: Locator, to: Locator) -> None:
    """Carry something with the mouse, as a hand does."""
    to.scroll_into_view_if_needed()
    what.scroll_into_view_if_needed()
    begin, end = what.bounding_box(), to.bounding_box()
    assert begin is not None
    assert end is not None
    mouse = desk.page.mouse
    mouse.move(begin["x"] + 30, begin["y"] + begin["height"] / 2)
    mouse.down()
    mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] - 12, steps=8)
    mouse.up()


def carry_it(desk: Phone, ledger: Ledger) -> None:
    """A task is dragged to another day and back; a unit is dragged onto a person and a day."""
    before = str(ledger.rows(PLANNED, unit=UNIT)[-1]["due_on"])[:10]
    desk.goto(f"/desk/planning?day={before}")
    cell = desk.page.locator("td[data-day]").filter(has_text="白塔")
    task = cell.get_by_test_id("task").filter(has_text="白塔")
    person = cell.get_attribute("data-person")
    days = desk.page.locator(f"td[data-person='{person}']")
    index = [days.nth(n).get_attribute("data-day") for n in range(7)].index(before)
    goal = days.nth(index + 1 if index < 6 else index - 1)
    aim = goal.get_attribute("data-day")
    drag(desk, task, goal)
    expect(goal.get_by_test_id("task").filter(has_text="白塔")).to_have_count(1)
    assert str(ledger.rows(PLANNED, unit=UNIT)[-1]["due_on"])[:10] == aim
    desk.page.keyboard.press("Control+z")
    expect(days.nth(index).get_by_test_id("task").filter(has_text="白塔")).to_have_count(1)
    assert str(ledger.rows(PLANNED, unit=UNIT)[-1]["due_on"])[:10] == before
    drag(desk, desk.at("plan-unit").first, goal)
    sheet = desk.at("task-sheet")
    expect(sheet.locator("[name=day]")).to_have_value(str(aim))
    expect(sheet.locator("[name=lead]")).to_have_value(str(person))
    expect(sheet.locator("[name=unit]")).not_to_have_value("")
    desk.close_sheet()


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
    carry_it(desk, ledger)


def see_the_map(screens: Screens) -> None:
    desk = screens.phone
    desk.goto("/desk/planning?view=map")
    for n in range(3):
        desk.at("spot").nth(n).press("Enter")
    expect(desk.at("route").locator("li")).to_have_count(3)
    here = desk.at("map").locator(":focus").get_attribute("data-id")
    for key in ("ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight"):
        desk.page.keyboard.press(key)
    assert desk.at("map").locator(":focus").get_attribute("data-id") != here or here is None
    desk.page.keyboard.press("+")
    expect(desk.at("farther")).to_be_enabled()
    desk.page.keyboard.press("0")
    expect(desk.at("farther")).to_be_disabled()
    screens.look("planning-map")


def sign_in(screens: Screens) -> None:
    """The leader is there, without a signal."""
    phone = screens.phone
    phone.tap("attend")
    phone.set_offline(True)
    phone.tap("attend-scan")
    expect(phone.at("attend-tag")).to_contain_text("本单位标签")
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
    code = ledger.rows(LABEL)[0]["code"]
    camera = label_on_a_wall(tmp_path / "label.mjpeg", f"{county.url}/t/{code}")
    phone = make_phone(county, "leader", camera=camera)
    phone.open("/login")
    phone.login("office")
    phone.await_downloaded()
    phone.await_worker()
    phone.goto("/today")
    looks = [screens, Screens("the leader", phone, folder, narrow=320)]
    sign_in(looks[1])
    (led,) = ledger.rows(LED)
    assert (led["tag"], bool(led["tag_fits"])) == (code, True)
    assert desk.errors == phone.errors == []
    record_property("examined", "; ".join(look.summary() for look in looks))
    assert [found for look in looks for found in look.findings] == []
