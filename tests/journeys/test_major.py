"""What may be a major hazard: shown at the item, decided by the office, seen by everybody."""

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
from tests.support.journey.walk import shoot
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HOSPITAL = "青禾县人民医院"
ITEM = "electrical.electrician.certified"
FOUND = "夜班电工没有电工证"
ROOM = """SELECT location.id FROM location JOIN unit ON unit.id = location.unit_id
WHERE unit.name = :unit AND location.name = '供氧站'"""
HAZARD = "SELECT * FROM hazard WHERE description = :words"


def find(screens: Screens, room: str) -> None:
    """Fail the item, read what it may mean, and enter it."""
    phone = screens.phone
    phone.goto(f"/place/location/{room}")
    phone.tap("place-start")
    phone.choose("pick-checklist", "用电安全")
    phone.tap("start-inspection")
    phone.tap("begin")
    expect(phone.at("item-card")).to_have_attribute("data-item", ITEM)
    phone.tap("answer-fail")
    told = phone.at("major-candidates")
    for words in ("特种作业人员", "第一项", "不完整", "现在就做", "由有权限的人员认定"):
        expect(told).to_contain_text(words)
    expect(phone.at("grade-suspect-major")).to_be_checked()
    screens.look("candidates")
    shoot(phone, phone.at("hazard-sheet").get_by_test_id("photo-add"))
    phone.page.locator("[name=hazard-description]").fill(FOUND)
    phone.tap("hazard-save")
    phone.await_sent()


def decide(screens: Screens, title: str) -> None:
    """The office finds it among what waits, and decides."""
    phone = screens.phone
    phone.tap("tab-hazards")
    phone.page.locator("label", has_text="待认定").click()
    screens.look("waiting")
    card = phone.at("hazard-card").filter(has_text=title).first
    expect(card).to_contain_text("待认定")
    card.click()
    expect(phone.at("waits-for-decision")).to_contain_text("前认定")
    screens.look("hazard")
    phone.tap("decide")
    expect(phone.at("decision-send")).to_be_disabled()
    phone.at("outcome-major").check()
    expect(phone.at("decision-sheet")).to_contain_text("请选择判定条款。")
    phone.at("criterion-nhc-490.1").check()
    phone.page.locator("[name=reason]").fill("现场核对证件，确属无证上岗")
    screens.look("decision")
    phone.tap("decision-send")
    expect(phone.at("waits-for-decision")).to_have_count(0)
    phone.await_sent()
    expect(phone.at("decision-words")).to_contain_text("国卫办密安函〔2023〕490号")


def change(screens: Screens, number: str) -> None:
    """At the desk the decision is changed, and stands beside the first."""
    desk = screens.phone
    unit.open_at_desk(desk, number)
    desk.tap("decide")
    expect(desk.at("decision-sheet")).to_contain_text("已有认定：认定重大")
    desk.at("outcome-general").check()
    desk.page.locator("[name=reason]").fill("当日已换持证人员，复核后改判")
    screens.look("desk-decision")
    desk.tap("decision-send")
    desk.await_sent()
    expect(desk.at("decision-words")).to_have_count(2)
    screens.look("desk-hazard")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_person_decides_and_everybody_sees_it(
    county: LiveServer,
    make_phone: MakePhone,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    ledger = Ledger(county)
    inspector: Phone = make_phone(county, "inspector", camera=empty_wall(tmp_path / "w.mjpeg"))
    unit.start(inspector, "inspector1")
    folder = tmp_path / "screens"
    looks = [Screens("the inspector", inspector, folder, narrow=320)]
    find(looks[0], str(ledger.rows(ROOM, unit=HOSPITAL)[0]["id"]))
    hazard = ledger.one(HAZARD, words=FOUND)
    assert (hazard["grade"], hazard["decision"]) == ("general", None)
    office: Phone = make_phone(county, "office")
    unit.start(office, "office")
    looks.append(Screens("the office", office, folder, narrow=320))
    decide(looks[1], hazard["title"])
    assert ledger.one(HAZARD, words=FOUND)["grade"] == "major"
    desk: Phone = make_phone(county, "desk", device=WIDE)
    unit.start(desk, "office")
    looks.append(Screens("the desk", desk, folder))
    change(looks[2], hazard["number"])
    assert ledger.one(HAZARD, words=FOUND)["grade"] == "general"
    inspector.goto(f"/hazards/{hazard['id']}")
    expect(inspector.at("decision-words")).to_have_count(2)
    expect(inspector.at("decide")).to_have_count(0)
    record_property("examined", "; ".join(look.summary() for look in looks))
    assert [f for look in looks for f in look.findings] == []
