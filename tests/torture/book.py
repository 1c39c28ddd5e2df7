"""What the phones were told: every acknowledgement, every break, every wrong answer."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: a phone's port and the number of an answer on it
Place = tuple[int, int]
PHASES = ("push", "upload", "thumb")


@dataclass
class Book:
    """Shared by all phones; safe between threads."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    mutations: dict[str, dict[str, Any]] = field(default_factory=dict)
    places: list[tuple[Place, str, str]] = field(default_factory=list)
    photos: dict[str, str] = field(default_factory=dict)
    running: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    breaks: list[tuple[float, str]] = field(default_factory=list)
    answered: Counter[str] = field(default_factory=Counter)
    told: list[tuple[int, str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    history: list[dict[str, Any]] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    #: when the server was last killed, or came back after it
    disturbed: float = 0.0

    @contextmanager
    def during(self, phase: str) -> Iterator[None]:
        """A request of this phase is on its way."""
        with self.lock:
            self.running[phase] += 1
        try:
            yield
        finally:
            with self.lock:
                self.running[phase] -= 1

    def broke(self, phase: str) -> None:
        """A connection ended in the middle of a request."""
        with self.lock:
            self.broken[phase] += 1
            self.breaks.append((time.monotonic(), phase))

    def applied(self, client: str, envelope: dict[str, Any], place: Place) -> None:
        """The server said that it has this mutation."""
        with self.lock:
            if envelope["id"] not in self.mutations:
                self.mutations[envelope["id"]] = envelope | {"client": client}
                self.places.append((place, "mutation", envelope["id"]))
                self._note("applied", id=envelope["id"], mid=envelope["mid"], client=client)

    def stored(self, photo: str, sha256: str, place: Place) -> None:
        """The server said that it has all bytes of this photo."""
        with self.lock:
            self.photos[photo] = sha256
            self.places.append((place, "photo", sha256))
            self._note("stored", photo=photo, sha256=sha256)

    def complain(self, words: str) -> None:
        """Something that must not happen."""
        with self.lock:
            self.wrong.append(words)
            self._note("wrong", words=words)

    def killed(self, whom: str, phase: str) -> None:
        """Somebody was killed."""
        self.disturb()
        with self.lock:
            self._note("killed", whom=whom, phase=phase, acknowledged=self.acknowledged)

    def disturb(self) -> None:
        """From here on phones may begin to count how long they are kept waiting."""
        self.disturbed = time.monotonic()

    @property
    def acknowledged(self) -> int:
        """How much the phones were promised up to now."""
        return len(self.mutations) + len(self.photos)

    def _note(self, event: str, **more: Any) -> None:
        at = round(time.monotonic() - self.begun, 4)
        self.history.append({"at": at, "event": event, **more})

    def write(self, path: Path) -> None:
        """Keep the history for whoever has to understand a failure."""
        path.write_text("\n".join(json.dumps(line) for line in self.history))
