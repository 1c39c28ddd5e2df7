"""A visit by thumb in WebKit, from today's task to a photo out of the gallery."""

import json
from pathlib import Path

from PIL import Image

from tests.support.webkit.pocket import Pocket, at

CARD = "[...document.querySelectorAll('[data-testid=assignment]')]"
PICTURE = (1600, 1200)
BEGUN = "/^\\/inspections\\/[0-9a-f-]{36}$/.test(location.pathname)"
ITEM = f"{at('item-card')}?.dataset.item ?? null"
#: Debian's WebKit opens no camera without a screen's media: the picture comes from the gallery.
THUMBS = "document.querySelectorAll('[data-testid=camera] [data-testid=photo-thumb]').length"


def labelled(testid: str, words: str) -> str:
    """The entry of a list that shows these words."""
    rows = f"[...document.querySelectorAll('[data-testid=\"{testid}\"] label')]"
    return f"{rows}.find((one) => one.textContent.includes({json.dumps(words)}))"


class PocketVisit:
    """One inspection, and where it stands."""

    def __init__(self, pocket: Pocket) -> None:
        self.pocket = pocket
        self.browser = pocket.browser
        self.id = ""

    def begin(self, unit: str, checklist: str, place: str, colleague: str) -> None:
        """Through the start sheet, as a thumb does it."""
        press = self.browser.press
        card = f"{CARD}.find((one) => one.innerText.includes({json.dumps(unit)}))"
        press(f"{card}?.querySelector('[data-testid=start-assignment]')", at("pick-checklist"))
        press(labelled("pick-checklist", checklist), at("pick-checklist-change"))
        press(at("start-inspection"), "location.pathname === '/inspections/new'")
        press(
            at("pick-places-none"), "!document.querySelector('[data-testid=pick-places] :checked')"
        )
        for testid, words in (("pick-places", place), ("pick-team", colleague)):
            entry = labelled(testid, words)
            press(entry, f"{entry}.querySelector('input').checked")
        press(at("begin"), BEGUN)
        self.id = str(self.browser.run("location.pathname.split('/')[2]"))
        self.pocket.shows("item-card")

    def resume(self) -> None:
        """Open it again where it stood."""
        self.pocket.goto(f"/inspections/{self.id}")
        self.pocket.shows("item-card")

    @property
    def item(self) -> str:
        return str(self.browser.wait_for(ITEM))

    def answer_unable(self) -> str:
        """It cannot be checked, and why; the item that was answered."""
        item = self.item
        self.browser.press(at("answer-unable"), at("reason-ready"))
        self.browser.press(at("reason-ready"), f"({ITEM}) !== {json.dumps(item)}")
        return item

    def add_photos(self, folder: Path, count: int) -> int:
        """Take pictures from the gallery; how many are shown as kept."""
        self.browser.press(at("tool-photo"), at("photo-gallery"))
        for number in range(count):
            picture = folder / f"picture-{number}.jpg"
            Image.effect_noise(PICTURE, 60 + number).convert("RGB").save(picture, quality=90)
            self.browser.fill("[data-testid=photo-gallery]", str(picture))
            self.browser.wait_for(f"{THUMBS} === {number + 1} || null")
        self.browser.press(at("camera-done"), f"!{at('camera')}")
        return count
