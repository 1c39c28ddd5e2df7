"""A small HTTP client: keep-alive, no parsing beyond what is needed, many at a time."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.measure import Run

# The server closes a connection that was idle for longer than its own, greater, limit.
IDLE_S = 2.0
# How often it is asked again after "busy, come back in so many seconds", as a phone does.
BUSY = 10


class Refused(Exception):
    """The server did not say what was expected."""


@dataclass
class Answer:
    """Status, headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes
    size: int


class Connection:
    """One kept-alive connection."""

    def __init__(self, port: int, cookie: str = "") -> None:
        self.port = port
        self.common = f"Host: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n" + (
            f"Cookie: {cookie}\r\n" if cookie else ""
        )
        self.socket: socket.socket | None = None
        self.used = 0.0
        self.up = self.down = self.requests = 0

    def ask(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Sequence[str] = (),
        expect: int = 200,
    ) -> Answer:
        """One request, again while the server is busy; raises Refused if not *expect*."""
        head = f"{method} {path} HTTP/1.1\r\n{self.common}Content-Length: {len(body)}\r\n"
        head += "".join(f"{line}\r\n" for line in headers) + "\r\n"
        for _ in range(BUSY):
            answer = self._once(method, head.encode() + body)
            if answer.status != 503:
                break
            time.sleep(float(answer.headers.get("retry-after", 1)))
        if answer.status != expect:
            raise Refused(f"{method} {path}: {answer.status} {answer.body[:300]!r}")
        return answer

    def _once(self, method: str, request: bytes) -> Answer:
        if self.socket is not None and time.monotonic() - self.used > IDLE_S:
            self.socket.close()
            self.socket = None
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port))
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        answer = self._read(method)
        self.used = time.monotonic()
        self.up += len(request)
        self.down += answer.size
        self.requests += 1
        return answer

    def _read(self, method: str) -> Answer:
        assert self.socket is not None
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.socket.recv(65536)
            if not piece:
                raise Refused("connection closed")
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
        length = 0 if method == "HEAD" else int(headers.get("content-length", 0))
        pieces, have = [body], len(body)
        while have < length:
            pieces.append(self.socket.recv(min(1 << 20, length - have)))
            have += len(pieces[-1])
        if headers.get("connection") == "close":
            self.socket.close()
            self.socket = None
        body = b"".join(pieces)
        size = len(head) + 4 + len(body)
        if headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        return Answer(int(lines[0].split()[1]), headers, body, size)


def together(
    connections: Sequence[Connection],
    jobs: Sequence[Sequence[Callable[[Connection], None]]],
    amount: float,
) -> Run:
    """Run each connection's jobs in a thread of its own; time the whole."""
    for connection in connections:
        connection.up = connection.down = connection.requests = 0
    latencies: list[float] = []
    failed: list[BaseException] = []

    def run(connection: Connection, own: Sequence[Callable[[Connection], None]]) -> None:
        try:
            for job in own:
                begun = time.perf_counter()
                job(connection)
                latencies.append(time.perf_counter() - begun)
        except BaseException as exc:
            failed.append(exc)

    threads = [
        threading.Thread(target=run, args=pair) for pair in zip(connections, jobs, strict=True)
    ]
    cpu, begun = time.process_time(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - begun
    if failed:
        raise failed[0]
    return Run(
        amount,
        seconds,
        sum(c.requests for c in connections),
        sum(c.up for c in connections),
        sum(c.down for c in connections),
        latencies,
        time.process_time() - cpu,
    )
