"""Work of somebody who was moved meanwhile: refused, handed over, accepted at the desk."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.journeys.test_other_person import SEEN
from tests.support.journey.audit import Screens
from tests.support.journey.camera import empty_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import WIDE, Phone
from tests.support.journey.report import report
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

WHY = "已调离，请代收"
REVOKE = """async (id) => {
  const person = await (await fetch(`/api/people/${id}`)).json();
  for (const grant of person.grants) {
    const gone = await fetch(`/api/people/${id}/grants/${grant.id}`, {method: 'DELETE'});
    if (!gone.ok) throw new Error(`${gone.status}`);
  }
  return person.grants.length;
}"""


def hand_over(screens: Screens) -> None:
    """Read why, look at the content and the photo, and pass it on."""
    phone = screens.phone
    phone.goto("/me/sync")
    phone.tap("open-problems")
    expect(phone.at("problem-row")).to_have_count(1)
    expect(phone.at("problem-row")).to_contain_text(SEEN)
    screens.look("phone-list")
    phone.tap("problem-row")
    expect(phone.at("problem-why")).to_contain_text("内容完整保存着，没有丢")
    expect(phone.page.locator("main")).to_contain_text(SEEN)
    expect(phone.page.locator("main img").first).to_be_visible()
    screens.look("phone-case")
    phone.tap("problem-discard")
    phone.page.locator("[name=reason]").fill("点错了")
    phone.tap("problem-confirm")
    phone.tap("snack-action")
    expect(phone.at("problem-row")).to_have_count(1)
    phone.tap("problem-row")
    phone.tap("problem-handover")
    phone.page.get_by_role("button", name=WHY).click()
    screens.look("phone-reason")
    phone.tap("problem-confirm")
    expect(phone.at("problems-handed")).to_contain_text("等组长处理")


def accept(screens: Screens) -> None:
    """Find it among what was handed over, and take it under one's own name."""
    desk = screens.phone
    desk.goto("/desk/problems?list=handed")
    desk.page.locator("tbody tr", has_text=SEEN).locator("a").first.click()
    case = desk.at("desk-problem")
    for words in (SEEN, WHY, "青禾县人民医院"):
        expect(case).to_contain_text(words)
    screens.look("desk-case")
    desk.page.locator("[name=reason]").fill("现场核对属实")
    desk.tap("problem-accept")
    expect(case).to_contain_text("处理经过")
    expect(desk.at("problem-accept")).to_have_count(0)
    screens.look("desk-done")


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.fault(64, 102)
def test_work_of_somebody_moved_is_accepted_by_the_office(
    county: LiveServer, make_phone: MakePhone, tmp_path: Path
) -> None:
    phone = make_phone(county, "phone", camera=empty_wall(tmp_path / "wall.mjpeg"))
    phone.open()
    phone.login("inspector1")
    phone.await_downloaded()
    phone.await_worker()
    phone.set_offline(True)
    hazard = report(phone, SEEN)
    desk = make_phone(county, "desk", device=WIDE)
    desk.open()
    desk.login("office")
    assert desk.page.evaluate(REVOKE, phone.user) > 0
    phone.set_offline(False)
    expect(phone.at("status-strip")).to_contain_text("没有被接受")
    hand_over(Screens("refused", phone, tmp_path, narrow=320))
    phone.await_sent()
    accept(Screens("refused", desk, tmp_path))
    opened = Ledger(county).one("SELECT title, opened_by FROM hazard WHERE id = :id", id=hazard)
    assert (opened["title"], opened["opened_by"]) == (SEEN, desk.user)
    step = "SELECT received_from FROM hazard_step WHERE hazard_id = :id AND action = 'open'"
    assert Ledger(county).one(step, id=hazard)["received_from"] == phone.user
    read_the_answer(phone)


def read_the_answer(phone: Phone) -> None:
    phone.goto("/me/sync")
    phone.tap("sync-now")
    phone.goto("/me/problems")
    expect(phone.at("problems-told")).to_contain_text("现场核对属实")
    phone.tap("problem-row")
    phone.tap("problem-seen")
    expect(phone.page).to_have_url(re.compile("/me/problems$"))
    expect(phone.at("hand-card")).to_have_count(2)
    expect(phone.at("problem-row")).to_have_count(0)
