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
PATIENCE_MS = 20_000
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

    def login(self, username: str) -> str:
        """Log in and return the person's id."""
        password = self.server.accounts[username]
        page = self.page
        page.locator("[name=username]").fill(username)
        page.locator("[name=password]").fill(password)
        self.tap("login-submit")
        page.wait_for_url(re.compile(r"/(today|desk/overview)$"))
        return str(page.evaluate("fetch('/api/auth/me').then((r) => r.json()).then((m) => m.id)"))

    def storage(self, user: str) -> Storage:
        return Storage(self.page, user)

    def await_worker(self) -> None:
        """Wait until the app itself is on the phone."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def leave_a_picture(self, path: Path) -> None:
        """What was last to be seen, for whoever has to find out why a test failed."""
        with contextlib.suppress(Error):
            if self._page is not None:
                self._page.screenshot(path=path)
        if self.errors:
            print(f"{self.name}: {self.errors}")

    def await_sent(self) -> None:
        expect(self.at("status-strip")).to_contain_text(SENT)
        expect(self.at("status-strip")).to_contain_text("在线")

    def await_downloaded(self, user: str) -> None:
        """Wait until everything that this person may know is on the phone."""
        self.page.wait_for_function(COMPLETE, arg=f"anxun-{user}")


COMPLETE = """async (name) => {
  if (!(await indexedDB.databases()).some((one) => one.name === name)) return false;
  const db = await new Promise((done, fail) => {
    const asked = indexedDB.open(name);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  if (!db.objectStoreNames.contains('scopes')) { db.close(); return false; }
  const all = (store) => new Promise((done) => {
    const asked = db.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const [scopes, kept, meta] = [await all('scopes'), await all('definitions'), await all('meta')];
  db.close();
  const manifest = meta.find((one) => one.key === 'manifest')?.value;
  if (!manifest || scopes.length === 0) return false;
  const hashes = new Set(kept.map((one) => one.hash));
  return scopes.every((one) => one.complete) && manifest.definitions.every((one) => hashes.has(one.hash));
}"""
