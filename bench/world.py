"""A fresh installation: a county, a hospital, forty inspectors, a checklist of sixty items."""

import hashlib
import json
import secrets
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from server import create_app
from server.access import rules as access
from server.definitions.load import canonical
from server.definitions.models import DefinitionVersion
from server.kernel import clock, ids, migrate
from server.kernel.db import db
from server.org.models import LoginSession, Person, Region, Role, RoleGrant, Unit

# Forty phones, and one that starts anew.
PEOPLE = 41
ITEMS = 60


def build() -> dict[str, Any]:
    """Make the world in the database that the environment names; what a client has to know."""
    app = create_app()
    with app.app_context():
        migrate.upgrade()
        roles = json.loads(Path(access.__file__).with_name("roles.json").read_text())
        for role in roles:
            if db.session.get(Role, role["key"]) is None:
                db.session.add(Role(**role))
        region = _region()
        unit = _unit(region)
        definition = _definition()
        people = [_person(number, region) for number in range(PEOPLE)]
        db.session.commit()
        return {"unit": unit.id, "definition": definition, "people": people}


def _region() -> Region:
    name = ids.new_id()
    region = Region(id=name, code="330001", name="平安县", level="county", path=f"/{name}/")
    db.session.add(region)
    db.session.flush()
    return region


def _unit(region: Region) -> Unit:
    unit = Unit(
        id=ids.new_id(),
        region_id=region.id,
        name="平安县人民医院",
        short_name="县医院",
        tier="hospital",
        attributes=[],
    )
    db.session.add(unit)
    db.session.flush()
    return unit


def _definition() -> str:
    items = [
        {
            "key": f"g{number // 10}.q{number:02d}",
            "ask": {"zh": f"第{number}项", "en": f"Item {number}"},
            "answer": {"type": "pass-fail-na", "allow_na": True},
            "readings": [
                {"key": "m", "type": "number", "label": {"zh": "读数", "en": "Reading"}},
                {
                    "key": "t",
                    "type": "text",
                    "max_length": 300,
                    "label": {"zh": "说明", "en": "Words"},
                },
            ],
            "basis": [],
            "photo": {"rule": "never"},
            "weight": 1,
        }
        for number in range(ITEMS)
    ]
    sections = [
        {
            "key": f"g{n}",
            "title": {"zh": f"第{n}部分", "en": f"Part {n}"},
            "items": items[n * 10 : n * 10 + 10],
        }
        for n in range(6)
    ]
    return publish("bench", {"zh": "测试", "en": "Bench"}, sections)


def publish(key: str, title: dict[str, str], sections: list[dict[str, Any]]) -> str:
    """Add a checklist as if it had been published; its hash."""
    body = canonical({"key": key, "title": title, "minutes": 30, "sections": sections})
    digest = hashlib.sha256(body.encode()).hexdigest()
    db.session.add(
        DefinitionVersion(
            hash=digest,
            kind="checklist",
            key=key,
            title_zh=title["zh"],
            title_en=title["en"],
            items=sum(len(section["items"]) for section in sections),
            minutes=30,
            effective_from=date(2026, 1, 1),
            published_at=clock.now(),
            body=body,
        )
    )
    return digest


def _person(number: int, region: Region) -> dict[str, str]:
    person = Person(
        id=ids.new_id(), name=f"检查员{number}", region_id=region.id, username=f"bench{number}"
    )
    db.session.add(person)
    db.session.flush()
    db.session.add(
        RoleGrant(id=ids.new_id(), person_id=person.id, role="inspector", region_id=region.id)
    )
    return {"id": person.id, "token": logged_in(person)}


def logged_in(person: Person) -> str:
    """Begin a session for a person; the cookie's value."""
    token, now = secrets.token_urlsafe(32), clock.now()
    db.session.add(
        LoginSession(
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            person_id=person.id,
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(days=30),
        )
    )
    return token


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(build()))
