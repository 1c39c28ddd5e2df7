"""
Any mixture of working, sending, losing answers, saving files, importing whole or in parts, being
shut out and being forgotten ends with every piece once, in its author's name.

A file that broke the rule is kept in the examples of the test below.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from server.evidence.models import Photo
from server.inspections.models import Answer
from server.kernel.db import db
from server.sync.models import SyncClient, SyncMutation
from tests.factories.inspections import make_inspection
from tests.rescue.conftest import ITEMS, take
from tests.rescue.writer import RescueDesk, written
from tests.support.actors import Actors
from tests.support.clients import AppClient
from tests.sync.phone import Phone, through

STEPS = (
    "write", "write", "photo", "send", "send", "lose", "save", "save", "import", "half",
    "again", "shut-out", "forget",
)  # fmt: skip
DEAD = ("shut-out", "forget")


class History:
    """One phone, one desk, and what was done on the phone so far."""

    def __init__(self, actors: Actors, phone: AppClient, lead: AppClient) -> None:
        self.actors = actors
        self.person = actors.person("inspector").id
        self.visit = make_inspection(actors["inspector"], actors.world.hospital)
        self.phone = Phone(through(phone))
        self.desk = RescueDesk(lead)
        self.photos: dict[str, bytes] = {}
        self.written: list[str] = []
        self.files: list[bytes] = []
        self.opened: list[str] = []
        self.dead = False
        db.session.commit()

    def do(self, step: str) -> None:
        getattr(self, "_" + step.replace("-", "_"))()

    def _write(self) -> None:
        number = len(self.written)
        self.written.append(
            self.phone.answer(self.visit.id, ITEMS[number % 3], note=f"第{number}次")
        )

    def _photo(self) -> None:
        photo, data = take(self.phone, self.visit, len(self.photos))
        self.photos[photo] = data
        self.written.append(self.phone.outbox[-1]["id"])

    def _send(self) -> None:
        self._exchange(lose=False)

    def _lose(self) -> None:
        self._exchange(lose=True)

    def _exchange(self, *, lose: bool) -> None:
        if self.phone.exchange(2, lose=lose) == 409 and not lose:
            self.phone.reconcile()

    def _save(self) -> None:
        self.files.append(written(self.phone, self.person, self.photos))

    def _import(self) -> None:
        if self.files:
            self.desk.bring(self.files[-1])

    def _half(self) -> None:
        if self.files:
            file = self.desk.upload(self.files[-1])
            self.desk.open(file)
            self.desk.step(file)
            self.opened.append(file)

    def _again(self) -> None:
        """Go on with a file that was left half-way, however old it is by now."""
        if self.opened:
            self.desk.run(self.opened[0])

    def _shut_out(self) -> None:
        self._mark("revoked")

    def _forget(self) -> None:
        client = db.session.get(SyncClient, self.phone.client)
        if client is not None:
            db.session.delete(client)
            db.session.commit()

    def _mark(self, state: str) -> None:
        client = db.session.get(SyncClient, self.phone.client)
        if client is not None:
            client.state = state
            db.session.commit()

    def end(self) -> None:
        """The last file is brought in; a phone that still may then sends the rest itself."""
        self._save()
        self._import()
        client = db.session.get(SyncClient, self.phone.client)
        if client is None or client.state == "active":
            self.phone.sync()

    def require_whole(self, app: Flask) -> None:
        rows = db.session.execute(
            select(SyncMutation.id, SyncMutation.status).where(SyncMutation.id.in_(self.written))
        ).all()
        assert sorted(row[0] for row in rows) == sorted(self.written)
        assert {row[1] for row in rows} <= {"applied", "merged"}
        answers = db.session.scalars(select(Answer).where(Answer.inspection_id == self.visit.id))
        notes = [row.fields["note"] for row in answers]
        assert sum(note["rev"] for note in notes) == len(self.written) - len(self.photos)
        assert {note["by"] for note in notes} <= {self.person}
        store = app.extensions["store"]
        for photo, data in self.photos.items():
            row = db.session.get_one(Photo, photo)
            with store.open(row.sha256) as handle:
                assert (row.state, handle.read()) == ("stored", data)
        query = select(func.count()).where(Photo.inspection_id == self.visit.id)
        assert db.session.scalar(query) == len(self.photos)


@pytest.mark.fault(1, 4, 5, 25, 35, 45, 72, 76)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.sampled_from(STEPS), max_size=14))
@example(steps=["write", "photo", "save", "half", "lose", "write", "again", "send", "import"])
@example(steps=["write", "lose", "save", "forget", "import", "write", "send"])
@example(steps=["write", "send", "shut-out", "write", "photo", "save", "half", "import"])
def test_every_mixture_ends_with_every_piece_once(
    app: Flask, actors: Actors, login: Callable[..., AppClient], steps: list[str]
) -> None:
    history = History(actors, login("inspector"), login("bureau_office"))
    for step in steps:
        history.do(step)
    history.end()
    history.require_whole(app)
