"""A day in a basement: everything is done without a network, and everything arrives once."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import MakePhone
from tests.support.journey import unit
from tests.support.journey.arrival import Luggage, check_arrival, pack
from tests.support.journey.camera import label_on_a_wall
from tests.support.journey.ledger import Ledger
from tests.support.journey.papers import download, pdf_text, save_papers, sheet_rows, unbroken
from tests.support.journey.phone import WIDE, Phone
from tests.support.journey.presence import Round, add_from_album, decide, look_around, old_picture
from tests.support.journey.values import read_items
from tests.support.journey.visit import FINDS, NOTE, Visit
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

HOSPITAL = "青禾县人民医院"
ROOM = "供氧站"
TAG = """SELECT tag.code FROM tag JOIN location ON location.id = tag.target_id
JOIN unit ON unit.id = location.unit_id WHERE unit.name = :unit AND location.name = :room"""
HAZARD = "SELECT * FROM hazard WHERE inspection_id = :id AND description = :words"
DONE = "已清空通道，恢复净宽1.4米，并安排每日巡查。"
SUMMARY = "总体较好，三处问题限期整改。"


def camera_at(server: LiveServer, walk: Round, folder: Path) -> Path:
    """The camera looks at the label of a room of the hospital, as it was printed and signed."""
    code = Ledger(server).one(TAG, unit=HOSPITAL, room=ROOM)["code"]
    address = walk.office.address_on(code)
    assert address.startswith(f"{server.url}/t/{code}?k=")
    return label_on_a_wall(folder / "label.mjpeg", address)


def go_offline(phone: Phone, username: str) -> None:
    """At the office: log in, load everything. Then the lift goes down."""
    phone.open()
    phone.login(username)
    phone.await_downloaded()
    phone.await_worker()
    expect(phone.at("download-state").first).to_contain_text("已下载，可离线")
    phone.close()
    phone.server.stop()
    phone.open(offline=True)
    expect(phone.at("assignment").filter(has_text=HOSPITAL)).to_be_visible()
    assert phone.page.evaluate("navigator.serviceWorker.controller !== null")


def survives(phone: Phone, path: str) -> None:
    """Kill the browser at once, start it again, and find all that was there."""
    kept, photos = phone.storage.outbox(), phone.storage.photos()
    phone.kill()
    phone.open(path, offline=True)
    assert phone.storage.outbox() == kept
    assert phone.storage.photos() == photos


def inspect_offline(phone: Phone, walk: Round, album: Path) -> Visit:
    """The walk, with two deaths of the phone on the way."""
    visit = Visit(phone, read_items("fire"), ("地下1层", "5层"), "周敏")
    visit.scan_and_begin(ROOM, "消防", mark="seal-signed")
    look_around(phone, visit.id, walk)
    add_from_album(phone, album)
    first = visit.section()
    while visit.section() == first:
        visit.answer_one()
    visit.walk.note(NOTE)
    visit.walk.answer_pass()
    survives(phone, f"/inspections/{visit.id}")
    visit.finish(unable_on="5层")
    visit.sign(("inspector", "李建国"), ("inspector", "周敏"), ("unit", "赵海燕"))
    visit.submit(SUMMARY)
    survives(phone, f"/inspections/{visit.id}/summary")
    expect(phone.at("kept-local")).to_be_visible()
    return visit


def deliver(phone: Phone, visit: Visit, ledger: Ledger) -> Luggage:
    """Back in the daylight: all of it arrives by itself."""
    packed = pack(phone, visit.id)
    assert len(packed.hazards) == len(FINDS) == 3
    assert len(packed.photos) >= 6
    # The camera loops over a dozen frames: some photos may be alike, not all.
    assert len({photo["sha256"] for photo in packed.photos.values()}) > 2
    assert not ledger.rows("SELECT id FROM inspection WHERE id = :id", id=visit.id)
    phone.server.start()
    phone.set_offline(False)
    phone.await_sent()
    expect(phone.at("sent-state")).to_contain_text("已送达")
    return packed


def check_entries(visit: Visit, packed: Luggage) -> None:
    """What the thumb entered is what the phone kept."""
    for item, entered in visit.walk.given.items():
        kept = [values for eid, values in packed.answers.items() if eid.endswith(f"|{item}")]
        assert any(entered.items() <= values.items() for values in kept), (item, entered, kept)
    said = sorted(row["description"] for row in packed.hazards.values())
    assert said == sorted(words for words, _ in FINDS)
    results = {item: [] for item in visit.hazards}
    for eid, values in packed.answers.items():
        results.setdefault(eid.split("|")[2], []).append(values["result"])
    assert all(results[item] == ["fail"] for item in visit.hazards)
    assert "unable" in {result for all_of in results.values() for result in all_of}


def solve(make_phone: MakePhone, visit: Visit, ledger: Ledger, camera: Path) -> tuple[Phone, str]:
    """The way of one hazard over four desks and hands; the desk and the closure number."""
    row = ledger.one(HAZARD, id=visit.id, words=FINDS[0][0])
    server = visit.phone.server
    desk = make_phone(server, "office", device=WIDE)
    save_papers(desk)
    unit.start(desk, "office")
    unit.open_at_desk(desk, row["number"])
    unit.assign(desk, "赵海燕")
    desk.await_sent()
    safety = make_phone(server, "safety", camera=camera)
    unit.start(safety, "safety")
    unit.open_on_phone(safety, row["title"], "待我处理")
    unit.rectify(safety, DONE)
    expect(safety.at("action-accept")).to_have_count(0)
    safety.await_sent()
    safety.close()
    second = make_phone(server, "inspector2")
    unit.start(second, "inspector2")
    unit.open_on_phone(second, row["title"], "待我处理")
    expect(second.at("action-accept")).to_be_visible()
    unit.move(second, "accept", "现场复核通过。", "verified")
    second.await_sent()
    second.close()
    desk.page.reload()
    unit.move(desk, "close", "同意销号。", "closed")
    desk.await_sent()
    number = desk.at("closure-number")
    expect(number).to_be_visible()
    return desk, number.inner_text()


def check_papers(desk: Phone, visit: Visit, closure: str, ledger: Ledger, folder: Path) -> None:
    """The ledger as a workbook and the record as a PDF say what was entered."""
    rows = sheet_rows(download(desk, "export-xlsx", folder))
    row = ledger.one(HAZARD, id=visit.id, words=FINDS[0][0])
    line = next(row_ for row_ in rows if row["number"] in row_)
    for words in (closure, row["title"], FINDS[0][0], HOSPITAL, "赵海燕", "已销号"):
        assert any(words in cell for cell in line), (words, line)
    desk.goto(f"/desk/inspections/{visit.id}")
    expect(desk.at("record-counts")).to_contain_text("3")
    text = pdf_text(download(desk, "record-pdf", folder))
    names = (HOSPITAL, "李建国", "周敏", "赵海燕", SUMMARY, NOTE)
    for words in (*names, *(words for words, _ in FINDS)):
        assert unbroken(words) in text, words


@pytest.mark.parametrize("backend", ["postgres"])
@pytest.mark.fault(20, 34)
def test_a_day_without_network(county: LiveServer, make_phone: MakePhone, tmp_path: Path) -> None:
    ledger = Ledger(county)
    walk = Round(county, HOSPITAL, ROOM)
    camera = camera_at(county, walk, tmp_path)
    phone = make_phone(county, "inspector1", camera=camera)
    go_offline(phone, "inspector1")
    visit = inspect_offline(phone, walk, old_picture(tmp_path / "album.jpg"))
    packed = deliver(phone, visit, ledger)
    check_entries(visit, packed)
    check_arrival(packed, ledger)
    assert not phone.errors
    phone.close()
    desk, closure = solve(make_phone, visit, ledger, camera)
    check_papers(desk, visit, closure, ledger, tmp_path)
    decide(desk, visit.id)
    assert not desk.errors
