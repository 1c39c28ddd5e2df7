"""A phone that takes photos, is of some version, has its own clock, and meets bad lines."""

import base64
import copy
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from server.kernel import clock, ids
from tests.sync.phone import Phone

#: method, path, headers, body → status, headers; None when the line broke
Carry = Callable[[str, str, dict[str, str], bytes], tuple[int, dict[str, str]] | None]
PART = 256
TUS = {"Tus-Resumable": "1.0.0"}


@dataclass
class Shot:
    """One photo on a phone; `data` goes when the copy is given up."""

    id: str
    sha256: str
    data: bytes | None
    mutation: str = ""
    url: str | None = None
    sent: bool = False
    stored_since: int | None = None


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@dataclass
class FieldPhone(Phone):
    """What the app does with photos, in small; see uploads.ts and photos.ts."""

    carry: Carry = lambda *_: None
    version: int = 1
    wrong_by_ms: int = 0
    shots: dict[str, Shot] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    sent_bytes: int = 0

    def write(self, name: str, args: dict[str, Any], **more: Any) -> str:
        """Queue a mutation as this version of the app writes it, by this phone's clock."""
        at = max(0, clock.now_ms() + self.wrong_by_ms)
        v = self.version if name == "answer.set" else 1
        return super().write(name, args, **{"at": at, "v": v} | more)

    def take_photo(self, inspection: str, item: str, data: bytes) -> str:
        """Keep the bytes and queue their facts, at once."""
        sha = hashlib.sha256(data).hexdigest()
        shot = Shot(ids.new_id(), sha, data)
        self.shots[shot.id] = shot
        facts = {
            "id": shot.id, "sha256": sha, "size": len(data), "mime": "image/jpeg", "w": 4, "h": 3,
            "taken_at": clock.now_ms(), "origin": "camera", "purpose": "answer", "annotations": [],
            "inspection": inspection, "target": "", "item": item,
        }  # fmt: skip
        shot.mutation = self.write("photo.add", facts, blobs=[sha])
        return shot.mutation

    def request(self, count: int = 100, pull: bool = True) -> dict[str, Any]:
        """The exchange also asks which of its photos the server lacks."""
        body = super().request(count, pull)
        confirm = sorted({s.sha256 for s in self.shots.values() if s.stored_since is None})
        body["sent_at"] = max(0, clock.now_ms() + self.wrong_by_ms)
        body["photos"] = {"confirm": confirm, "lost": sorted(self.lost)}
        return body

    def _take(self, answer: dict[str, Any]) -> None:
        super()._take(answer)
        self.lost = set()
        wanted = set(answer.get("want_blobs", ()))
        for shot in self.shots.values():
            if shot.sha256 in wanted:
                shot.sent, shot.stored_since = False, None
                if shot.data is None:
                    self.lost.add(shot.sha256)
        rows = {eid: row for (etype, eid), row in self.rows().items() if etype == "photo"}
        for shot in self.shots.values():
            if rows.get(shot.id, {}).get("state") == "stored" and shot.stored_since is None:
                shot.stored_since = clock.now_ms()

    def waiting(self) -> list[Shot]:
        """Photos whose facts the server has and whose bytes it may lack."""
        known = self.verdicts.keys()
        return [s for s in self.shots.values() if s.mutation in known and not s.sent and s.data]

    def upload(self, rounds: int = 40) -> None:
        """Send what waits, part by part; a broken line ends it for now."""
        for shot in self.waiting():
            for _ in range(rounds):
                status = self._step(shot)
                if status is None or shot.sent:
                    break

    def _step(self, shot: Shot) -> int | None:
        """One request for a photo; its status, or None when the line broke."""
        assert shot.data is not None
        if shot.url is None:
            return self._announce(shot)
        answer = self.carry("HEAD", shot.url, TUS, b"")
        if answer is None:
            return None
        if answer[0] in (404, 410):
            shot.url = None
            return answer[0]
        offset = int(answer[1]["Upload-Offset"])
        return self._append(shot, offset)

    def _announce(self, shot: Shot) -> int | None:
        assert shot.data is not None
        told = f"sha256 {b64(shot.sha256)},mime {b64('image/jpeg')},photo {b64(shot.id)}"
        headers = {**TUS, "Upload-Length": str(len(shot.data)), "Upload-Metadata": told}
        answer = self.carry("POST", "/api/blobs", headers, b"")
        if answer is None:
            return None
        if answer[0] == 201:
            shot.url = answer[1]["Location"]
        return answer[0]

    def _append(self, shot: Shot, offset: int) -> int | None:
        assert shot.data is not None
        assert shot.url is not None
        body = shot.data[offset : offset + PART]
        shot.sent = not body
        if not body:
            return 204
        self.sent_bytes += len(body)
        answer = self.carry("PATCH", shot.url, {**TUS, "Upload-Offset": str(offset)}, body)
        if answer is None:
            return None
        if answer[0] in (404, 410, 422):
            shot.url = None
        shot.sent = answer[0] == 204 and offset + len(body) == len(shot.data)
        if shot.sent and "copy kept until stored was pulled" in self.off:
            shot.data = None
        return answer[0]

    def forget_stored(self, after_ms: int) -> set[str]:
        """Give back room: copies that the server has been known to hold for long enough."""
        old = clock.now_ms() - after_ms
        gone = [s for s in self.shots.values() if s.stored_since and s.stored_since <= old]
        for shot in gone:
            shot.data = None
        return {shot.sha256 for shot in gone}

    def clone(self) -> "FieldPhone":
        """Another phone with a copy of this one's disk."""
        twin = super().clone()
        assert isinstance(twin, FieldPhone)
        twin.shots, twin.lost = copy.deepcopy(self.shots), set(self.lost)
        return twin
