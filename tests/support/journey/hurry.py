"""Answering and taking photos faster than any thumb, and what the screen showed as kept."""

import json
from collections import Counter
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page

from tests.support.journey.storage import Storage

SHOWN = "shown "
#: Every third item gets two photos. What is told was seen on the screen, and only then.
HURRY = """() => {
  const at = (id) => document.querySelector(`[data-testid="${id}"]`);
  const tell = (...words) => console.log('shown ' + JSON.stringify(words));
  const gaps = () => [...document.querySelectorAll('[data-testid^="gap-"]')]
    .map((one) => one.dataset.testid);
  const wanted = 2;
  let here = null;
  let turn = 0;
  const look = () => {
    const card = at('item-card');
    const place = card?.querySelector('.num')?.textContent;
    return place ? { item: card.dataset.item, place, said: null, photos: 0, shots: 0 } : null;
  };
  const answer = () => {
    const now = look();
    if (now === null) return;
    if (here !== null && now.place !== here.place) {
      if (here.said !== null) tell('answer', here.item, here.place, here.said);
      [here, turn] = [null, turn + 1];
    }
    here ??= now;
    if (turn % 3 === 1 && here.shots < wanted) at('tool-photo')?.click();
    else if (at('reason-ready')) at('reason-ready').click();
    else if (here.said === null) {
      here.said = turn % 2 === 0 && at('answer-pass') ? 'pass' : 'unable';
      at(`answer-${here.said}`)?.click();
    } else if (here.said === 'pass' && gaps().length > 0 && !gaps().includes('gap-answer')) {
      here.said = 'unable';
      at('answer-unable').click();
    }
  };
  const shoot = (camera) => {
    const count = camera.querySelectorAll('[data-testid="photo-thumb"]').length;
    if (count > here.photos) {
      here.photos = count;
      tell('photos', here.item, here.place, count);
    }
    const shutter = camera.querySelector('[data-testid="shutter"]');
    if (at('photo-failure')) here.shots = count;  // the screen asks for it to be taken again
    if (here.shots >= wanted && count >= wanted) at('camera-done').click();
    else if (!shutter.disabled && here.shots <= count) {
      here.shots += 1;
      shutter.click();
    }
  };
  const step = () => {
    const camera = at('camera');
    if (camera) shoot(camera);
    else answer();
    setTimeout(step);
  };
  step();
}"""


@dataclass
class Shown:
    """What the screen has shown as kept, in one or in several lives of the app."""

    answers: dict[str, tuple[str, str]] = field(default_factory=dict)
    photos: dict[str, tuple[str, int]] = field(default_factory=dict)

    def listen(self, page: Page) -> None:
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if not message.text.startswith(SHOWN):
            return
        kind, item, place, what = json.loads(message.text.removeprefix(SHOWN))
        if kind == "answer":
            self.answers[place] = (item, what)
        else:
            self.photos[place] = (item, what)

    @property
    def count(self) -> int:
        return len(self.answers) + sum(count for _, count in self.photos.values())

    @property
    def photo_count(self) -> int:
        return sum(count for _, count in self.photos.values())


def lost(shown: Shown, storage: Storage, inspection: str) -> list[str]:
    """What was shown as kept and is not there with its value or its bytes."""
    answers = [r for r in storage.view("answer").values() if r["inspection_id"] == inspection]
    there = Counter((r["item_key"], r["fields"]["result"]["v"]) for r in answers)
    rows = {r["id"]: r for r in storage.view("photo").values() if r["inspection_id"] == inspection}
    bytes_of = storage.photos()
    pictures: Counter[str] = Counter()
    for name, row in rows.items():
        kept = bytes_of.get(name)
        if kept and kept["bytes"] and kept["bytes"]["sha256"] == row["sha256"]:
            pictures[row["item_key"]] += 1
    told = Counter(shown.answers.values())
    taken: Counter[str] = Counter()
    for item, count in shown.photos.values():
        taken[item] += count
    return [f"answer {one}" for one in (told - there)] + [
        f"photo of {one}" for one in (taken - pictures)
    ]


def gaps(storage: Storage) -> list[str]:
    """Numbers that the queue lacks, and what the count of the phone says beside it."""
    mids = [entry["mid"] for entry in storage.outbox()]
    (client,) = [row["value"] for row in storage.table("meta") if row["key"] == "client"]
    whole = list(range(1, client["mid"] + 1))
    return [] if mids == whole else [f"{mids} is not 1 to {client['mid']}"]
