"""A1 and A2: twenty records with a photo of 300,000 bytes each, pushed and fetched by others."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import albums
from bench.measure import Run
from bench.phones import EXCHANGE, JSON, BenchPhone
from bench.pictures import PHOTO, Job, announced, floor_photo, noise, upload
from bench.wire import Connection, Refused, together
from bench.workloads import catch_up, exchange_job, floor_body, pull, void
from server.kernel import ids

RECORDS = 20


def pushed(phones: list[BenchPhone], each: int) -> Callable[[], Run]:
    """A1: each phone sends answers with a photo each, to stored, checked and linked."""

    def run() -> Run:
        jobs = [_records(phone, each) for phone in phones]
        return together([p.connection for p in phones], jobs, len(phones) * each * PHOTO / 1e6)

    return run


def _records(phone: BenchPhone, each: int) -> list[Job]:
    """Begin the visit before the clock runs; all commands in one request, then the bytes."""
    inspection = ids.new_id()
    phone.send(phone.body([phone.start(inspection)]))
    photos = [(ids.new_id(), noise()) for _ in range(each)]
    push = [phone.answer(inspection, number) for number in range(each)]
    push += [announced(phone, name, data, inspection) for name, data in photos]
    body = phone.body(push)
    jobs: list[Job] = [lambda c: void(c.ask("POST", EXCHANGE, body, JSON))]
    return jobs + [upload(data, name) for name, data in photos]


def floor_pushed(port: int, phones: list[BenchPhone], each: int) -> Callable[[], Run]:
    """As many commands and bytes to the stack's floor."""
    links = [Connection(port) for _ in phones]

    def one(phone: BenchPhone) -> list[Job]:
        body = floor_body(phone, 2 * each)
        jobs: list[Job] = [lambda c: void(c.ask("POST", "/push", body, JSON))]
        return jobs + [floor_photo(noise()) for _ in range(each)]

    def run() -> Run:
        return together(links, [one(phone) for phone in phones], len(phones) * each * PHOTO / 1e6)

    return run


class Fetched:
    """A2: phones of one team fetch what a colleague brought: the rows, and the photos' bytes."""

    def __init__(self, author: BenchPhone, phones: list[BenchPhone], folder: Path) -> None:
        self._author = author
        self._phones = phones
        self._folder = folder
        self._photos: list[albums.Taken] = []
        # How each phone stood before the colleague brought anything.
        self._stood: list[dict[str, Any]] = [{} for _ in phones]

    def ours(self) -> Run:
        """Each phone asks for what is new, then for every photo of it."""
        jobs = [self._jobs(*pair) for pair in zip(self._phones, self._stood, strict=True)]
        return together([p.connection for p in self._phones], jobs, self._amount())

    def floor(self, port: int) -> Callable[[], Run]:
        """The same rows and bytes from files, by bare Flask."""
        links = [Connection(port) for _ in self._phones]

        def run() -> Run:
            paths = [f"/file/{name}" for name in self._names()]
            return together(links, [[_get(path) for path in paths] for _ in links], self._amount())

        return run

    def _amount(self) -> float:
        return len(self._phones) * len(self._photos) * PHOTO / 1e6

    def _jobs(self, phone: BenchPhone, stood: dict[str, Any]) -> list[Job]:
        asked = exchange_job(phone, [], copy.deepcopy(stood))
        return [asked, *(_get(photo.path) for photo in self._photos)]

    def _names(self) -> list[str]:
        return ["rows", *(photo.name for photo in self._photos)]

    def prepare(self) -> None:
        """Begin the visit, bring the records, compare what comes with what was brought."""
        inspection, photos = ids.new_id(), albums.taken(RECORDS, seed=1000 * len(self._phones))
        self._begin(inspection)
        for phone, stood in zip(self._phones, self._stood, strict=True):
            catch_up(phone, stood)
        self._bring(inspection, photos)
        for phone in self._phones:
            albums.await_drawn(phone.connection, photos)
        self._photos = photos
        self._lay_out()

    def _begin(self, inspection: str) -> None:
        start = self._author.start(inspection)
        start["args"]["member_ids"] = [phone.person["id"] for phone in self._phones]
        self._author.send(self._author.body([start]))

    def _bring(self, inspection: str, photos: list[albums.Taken]) -> None:
        push = [self._author.answer(inspection, number) for number in range(len(photos))]
        push += [photo.said(self._author, inspection) for photo in photos]
        self._author.send(self._author.body(push))
        albums.bring(self._author, photos)

    def _lay_out(self) -> None:
        """See that the rows of all photos come, and put what came where the floor reads it."""
        phone, stood = self._phones[0], self._stood[0]
        answer = phone.connection.ask("POST", EXCHANGE, phone.body([], pull(stood)), JSON)
        missing = [photo.name for photo in self._photos if photo.name.encode() not in answer.body]
        if missing:
            raise Refused(f"no rows of {len(missing)} photos")
        (self._folder / "rows").write_bytes(answer.body)
        for photo in self._photos:
            (self._folder / photo.name).write_bytes(photo.data)


def _get(path: str) -> Job:
    return lambda connection: void(connection.ask("GET", path))
