"""A server that can be backed up, restored, killed and upgraded; its people and their phones."""

import contextvars
import hashlib
import itertools
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import event, select, update
from sqlalchemy.engine import Engine

from server import create_app
from server.evidence import sweep
from server.evidence.storage import FileStore
from server.inspections.service import start_inspection
from server.kernel import clock as kernel_clock
from server.kernel import db as kernel_db
from server.kernel import driver, ids
from server.kernel.db import db
from server.org.models import Department, LoginSession, RoleGrant, Unit
from server.org.queries import actor_of
from server.sync import tidy, upcasts
from server.sync.args import Args
from server.sync.handlers import HANDLERS, Handler
from server.sync.verdicts import Verdict
from server.sync.work import Work
from server.web.auth import COOKIE
from tests.factories.inspections import starting
from tests.factories.org import make_department, make_person, make_region, make_unit
from tests.support.clock import FrozenClock
from tests.support.databases import Databases
from tests.sync.field_phone import FieldPhone
from tests.sync.phone import Send

ITEMS = ("ward.rules.posted", "ward.rules.drill")
DAY_MS = 86_400_000
POISON = "test.poison"


class Killed(BaseException):
    """The worker is gone: nothing catches this, nothing is said."""


class Poisoned(Args):
    """A command that no phone sends."""

    name: str
    unit: str


def _half_and_crash(work: Work, args: Poisoned) -> Verdict:
    """Write something, then break as a bug would."""
    unit = db.session.get_one(Unit, args.unit)
    make_department(id=ids.new_id(), unit_id=unit.id, region_id=unit.region_id, name=args.name)
    raise RuntimeError(args.name)


