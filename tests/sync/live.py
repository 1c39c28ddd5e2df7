"""A running server with people, and phones that talk to it over real connections."""

import hashlib
import http.client
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from flask import Flask

from server import create_app
from server.kernel import clock
from server.kernel.db import db
from server.kernel.settings import Settings
from server.org.models import LoginSession
from server.web.auth import COOKIE
from tests.factories.definitions import make_definition
from tests.factories.org import make_person, make_region, make_unit
from tests.support.live import LiveServer
from tests.sync.phone import Phone, Send


@dataclass
class Ground:
    """What the phones of a live test share."""

    app: Flask
    unit: str
    region: str
    definition: str
    people: list[tuple[str, str]] = field(default_factory=list)
    links: list[http.client.HTTPConnection] = field(default_factory=list)


def ground(database_url: str, folder: Path, people: int) -> Ground:
    """Fill a migrated database, committing for real."""
    settings = Settings(
        database_url=database_url,
        var=folder,
        store=folder / "store",
        demo=False,
        public_url="",
        testing=True,
    )
    app = create_app(settings)
    with app.app_context():
        county = make_region(parent=make_region())
        unit = make_unit(county)
        made = Ground(app, unit.id, county.id, make_definition().hash)
        for _ in range(people):
            person = make_person(role="inspector", region=county)
            token = secrets.token_urlsafe(32)
            now = clock.now()
            db.session.add(
                LoginSession(
                    token_hash=hashlib.sha256(token.encode()).hexdigest(),
                    person_id=person.id,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + timedelta(days=30),
                )
            )
            made.people.append((person.id, token))
        db.session.commit()
        db.session.remove()
    return made


@contextmanager
def closing(made: Ground) -> Iterator[Ground]:
    """Close every connection at the end."""
    try:
        yield made
    finally:
        for link in made.links:
            link.close()
        with made.app.app_context():
            db.session.remove()
            db.engine.dispose()


def over_http(server: LiveServer, made: Ground, token: str) -> Send:
    """Send over one kept-alive connection."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    made.links.append(connection)

    def send(path: str, body: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        given = {"Cookie": f"{COOKIE}={token}", "Content-Type": "application/json", **headers}
        connection.request("POST", path, body, given)
        answer = connection.getresponse()
        data = answer.read()
        return answer.status, dict(answer.getheaders()), data

    return send


def phone_of(server: LiveServer, made: Ground, number: int) -> Phone:
    """The phone of one of the people."""
    return Phone(over_http(server, made, made.people[number][1]))
