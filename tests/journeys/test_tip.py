"""A visitor reports over a bad line, the desk makes a hazard of it, the receipt says so."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import MakePhone
from tests.support.journey.audit import Screens
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import WIDE, Phone
from tests.support.live import LiveServer
from tests.tips.support import telling_picture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SEEN = "东侧楼梯口停着两辆电动车，正在充电"
ANSWER = "已通知医院今天移走"


class Line:
    """A line that loses what it likes: the first answer, the first half of each kind of request."""

    def __init__(self, page: Page) -> None:
        self.lost = 0
        self._seen: dict[str, int] = {}
        page.route("**/api/public/tips", self._words)
        page.route("**/api/public/tips/pictures/*", self._picture)

    def _count(self, what: str) -> int:
        self._seen[what] = self._seen.get(what, 0) + 1
        return self._seen[what]

    def _words(self, route: Any) -> None:
        """The server has it, and nobody hears of it."""
        if self._count("words") == 1:
            route.fetch()
            self.lost += 1
            route.abort("connectionreset")
        else:
            route.continue_()

    def _picture(self, route: Any) -> None:
        if self._count("picture") == 1:
            self.lost += 1
            route.abort("connectionreset")
        else:
            route.continue_()


def write(phone: Phone, picture: Path) -> None:
    """Fill the page in as somebody in a corridor would."""
    expect(phone.at("tip-spot")).to_contain_text("青禾县人民医院")
    phone.at("tip-camera").set_input_files(picture)
    expect(phone.at("tip-photo")).to_have_count(1)
    phone.at("tip-topic-electricity").check()
    phone.page.locator("#words").fill(SEEN)
    phone.tap("tip-contact-open")
    phone.page.locator("#contact").fill("李 13900000000")


def send_over_a_bad_line(phone: Phone) -> str:
    """Without a signal first, then over a line that loses things; the receipt."""
    phone.set_offline(True)
    phone.tap("tip-send")
    expect(phone.at("tip-offline")).to_be_visible()
    line = Line(phone.page)
    phone.set_offline(False)
    expect(phone.at("tip-sent")).to_be_visible(timeout=90_000)
    assert line.lost == 2
    expect(phone.page.locator(".square svg")).to_be_visible()
    return phone.at("tip-receipt").inner_text().replace(" ", "")


def triage(desk: Phone, screens: Screens) -> None:
    """Look, answer, and make a hazard of it."""
    desk.tap("rail-tips")
    # The overview names the unit too.
    expect(desk.page).to_have_url(re.compile(r"/desk/tips$"))
    expect(desk.page.locator("h1")).to_have_text("随手拍")
    desk.page.get_by_role("link", name="青禾县人民医院").first.click()
    expect(desk.at("tip-words")).to_have_text(SEEN)
    expect(desk.at("unveil-0")).to_be_visible()
    screens.look("desk-report")
    desk.tap("unveil-0")
    expect(desk.at("tip-picture-seen")).to_be_visible()
    desk.page.locator("[name=answer]").fill(ANSWER)
    desk.tap("do-answer")
    expect(desk.at("step").filter(has_text=ANSWER)).to_be_visible()
    desk.tap("do-hazard")
    expect(desk.at("to-hazard")).to_be_visible()
    desk.page.locator("[name=contact-reason]").fill("请她指认位置")
    desk.tap("do-contact")
    expect(desk.at("contact-told")).to_have_text("李 13900000000")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_report_without_an_account_becomes_a_hazard(
    county: LiveServer, make_phone: MakePhone, tmp_path: Path
) -> None:
    ledger = Ledger(county)
    query = """SELECT t.code FROM tag t JOIN unit u ON u.id = t.unit_id
               WHERE u.name = '青禾县人民医院' AND t.state = 'bound' ORDER BY t.code"""
    code = ledger.rows(query)[0]["code"]
    picture = tmp_path / "seen.jpg"
    picture.write_bytes(telling_picture())
    phone = make_phone(county, "visitor")
    phone.open(f"/t/{code}")
    screens = Screens("visitor", phone, tmp_path / "visitor", narrow=320)
    write(phone, picture)
    screens.look("form")
    receipt = send_over_a_bad_line(phone)
    assert ledger.one("SELECT count(*) AS n FROM tip WHERE words = :w", w=SEEN)["n"] == 1
    screens.look("sent")
    phone.tap("tip-noted")
    expect(phone.at("tip-send")).to_be_visible()

    desk = make_phone(county, "desk", device=WIDE)
    desk.open("/login")
    desk.login("office")
    at_desk = Screens("desk", desk, tmp_path / "desk")
    triage(desk, at_desk)
    assert at_desk.findings == []

    phone.goto(f"/tips/#{receipt}")
    expect(phone.at("tip-state")).to_have_text("处理中")
    expect(phone.at("tip-said")).to_contain_text("已登记为安全隐患")
    expect(phone.at("tip-answer")).to_have_text(ANSWER)
    screens.look("receipt")
    assert screens.findings == []
    assert screens.checks > 50
    found = ledger.one("SELECT id, source FROM hazard WHERE title = :t", t=SEEN)
    assert found["source"] == "report"
    photo = ledger.one("SELECT sha256 FROM photo WHERE hazard_id = :h", h=found["id"])
    assert ledger.stored(photo["sha256"]) == photo["sha256"]
