"""
WebKit, the engine of every iPhone: the same app, another storage.

Transactions and keys that cannot be taken out lie on the disk in another way than Chromium's;
there is no background sync, and the browser is killed while the server is away.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.ops import webapp
from tests.conftest import MakeLiveServer
from tests.support.journey.phone import AWAIT, COMPLETE
from tests.support.journey.storage import READ
from tests.support.live import LiveServer
from tests.support.webkit.driver import Screen, WebKit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif("ANXUN_WEBKIT" not in os.environ, reason="WebKit is for make torture"),
]

ACCOUNT = "inspector1"
WHO = "fetch('/api/auth/me').then((r) => r.json()).then((me) => me.id)"
SHOWN = "document.querySelector(arguments[0]) !== null"
#: The device's key as it lies in the database: what it is, and whether it still signs.
KEY = """(async (name) => {
  const db = await new Promise((done, fail) => {
    const asked = indexedDB.open(name);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  const [key] = await new Promise((done) => {
    const asked = db.transaction('keys').objectStore('keys').getAll();
    asked.onsuccess = () => done(asked.result);
  });
  db.close();
  if (!key) return null;
  const {privateKey, publicKey} = key.pair;
  const how = {name: 'ECDSA', hash: 'SHA-256'};
  const words = new TextEncoder().encode('words');
  const signature = await crypto.subtle.sign(how, privateKey, words);
  return {
    id: key.id,
    extractable: privateKey.extractable,
    taken: await crypto.subtle.exportKey('pkcs8', privateKey).then(() => 'taken', (e) => e.name),
    signs: await crypto.subtle.verify(how, publicKey, signature, words),
  };
})(arguments[0])"""
#: The order-free hash of one scope's rows, and what the server says of it: docs/sync.md.
AGREES = """(async (name) => {
  const db = await new Promise((done) => {
    const asked = indexedDB.open(name);
    asked.onsuccess = () => done(asked.result);
  });
  const all = (store) => new Promise((done) => {
    const asked = db.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const [rows, scopes] = [await all('rows'), await all('scopes')];
  db.close();
  const told = {};
  for (const {scope, cursor} of scopes) {
    let [xor, count] = [0, 0];
    for (const row of rows.filter((one) => one.scopes.includes(scope))) {
      let hash = 0x811c9dc5;
      for (const byte of new TextEncoder().encode(`${row.etype}\n${row.eid}\n${row.rv}`)) {
        hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
      }
      [xor, count] = [(xor ^ hash) >>> 0, count + 1];
    }
    const body = {scope, version: cursor[0], tag: cursor[1], count,
      xor_hash: xor.toString(16).padStart(8, '0')};
    const answer = await fetch('/api/sync/v1/digest', {method: 'POST', body: JSON.stringify(body),
      headers: {'Content-Type': 'application/json'}});
    told[scope.split(':')[0]] = (await answer.json()).state;
  }
  return told;
})(arguments[0])"""


class Pocket:
    """The phone in WebKit, and who is logged in on it."""

    def __init__(self, browser: WebKit, server: LiveServer) -> None:
        self.browser, self.server = browser, server
        self.user = ""

    @property
    def database(self) -> str:
        return f"anxun-{self.user}"

    def goto(self, path: str) -> None:
        self.browser.goto(self.server.url + path)

    def login(self) -> None:
        """Give name and password, and take everything along."""
        self.goto("/login")
        self.browser.fill("[name=username]", ACCOUNT)
        self.browser.fill("[name=password]", self.server.accounts[ACCOUNT])
        self.browser.tap("login-submit")
        self.browser.wait_for("!location.pathname.startsWith('/login')")
        self.user = self.browser.run(WHO)
        self.awaits(COMPLETE)
        self.browser.run("navigator.serviceWorker.ready.then(() => true)")

    def awaits(self, condition: str) -> None:
        """Wait for what the person's database says."""
        asked = f"({AWAIT % condition})([arguments[0], 60000])"
        assert self.browser.run(asked, self.database) is True, condition

    def table(self, name: str) -> list[dict[str, Any]]:
        """A table as it lies there, photos by the hash of their bytes."""
        said = self.browser.run(f"({READ})(arguments[0])", {"user": self.user, "store": name})
        rows: list[dict[str, Any]] = json.loads(said)
        return rows

    def held(self) -> dict[tuple[str, str], int]:
        """The version of every row on this phone."""
        return {(row["etype"], row["eid"]): row["rv"] for row in self.table("rows")}

    def shows(self, testid: str) -> None:
        self.browser.wait_for(f"{SHOWN} || null", f"[data-testid='{testid}']")


@pytest.fixture
def screen() -> Iterator[Screen]:
    made = Screen()
    yield made
    made.close()


@pytest.fixture
def pocket(screen: Screen, make_live_server: MakeLiveServer, tmp_path: Path) -> Iterator[Pocket]:
    webapp.ensure_built()
    server = make_live_server("sqlite", "demo", ANXUN_DEMO="1")
    server.start()
    browser = WebKit(screen, tmp_path / "webkit")
    browser.open()
    yield Pocket(browser, server)
    browser.close()


def test_everything_is_taken_along_and_survives_a_kill_in_webkit(pocket: Pocket) -> None:
    browser, server = pocket.browser, pocket.server
    pocket.login()
    key, rows = browser.run(KEY, pocket.database), pocket.held()
    assert (key["extractable"], key["taken"], key["signs"]) == (False, "InvalidAccessError", True)
    assert set(browser.run(AGREES, pocket.database).values()) == {"equal"}
    server.stop()
    pocket.goto("/today")
    pocket.shows("start-assignment")
    assert browser.run("navigator.serviceWorker.controller !== null")
    browser.kill()
    browser.open()
    pocket.goto("/today")
    pocket.shows("start-assignment")
    assert (browser.run(KEY, pocket.database), pocket.held()) == (key, rows)
    server.start()
    pocket.goto("/today")
    pocket.awaits(COMPLETE)
    assert set(browser.run(AGREES, pocket.database).values()) == {"equal"}
