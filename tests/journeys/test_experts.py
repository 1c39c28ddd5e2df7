"""Somebody says where they stand aside; the office sees it, keeps papers, and follows a gap."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.support.journey import unit
from tests.support.journey.audit import Screens
from tests.support.journey.phone import WIDE, Phone
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PLACE, WHY = "石桥乡卫生院", "配偶在该院工作"


def declare(phone: Phone) -> None:
    """On the phone: a unit is found by two characters of its name."""
    phone.tap("tab-me")
    phone.tap("open-recusals")
    expect(phone.at("own-paper").first).to_contain_text("执法证")
    phone.page.locator("[name=place-words]").fill("石桥")
    expect(phone.page.locator("select[name=place] option")).to_have_text(["无", PLACE])
    phone.page.locator("select[name=recusal-kind]").select_option("relation")
    phone.page.locator("[name=recusal-note]").fill(WHY)
    phone.tap("declare")
    expect(phone.at("recusal").filter(has_text=PLACE)).to_contain_text(WHY)


def keep(desk: Phone, screens: Screens) -> None:
    """At the desk: the word is there, and a paper is entered."""
    desk.tap("rail-experts")
    expect(desk.at("desk-row")).to_have_count(6)
    expect(desk.at("desk-row").filter(has_text="沈志远")).to_contain_text("已到期")
    desk.at("desk-row").filter(has_text="李建国").get_by_role("link").click()
    expect(desk.at("recusal").filter(has_text=PLACE)).to_contain_text("李建国")
    expect(desk.at("visit-done").first).to_be_visible()
    desk.page.locator("select[name=paper-kind]").select_option("safety-engineer")
    desk.page.locator("[name=paper-number]").fill("演-安工-0009")
    desk.tap("add-paper")
    expect(desk.at("drawer-line").filter(has_text="演-安工-0009")).to_contain_text("长期有效")
    screens.look("drawer")
    desk.goto("/desk/certificates")
    expect(desk.at("desk-row").filter(has_text="何丽华")).to_contain_text("已到期")
    screens.look("expiring")


def rate(desk: Phone) -> None:
    """Work that was noted is rated, and the mean is shown."""
    desk.goto("/desk/experts")
    desk.at("desk-row").filter(has_text="何丽华").get_by_role("link").click()
    desk.at("rate").first.click()
    for side in ("skill", "fairness", "care", "opinion"):
        desk.page.locator(f"select[name=points-{side}]").select_option("4")
    desk.tap("save-rating")
    expect(desk.at("mean-rating")).to_contain_text("4")


def follow(desk: Phone, screens: Screens) -> None:
    """A share leads to its pairs, and a pair to its visits."""
    desk.tap("rail-gap")
    expect(desk.at("gap-total")).to_contain_text("3 / 7")
    screens.look("gap")
    desk.page.locator("label", has_text=re.compile(r"^\s*表\s*$")).click()
    expect(desk.page).to_have_url(re.compile("view=table"))
    row = desk.at("gap-row").filter(has_text="青禾县人民医院")
    expect(row).to_contain_text("43%")
    screens.look("gap-table")
    desk.set_offline(True)
    desk.tap("gap-export")
    expect(desk.at("file-failure")).to_contain_text("这一步需要网络")
    screens.look("gap-no-file")
    desk.set_offline(False)
    with desk.page.expect_download() as download:
        desk.at("file-failure").get_by_role("button").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    expect(desk.at("file-failure")).to_have_count(0)
    row.get_by_test_id("gap-missed").click()
    expect(desk.at("pair")).to_have_count(4)
    screens.look("pairs")
    desk.at("pair-visit").nth(1).click()
    expect(desk.at("record-joint")).to_contain_text("钱卫东")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_pool_is_kept_and_a_gap_followed(
    county: LiveServer,
    make_phone: MakePhone,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    phone = make_phone(county, "inspector")
    unit.start(phone, "inspector1")
    declare(phone)
    assert not phone.errors
    phone.close()
    desk = make_phone(county, "office", device=WIDE)
    unit.start(desk, "office")
    screens = Screens("the pool and the gap", desk, tmp_path / "screens")
    keep(desk, screens)
    rate(desk)
    follow(desk, screens)
    assert not screens.findings, "\n".join(map(str, screens.findings))
    assert not desk.errors
    record_property("examined", screens.summary())
