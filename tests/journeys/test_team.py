"""Two inspectors without a signal in one record: their floors, one contradiction, one paper."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.conftest import MakePhone
from tests.support.journey.camera import label_on_a_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.papers import sheet_rows, unbroken
from tests.support.journey.phone import WIDE, Phone
from tests.support.journey.signing import sign
from tests.support.journey.team import Colleague
from tests.support.journey.values import read_items
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TASK = "冬季消防专项抽查"
FLOORS = ("地下1层", "5层")
ITEM = "fire.exit.clear"
WORDS = "5层东侧安全出口堆放轮椅，门推不开。"
REASON = "已到现场复看"
SUMMARY = "两人分头检查，一处分歧已确认。"
PLACE = """SELECT location.id FROM location JOIN unit ON unit.id = location.unit_id
WHERE unit.name = '青禾县人民医院' AND location.name = :name AND location.kind = 'floor'"""


def arrive(phone: Phone, username: str) -> None:
    """Log in at the office, load everything, and lose the signal."""
    phone.open()
    phone.login(username)
    phone.await_downloaded()
    phone.await_worker()
    expect(phone.at("download-state").first).to_contain_text("已下载，可离线")
    phone.set_offline(True)


def come_back(phone: Phone) -> None:
    phone.set_offline(False)
    phone.await_sent()


def read(phone: Phone, path: str) -> Any:
    """A file of the server as this person may read it."""
    answer = phone.context.request.get(f"{phone.server.url}{path}")
    assert answer.status == 200, answer.status
    return answer.body()


def walk_apart(lead: Colleague, other: Colleague, line: str) -> None:
    """Everybody on their own floor; one line is answered by both, differently."""
    for who in (lead, other):
        who.begin(TASK, "消防", FLOORS)
    assert lead.id == other.id
    lead.team()
    lead.take("按部分", "责任与制度", "消防控制室")
    lead.take("按楼层", "地下1层")
    lead.give("按楼层", "5层", "周敏")
    lead.go_to(line)
    expect(lead.phone.at("part-owner")).to_contain_text("这里由 周敏 负责")
    lead.walk.answer_pass()
    lead.phone.goto(f"/inspections/{lead.id}")
    lead.finish_own()
    expect(lead.phone.at("finished")).to_contain_text("您负责的部分都查完了")
    other.team()
    other.take("按部分", "建筑与救援", "消防设施")
    other.take("按楼层", "5层")
    other.go_to(line)
    other.walk.answer_fail(WORDS)
    other.phone.goto(f"/inspections/{other.id}")
    other.finish_own()


def test_two_phones_one_record(
    county: LiveServer, make_phone: MakePhone, backend: str, tmp_path: Path
) -> None:
    ledger = Ledger(county)
    camera = label_on_a_wall(tmp_path / "camera.mjpeg", county.url)
    items = read_items("fire")
    lead = Colleague(make_phone(county, "inspector1", camera=camera), items)
    other = Colleague(make_phone(county, "inspector2", camera=camera), items)
    arrive(lead.phone, "inspector1")
    arrive(other.phone, "inspector2")
    line = f"{ledger.one(PLACE, name='5层')['id']}|{ITEM}"
    walk_apart(lead, other, line)
    lead.phone.page.screenshot(path=tmp_path / "lead-finished.png")
    assert not ledger.rows("SELECT id FROM inspection WHERE id = :id", id=lead.id)
    first, second = (lead, other) if backend == "sqlite" else (other, lead)
    for who in (first, second, first):
        come_back(who.phone)
        who.phone.goto("/me/sync")
        who.phone.tap("sync-now")
        who.phone.await_sent()
    check_card(lead, other, line, tmp_path)
    decide_and_submit(lead, tmp_path)
    check_papers(lead, ledger, tmp_path)
    check_other(other, tmp_path)
    check_desk(make_phone(county, "office", device=WIDE), lead.id, tmp_path)
    assert not lead.phone.errors
    assert not other.phone.errors


def check_card(lead: Colleague, other: Colleague, line: str, folder: Path) -> None:
    """Both have the card, with both values; the worse stands; only the lead decides."""
    for who in (lead, other):
        who.phone.goto(f"/inspections/{who.id}/conflicts")
        card = who.phone.at("conflict")
        expect(card).to_have_count(1)
        expect(card.get_by_test_id("conflict-side")).to_have_count(2)
        expect(card).to_contain_text("先按较差的结果记录")
        who.phone.page.screenshot(path=folder / f"conflict-{who.phone.name}.png", full_page=True)
    expect(other.phone.at("agree")).to_contain_text("合格")
    expect(other.phone.at("decide-合格")).to_have_count(0)
    lead.go_to(line)
    expect(lead.phone.at("conflict")).to_be_visible()
    lead.phone.tap("answer-pass")
    expect(lead.phone.at("snack")).to_contain_text("请在上面的卡片里处理")
    lead.phone.page.screenshot(path=folder / "walk-conflict.png")
    lead.team()
    expect(lead.phone.at("shared").first).to_contain_text("周敏")
    lead.phone.page.screenshot(path=folder / "team.png", full_page=True)


def decide_and_submit(lead: Colleague, folder: Path) -> None:
    """Signed and ready, with the contradiction listed; decided offline; handed in."""
    phone = lead.phone
    phone.goto(f"/inspections/{lead.id}/sign")
    for party, name in (("inspector", "李建国"), ("inspector", "周敏"), ("unit", "赵海燕")):
        sign(phone, party, name)
    phone.tap("to-summary")
    expect(phone.at("open-disputes")).to_contain_text("可以提交")
    expect(phone.at("submit")).to_be_enabled()
    phone.at("open-disputes").screenshot(path=folder / "open-disputes.png")
    phone.set_offline(True)
    lead.settle("不合格", REASON)
    expect(phone.at("settled")).to_have_count(1)
    phone.goto(f"/inspections/{lead.id}/summary")
    expect(phone.at("open-disputes")).to_have_count(0)
    phone.tap("submit")
    phone.at("submit-sheet").locator("textarea").fill(SUMMARY)
    phone.tap("submit-confirm")
    come_back(phone)
    expect(phone.at("sent-state")).to_contain_text("已送达")


def check_papers(lead: Colleague, ledger: Ledger, folder: Path) -> None:
    """The paper and the workbook name both, the reason, and who found what."""
    pages = PdfReader(BytesIO(read(lead.phone, f"/api/inspections/{lead.id}/record.pdf"))).pages
    text = unbroken("".join(page.extract_text() for page in pages))
    for words in (
        "检查人员的不同意见", "李建国", "周敏", "记为“合格”", "记为“不合格”",
        f"确认为“不合格”，原因：{REASON}", "检查人员分工情况", "周敏（组长确认）", WORDS, SUMMARY,
    ):  # fmt: skip
        assert unbroken(words) in text, words
    book = folder / "lines.xlsx"
    book.write_bytes(read(lead.phone, f"/api/inspections/{lead.id}/record.xlsx"))
    rows = sheet_rows(book)
    disputed = [row for row in rows if any("确认为“不合格”" in cell for cell in row)]
    assert len(disputed) == 1
    assert "周敏（组长确认）" in disputed[0]
    authors = {cell for row in rows for cell in row} & {"李建国", "周敏"}
    assert authors == {"李建国", "周敏"}
    row = ledger.one("SELECT * FROM inspection WHERE id = :id", id=lead.id)
    assert row["state"] == "submitted"


def check_other(other: Colleague, folder: Path) -> None:
    """The colleague sees what was decided and why."""
    phone = other.phone
    phone.goto("/me/sync")
    phone.tap("sync-now")
    phone.await_sent()
    phone.goto(f"/inspections/{other.id}/conflicts")
    phone.tap("settled")
    expect(phone.at("conflict-decided")).to_contain_text(REASON)
    phone.page.screenshot(path=folder / "settled.png", full_page=True)


def check_desk(desk: Phone, inspection: str, folder: Path) -> None:
    """The bureau reads who found what."""
    desk.open()
    desk.login("office")
    desk.await_downloaded()
    desk.goto(f"/desk/inspections/{inspection}")
    team = desk.at("record-team")
    expect(team).to_contain_text("李建国")
    expect(team).to_contain_text("周敏")
    expect(desk.at("record-conflict")).to_contain_text(REASON)
    desk.page.screenshot(path=folder / "desk.png", full_page=True)
