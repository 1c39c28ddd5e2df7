"""What lies on the phone: its IndexedDB, read as it is, past the app's own code."""

import json
from typing import Any

from playwright.sync_api import Page

TIED = ("digest", "link")
READ = """async ({user, store}) => {
  const names = (await indexedDB.databases()).map((one) => one.name);
  const name = user === 'device' ? 'anxun-device' : `anxun-${user}`;
  if (!names.includes(name)) return null;
  const db = await new Promise((done, fail) => {
    const asked = indexedDB.open(name);
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  const rows = await new Promise((done, fail) => {
    const asked = db.transaction(store).objectStore(store).getAll();
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  db.close();
  const hash = async (bytes) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))]
    .map((byte) => byte.toString(16).padStart(2, '0')).join('');
  for (const row of store === 'photos' ? rows : []) {
    const bytes = row.blob instanceof Blob ? await row.blob.arrayBuffer() : row.blob;
    row.bytes = bytes ? {size: bytes.byteLength, sha256: await hash(bytes)} : null;
    delete row.blob;
    delete row.thumb;
  }
  return JSON.stringify(rows);
}"""

Row = dict[str, Any]


class Storage:
    """One person's database in the browser of a page."""

    def __init__(self, page: Page, user: str) -> None:
        self._page = page
        self._user = user

    def table(self, name: str) -> list[Row]:
        """Every row of a table; photos with the hash of the bytes that really lie there."""
        said = self._page.evaluate(READ, {"user": self._user, "store": name})
        assert said is not None, f"no database of {self._user} on this device"
        rows: list[Row] = json.loads(said)
        return rows

    def outbox(self) -> list[Row]:
        """
        The commands in the order in which they were given.

        Without digest and link, which are tied to them a moment later.
        """
        entries = sorted(self.table("outbox"), key=lambda entry: entry["mid"])
        return [
            {name: value for name, value in entry.items() if name not in TIED} for entry in entries
        ]

    def view(self, etype: str) -> dict[str, Row]:
        """Rows of one kind as the person sees them: what waits on top of what is confirmed."""
        found = {r["eid"]: r["data"] for r in self.table("rows") if r["etype"] == etype}
        for row in self.table("overlay"):
            if row["etype"] != etype:
                continue
            if row["data"] is None:
                found.pop(row["eid"], None)
            else:
                found[row["eid"]] = row["data"]
        return found

    def photos(self) -> dict[str, Row]:
        return {row["id"]: row for row in self.table("photos")}


def values_of(answer: Row) -> dict[str, Any]:
    """The values of an answer, without who gave them and when."""
    return {name: told["v"] for name, told in answer["fields"].items() if told["v"] is not None}
