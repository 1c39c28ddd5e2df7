"""A visit that nobody foresees: sealed at the desk, opened without a signal, known on arrival."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from tests.journeys.conftest import MakePhone
from tests.support.journey.audit import Screens
from tests.support.journey.camera import label_on_a_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import WIDE, Phone
from tests.support.journey.sealed import (
    Outsider,
    Plan,
    begin,
    get_ready,
    go_to_card,
    kept_by,
    open_by_code,
    open_by_time,
    plan_at_desk,
)
from tests.support.journey.values import read_items
from tests.support.journey.walk import Walk
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

UNIT = "青禾县人民医院"
NOTE = "从急诊后门进，先看负一层㛃库房"
#: Long enough to seal it and to fetch the package twice.
AHEAD = timedelta(seconds=20)
TAG = """SELECT tag.code FROM tag JOIN unit ON unit.id = tag.unit_id
WHERE unit.name = :unit AND tag.state = 'bound' ORDER BY tag.code LIMIT 1"""
SITE = "SELECT lat, lon FROM unit WHERE name = :unit"


class Eyes(Screens):
    """Examines some screens, and leaves a picture of the others."""

    def __init__(self, phone: Phone, folder: Path) -> None:
        super().__init__(phone.name, phone, folder, narrow=320)

    def picture(self, name: str) -> None:
        self.phone.page.screenshot(path=self.folder / f"{name}.png", full_page=True)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_sealed_visit(
    county: LiveServer, make_phone: MakePhone, playwright: Playwright, tmp_path: Path
) -> None:
    ledger = Ledger(county)
    tag = ledger.one(TAG, unit=UNIT)["code"]
    camera = label_on_a_wall(tmp_path / "camera.mjpeg", f"{county.url}/t/{tag}")
    leader = make_phone(county, "leader", camera=camera)
    member = make_phone(county, "member", camera=camera)
    safety = Outsider(playwright, county, "safety")
    desk = make_phone(county, "desk", device=WIDE)
    people = ((leader, "inspector1"), (member, "inspector2"), (desk, "planner"))
    for phone, name in people:
        phone.open()
        phone.login(name)
        phone.await_downloaded()
        phone.await_worker()
    before = safety.reads()
    eyes = [Eyes(phone, tmp_path / "screens") for phone in (leader, member, desk)]
    visit = seal(eyes[2], leader, member)
    plan = ledger.one("SELECT * FROM visit WHERE id = :id", id=visit)
    open_in_the_field(eyes[0], eyes[1], plan, tmp_path)
    assert safety.reads() == before
    inspections = arrive(eyes[0], eyes[1], ledger, visit)
    for phone in (leader, member):
        phone.set_offline(False)
        phone.await_sent()
    check_arrival(ledger, plan, inspections)
    check_known(safety, before, plan["assignment_id"])
    check_log(eyes[2], visit)
    assert [finding for one in eyes for finding in one.findings] == []
    for phone, _ in people:
        assert not phone.errors, phone.name


def seal(screens: Eyes, leader: Phone, member: Phone) -> str:
    """Plan it at the desk; both phones fetch what they cannot read."""
    plan = Plan(UNIT, "消防", "李建国", "周敏", NOTE, datetime.now(UTC) + AHEAD)
    visit = plan_at_desk(screens.phone, plan)
    expect(screens.phone.at("desk-visit")).to_contain_text("保密中")
    screens.look("desk-sealed")
    get_ready(leader, "没有网络也能打开")
    get_ready(member, "扫组长的二维码打开")
    for phone in (leader, member):
        phone.set_offline(True)
    return visit


def open_in_the_field(leader: Eyes, member: Eyes, plan: Any, folder: Path) -> None:
    """Nothing of the plan lies on either phone before; the leader opens, the member scans."""
    for screens in (leader, member):
        kept = kept_by(screens.phone)
        assert plan["id"] in kept
        for secret in (NOTE, "㛃库房", plan["assignment_id"]):
            assert secret not in kept, f"{screens.phone.name} holds {secret}"
        screens.picture(f"{screens.phone.name}-sealed")
    go_to_card(leader.phone, plan["id"])
    leader.picture("leader-waiting")
    leader.phone.tap("tab-today")
    open_by_time(leader.phone, plan["id"])
    expect(leader.phone.at("visit-plan")).to_contain_text(UNIT)
    expect(leader.phone.at("visit-plan")).to_contain_text(NOTE)
    leader.look("leader-plan")
    leader.phone.tap("show-code")
    picture = folder / "code.png"
    leader.phone.at("team-qr").screenshot(path=picture)
    leader.picture("leader-code")
    leader.phone.close_sheet()
    member.phone.goto(f"/visits/{plan['id']}")
    member.look("member-join")
    open_by_code(member.phone, plan["id"], picture)
    expect(member.phone.at("visit-plan")).to_contain_text(NOTE)


def arrive(leader: Eyes, member: Eyes, ledger: Ledger, visit: str) -> list[str]:
    """The leader by a tag, the member by the position; both begin and answer."""
    items = read_items("fire")
    phone = leader.phone
    phone.tap("visit-arrive")
    expect(phone.at("arrive-confirm")).to_be_disabled()
    phone.page.locator("label", has_text="扫标签").first.click()
    phone.tap("proof-scan")
    expect(phone.at("proof-tag")).to_contain_text("是这个单位的标签")
    phone.page.locator("[data-testid^=met-offer]").first.click()
    phone.page.locator("label", has_text="无陪同").click()
    leader.look("leader-arrive")
    phone.tap("arrive-confirm")
    mine = begin(phone, "地下1层")
    Walk(phone, items).answer_pass()
    other = member.phone
    site = ledger.one(SITE, unit=UNIT)
    other.context.set_geolocation(
        {"latitude": float(site["lat"]), "longitude": float(site["lon"]), "accuracy": 12}
    )
    other.tap("visit-arrive")
    other.page.locator("label", has_text="定位").first.click()
    other.tap("proof-locate")
    expect(other.at("arrive-page")).to_contain_text("在单位范围内")
    member.picture("member-arrive")
    other.tap("arrive-confirm")
    expect(other.at("new-inspection")).to_be_visible()
    theirs = begin(other, "5层")
    Walk(other, items).answer_pass()
    other.goto(f"/visits/{visit}")
    expect(other.at("visit-going")).to_have_count(1)
    member.picture("member-arrived")
    return [mine, theirs]


def check_arrival(ledger: Ledger, plan: Any, inspections: list[str]) -> None:
    """One visit, one task, what both have found under it."""
    row = ledger.one("SELECT * FROM visit WHERE id = :id", id=plan["id"])
    assert row["state"] == "arrived"
    assert row["released_at"] is not None
    task = ledger.one("SELECT * FROM assignment WHERE id = :id", id=plan["assignment_id"])
    assert task["state"] == "started"
    query = "SELECT id FROM inspection WHERE assignment_id = :id"
    found = {one["id"] for one in ledger.rows(query, id=plan["assignment_id"])}
    assert found == set(inspections)
    assert not ledger.rows("SELECT mutation_id FROM sync_problem")


def check_known(safety: Outsider, before: dict[str, Any], task: str) -> None:
    """Who saw nothing sees it now."""
    after = safety.reads()
    assert after != before
    visits = after["/api/visits"]["items"]
    assert [one["plan"]["assignment_id"] for one in visits] == [task]
    assert "log" not in visits[0]["may"]


def check_log(screens: Eyes, visit: str) -> None:
    """The desk shows how they arrived, and who knew when."""
    desk = screens.phone
    desk.goto(f"/desk/visits/{visit}")
    expect(desk.at("arrival-facts")).to_contain_text("扫标签")
    expect(desk.at("arrival-facts")).to_contain_text("已核实")
    expect(desk.at("arrival-facts")).to_contain_text("无陪同")
    log = desk.at("knowledge")
    for words in ("策划", "被指定", "手机收到封存的资料", "打开", "到达", "公开"):
        expect(log).to_contain_text(words)
    expect(log).to_contain_text("记录完整")
    screens.look("desk-arrived")
