"""Guests from the next county: without a signal, until their time is over, not a second longer."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.support.journey import guests
from tests.support.journey.audit import Screens
from tests.support.journey.camera import empty_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import WIDE, Phone
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

ROUND = "冬季互查"
OURS = "第四季度区域互查"
UNIT, SECRET = "河湾村卫生室", "石桥乡卫生院"
FINDS = ("值班电话无人接听，现场拨打三次。", "值班人员不清楚上报时限。")
WHY = "当日停电检修，已提前报备"
PAIR = """SELECT peer_pairing.id FROM peer_pairing JOIN peer_round ON peer_round.id = round_id
WHERE peer_pairing.state = 'released' AND name LIKE '第四季度%'"""


def arrive(phone: Phone) -> None:
    """At home: log in, load everything, and lose the signal."""
    phone.open()
    phone.login("wangchuan")
    phone.await_downloaded()
    phone.await_worker()


def late_guest(county: LiveServer, phone: Phone) -> None:
    """Somebody who works on without a signal while the time of the window passes."""
    pairing = Ledger(county).one(PAIR)["id"]
    guests.let_end(county, pairing, 40)
    arrive(phone)
    card = phone.at("peer-card").filter(has_text=OURS)
    expect(card.get_by_test_id("peer-until")).to_contain_text("为止")
    expect(card).to_contain_text(SECRET)
    phone.set_offline(True)
    walk = guests.begin(phone, OURS, "消防")
    walk.answer_pass()


def answer(desk: Phone) -> None:
    """The county accepts one finding, appeals the other, and replies."""
    desk.goto("/desk/peers")
    desk.page.get_by_role("link", name=ROUND).click()
    desk.at("peer-pair-row").get_by_role("link").click()
    cards = desk.at("peer-finding")
    expect(cards).to_have_count(len(FINDS))
    first, second = (cards.filter(has_text=words) for words in FINDS)
    first.locator("[name=reason]").fill(WHY)
    first.get_by_test_id("peer-appeal").click()
    expect(first).to_contain_text("申诉")
    second.get_by_test_id("peer-accept").click()
    form = desk.at("peer-reply-form")
    form.locator("[name=document]").fill("青卫函〔2026〕8号")
    form.locator("[name=words]").fill("一条认可，一条申诉。")
    desk.tap("peer-reply-send")
    expect(desk.at("peer-reply")).to_contain_text("青卫函〔2026〕8号")
    expect(desk.at("peer-pdf")).to_have_attribute("href", re.compile(r"/reply\.pdf$"))


def rule(desk: Phone, pairing: str) -> None:
    """The city upholds it."""
    desk.goto(f"/desk/peers/pairings/{pairing}")
    card = desk.at("peer-finding").filter(has_text=FINDS[0])
    card.locator("[name=ruling]").fill("照片与时间吻合，维持")
    card.get_by_test_id("peer-uphold").click()
    expect(card.get_by_test_id("peer-ruling")).to_contain_text("维持")


def over(screens: Screens) -> None:
    """The time has passed off line: words instead of the unit, and the work still there."""
    phone = screens.phone
    expect(phone.at("locked-page")).to_be_visible(timeout=60_000)
    expect(phone.at("locked-page")).to_contain_text("临时权限已结束")
    screens.look("locked")
    phone.goto("/today")
    card = phone.at("peer-card").filter(has_text=OURS)
    expect(card.get_by_test_id("peer-ended")).to_contain_text("仍在本机，不会丢")
    expect(phone.page.locator("main")).not_to_contain_text(SECRET)
    screens.look("ended")
    assert len(phone.storage.outbox()) >= 2
    phone.close()
    phone.open("/ledger", offline=True)
    expect(phone.page.locator("main")).not_to_contain_text(SECRET)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.fault(64)
def test_guests_inspect_hand_over_and_are_gone_when_their_time_is_over(
    county: LiveServer, make_phone: MakePhone, tmp_path: Path
) -> None:
    wall = empty_wall(tmp_path / "wall.mjpeg")
    late = make_phone(county, "late", camera=wall)
    late_guest(county, late)
    city = make_phone(county, "city", device=WIDE)
    city.open()
    city.login("city")
    city.await_downloaded()
    guests.plan_round(city, ROUND, "值班值守")
    seen = Screens("peers", city, tmp_path)
    seen.look("round")
    pairing = guests.send(city, "林秀英", UNIT)
    seen.look("pairing")
    over(Screens("peers", late, tmp_path, narrow=320))
    guest = make_phone(county, "guest", camera=wall)
    arrive(guest)
    guest.set_offline(True)
    guests.inspect(guest, ROUND, FINDS, ("林秀英", "刘春生"))
    guest.goto("/today")
    guest.at("peer-card").filter(has_text=ROUND).get_by_test_id("peer-hand-over").click()
    guest.tap("peer-hand-confirm")
    guest.set_offline(False)
    guest.await_sent()
    office = make_phone(county, "office", device=WIDE)
    office.open()
    office.login("office")
    answer(office)
    Screens("peers", office, tmp_path).look("reply")
    rule(city, pairing)
    late.set_offline(False)
    late.goto("/me/sync")
    late.tap("sync-now")
    expect(late.at("status-strip")).to_contain_text("没有被接受")
    office.goto("/desk/problems?list=former")
    expect(office.page.locator("tbody tr")).not_to_have_count(0)
    expect(office.page.locator("tbody")).to_contain_text(SECRET)
