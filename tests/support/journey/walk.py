"""Walking through a checklist with a thumb: whatever an item asks for is given to it."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.journey.phone import Phone
from tests.support.journey.values import Items

STATE = """() => {
  const card = document.querySelector('[data-testid="item-card"]');
  const gaps = [...document.querySelectorAll('[data-testid^="gap-"]')];
  return {
    item: card?.dataset.item ?? null,
    place: card?.querySelector('.num')?.textContent ?? null,
    gaps: gaps.map((gap) => gap.dataset.testid),
    finished: document.querySelector('[data-testid="finished"]') !== null,
  };
}"""
LEFT = f"""(before) => {{
  const now = ({STATE})();
  return now.finished || now.place !== before.place
    || (now.gaps.length > 0 && !now.gaps.includes('gap-answer'));
}}"""
MOVED = f"""(before) => {{
  const now = ({STATE})();
  return now.finished || now.place !== before.place;
}}"""

ASKED = f"""(before) => ({MOVED})(before)
  || document.querySelector('[data-testid="reason-ready"]') !== null"""


def shoot(phone: Phone, opener: Locator) -> None:
    """Open the camera in the page, take one photo, and close it when the photo is kept."""
    opener.click()
    camera = phone.at("camera")
    expect(camera.get_by_test_id("shutter")).to_be_enabled()
    before = camera.get_by_test_id("photo-thumb").count()
    camera.get_by_test_id("shutter").click()
    expect(camera.get_by_test_id("photo-thumb")).to_have_count(before + 1)
    camera.get_by_test_id("camera-done").click()
    expect(camera).to_have_count(0)


class Walk:
    """The walkthrough page of one inspection."""

    def __init__(self, phone: Phone, items: Items) -> None:
        self.phone = phone
        self.items = items
        #: what was given by hand: item → field → value
        self.given: dict[str, dict[str, Any]] = {}

    @property
    def page(self) -> Page:
        return self.phone.page

    def state(self) -> dict[str, Any]:
        told: dict[str, Any] = self.page.evaluate(STATE)
        return told

    @property
    def item(self) -> str:
        key = self.phone.at("item-card").get_attribute("data-item")
        assert key
        return key

    def answer_pass(self) -> None:
        """Give an item all it asks for and pass it."""
        before, item = self.state(), self.item
        self._fill_fields(item)
        if self.items.is_pass_fail(item):
            self.phone.tap("answer-pass")
        else:
            self.phone.tap("onward")
        self.page.wait_for_function(LEFT, arg=before)
        if self.state()["place"] == before["place"] and not self.state()["finished"]:
            self._close_gaps()
            self.phone.tap("step-next")
            self.page.wait_for_function(MOVED, arg=before)

    def answer_unable(self) -> None:
        """It cannot be checked, and why; who gave the reason before is not asked again."""
        before = self.state()
        self.phone.tap("answer-unable")
        self.page.wait_for_function(ASKED, arg=before)
        ready = self.phone.at("reason-ready").first
        if ready.is_visible():
            ready.click()
        self.page.wait_for_function(MOVED, arg=before)

    def answer_fail(self, words: str, photos: int = 1) -> str:
        """Fail an item and open its hazard; return the hazard's title."""
        before = self.state()
        self.phone.tap("answer-fail")
        sheet = self.phone.at("hazard-sheet")
        for _ in range(photos):
            self.shoot(sheet.get_by_test_id("photo-add"))
        sheet.get_by_test_id("sentence-told").click()
        description = sheet.locator("[name=hazard-description]")
        expect(description).not_to_have_value("")
        description.fill(words)
        title = sheet.locator("[name=hazard-title]").input_value()
        self.phone.tap("hazard-save")
        self.page.wait_for_function(MOVED, arg=before)
        return title

    def note(self, words: str) -> None:
        """Write a note on the item."""
        self.given.setdefault(self.item, {})["note"] = words
        self.phone.tap("tool-note")
        self.phone.at("note-text").fill(words)
        self.phone.tap("note-save")
        expect(self.phone.at("note-shown")).to_contain_text(words)

    def shoot(self, opener: Locator) -> None:
        shoot(self.phone, opener)

    def pass_rest(self) -> int:
        """本节其余合格, where it is offered; how many it passed."""
        opener = self.phone.at("rest-open")
        if opener.count() == 0:
            return 0
        counted = self.phone.at("progress-count").inner_text()
        found = re.search(r"\d+", opener.inner_text())
        assert found
        opener.click()
        self.phone.tap("rest-accept")
        expect(self.phone.at("snack")).to_contain_text(f"本节其余 {found[0]} 项合格")
        expect(self.phone.at("progress-count")).not_to_have_text(counted)
        return int(found[0])

    def _close_gaps(self) -> None:
        """Give what the card still lists as missing."""
        for _ in range(10):
            gaps = self.state()["gaps"]
            if not gaps:
                return
            if gaps[0] == "gap-photo":
                self.shoot(self.phone.at("tool-photo"))
                expect(self.phone.at("gap-photo")).to_have_count(0)
            else:
                raise AssertionError(f"{self.item} lacks {gaps}")
        raise AssertionError(f"{self.item} never has enough")

    def _fill_fields(self, item: str) -> None:
        """Enter what passes; an entry may bring further fields."""
        entered: dict[str, Any] = {}
        while (waiting := self.items.next_field(item, entered)) is not None:
            field, spec = waiting
            value = self.items.passing(item, field, spec, entered)
            entered[field] = value
            self._enter(self.phone.at(f"field-{field}"), spec, value)
        self.given.setdefault(item, {}).update(entered)

    def _enter(self, place: Locator, spec: dict[str, Any], value: Any) -> None:
        # What was kept is told at the lower edge; a thumb moves the field out from under it.
        place.evaluate("(field) => field.scrollIntoView({ block: 'center' })")
        match spec["type"]:
            case "number":
                self._key_in(place, value)
            case "choice":
                place.get_by_test_id(f"choice-{value}").check(force=True)
            case "choices":
                for key in value:
                    place.get_by_test_id(f"choice-{key}").check(force=True)
            case "date":
                place.get_by_test_id("date-field").fill(value)
            case _:
                place.locator("textarea, input").first.fill(value)
                place.locator("textarea, input").first.blur()

    def _key_in(self, place: Locator, value: float) -> None:
        """The keypad of the app."""
        place.get_by_test_id("number-field").click()
        pad = self.phone.at("number-pad")
        for sign in f"{value:g}":
            pad.get_by_test_id(f"pad-{'point' if sign == '.' else sign}").click()
        expect(pad.get_by_test_id("pad-display")).to_contain_text(f"{value:g}")
        pad.get_by_test_id("pad-ok").click()
        expect(place.get_by_test_id("number-field")).to_contain_text(f"{value:g}")
