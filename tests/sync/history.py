"""A server that can be backed up and restored, its people, their phones, and what must hold."""

import contextvars
import hashlib
import json
import shutil
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select, update

from server import create_app
from server.inspections.models import Answer
from server.inspections.service import start_inspection
from server.kernel import clock as kernel_clock
from server.kernel import ids
from server.kernel.db import db
from server.org.models import Department, LoginSession, RoleGrant
from server.org.queries import actor_of
from server.sync import check, tidy
from server.sync.models import SyncMutation
from server.web.auth import COOKIE
from tests.factories.inspections import starting
from tests.factories.org import make_department, make_person, make_region, make_unit
from tests.support.clock import FrozenClock
from tests.support.databases import Databases
from tests.sync.phone import Phone, Send

ITEMS = ("ward.rules.posted", "ward.rules.drill")


class Server:
    """The real application on a SQLite file."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self.clock = FrozenClock()
        kernel_clock.use(self.clock)
        self.file = folder / "history.sqlite"
        self.blank = folder / "blank.sqlite"
        url = databases.fresh("sqlite")
        shutil.copyfile(url.removeprefix("sqlite:///"), self.file)
        self.app: Flask = create_app(databases.settings(f"sqlite:///{self.file}", folder))
        with self.app.app_context():
            self._fill()
            db.session.remove()
        self.save(self.blank)

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

    def close(self) -> None:
        self.free()
        kernel_clock.use(None)

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

    def sender(self, person: int) -> Send:
        """Requests of one person, each in a context of its own."""
        client = self.app.test_client()
        client.set_cookie(COOKIE, self.people[person])

        def send(path: str, body: bytes, headers: dict[str, str]) -> Any:
            answer = contextvars.Context().run(
                client.post, path, data=body, headers=headers, content_type="application/json"
            )
            return answer.status_code, dict(answer.headers), answer.data

        return send

    def phone(self, person: int) -> Phone:
        return Phone(self.sender(person))

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

    def age(self, days: int) -> None:
        """Let time pass, and the night's tidying with it."""
        self.clock.move(days=days)
        with self.app.app_context():
            tidy.tidy()
        self._log_in_again()

    def _log_in_again(self) -> None:
        now = self.clock()
        with self.app.app_context():
            expires = now + timedelta(days=3650)
            db.session.execute(
                update(LoginSession).values(created_at=now, seen_at=now, expires_at=expires)
            )
            db.session.commit()
            db.session.remove()

    def assert_sound(self) -> None:
        """The feed agrees with the tables, and no mutation has had two effects."""
        with self.app.app_context():
            assert check.check().sound
            said: Counter[tuple[str, ...]] = Counter()
            query = select(SyncMutation.args).where(
                SyncMutation.name == "answer.set", SyncMutation.status.in_(("applied", "merged"))
            )
            for text in db.session.scalars(query):
                args = json.loads(text or "{}")
                for name in args["set"]:
                    said[(args["inspection"], args["target"], args["item"], name)] += 1
            for row in db.session.scalars(select(Answer)):
                for name, state in row.fields.items():
                    key = (row.inspection_id, row.target_id, row.item_key, name)
                    assert state["rev"] == said[key], (key, state["rev"], said[key])
            db.session.remove()

    def statuses(self) -> dict[str, str]:
        """What became of every mutation that the server knows."""
        with self.app.app_context():
            rows = db.session.execute(select(SyncMutation.id, SyncMutation.status)).all()
            db.session.remove()
            return {row[0]: row[1] for row in rows}
