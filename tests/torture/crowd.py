"""Phones that work, and go on working while the server is killed under them."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from server.kernel import ids
from tests.sync.live import Ground
from tests.sync.phone import Phone
from tests.torture.book import Book
from tests.torture.line import Answer, Line
from tests.torture.pictures import photo_bytes, picture_problem
from tests.torture.sending import Sending

ITEMS = ("ward.rules.posted", "ward.rules.drill", "ward.room.exit")
STARTED = 1795000000000


class Holding(Phone):
    """A phone that complains at once when the server has forgotten what it promised."""

    complain: Callable[[str], None]

    def requeue(self, last_mid: int) -> bool:
        self.complain(f"the server is back at number {last_mid} of client {self.client}")
        return super().requeue(last_mid)


class Inspector:
    """One person's day: inspections, answers, photos, small pictures."""

    def __init__(self, port: int, made: Ground, number: int, book: Book, seed: int) -> None:
        self.book, self.made = book, made
        self.random = random.Random(f"{seed}-{number}")
        self.line = Line(port, made.people[number][1], book)
        self.phone = Holding(self._send)
        self.phone.complain = book.complain
        self.visits: list[str] = []
        self.brings_photos = True

    def _send(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        given = {"Content-Type": "application/json", **headers}
        return self.line.ask("push", "POST", path, body, given)

    def work(self, stop: threading.Event, visits: int | None = None) -> None:
        """Visit after visit until told to stop, or so many of them."""
        try:
            while len(self.visits) != visits and not (visits is None and stop.is_set()):
                self.visit()
        except BaseException as exc:
            self.book.complain(repr(exc))
        finally:
            self.line.close()

    def come_to_rest(self) -> None:
        """Bring everything through and fetch everything."""
        self.line.insist("rest", lambda: self._exchange(pull=True))
        self.line.close()

    def visit(self) -> None:
        """One inspection with its answers, its photo and a look at it."""
        self._answer()
        if self.brings_photos:
            self._show()
        self._bring_through()

    def _answer(self) -> None:
        inspection = ids.new_id()
        self.visits.append(inspection)
        self.phone.write("inspection.start", starting(inspection, self.made))
        for item in ITEMS:
            for _ in range(self.random.choice((1, 1, 2))):
                self.phone.answer(inspection, item, result=self.random.choice(("pass", "fail")))

    def _show(self) -> None:
        photo, inspection = ids.new_id(), self.visits[-1]
        sending = Sending(self.line, photo_bytes(self.random), self.random)
        facts = photo_facts(photo, sending, inspection, self.random.choice(ITEMS))
        bytes_first = self.random.random() < 0.5
        if bytes_first:
            self._upload(photo, sending)
        self.phone.write("photo.add", facts)
        self._bring_through()
        if not bytes_first:
            self._upload(photo, sending)
        self.line.insist("thumb", lambda: self._look(photo))

    def _bring_through(self) -> None:
        self.line.insist("push", self._exchange)

    def _exchange(self, *, pull: bool = False) -> bool:
        status = self.phone.exchange(self.random.choice((2, 5, 100)), pull=pull)
        if status == 200:
            self._keep()
            return not self.phone.outbox and not (pull and self.phone.last["more"])
        if status == 409:
            self.book.complain(f"{self.phone.last['code']} for client {self.phone.client}")
            self.phone.reconcile()
        assert status in (409, 503), (status, self.phone.last)
        time.sleep(0.05)
        return False

    def _keep(self) -> None:
        for result in self.phone.last["results"]:
            envelope = self.phone.acked.get(result["id"])
            if result["status"] != "applied" or envelope is None:
                self.book.complain(f"not applied: {result}")
            else:
                self.book.applied(self.phone.client, envelope, self.line.place)

    def _upload(self, photo: str, sending: Sending) -> None:
        try:
            self.line.insist("upload", sending.step)
        except AssertionError:
            told = f"{sending.said[-20:]} at {sending.offset} of {len(sending.data)}"
            self.book.complain(f"an upload that never ends: {told}, {sending.url}")
            raise
        self.book.stored(photo, sending.sha256, self.line.place)

    def _look(self, photo: str) -> bool:
        status, _, data = self.line.ask("thumb", "GET", f"/api/photos/{photo}/thumb", None, {})
        if status == 200:
            if problem := picture_problem(data):
                self.book.complain(f"a small picture that is none: {problem}")
            return True
        if status != 503:
            self.book.complain(f"the small picture of a stored photo: {status}")
        time.sleep(0.05)
        return status != 503


def starting(inspection: str, made: Ground) -> dict[str, Any]:
    """The arguments of inspection.start."""
    return {
        "id": inspection,
        "unit_id": made.unit,
        "checklist_key": "ward",
        "definition": made.definition,
        "mode": "spot",
        "targets": {},
        "started_at": STARTED,
        "member_ids": [],
    }


def photo_facts(photo: str, sending: Sending, inspection: str, item: str) -> dict[str, Any]:
    """The arguments of photo.add."""
    return {
        "id": photo,
        "sha256": sending.sha256,
        "size": len(sending.data),
        "mime": "image/jpeg",
        "w": 1600,
        "h": 1200,
        "taken_at": STARTED,
        "origin": "camera",
        "purpose": "answer",
        "annotations": [],
        "inspection": inspection,
        "target": "",
        "item": item,
    }


@contextmanager
def at_work(people: list[Inspector], visits: int | None = None) -> Iterator[None]:
    """Let them work beside the block until its end, or until each has made so many visits."""
    stop = threading.Event()
    threads = [threading.Thread(target=person.work, args=(stop, visits)) for person in people]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=90)
    assert not any(thread.is_alive() for thread in threads), "a phone waits for ever"
