"""One county on an ordinary day, and everybody in it who would like to know more."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from server.draws import seeds
from server.kernel import clock, ids
from server.kernel.db import db
from server.org.models import Person
from tests.factories.campaigns import make_assignment
from tests.factories.definitions import make_definition
from tests.factories.hazards import make_hazard
from tests.factories.inspections import make_inspection
from tests.factories.locations import make_asset, make_location, make_tag
from tests.factories.org import make_department, make_grant, make_person
from tests.spy.guesses import Clues
from tests.support.actors import ON_REGION, ON_UNIT, Actors
from tests.support.clients import AppClient, client_of
from tests.sync.phone import Phone, through

TAG = "ABCD234"


@dataclass
class Scene:
    """Who plans and goes, who spies, and the place that both are about."""

    actors: Actors
    clients: dict[str, AppClient] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)

    @cached_property
    def planner(self) -> Person:
        return make_person(role="visit_planner", region=self.actors.world.county, name="策划甲")

    @cached_property
    def leader(self) -> Person:
        return make_person(role="inspector", region=self.actors.world.county, name="组长甲")

    @cached_property
    def knower(self) -> Person:
        return make_person(role="visit_planner", region=self.actors.world.county, name="知情甲")

    @cached_property
    def member(self) -> Person:
        """An expert of the neighbouring county, without any right in the hospital until then."""
        world = self.actors.world
        person = make_person(unit=world.other_hospital, name="组员甲")
        make_grant(person, "expert", region=world.other_county)
        return person

    def furnish(self) -> None:
        """A day's work in the county: places, tags, hazards, visits, a task, open and done."""
        world, actors = self.actors.world, self.actors
        ward = make_location(world.hospital, name="住院部")
        make_asset(world.hospital, location=ward)
        make_tag(TAG, region=world.county, unit_id=world.hospital.id, state="bound",
                 target_kind="location", target_id=ward.id)  # fmt: skip
        make_department(world.hospital)
        make_definition()
        make_hazard(actors["inspector"], world.hospital, title="通道堵塞")
        make_inspection(actors["inspector"], world.hospital)
        make_assignment(actors)
        assert world.clinic.id
        for person in (self.planner, self.knower, self.leader, self.member):
            assert person.id
        seeds.keep_ahead()
        db.session.commit()

    def spies(self) -> dict[str, Callable[[], AppClient]]:
        """Who looks: everybody in the unit and its region, its neighbours, and a passer-by."""
        world, login = self.actors.world, self.actors.login
        colleague = make_person(role="safety_officer", unit=world.clinic, name="同事乙")
        neighbour = make_person(role="safety_officer", unit=world.other_hospital, name="同事丙")
        other = make_person(role="visit_planner", region=world.county, name="策划乙")
        county = {role: (lambda role=role: login(role)) for role in (*ON_REGION, *ON_UNIT)}  # type: ignore[misc]
        return county | {
            "colleague": lambda: login(colleague),
            "another planner": lambda: login(other),
            "colleague of the member": lambda: login(neighbour),
            "nobody": lambda: client_of(world.app),
        }

    def enter(self) -> None:
        """Log everybody in, and let each phone take what there is before anything is planned."""
        for key in ("/api/ref/keys.json", "/api/ref/rescue-key.json"):  # made when first asked for
            assert client_of(self.actors.world.app).get(key).status_code == 200
        for who, log_in in self.spies().items():
            self.clients[who] = log_in()
            if who != "nobody":
                self.phones[who] = Phone(through(self.clients[who]), client=ids.new_id())
                self.phones[who].sync()

    def clues(self, secrets: tuple[str, ...], words: str) -> Clues:
        """What a spy puts into addresses and bodies."""
        world = self.actors.world
        known = {
            "unit": world.hospital.id,
            "region": world.county.id,
            "person": self.leader.id,
            "assignee": self.leader.id,
            "inspector": self.leader.id,
            "member": self.leader.id,
            "lead": self.leader.id,
            "leader": self.leader.id,
            "code": TAG,
            "tag": TAG,
            "key": "ward",
            "checklist_key": "ward",
            "role": "inspector",
            "definition": make_definition().hash,
        }
        return Clues(known, secrets, words, clock.now_ms(), clock.today())
