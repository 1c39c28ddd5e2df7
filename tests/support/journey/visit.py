"""One visit from the label on the wall to its submission, as an inspector makes it."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import expect

from tests.support.journey.phone import Phone
from tests.support.journey.signing import sign
from tests.support.journey.values import Items
from tests.support.journey.walk import Walk

FINDS = (
    ("安全出口堆放三张病床，宽度只剩约60厘米。", 2),
    ("责任书上缺后勤楼负责人签字，㛃姓员工未列入。", 1),
    ("巡查记录本十一月份空白4天，值班员称忘了填。", 1),
)
NOTE = "现场与院办核对过，资料齐全。"
DAWDLE = 400


@dataclass
class Visit:
    """What one inspector did, for comparison with what arrived."""

    phone: Phone
    items: Items
    floors: tuple[str, ...]
    colleague: str
    id: str = ""
    hazards: dict[str, str] = field(default_factory=dict)
    walk: Walk = field(init=False)

    def __post_init__(self) -> None:
        self.walk = Walk(self.phone, self.items)

    def scan_and_begin(self, place: str, checklist: str, mark: str | None = None) -> None:
        """Hold the phone before the label, see what its signature is worth, and begin there."""
        phone = self.phone
        phone.tap("tab-scan")
        phone.page.wait_for_url(re.compile(r"/place/location/"))
        expect(phone.page.locator("h1")).to_have_text(place)
        if mark is not None:
            expect(phone.at(mark)).to_be_visible()
        phone.tap("place-start")
        phone.choose("pick-checklist", checklist)
        phone.tap("start-inspection")
        self.begin()

    def begin(self) -> None:
        """Choose floors and colleague, and begin."""
        phone = self.phone
        phone.tap("pick-places-none")
        for floor in self.floors:
            phone.at("pick-places").locator("label", has_text=floor).first.click()
        phone.choose("pick-team", self.colleague)
        phone.tap("begin")
        phone.page.wait_for_url(re.compile(r"/inspections/[0-9a-f-]{36}$"))
        self.id = phone.page.url.rsplit("/", 1)[1]
        expect(phone.at("item-card")).to_be_visible()

    def answer_one(self) -> None:
        """Answer the item in sight by hand; the first ones turn out bad."""
        if len(self.hazards) < len(FINDS):
            words, photos = FINDS[len(self.hazards)]
            item = self.walk.item
            assert self.walk.answer_fail(words, photos)
            self.hazards[item] = words
        else:
            self.walk.answer_pass()

    def section(self) -> str:
        chip = self.phone.page.locator("[data-testid^=section-][aria-current=true]")
        return chip.get_attribute("data-testid") or ""

    def finish(self, unable_on: str) -> None:
        """Do what is left: pass the rest together, and what cannot be seen has its reason."""
        for _ in range(DAWDLE):
            if self.walk.state()["finished"]:
                return
            here = self.phone.at("target-open")
            if self.walk.pass_rest():
                continue
            if here.count() and unable_on in here.inner_text():
                self.walk.answer_unable()
            else:
                self.walk.answer_pass()
        raise AssertionError("the walk does not end")

    def sign(self, *signers: tuple[str, str]) -> None:
        """Draw the signatures."""
        phone = self.phone
        phone.page.goto(f"{phone.server.url}/inspections/{self.id}/sign")
        for party, name in signers:
            sign(phone, party, name)

    def submit(self, words: str) -> None:
        """Read the summary, and hand it in."""
        phone = self.phone
        phone.tap("to-summary")
        expect(phone.at("lacks")).to_have_count(0)
        phone.tap("submit")
        phone.at("submit-sheet").locator("textarea").fill(words)
        phone.tap("submit-confirm")
        expect(phone.at("kept-local")).to_contain_text("已存在本机，联网后自动发送")

    def told(self) -> dict[str, dict[str, Any]]:
        return self.walk.given
