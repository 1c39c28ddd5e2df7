"""A phone in Python: it speaks the wire as the app does and believes nothing else."""

import copy
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from server.kernel import clock, ids

Send = Callable[[str, bytes, dict[str, str]], tuple[int, dict[str, str], bytes]]
EXCHANGE = "/api/sync/v1/exchange"


def through(client: Any) -> Send:
    """Send by a Flask test client."""

    def send(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        answer = client.post(path, data=body, headers=headers, content_type="application/json")
        return answer.status_code, dict(answer.headers), answer.data

    return send


def compact(value: Any) -> bytes:
    """JSON as JSON.stringify writes it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass
class Scope:
    """What is held of one scope."""

    cursor: list[Any] | None = None
    rows: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)
    gen: str | None = None
    fresh: set[tuple[str, str]] = field(default_factory=set)
    resume: str | None = None


@dataclass
class Phone:
    """One browser profile of one person."""

    #: safeties that a test has switched off: see mechanisms.py
    off: ClassVar[frozenset[str]] = frozenset()

    send: Send
    client: str = field(default_factory=ids.new_id)
    mid: int = 0
    outbox: list[dict[str, Any]] = field(default_factory=list)
    acked: dict[str, dict[str, Any]] = field(default_factory=dict)
    verdicts: dict[str, dict[str, Any]] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    max_rows: int = 1000
    last: dict[str, Any] = field(default_factory=dict)
    status: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    packed: bool = False
    schema: int = 1

    def write(self, name: str, args: dict[str, Any], **more: Any) -> str:
        """Queue a mutation; its id."""
        self.mid += 1
        envelope: dict[str, Any] = {
            "id": ids.new_id(),
            "mid": self.mid,
            "name": name,
            "v": 1,
            "at": clock.now_ms(),
            "boot": "b-1",
            "mono": 12345,
            "tz": 480,
            "args": args,
            "blobs": [],
            "causes": [],
        }
        self.outbox.append(envelope | more)
        return str(self.outbox[-1]["id"])

    def answer(self, inspection: str, item: str, target: str = "", **fields: Any) -> str:
        """Queue an answer based on what this phone shows."""
        row = self.row(f"insp:{inspection}", "answer", f"{inspection}|{target}|{item}")
        known = row["fields"] if row else {}
        base = {name: known.get(name, {}).get("rev", 0) for name in fields}
        for envelope in self.outbox:
            args = envelope["args"]
            if envelope["name"] == "answer.set" and "base" in args and (
                args["inspection"], args.get("target"), args["item"]
            ) == (inspection, target, item):  # fmt: skip
                base |= {f: args["base"][f] + 1 for f in fields if f in args["base"]}
        args = {"inspection": inspection, "target": target, "item": item}
        return self.write("answer.set", {**args, "set": fields, "base": base, "how": "tap"})

    def row(self, scope: str, etype: str, eid: str) -> Any:
        """The data of a row, or None."""
        held = self.scopes.get(scope)
        found = held.rows.get((etype, eid)) if held else None
        return found[1] if found else None

    def rows(self) -> dict[tuple[str, str], Any]:
        """Everything this phone shows, by kind and id."""
        return {key: row[1] for scope in self.scopes.values() for key, row in scope.rows.items()}

    def request(self, count: int = 100, pull: bool = True) -> dict[str, Any]:
        """The body of the next exchange."""
        cursors = {name: s.cursor for name, s in self.scopes.items() if s.cursor is not None}
        resume = next((s.resume for s in self.scopes.values() if s.resume), None)
        body: dict[str, Any] = {
            "p": 1, "schema": self.schema, "app": "2026.11.1", "client": self.client,
            "sent_at": clock.now_ms(), "boot": "b-1", "tz": 480, "push": self.outbox[:count],
        }  # fmt: skip
        top = max((e["mid"] for e in self.acked.values()), default=0)
        last = self._first() - 1 if self.outbox else top
        before = [e["id"] for e in self.acked.values() if e["mid"] == last]
        if before and "predecessor" not in self.off:
            body["after"] = before[0]
            if not self.outbox:
                body["acked"] = last
        if pull:
            body["pull"] = {"scopes": cursors, "resume": resume, "max_rows": self.max_rows,
                            "max_bytes": 262144, "have_manifest": None}  # fmt: skip
        return body

    def _first(self) -> int:
        return int(self.outbox[0]["mid"]) if self.outbox else 0

    def exchange(self, count: int = 100, *, pull: bool = True, lose: bool = False) -> int:
        """One round trip; `lose` drops the answer on its way back."""
        body = compact(self.request(count, pull))
        headers = {}
        if self.packed:
            body, headers = gzip.compress(body), {"Content-Encoding": "gzip"}
        self.status, got, data = self.send(EXCHANGE, body, headers)
        self.bytes_up += len(body)
        self.bytes_down += len(data)
        if not lose and self.status:
            assert got.get("X-Sync") == "1"
            if got.get("Content-Encoding") == "gzip":
                data = gzip.decompress(data)
            self.last = json.loads(data)
            if self.status == 200:
                self._take(self.last)
        return self.status

    def sync(self, rounds: int = 60) -> None:
        """Exchange until nothing is left to send or to fetch."""
        for _ in range(rounds):
            status = self.exchange()
            if status == 409:
                self.reconcile()
            else:
                assert status == 200, self.last
                if not self.outbox and not self.last["more"]:
                    return
        raise AssertionError("does not come to rest")

    def reconcile(self) -> None:
        last_mid = self.last.get("last_mid", 0)
        if self.last["code"] == "gap" and self.requeue(last_mid):
            return
        self.client = ids.new_id()
        everything = sorted([*self.acked.values(), *self.outbox], key=lambda e: e["mid"])
        self.outbox = [e | {"mid": i + 1} for i, e in enumerate(everything)]
        self.mid, self.acked = len(everything), {}

    def requeue(self, last_mid: int) -> bool:
        """Tell a server that forgot; False when what it lacks is no longer here."""
        again = [e for e in self.acked.values() if e["mid"] > last_mid]
        self.outbox = sorted([*again, *self.outbox], key=lambda e: e["mid"])
        for envelope in again:
            del self.acked[envelope["id"]]
        return not self.outbox or self.outbox[0]["mid"] <= last_mid + 1

    def _acknowledge(self, answer: dict[str, Any]) -> None:
        sent = {e["id"]: e for e in self.outbox}
        self.verdicts |= {result["id"]: result for result in answer["results"]}
        named = {result["id"] for result in answer["results"]}
        if "ack by id" in self.off:
            named = {e["id"] for e in self.outbox if e["mid"] <= answer["last_mid"]}
        self.acked |= {one: sent[one] for one in sent if one in named}
        self.outbox = [e for e in self.outbox if e["id"] not in self.acked]
        if "retained envelopes" in self.off:
            self.acked = {}

    def _take(self, answer: dict[str, Any]) -> None:
        self._acknowledge(answer)
        if self.acked and answer["last_mid"] < max(e["mid"] for e in self.acked.values()):
            self.requeue(answer["last_mid"])
        if "scopes" in answer:
            kept = self.scopes if "full scope list" in self.off else answer["scopes"]
            self.scopes = {n: s for n, s in self.scopes.items() if n in kept}
            for page in answer["data"]:
                self._apply(self.scopes.setdefault(page["scope"], Scope()), page)

    def _apply(self, scope: Scope, page: dict[str, Any]) -> None:
        for etype, eid, rv, data in page["put"]:
            old = scope.rows.get((etype, eid))
            newer = old is None or old[0] <= rv or "row version guard" in self.off
            if page["mode"] == "snapshot" or newer:
                scope.rows[(etype, eid)] = (rv, data)
        for etype, eid in page.get("del", ()):
            scope.rows.pop((etype, eid), None)
        if page["mode"] == "delta":
            scope.cursor = page["to"]
            return
        if scope.gen != page["gen"]:
            scope.gen, scope.fresh = page["gen"], set()
        scope.fresh |= {(etype, eid) for etype, eid, _, _ in page["put"]}
        scope.resume = page.get("more")
        scope.cursor = None if scope.resume else page["at"]
        if not scope.resume:
            if "snapshot sweep" in self.off:
                return
            scope.rows = {key: row for key, row in scope.rows.items() if key in scope.fresh}
            scope.gen = None

    def clone(self) -> "Phone":
        """Another phone with a copy of this one's disk."""
        twin = copy.copy(self)
        twin.outbox, twin.acked = copy.deepcopy(self.outbox), copy.deepcopy(self.acked)
        twin.scopes, twin.verdicts = copy.deepcopy(self.scopes), dict(self.verdicts)
        return twin
