"""A peer check in three hands: the city that plans, the guest's phone, the county that answers."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import expect
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.support.journey.phone import Phone
from tests.support.journey.signing import sign
from tests.support.journey.values import read_items
from tests.support.journey.walk import Walk
from tests.support.live import LiveServer

HERE = ZoneInfo("Asia/Shanghai")
GUEST, HOME = "望川县", "青禾县"
SOON = (
    "UPDATE access_pass SET ends_at = :end WHERE source_id = :pairing",
    "UPDATE peer_pairing SET ends_at = :end, rev = rev + 1 WHERE id = :pairing",
)


def local(moment: datetime) -> str:
    """A moment as an input of day and time takes it."""
    return moment.astimezone(HERE).strftime("%Y-%m-%dT%H:%M")


def let_end(server: LiveServer, pairing: str, seconds: int) -> None:
    """Bring the end of a window near, as if the days before it had passed."""
    end = round((datetime.now(UTC) + timedelta(seconds=seconds)).timestamp() * 1000)
    engine = create_engine(server.database_url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in SOON:
            connection.execute(text(statement), {"end": end, "pairing": pairing})


def plan_round(desk: Phone, name: str, checklist: str) -> None:
    """Plan a round of all counties and make pairs until the guests go where the story wants."""
    desk.goto("/desk/peers")
    desk.tap("peer-new")
    page = desk.page
    page.locator("[name=name]").fill(name)
    page.locator("[name=document]").fill("南卫安〔2026〕99号")
    today = datetime.now(HERE)
    page.locator("[name=starts_on]").fill(today.strftime("%Y-%m-%d"))
    page.locator("[name=ends_on]").fill((today + timedelta(days=9)).strftime("%Y-%m-%d"))
    for words in (GUEST, HOME, "临江县", checklist):
        page.locator("label.check", has_text=words).first.locator("input").check()
    desk.tap("form-save")
    expect(desk.at("peer-round")).to_be_visible()
    for _ in range(24):
        with page.expect_response(re.compile(r"/pairs$")):
            desk.tap("peer-pair")
        expect(desk.at("peer-pair")).to_be_enabled()
        expect(desk.at("peer-pair-row")).to_have_count(3)
        wanted = desk.at("peer-pair-row").filter(has=page.get_by_role("link", name=GUEST))
        if wanted.get_by_role("cell", name=HOME).count():
            return
    raise AssertionError("the pairs are never those of the story")


def send(desk: Phone, person: str, unit: str) -> str:
    """Choose the team, the unit and the window, and send it; the pairing."""
    page = desk.page
    desk.at("peer-pair-row").get_by_role("link", name=GUEST).click()
    form = desk.at("peer-team")
    form.locator("label.check", has_text=person).locator("input").check()
    form.locator("label.check", has_text=unit).locator("input").check()
    now = datetime.now(UTC)
    form.locator("[name=from]").fill(local(now))
    form.locator("[name=to]").fill(local(now + timedelta(days=2)))
    desk.tap("peer-team-save")
    desk.tap("peer-release")
    expect(desk.at("peer-state")).to_have_text("已派出")
    return page.url.rsplit("/", 1)[1]


def begin(phone: Phone, task: str, checklist: str) -> Walk:
    """Begin the task with a checklist."""
    phone.goto("/today")
    phone.at("assignment").filter(has_text=task).get_by_test_id("start-assignment").click()
    asked = phone.at("start-inspection")
    expect(asked.or_(phone.at("begin"))).to_be_visible()
    if asked.count():
        phone.choose("pick-checklist", checklist)
        phone.tap("start-inspection")
    phone.tap("begin")
    expect(phone.at("item-card")).to_be_visible()
    return Walk(phone, read_items({"值班值守": "duty", "消防": "fire"}[checklist]))


def inspect(phone: Phone, task: str, finds: tuple[str, ...], signers: tuple[str, str]) -> str:
    """Walk the short checklist, find something at every item, sign and hand in."""
    walk = begin(phone, task, "值班值守")
    inspection = re.sub(r".*/", "", phone.page.url)
    for words in finds:
        walk.answer_fail(words)
    phone.goto(f"/inspections/{inspection}/sign")
    for party, name in zip(("inspector", "unit"), signers, strict=True):
        sign(phone, party, name)
    phone.tap("to-summary")
    phone.tap("submit")
    phone.tap("submit-confirm")
    expect(phone.at("kept-local")).to_be_visible()
    return inspection