class Server:
    """The real application on a SQLite file."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self.clock = FrozenClock()
        kernel_clock.use(self.clock)
        self._count = itertools.count()
        self._real = (ids.os, ids.time)
        self._plain_ids()
        self._pragmas = kernel_db._PRAGMAS
        # No power fails here: tests/torture cuts it.
        kernel_db._PRAGMAS = tuple(p.replace("=FULL", "=OFF") for p in self._pragmas)
        self._upcasts = upcasts.UPCASTS
        self.counts: Counter[str] = Counter()
        self.dies_in: int | None = None
        self.file = folder / "history.sqlite"
        self.blank = folder / "blank.sqlite"
        url = databases.fresh("sqlite")
        shutil.copyfile(url.removeprefix("sqlite:///"), self.file)
        self.app: Flask = create_app(databases.settings(f"sqlite:///{self.file}", folder))
        with self.app.app_context():
            self._fill()
            db.session.remove()
        self._logging = structlog.get_config()
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
        self.save(self.blank)
        HANDLERS[POISON] = Handler(Poisoned, _half_and_crash)

    def _plain_ids(self) -> None:
        """Make identifiers countable, so that a kept history is played alike each time."""
        ids.os = SimpleNamespace(urandom=lambda n: next(self._count).to_bytes(n, "big"))  # type: ignore[assignment]
        ids.time = SimpleNamespace(time_ns=lambda: 1_795_000_000_000_000_000)  # type: ignore[assignment]

    def _fill(self) -> None:
        city = make_region()
        here, there = make_region(parent=city), make_region(parent=city)
        units = [make_unit(here), make_unit(there)]
        people = [make_person(role="inspector", region=here) for _ in range(2)]
        make_person(role="inspector", region=there)
        self.units = [(unit.id, unit.region_id) for unit in units]
        self.regions = [here.id, there.id]
        self.people = [person.id for person in people]
        db.session.flush()
        lead = actor_of(people[0])
        self.inspections = []
        for _ in range(2):
            start = starting(units[0], member_ids=[people[1].id], mode="spot")
            self.inspections.append(start_inspection(lead, start).id)
            self.definition = start.definition
        for person in people:
            db.session.add(self._session(person.id))
        db.session.commit()

    def _session(self, person: str) -> LoginSession:
        now = self.clock()
        return LoginSession(
            token_hash=hashlib.sha256(person.encode()).hexdigest(),
            person_id=person,
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(days=3650),
        )

    @property
    def store(self) -> FileStore:
        found = self.app.extensions["store"]
        assert isinstance(found, FileStore)
        return found

    def close(self) -> None:
        self.free()
        kernel_clock.use(None)
        self.upgrade(1)
        HANDLERS.pop(POISON, None)
        structlog.configure(**self._logging)
        ids.os, ids.time = self._real
        kernel_db._PRAGMAS = self._pragmas

    def free(self) -> None:
        """Let go of the file, so that it can be copied or replaced."""
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()

    def save(self, target: Path) -> None:
        self.free()
        shutil.copyfile(self.file, target)

    def restore(self, source: Path) -> None:
        self.free()
        for ending in ("-wal", "-shm"):
            self.file.with_name(self.file.name + ending).unlink(missing_ok=True)
        shutil.copyfile(source, self.file)
        self._log_in_again()

    def begin(self, moment: Any) -> None:
        """Everything as it was on the first day."""
        self.clock.set(moment)
        self.restore(self.blank)
        self.upgrade(1)
        for folder in (self.store.parts(), self.store.root / "blobs"):
            for path in [p for p in folder.rglob("*") if p.is_file()]:
                path.unlink()

    @contextmanager
    def _dying(self) -> Iterator[None]:
        """Kill the worker at a statement, if that was ordered."""
        if self.dies_in is None:
            yield
            return
        left = itertools.count(self.dies_in, -1)

        def strike(*_: Any) -> None:
            if next(left) == 0:
                raise Killed()

        opened = driver._Cursor.__enter__

        def enter(self: Any) -> Any:
            strike()
            return opened(self)

        event.listen(Engine, "before_cursor_execute", strike)
        driver._Cursor.__enter__ = enter  # type: ignore[method-assign]
        try:
            yield
        finally:
            event.remove(Engine, "before_cursor_execute", strike)
            driver._Cursor.__enter__ = opened  # type: ignore[method-assign]
            self.dies_in = None

    def ask(self, person: int, method: str, path: str, **given: Any) -> Any:
        """One request of a person in a context of its own; None when the worker died in it."""
        client = self.app.test_client()
        client.set_cookie(COOKIE, self.people[person])
        try:
            with self._dying():
                return contextvars.Context().run(client.open, path, method=method, **given)
        except Killed:
            self.counts["kills"] += 1
            self.free()
            return None

    def sender(self, person: int) -> Send:
        """Exchanges of one person."""

        def send(path: str, body: bytes, headers: dict[str, str]) -> Any:
            given = {"data": body, "headers": headers, "content_type": "application/json"}
            answer = self.ask(person, "POST", path, **given)
            if answer is None:
                return 0, {}, b""
            return answer.status_code, dict(answer.headers), answer.data

        return send

    def phone(self, person: int) -> FieldPhone:
        return FieldPhone(self.sender(person))

    def grant(self, person: int, region: int) -> None:
        """Move a person's role to another region."""
        with self.app.app_context():
            row = db.session.scalars(
                select(RoleGrant).where(RoleGrant.person_id == self.people[person])
            ).one()
            row.region_id = self.regions[region]
            db.session.commit()
            db.session.remove()

    def department(self, act: str, number: int) -> None:
        """Add, move, rename or delete a department."""
        with self.app.app_context():
            rows = db.session.scalars(select(Department).order_by(Department.id)).all()
            if act == "add" or not rows:
                unit, region = self.units[number % 2]
                make_department(
                    id=ids.new_id(), unit_id=unit, region_id=region, name=f"科室{number}"
                )
            elif act == "delete":
                db.session.delete(rows[number % len(rows)])
            elif act == "move":
                row = rows[number % len(rows)]
                row.unit_id, row.region_id = self.units[row.unit_id == self.units[0][0]]
            else:
                rows[number % len(rows)].name = f"改名{number}"
            db.session.commit()
            db.session.remove()

    def night(self) -> None:
        """What is done every night, and a look through the whole store."""
        with self.app.app_context():
            tidy.tidy()
            sweep.drop_uploads(self.store)
            sweep.drop_blobs(self.store)
            sweep.scrub(self.store, share=1)
            db.session.remove()

    def age(self, days: int) -> None:
        """Let time pass, and the night's tidying with it."""
        self.clock.move(days=days)
        self.night()
        self._log_in_again()

    def upgrade(self, version: int) -> None:
        """Let the server know answers of this version, no newer ones."""
        HANDLERS["answer.set"] = replace(HANDLERS["answer.set"], v=version)
        same = {("answer.set", 1): lambda args: args}
        upcasts.UPCASTS = self._upcasts if version == 1 else {**self._upcasts, **same}

    def lose_bytes(self, number: int) -> None:
        """The store of photos is older than the database: one file is not there."""
        files = sorted(p for p in (self.store.root / "blobs").rglob("*") if p.is_file())
        files = [p for p in files if len(p.name) == 64]
        if files:
            files[number % len(files)].unlink()

    def _log_in_again(self) -> None:
        now = self.clock()
        with self.app.app_context():
            expires = now + timedelta(days=3650)
            db.session.execute(
                update(LoginSession).values(created_at=now, seen_at=now, expires_at=expires)
            )
            db.session.commit()
            db.session.remove()
