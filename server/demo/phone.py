"""A phone that plays its part in the demo: it speaks the sync protocol like any other."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from flask import current_app
from PIL import Image

from server.evidence.service import note_stored
from server.kernel import clock
from server.kernel.db import db, transaction
from server.kernel.ids import new_id
from server.org.models import Person
from server.org.queries import actor_of
from server.sync.intake import parse_exchange
from server.sync.push import push

PHOTOS = Path(__file__).parent / "photos"
BATCH = 100
Mutation = tuple[str, Mapping[str, Any]]


class DemoBroken(Exception):
    """The demo asked for something that the rules refuse: a mistake in its data."""


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let the block happen at another moment, a second passing with every look at the clock."""
    ticks = iter(range(10**9))
    clock.use(lambda: moment + timedelta(milliseconds=next(ticks)))
    try:
        yield
    finally:
        clock.use(None)


@dataclass
class Phone:
    """One person's phone."""

    person_id: str
    client: str = field(default_factory=new_id)
    mid: int = 0
    waiting: list[tuple[str, int]] = field(default_factory=list)

    def send(self, *mutations: Mutation) -> None:
        """Send mutations in batches; raise DemoBroken when one of them is not applied."""
        sent = 0
        while sent < len(mutations):
            sent += self._exchange(mutations[sent : sent + BATCH])
        with transaction():
            while self.waiting:
                note_stored(self.person_id, *self.waiting.pop(), "image/jpeg")

    def _exchange(self, mutations: tuple[Mutation, ...]) -> int:
        """Send one batch; how many were answered: a slow server keeps the rest for the next."""
        now = clock.now_ms()
        envelopes = [self._envelope(name, args, now) for name, args in mutations]
        body = {"p": 1, "client": self.client, "sent_at": now, "app": "demo", "push": envelopes}
        request, parsed = parse_exchange(orjson.dumps(body))
        with transaction(write=False):
            actor = actor_of(db.session.get_one(Person, self.person_id))
        results = push(actor, request, parsed).results
        self.mid -= len(mutations) - len(results)
        for (name, args), result in zip(mutations, results, strict=False):
            if result["status"] != "applied":
                raise DemoBroken(name, args, result)
        return len(results)

    def _envelope(self, name: str, args: Mapping[str, Any], now: int) -> dict[str, Any]:
        self.mid += 1
        return {"id": new_id(), "mid": self.mid, "name": name, "v": 1, "at": now, "args": args}

    def photo(self, name: str, purpose: str, **of: str) -> Mutation:
        """Return the mutation that tells of a photograph; its bytes follow with the next send."""
        data = (PHOTOS / name).read_bytes()
        digest = sha256(data).hexdigest()
        _store(data, digest)
        self.waiting.append((digest, len(data)))
        with Image.open(PHOTOS / name) as image:
            width, height = image.size
        return "photo.add", {
            "id": new_id(),
            "sha256": digest,
            "size": len(data),
            "mime": "image/jpeg",
            "w": width,
            "h": height,
            "taken_at": clock.now_ms(),
            "origin": "camera",
            "purpose": purpose,
            "annotations": [],
            **of,
        }


def _store(data: bytes, digest: str) -> None:
    store = current_app.extensions["store"]
    if store.has(digest):
        return
    part = store.parts() / f"demo-{digest}"
    with part.open("wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    store.keep(part, digest)
