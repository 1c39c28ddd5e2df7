"""A phone's connection to a server that may vanish at any moment."""

import http.client
import time
from collections.abc import Callable
from typing import Any

from server.web.auth import COOKIE
from tests.torture.book import Book

PATIENCE_S = 60
PAUSE_S = 0.03
Answer = tuple[int, dict[str, str], bytes]


class Broken(Exception):
    """No answer came."""


class Line:
    """Made anew whenever it broke."""

    def __init__(self, port: int, token: str, book: Book) -> None:
        self.port, self.token, self.book = port, token, book
        self.connection: http.client.HTTPConnection | None = None
        #: our port and the number of the last answer on it: where a trace of the server has it
        self.place = (0, 0)

    def ask(self, phase: str, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        """One request; Broken when the server went away."""
        try:
            if self.connection is None:
                self._connect()
            with self.book.during(phase):
                answer = self._ask(method, path, body, headers)
        except ConnectionRefusedError as exc:
            self.close()
            raise Broken(repr(exc)) from exc
        except (OSError, http.client.HTTPException) as exc:
            self.close()
            self.book.broke(phase)
            raise Broken(repr(exc)) from exc
        self.book.answered[f"{phase} {answer[0]}"] += 1
        if answer[0] >= 500 and method != "HEAD":
            self.book.told.append((answer[0], answer[2].decode(errors="replace")))
        return answer

    def _connect(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.connection.connect()
        self.place = (self.connection.sock.getsockname()[1], 0)

    def _ask(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer:
        assert self.connection is not None
        given = {"Cookie": f"{COOKIE}={self.token}", **headers}
        self.connection.request(method, path, body, given)
        answer = self.connection.getresponse()
        self.place = (self.place[0], self.place[1] + 1)
        data = answer.read()
        if answer.will_close:
            self.close()
        return answer.status, dict(answer.getheaders()), data

    def close(self) -> None:
        """Hang up."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def insist(self, what: str, step: Callable[[], bool]) -> None:
        """
        Take *step* until it says that it is done, as the app does, only with shorter pauses.

        Patience is counted in peace: where everything is slow, the next kill comes before a photo
        is through, and a first part that was cut must begin anew.
        """
        begun, breaks = time.monotonic(), 0
        while time.monotonic() < max(begun, self.book.disturbed) + PATIENCE_S:
            try:
                if step():
                    return
            except Broken:
                breaks += 1
                time.sleep(PAUSE_S)
        raise AssertionError(f"{what}: never got through; {breaks} breaks")
