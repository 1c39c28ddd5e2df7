"""Bringing one photo by tus: whole or in parts, from where the server says it stopped."""

import base64
import hashlib
import random
import time
from collections.abc import Iterator

from tests.torture.line import Answer, Line

TUS = {"Tus-Resumable": "1.0.0"}
OCTETS = {"Content-Type": "application/offset+octet-stream"}
EXPECTED = (201, 204, 404, 409, 410, 503, 507)
PIECES = 5


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def slowly(data: bytes) -> Iterator[bytes]:
    """As a phone on a poor line sends: a request takes its time."""
    size = len(data) // PIECES + 1
    for start in range(0, len(data), size):
        yield data[start : start + size]
        time.sleep(0.002)


class Sending:
    """The state of one upload as the phone knows it."""

    def __init__(self, line: Line, data: bytes, choice: random.Random) -> None:
        self.line, self.data, self.random = line, data, choice
        self.sha256 = hashlib.sha256(data).hexdigest()
        self.url = ""
        self.offset = 0
        self.sure = True
        self.at_once = choice.random() < 0.4
        self.said: list[int] = []

    def step(self) -> bool:
        """One request; True when the server said that it has everything."""
        if self.url and not self.sure and self._ask_offset():
            return True
        self.sure = False
        status, got, said = self._append() if self.url else self._create()
        self.said.append(status)
        assert status in EXPECTED, (status, said)
        if status in (404, 410):
            self.url = ""
        if status not in (201, 204):
            time.sleep(0.05)
            return False
        self.url = got.get("Location", self.url)
        self.offset, self.sure = int(got["Upload-Offset"]), True
        return self.offset == len(self.data)

    def _ask_offset(self) -> bool:
        """Say whether the server has everything already: then the app sends nothing more."""
        status, got, _ = self.line.ask("upload", "HEAD", self.url, None, TUS)
        if status == 200:
            self.offset = int(got["Upload-Offset"])
        else:
            self.url, self.offset = "", 0
        return bool(self.url) and self.offset == len(self.data)

    def _create(self) -> Answer:
        part = self.data if self.at_once else self.data[: len(self.data) // 4]
        metadata = f"sha256 {_b64(self.sha256)},mime {_b64('image/jpeg')}"
        headers = {"Upload-Length": str(len(self.data)), "Upload-Metadata": metadata}
        return self._send("POST", "/api/blobs", part, headers)

    def _append(self) -> Answer:
        rest = len(self.data) - self.offset
        part = self.data[self.offset :][: self.random.choice((rest, rest, 100_000))]
        return self._send("PATCH", self.url, part, {"Upload-Offset": str(self.offset)})

    def _send(self, method: str, path: str, part: bytes, headers: dict[str, str]) -> Answer:
        given = {**TUS, **OCTETS, **headers, "Content-Length": str(len(part))}
        return self.line.ask("upload", method, path, slowly(part), given)
