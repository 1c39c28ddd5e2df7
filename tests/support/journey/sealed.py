"""A sealed visit in three hands: who plans it at the desk, the leader's phone, a member's phone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Playwright, expect

from tests.support.journey.phone import Phone
from tests.support.live import LiveServer

HERE = ZoneInfo("Asia/Shanghai")
#: Everything that a browser keeps for a site, as one text: bytes as Latin-1 and as UTF-16 besides.
KEPT = """async () => {
  const seen = [];
  const show = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer ?? value);
      const told = (encoding) => new TextDecoder(encoding).decode(bytes);
      seen.push(...['latin1', 'utf-8', 'utf-16le'].map(told));
    } else if (value instanceof Map || value instanceof Set) [...value].forEach(show);
    else if (Array.isArray(value)) value.forEach(show);
    else if (value !== null && typeof value === 'object') {
      for (const [key, one] of Object.entries(value)) {
        seen.push(key);
        show(one);
      }
    } else seen.push(String(value));
  };
  for (const {name} of await indexedDB.databases()) {
    const db = await new Promise((done, fail) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
    for (const store of db.objectStoreNames) {
      show(await new Promise((done, fail) => {
        const asked = db.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => fail(asked.error);
      }));
    }
    db.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      seen.push(request.url);
      if (!/\\/assets\\//.test(request.url)) seen.push(await (await cache.match(request)).text());
    }
  }
  show({...localStorage});
  show({...sessionStorage});
  return seen.join('\\n');
}"""


def kept_by(phone: Phone) -> str:
    """Everything that lies in the browser of a phone."""
    told: str = phone.page.evaluate(KEPT)
    return told


def local(moment: datetime) -> str:
    """A moment as a field for day and time takes it."""
    return moment.astimezone(HERE).strftime("%Y-%m-%dT%H:%M:%S")


class Outsider:
    """Somebody of the unit who reads whatever there is to read."""

    READABLE = (
        "/api/visits", "/api/assignments", "/api/inspections", "/api/overview", "/api/hazards",
        "/api/auth/me",
    )  # fmt: skip

    def __init__(self, playwright: Playwright, server: LiveServer, username: str) -> None:
        headers = {"Origin": server.url}
        self._asks = playwright.request.new_context(base_url=server.url, extra_http_headers=headers)
        who = {"username": username, "password": server.accounts[username]}
        assert self._asks.post("/api/auth/login", data=who).ok

    def reads(self) -> dict[str, Any]:
        """What is told, by address; without the moment of telling."""
        told = {path: self._asks.get(path).json() for path in self.READABLE}
        told["/api/overview"].pop("as_of")
        return told


@dataclass(frozen=True)
class Plan:
    """What is planned, in the words of the screen."""

    unit: str
    checklist: str
    leader: str
    member: str
    note: str
    opens: datetime
    lasts: timedelta = timedelta(hours=8)


def plan_at_desk(desk: Phone, plan: Plan) -> str:
    """Plan it; return its id."""
    desk.goto("/desk/visits")
    desk.tap("new")
    form = desk.at("visit-form")
    _leave_half_written(desk, plan.note)
    _choose(form, "unit_id", plan.unit)
    form.locator("fieldset", has_text="检查表").locator("label", has_text=plan.checklist).click()
    _choose(form, "leader_id", plan.leader)
    form.locator("fieldset", has_text="队员").locator("label", has_text=plan.member).click()
    form.locator("[name=opens_at]").fill(local(plan.opens))
    form.locator("[name=ends_at]").fill(local(plan.opens + plan.lasts))
    expect(form.locator("[name=note]")).to_have_value(plan.note)
    desk.tap("form-save")
    expect(desk.at("desk-visit")).to_have_attribute("data-state", "sealed")
    return desk.page.url.rsplit("/", 1)[1].split("?")[0]


def _leave_half_written(desk: Phone, note: str) -> None:
    """Close the tab in the middle: the words are there again, and were never on this computer."""
    with desk.page.expect_response(lambda answer: answer.request.method == "PUT"):
        desk.at("visit-form").locator("[name=note]").fill(note)
    assert note not in kept_by(desk)
    desk.page.reload()
    expect(desk.at("taken-up")).to_be_visible()


def _choose(form: Any, name: str, words: str) -> None:
    field = form.locator(f"select[name={name}]")
    label = field.locator("option", has_text=words).first.inner_text()
    field.select_option(label=label)


def get_ready(phone: Phone, words: str) -> None:
    """Fetch the sealed package while there is a line."""
    phone.goto("/me/sync")
    phone.tap("sync-now")
    phone.goto("/today")
    expect(phone.at("sealed-ready")).to_contain_text(words)


def go_to_card(phone: Phone, visit: str) -> None:
    """Press the card of this visit."""
    phone.page.locator(f"[data-testid=sealed-go][href='/visits/{visit}']").click()


def open_by_time(phone: Phone, visit: str) -> None:
    """The leader: wait until it is time, and open."""
    go_to_card(phone, visit)
    expect(phone.at("visit-open")).to_be_enabled()
    phone.tap("visit-open")
    expect(phone.at("visit-plan")).to_be_visible()
    assert phone.page.url.endswith(visit)


def open_by_code(phone: Phone, visit: str, picture: Path) -> None:
    """A member: read the code of the leader's phone."""
    phone.goto(f"/visits/{visit}")
    phone.at("join-photo").set_input_files(picture)
    expect(phone.at("visit-plan")).to_be_visible()


def begin(phone: Phone, floor: str) -> str:
    """Begin the walk of one floor; return the inspection's id."""
    phone.tap("pick-places-none")
    phone.at("pick-places").locator("label", has_text=floor).first.click()
    phone.tap("begin")
    expect(phone.at("item-card")).to_be_visible()
    return phone.page.url.rsplit("/", 1)[1]
