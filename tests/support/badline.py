"""
A bad line: a proxy that counts bytes and cuts, delays, loses, doubles and lies by a seed.

It knows requests, so that a fault strikes where it hurts: before the server, in mid-body, after the
commit, in the answer. Its pace is real; what it counts does not depend on it.
"""

import http.client
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PIECE = 4096
PORTAL = b"<html><title>Wi-Fi</title>sign in</html>"
HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "host", "content-length"})
Strike = tuple[str, float]


@dataclass
class Plan:
    """What befalls requests: kinds with their probability, for paths that contain a word."""

    strikes: tuple[Strike, ...] = ()
    path: str = "/api/"
    #: up and down; 0 is as fast as it goes
    bytes_per_second: tuple[int, int] = (0, 0)
    #: so many requests get through, so many find nobody, and again
    flapping: tuple[int, int] = (0, 0)


@dataclass
class BadLine:
    """Listens on a port of its own and speaks to *port*."""

    port: int
    plan: Plan
    seed: int
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._lock = threading.Lock()
        self._requests = 0
        line = self

        class Handler(_Handler):
            badline = line

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def strike(self, path: str) -> tuple[str, float]:
        """Choose what befalls this request, and a number for it."""
        with self._lock:
            self._requests += 1
            number, depth = self._random.random(), self._random.random()
            up, down = self.plan.flapping
            if up and self._requests % (up + down) >= up and self.plan.path in path:
                return "gone", depth
        if self.plan.path not in path:
            return "none", depth
        for kind, share in self.plan.strikes:
            number -= share
            if number < 0:
                return kind, depth
        return "none", depth

    def note(self, what: str, count: int = 1) -> None:
        """Count something."""
        with self._lock:
            self.counts[what] += count

    def pace(self, path: str, size: int, *, down: bool) -> None:
        """Take as long as so many bytes take on this line."""
        pace = self.plan.bytes_per_second[down]
        if pace and self.plan.path in path:
            time.sleep(size / pace)


class _Handler(BaseHTTPRequestHandler):
    badline: BadLine
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        line = self.badline
        kind, depth = line.strike(self.path)
        line.note(kind)
        act: Callable[[float], None] = getattr(self, f"_{kind.replace(' ', '_')}", self._none)
        try:
            act(depth)
        except (OSError, http.client.HTTPException):
            self._hang_up()

    do_GET = do_POST = do_PATCH = _serve  # noqa: N815
    do_HEAD = do_DELETE = _serve  # noqa: N815

    def _hang_up(self) -> None:
        """End without a goodbye: what was not yet sent is never sent."""
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()

    def _read(self, most: int) -> bytes:
        data = b""
        while len(data) < most and (piece := self.rfile.read(min(PIECE, most - len(data)))):
            data += piece
            self.badline.pace(self.path, len(piece), down=False)
        self.badline.note("bytes up", len(data))
        if "/api/blobs" in self.path:
            self.badline.note("photo bytes up", len(data))
        return data

    def _length(self) -> int:
        return int(self.headers.get("Content-Length") or 0)

    def _forward(self, body: bytes, announce: int) -> tuple[int, list[tuple[str, str]], bytes]:
        """Give to the server; *announce* bytes are promised, fewer may come."""
        upstream = http.client.HTTPConnection("127.0.0.1", self.badline.port, timeout=60)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            upstream.putheader("Host", self.headers["Host"])
            for name, value in self.headers.items():
                if name.lower() not in HOP:
                    upstream.putheader(name, value)
            if announce or self.command in ("POST", "PATCH"):
                upstream.putheader("Content-Length", str(announce))
            upstream.endheaders(body or None)
            if len(body) < announce:
                return 0, [], b""
            answer = upstream.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            upstream.close()

    def _reply(
        self, status: int, headers: list[tuple[str, str]], data: bytes, whole: int | None = None
    ) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP:
                self.send_header(name, value)
        bare = self.command == "HEAD" or status in (204, 304)
        self.send_header("Content-Length", "0" if bare else str(whole or len(data)))
        self.end_headers()
        if not bare:
            self.badline.pace(self.path, len(data), down=True)
            self.wfile.write(data)

    def _none(self, _: float) -> None:
        size = self._length()
        self._reply(*self._forward(self._read(size), size))

    def _gone(self, _: float) -> None:
        """Nobody is there."""
        self._hang_up()

    def _cut(self, depth: float) -> None:
        """The line breaks while the request is on its way."""
        size = self._length()
        part = self._read(int(size * depth))
        if size:
            self._forward(part, size)
        self._hang_up()

    def _lose_answer(self, _: float) -> None:
        """The server did it; nobody hears of it."""
        size = self._length()
        self._forward(self._read(size), size)
        self._hang_up()

    def _truncate(self, depth: float) -> None:
        """The answer ends in its middle."""
        size = self._length()
        status, headers, data = self._forward(self._read(size), size)
        self._reply(status, headers, data[: int(len(data) * depth)], whole=max(1, len(data)))
        self._hang_up()

    def _twice(self, _: float) -> None:
        """The request is delivered twice at once."""
        size = self._length()
        body = self._read(size)
        told: list[Any] = []
        jobs = [
            threading.Thread(target=lambda: told.append(self._forward(body, size)))
            for _ in range(2)
        ]
        for job in jobs:
            job.start()
        for job in jobs:
            job.join()
        self._reply(*told[-1])

    def _delay(self, depth: float) -> None:
        time.sleep(depth / 2)
        self._none(depth)

    def _portal(self, _: float) -> None:
        self._read(self._length())
        self._reply(200, [("Content-Type", "text/html")], PORTAL)

    def _redirect(self, _: float) -> None:
        self._read(self._length())
        self._reply(302, [("Location", "http://127.0.0.1:9/login")], b"")

    def _too_large(self, _: float) -> None:
        self._read(self._length())
        self._reply(413, [("Content-Type", "text/html")], PORTAL)

    def _busy(self, _: float) -> None:
        self._read(self._length())
        self._reply(503, [("Content-Type", "text/html"), ("Retry-After", "1")], PORTAL)

    def _bad_gateway(self, _: float) -> None:
        """The proxy loses the server's answer and speaks in its own name."""
        size = self._length()
        self._forward(self._read(size), size)
        self._reply(502, [("Content-Type", "text/html")], PORTAL)
