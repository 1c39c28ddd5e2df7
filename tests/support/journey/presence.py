"""The path of a visit as phone and office see it: a signed label, a question, a way too quick."""

import json
import re
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pypdfium2
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from server.presence.answers import chosen
from tests.support.journey.ledger import Ledger
from tests.support.journey.phone import Phone
from tests.support.live import LiveServer

ASK = "墙上消防器材箱的编号是？"
TRUTH, WRONG = "XF-2031", "ＸＦ－９９９９"
ROOMS = """SELECT location.id, location.name, tag.code FROM location
JOIN tag ON tag.target_id = location.id JOIN unit ON unit.id = location.unit_id
WHERE unit.name = :unit AND location.kind = 'room' AND location.name <> :but ORDER BY location.id"""


class Office:
    """The bureau's own session, for what is prepared before a visit."""

    def __init__(self, server: LiveServer) -> None:
        self.url = server.url
        jar = HTTPCookieProcessor(CookieJar())
        self._opener = build_opener(ProxyHandler({}), jar)
        self.post("/api/auth/login", username="office", password=server.accounts["office"])

    def post(self, path: str, **body: Any) -> Any:
        headers = {"Origin": self.url, "Content-Type": "application/json"}
        request = Request(self.url + path, json.dumps(body).encode(), headers)
        with self._opener.open(request, timeout=30) as answer:
            return json.load(answer)

    def address_on(self, code: str) -> str:
        """What the square of a printed label says, read from the sheet as a camera would."""
        with self._opener.open(f"{self.url}/api/tags/labels.pdf?ids={code}", timeout=60) as sheet:
            document = pypdfium2.PdfDocument(sheet.read())
        try:
            page = document[0].render(scale=300 / 72, grayscale=True).to_pil()
        finally:
            document.close()
        (found,) = zxingcpp.read_barcodes(page)
        return found.text

    def ask_in(self, rooms: list[dict[str, Any]]) -> dict[str, str]:
        """Write a question for each room; room → question."""
        body = {"target_kind": "location", "kind": "code", "ask": ASK, "text": TRUTH}
        made = {r["id"]: self.post("/api/presence/facts", target_id=r["id"], **body) for r in rooms}
        return {room: fact["id"] for room, fact in made.items()}


class Round:
    """Questions in all rooms of a unit, and a walk that is too quick to be one."""

    def __init__(self, server: LiveServer, unit: str, start: str) -> None:
        self.office = Office(server)
        self.rooms = [dict(row) for row in Ledger(server).rows(ROOMS, unit=unit, but=start)]
        quiet = "SELECT target_id FROM place_fact"
        taken = {row["target_id"] for row in Ledger(server).rows(quiet)}
        self.rooms = [room for room in self.rooms if room["id"] not in taken]
        self.asked = self.office.ask_in(self.rooms)

    def drawn(self, inspection: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """A room where this visit is asked something, and one where it is not."""
        said = {r["id"]: chosen(inspection, r["id"], [self.asked[r["id"]]]) for r in self.rooms}
        loud = next(room for room in self.rooms if said[room["id"]])
        return loud, next(room for room in self.rooms if not said[room["id"]])


def open_code(phone: Phone, room: dict[str, Any]) -> None:
    """Go where a typed code leads; the camera of this phone sees nothing but its one label."""
    phone.goto(f"/t/{room['code']}?how=typed")
    phone.page.wait_for_url(re.compile(r"/place/location/"))
    expect(phone.page.locator("h1")).to_have_text(room["name"])


def look_around(phone: Phone, inspection: str, walk: Round) -> None:
    """Two more labels within seconds; the question of the first is answered wrongly."""
    loud, quiet = walk.drawn(inspection)
    open_code(phone, loud)
    expect(phone.at("ask")).to_contain_text(ASK)
    phone.page.locator("[name=ask]").fill(WRONG)
    phone.tap("ask-keep")
    expect(phone.at("ask-kept")).to_be_visible()
    open_code(phone, quiet)
    expect(phone.at("seal-unsigned")).to_be_visible()
    expect(phone.at("ask")).to_have_count(0)
    phone.goto(f"/inspections/{inspection}")
    expect(phone.at("item-card")).to_be_visible()


def old_picture(path: Path) -> Path:
    """A picture from somebody's album, of last year by its own word."""
    picture = Image.effect_noise((900, 700), 90).convert("RGB")
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2025:03:04 09:30:00"
    picture.save(path, "JPEG", exif=exif)
    return path


def add_from_album(phone: Phone, picture: Path) -> None:
    """Choose a picture that was there before."""
    phone.tap("tool-photo")
    camera = phone.at("camera")
    before = camera.get_by_test_id("photo-thumb").count()
    camera.get_by_test_id("photo-gallery").set_input_files(picture)
    expect(camera.get_by_test_id("photo-thumb")).to_have_count(before + 1)
    camera.get_by_test_id("camera-done").click()
    expect(camera).to_have_count(0)


def decide(desk: Phone, inspection: str) -> None:
    """The office reads why there is a doubt, and says something of it."""
    query = "SELECT mark, how FROM scan WHERE inspection_id = :id ORDER BY at"
    first, *_ = Ledger(desk.server).rows(query, id=inspection)
    assert (first["mark"], first["how"]) == ("signed", "camera")
    desk.goto(f"/desk/flags?inspection_id={inspection}&kind=presence-fact")
    desk.page.locator("tbody tr a").first.click()
    expect(desk.at("flag-reasons")).to_contain_text(ASK)
    expect(desk.at("flag-reasons")).to_contain_text(WRONG)
    desk.page.locator("[name=reason]").fill("已核实：器材箱上月更换，登记未改")
    desk.tap("decide-dismissed")
    expect(desk.at("said")).to_contain_text("已核实")
