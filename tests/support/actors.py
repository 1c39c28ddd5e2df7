"""A small world with somebody in every role, made when first asked for."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from flask import Flask

from server.access.rules import Actor
from server.kernel import clock
from server.kernel.db import db
from server.org import queries
from server.org.models import LoginSession, Person, Region, Unit
from server.web.auth import COOKIE
from tests.factories.org import make_person, make_region, make_unit
from tests.support.clients import AppClient, client_of

#: held on the county; the other roles are held on the hospital
ON_REGION = (
    "administrator",
    "bureau_office",
    "inspector",
    "expert",
    "guest",
    "read_only",
    "visit_planner",
)
ON_UNIT = ("unit_head", "safety_officer", "staff")
NAMES = {
    "administrator": "管理员",
    "bureau_office": "周局办",
    "inspector": "王检查",
    "expert": "吴专家",
    "guest": "郑外援",
    "read_only": "冯只读",
    "visit_planner": "褚策划",
    "unit_head": "陈院长",
    "safety_officer": "李安全",
    "staff": "赵职工",
}


@dataclass
class World:
    """A city with two counties: hospital and clinic in the first, a hospital in the second."""

    app: Flask

    @cached_property
    def city(self) -> Region:
        return make_region(name="安平市", code="339900", level="city")

    @cached_property
    def county(self) -> Region:
        return make_region(parent=self.city, name="安平县", code="339901")

    @cached_property
    def other_county(self) -> Region:
        return make_region(parent=self.city, name="临安县", code="339902")

    @cached_property
    def hospital(self) -> Unit:
        return make_unit(self.county, name="安平县人民医院", short_name="县医院")

    @cached_property
    def clinic(self) -> Unit:
        return make_unit(self.county, name="城关村卫生室", short_name="城关室", tier="village")

    @cached_property
    def other_hospital(self) -> Unit:
        return make_unit(self.other_county, name="临安县中医院", short_name="临中医")


class Actors:
    """`actors["inspector"]` is an Actor; `person` its row; `login` a client with its session."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._people: dict[str, str] = {}

    def person(self, role: str) -> Person:
        """The person who holds *role*."""
        if role not in self._people:
            unit = self.world.hospital if role in ON_UNIT else None
            region = None if unit else self.world.county
            made = make_person(role=role, unit=unit, region=region, name=NAMES[role], username=role)
            self._people[role] = made.id
        person = db.session.get(Person, self._people[role])
        assert person is not None
        return person

    def __getitem__(self, role: str) -> Actor:
        return queries.actor_of(self.person(role))

    def of(self, person: Person) -> Actor:
        """The Actor of somebody whom the test made."""
        return queries.actor_of(person)

    def login(self, who: str | Person) -> AppClient:
        """A client that carries a live session of a role's holder or of a person."""
        person = self.person(who) if isinstance(who, str) else who
        token = secrets.token_urlsafe(32)
        now = clock.now()
        db.session.add(
            LoginSession(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                person_id=person.id,
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(days=365),
            )
        )
        client = client_of(self.world.app)
        client.set_cookie(COOKIE, token)
        return client
