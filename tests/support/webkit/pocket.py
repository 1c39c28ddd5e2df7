"""The phone in WebKit: who is logged in on it, and what lies on it."""

import json
from typing import Any

from tests.support.journey.phone import AWAIT, COMPLETE
from tests.support.journey.storage import READ, TIED
from tests.support.live import LiveServer
from tests.support.webkit.driver import WebKit

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


def at(testid: str) -> str:
    """The expression for what carries this mark."""
    return f"document.querySelector('[data-testid=\"{testid}\"]')"


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
        self.browser.press(at("login-submit"), "!location.pathname.startsWith('/login')")
        self.user = self.browser.run(WHO)
        self.awaits(COMPLETE)
        self.browser.run("navigator.serviceWorker.ready.then(() => true)")

    def awaits(self, condition: str) -> None:
        """Wait for what the person's database says."""
        asked = f"({AWAIT % condition})([arguments[0], 60000])"
        assert self.browser.run(asked, self.database) is True, condition

    def table(self, name: str) -> list[dict[str, Any]]:
        """A table as it lies there, photos by the hash of their bytes."""
        # While the app writes a row again, WebKit cannot read the file of the picture just found.
        said = self.browser.wait_for(f"({READ})(arguments[0])", {"user": self.user, "store": name})
        rows: list[dict[str, Any]] = json.loads(said)
        return rows

    def outbox(self) -> list[dict[str, Any]]:
        """The commands in their order, without what is tied to them a moment later."""
        entries = sorted(self.table("outbox"), key=lambda entry: entry["mid"])
        return [
            {name: value for name, value in entry.items() if name not in TIED} for entry in entries
        ]

    def key(self) -> dict[str, Any] | None:
        """The device's key: what it is, and whether it still signs."""
        found: dict[str, Any] | None = self.browser.run(KEY, self.database)
        return found

    def agreement(self) -> set[str]:
        """What the server says of the rows of each scope."""
        return set(self.browser.run(AGREES, self.database).values())

    def held(self) -> dict[tuple[str, str], int]:
        """The version of every row on this phone."""
        return {(row["etype"], row["eid"]): row["rv"] for row in self.table("rows")}

    def shows(self, testid: str) -> None:
        self.browser.wait_for(f"{SHOWN} || null", f"[data-testid='{testid}']")
