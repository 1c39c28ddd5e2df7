"""A phone in somebody's hand, and the desk: a profile, its page, and what one does with it."""

import contextlib
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Locator, Page, expect

from tests.support.browsers import DESK, PHONE, Chromium
from tests.support.journey.processes import await_gone
from tests.support.journey.storage import Storage
from tests.support.live import LiveServer

SMALL = {**PHONE, "viewport": {"width": 360, "height": 800}}
WIDE = {**DESK, "viewport": {"width": 1440, "height": 900}}
PATIENCE_MS = 30_000
SENT = "没有待发送"
NO_NETWORK = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_CONNECTION_REFUSED")
expect.set_options(timeout=PATIENCE_MS)


class Phone:
    """One browser profile; it can be closed, killed and opened again."""

    def __init__(
        self,
        chromium: Chromium,
        server: LiveServer,
        name: str,
        *,
        camera: Path | None = None,
        device: dict[str, Any] | None = None,
    ) -> None:
        self.chromium = chromium
        self.server = server
        self.name = name
        self.camera = camera
        self.device = device or SMALL
        self.errors: list[str] = []
        self.user = ""
        self._context: BrowserContext | None = None
        self._page: Page | None = None

    @property
    def page(self) -> Page:
        assert self._page is not None, "the browser is not open"
        return self._page

    @property
    def context(self) -> BrowserContext:
        assert self._context is not None, "the browser is not open"
        return self._context

    def open(self, path: str = "/", *, offline: bool = False, **options: Any) -> Page:
        """Start the browser at a page of the app."""
        camera, device = self.camera, self.device
        self._context = self.chromium.open(self.name, camera=camera, device=device, **options)
        self.set_offline(offline)
        self._page = self._context.pages[0]
        self._page.set_default_timeout(PATIENCE_MS)
        self._page.on("console", self._console)
        self._page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.goto(path)
        return self._page

    def _console(self, message: ConsoleMessage) -> None:
        """The browser itself reports requests without a network: here that is no error."""
        if message.type != "error" or any(words in message.text for words in NO_NETWORK):
            return
        self.errors.append(f"{message.text} {message.location.get('url', '')}")

    def goto(self, path: str) -> None:
        self.page.goto(self.server.url + path)

    def set_offline(self, offline: bool) -> None:
        self.context.set_offline(offline)

    def close(self) -> None:
        """Close it as a person does: the browser may put its things in order."""
        self.context.close()
        await_gone(self.chromium.profile(self.name))

    def kill(self) -> None:
        """The battery is empty."""
        self.chromium.kill(self.name)
        await_gone(self.chromium.profile(self.name))

    def at(self, testid: str) -> Locator:
        return self.page.get_by_test_id(testid)

    def tap(self, testid: str) -> None:
        self.at(testid).click()

    def choose(self, testid: str, words: str) -> None:
        """Choose one of a list of ours."""
        self.at(testid).locator("label", has_text=words).first.click()

    def login(self, username: str) -> None:
        """Give name and password."""
        password = self.server.accounts[username]
        page = self.page
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill(password)
        self.tap("login-submit")
        expect(page).not_to_have_url(re.compile(r"/login"))
        who = "fetch('/api/auth/me').then((r) => r.json()).then((me) => me.id)"
        self.user = str(page.evaluate(who))

    @property
    def storage(self) -> Storage:
        """What this phone keeps for the person who logged in last."""
        return Storage(self.page, self.user)

    def await_worker(self) -> None:
        """Wait until the app itself is on the phone."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def leave_a_picture(self, path: Path) -> None:
        """What was last to be seen, for whoever has to find out why a test failed."""
        with contextlib.suppress(Error):
            if self._page is not None:
                self._page.screenshot(path=path)

    def close_sheet(self) -> None:
        """Close the sheet that is in front."""
        self.page.locator("dialog[open]").last.get_by_test_id("sheet-close").click()

    def await_sent(self) -> None:
        """Wait until nothing is left to be sent, and the strip says so."""
        self._await_data(DELIVERED)
        expect(self.at("status-strip")).to_contain_text(SENT)
        expect(self.at("status-strip")).to_contain_text("在线")

    def await_downloaded(self) -> None:
        """Wait until everything that this person may know is on the phone."""
        self._await_data(COMPLETE)

    def _await_data(self, condition: str) -> None:
        """Wait for what the person's database says. Playwright's own waiting knows no promises."""
        told = self.page.evaluate(AWAIT % condition, [f"anxun-{self.user}", PATIENCE_MS])
        assert told is True, f"{self.name}: not in time: {condition}"


OPEN = """const read = async (name, stores) => {
  if (!(await indexedDB.databases()).some((one) => one.name === name)) return null;
  const db = await new Promise((done, fail) => {
    const asked = indexedDB.open(name);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  const known = stores.every((store) => db.objectStoreNames.contains(store));
  const all = (store) => new Promise((done) => {
    const asked = db.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const found = known ? await Promise.all(stores.map(all)) : null;
  db.close();
  return found;
};"""
AWAIT = """async ([name, patience]) => {
  const holds = %s;
  const until = Date.now() + patience;
  while (!(await holds(name))) {
    if (Date.now() > until) return false;
    await new Promise((done) => { setTimeout(done, 50); });
  }
  return true;
}"""
COMPLETE = f"""async (name) => {{
  {OPEN}
  const found = await read(name, ['scopes', 'definitions', 'meta']);
  if (found === null) return false;
  const [scopes, kept, meta] = found;
  const manifest = meta.find((one) => one.key === 'manifest')?.value;
  const hashes = new Set(kept.map((one) => one.hash));
  return manifest !== undefined && scopes.length > 0 && scopes.every((one) => one.complete)
    && manifest.definitions.every((one) => hashes.has(one.hash));
}}"""
DELIVERED = f"""async (name) => {{
  {OPEN}
  const found = await read(name, ['outbox', 'photos']);
  return found !== null && found[0].every((one) => one.state === 'done')
    && found[1].every((one) => one.state === 'sent' || one.state === 'stored');
}}"""
