"""A record from a basement: refused, witnessed, printed by the phone; then the server's PDF."""

import base64
import re
import unicodedata
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.support.journey.camera import label_on_a_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.papers import download, pdf_text, save_papers, unbroken
from tests.support.journey.phone import Phone
from tests.support.journey.signing import draw as draw_on
from tests.support.journey.walk import shoot
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

VISIT = """SELECT inspection.id FROM inspection JOIN unit ON unit.id = inspection.unit_id
JOIN person ON person.id = inspection.lead_id
WHERE unit.name = '青禾县人民医院' AND person.name = '李建国' AND inspection.mode = 'spot'
ORDER BY inspection.started_at DESC"""
REASON = "对检查结果有不同意见"
WITNESS = "保安张强"
OFFICE = "青禾县卫生健康局"
# A browser's PDF names some characters by the radical that looks the same.
RADICALS = str.maketrans("\u2ec5\u2ed8\u2ed3\u2ea0\u2ed4\u2ec4", "见青长民门西")


def fill(phone: Phone, testid: str, words: str) -> None:
    phone.at(testid).locator("input, textarea").first.fill(words)


def write(phone: Phone, inspection: str) -> None:
    """Numbers, certificates shown, two questions; the rest is there already."""
    phone.page.goto(f"{phone.server.url}/inspections/{inspection}/papers")
    phone.tap("make-site-record")
    numbers = phone.at("officer-number")
    expect(numbers).to_have_count(2)
    for n, number in enumerate(("NS2024001", "NS2024002")):
        numbers.nth(n).locator("input").fill(number)
    expect(phone.at("to-signing")).to_be_disabled()
    phone.at("certificates-shown").check()
    fill(phone, "met", "赵海燕")
    phone.choose("ask-certificates", "已看清")
    phone.choose("ask-recusal", "不申请")
    phone.tap("no-objection")
    fill(phone, "opinion", "消防通道问题正在处理。")
    expect(phone.at("paper-finding").first).to_be_visible()
    phone.tap("to-signing")


def draw(phone: Phone) -> None:
    pad = phone.at("signature-pad")
    pad.scroll_into_view_if_needed()
    draw_on(phone, pad)


def sign(phone: Phone, testid: str) -> None:
    phone.tap(testid)
    draw(phone)
    phone.tap("mark-save")
    expect(phone.at("mark-sheet")).to_have_count(0)


def refuse(phone: Phone) -> None:
    """Reason, photo, and who was asked to witness; nothing less is taken."""
    phone.tap("unit-refused")
    expect(phone.at("not-save")).to_be_disabled()
    shoot(phone, phone.at("photo-add"))
    fill(phone, "not-name", "赵海燕")
    phone.tap("not-disputes")
    fill(phone, "not-witness", WITNESS)
    phone.tap("not-save")
    expect(phone.at("not-signed-sheet")).to_have_count(0)


def printed(phone: Phone, path: Path) -> str:
    """What the phone's print preview would put on paper."""
    session = phone.context.new_cdp_session(phone.page)
    answer = session.send("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": False})
    path.write_bytes(base64.b64decode(answer["data"]))
    return unicodedata.normalize("NFKC", pdf_text(path)).translate(RADICALS)


def words_of(phone: Phone) -> tuple[str, str]:
    """The fingerprint and the number as they stand on the phone's paper."""
    return phone.at("paper-hash").inner_text(), phone.at("paper-number").inner_text()


def test_a_refused_record(county: LiveServer, make_phone: MakePhone, tmp_path: Path) -> None:
    camera = label_on_a_wall(tmp_path / "wall.mjpeg", f"{county.url}/t/7K3M9QX5")
    phone = make_phone(county, "inspector1", camera=camera)
    save_papers(phone)
    phone.open()
    phone.login("inspector1")
    phone.await_downloaded()
    phone.await_worker()
    inspection = Ledger(county).rows(VISIT)[0]["id"]
    phone.set_offline(True)
    write(phone, inspection)
    sheet = phone.at("paper-sheet")
    for words in (OFFICE, "青禾县人民医院", "消防通道问题正在处理。", "李建国（证件号NS2024001）"):
        expect(sheet).to_contain_text(words)
    sign(phone, "sign-recusal")
    sign(phone, "sign-officer")
    expect(phone.at("issue")).to_be_disabled()
    sign(phone, "sign-officer")
    refuse(phone)
    sign_witness(phone)
    phone.tap("issue")
    phone.page.wait_for_url(re.compile(r"/papers/[0-9a-f-]{36}$"))
    paper_id = phone.page.url.rsplit("/", 1)[1]
    expect(phone.at("paper-waiting")).to_be_visible()
    fingerprint, number = words_of(phone)
    assert re.fullmatch(r"[0-9a-f]{64}", fingerprint)
    assert number == "编号待服务器给定"
    text = printed(phone, tmp_path / "phone.pdf")
    for words in (fingerprint, REASON, WITNESS, "拒绝签字", "周敏（证件号NS2024002）", OFFICE):
        assert unicodedata.normalize("NFKC", unbroken(words)) in text, words
    assert unbroken("打印") not in text
    file = download(phone, "share", tmp_path).read_text("utf-8")
    assert fingerprint in file
    assert "data:image/" in file
    code = arrive(phone, paper_id, fingerprint, tmp_path)
    assert not phone.errors
    stranger = make_phone(county, "stranger")
    anybody_checks(stranger, code, fingerprint)
    assert not stranger.errors


def sign_witness(phone: Phone) -> None:
    phone.tap("sign-witness")
    fill(phone, "mark-name", WITNESS)
    draw(phone)
    phone.tap("mark-save")


def arrive(phone: Phone, paper_id: str, fingerprint: str, folder: Path) -> str:
    """Back in the daylight: the number comes, and the server prints the same. Its public code."""
    phone.set_offline(False)
    phone.await_sent()
    expect(phone.at("paper-issued")).to_contain_text(re.compile(r"青卫检〔\d{4}〕1号"))
    number = words_of(phone)[1]
    path = folder / "server.pdf"
    answer = phone.context.request.get(f"{phone.server.url}/api/papers/{paper_id}/paper.pdf")
    path.write_bytes(answer.body())
    text = pdf_text(path)
    for words in (fingerprint, number, REASON, WITNESS, OFFICE, "青禾县人民医院"):
        assert unbroken(words) in text, words
    row = Ledger(phone.server).one("SELECT code, hash FROM paper WHERE id = :id", id=paper_id)
    assert row["hash"] == fingerprint
    return str(row["code"])


def anybody_checks(stranger: Phone, code: str, fingerprint: str) -> None:
    """Somebody without an account compares the paper in his hand with the server's."""
    stranger.open(f"/v/{code}?h={fingerprint[:16]}")
    expect(stranger.at("verify-same")).to_be_visible()
    expect(stranger.at("verify-known")).to_contain_text(OFFICE)
    expect(stranger.at("verify-known")).not_to_contain_text("人民医院")
    stranger.goto(f"/v/{code}?h=0000000000000000")
    expect(stranger.at("verify-differs")).to_be_visible()
