"""A file is imported while the phone itself sends the same, and by two people at the same time."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from server.access.rules import Actor
from server.inspections.models import Answer
from server.inspections.service import start_inspection
from server.kernel.db import db, transaction
from server.org.models import Person, Unit
from server.org.queries import actor_of
from server.rescue import bring, service
from server.rescue.service import Desk
from server.sync.models import SyncMutation
from server.web.auth import COOKIE
from tests.conftest import BACKENDS
from tests.factories.inspections import starting
from tests.rescue.conftest import ITEMS
from tests.rescue.writer import written
from tests.support.databases import Databases
from tests.sync.live import Ground, closing, ground
from tests.sync.phone import Phone, through

WORK = 60


def in_app(app: Flask, work: Callable[[], None], broken: list[BaseException]) -> threading.Thread:
    """Run in a thread as a request would."""

    def run() -> None:
        try:
            with app.app_context():
                work()
        except BaseException as exc:
            broken.append(exc)

    return threading.Thread(target=run)


def prepare(made: Ground) -> tuple[Actor, Phone, str]:
    """Work on a phone, and its author as the one who brings it to the desk."""
    person, token = made.people[0]
    with made.app.app_context(), transaction():
        actor = actor_of(db.session.get_one(Person, person))
        unit = db.session.get_one(Unit, made.unit)
        visit = start_inspection(actor, starting(unit)).id
    client = made.app.test_client()
    client.set_cookie(COOKIE, token)
    phone = Phone(through(client))
    for number in range(WORK):
        phone.answer(visit, ITEMS[number % 3], note=f"第{number}次")
    return actor, phone, visit


def opened(made: Ground, actor: Actor, data: bytes) -> str:
    desk = Desk(made.app.extensions["settings"])
    with made.app.app_context():
        with transaction():
            file = service.begin(actor, desk, len(data)).id
        desk.spool(file).append(0, data)
        service.open_file(actor, desk, file, "correct horse")
    return file


@pytest.mark.parametrize("kind", BACKENDS)
@pytest.mark.fault(4, 38)
def test_phone_and_two_imports_at_once(kind: str, databases: Databases, tmp_path: Path) -> None:
    with closing(ground(databases.fresh(kind), tmp_path, 1)) as made:
        actor, phone, visit = prepare(made)
        desk, store = Desk(made.app.extensions["settings"]), made.app.extensions["store"]
        data = written(phone, actor.user_id)
        files = [opened(made, actor, data) for _ in range(2)]
        sent = [one["id"] for one in phone.outbox]
        broken: list[BaseException] = []

        def send() -> None:
            while phone.outbox:
                if phone.exchange(7, pull=False) == 409:
                    phone.reconcile()

        def take(file: str) -> Callable[[], None]:
            def run() -> None:
                while not bring.step(actor, desk, store, file)["done"]:
                    pass

            return run

        threads = [in_app(made.app, work, broken) for work in (send, *map(take, files))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert broken == []
        with made.app.app_context(), transaction(write=False):
            known = db.session.scalars(select(SyncMutation.id)).all()
            fates = set(db.session.scalars(select(SyncMutation.status)))
            assert (sorted(known), fates) == (sorted(sent), {"applied"})
            rows = db.session.scalars(select(Answer).where(Answer.inspection_id == visit))
            assert sum(row.fields["note"]["rev"] for row in rows) == WORK
            assert db.session.scalar(select(func.count()).select_from(Answer)) == 3
