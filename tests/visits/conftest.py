"""A planned visit to the hospital: planner, leader at home, a member from another county."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

import pytest

from server.kernel import clock
from server.kernel.ids import new_id
from server.org.models import Person
from tests.factories.definitions import make_definition
from tests.factories.locations import make_location, make_tag
from tests.factories.org import make_person
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.visits.device import Device

Login = Callable[..., AppClient]


@dataclass
class Scene:
    """Everybody who has to do with a visit, made when first asked for."""

    actors: Actors
    login: Login

    @property
    def world(self) -> World:
        return self.actors.world

    @cached_property
    def guest(self) -> Person:
        """An inspector of the other county, without any right in the hospital."""
        return make_person(role="inspector", region=self.world.other_county, name="孙外县")

    @cached_property
    def planner(self) -> AppClient:
        return self.login("visit_planner")

    @cached_property
    def leader(self) -> Device:
        return Device(self.login("inspector"))

    @cached_property
    def member(self) -> Device:
        return Device(self.login(self.guest))

    @cached_property
    def definition(self) -> str:
        return make_definition().hash

    def body(self, **given: Any) -> dict[str, Any]:
        assert self.definition
        opens = clock.now() + timedelta(hours=2)
        return {
            "id": new_id(),
            "unit_id": self.world.hospital.id,
            "checklist_keys": ["ward"],
            "note": "从急诊后门进",
            "leader_id": self.actors.person("inspector").id,
            "member_ids": [self.guest.id],
            "opens_at": clock.to_ms(opens),
            "ends_at": clock.to_ms(opens + timedelta(hours=8)),
        } | given

    def plan(self, **given: Any) -> dict[str, Any]:
        answer = self.planner.post("/api/visits", json=self.body(**given))
        assert answer.status_code == 200, answer.json
        told: dict[str, Any] = answer.json
        return told

    def log(self, visit_id: str) -> list[tuple[str, str]]:
        """(how, person) of the log, checked."""
        answer = self.planner.get(f"/api/visits/{visit_id}/knowledge")
        assert answer.status_code == 200, answer.json
        assert answer.json["sound"] is True
        return [(line["how"], line["person"]) for line in answer.json["items"]]

    def tag(self, code: str = "QZ7K2M") -> str:
        room = make_location(self.world.hospital)
        make_tag(
            code,
            region=self.world.county,
            unit_id=self.world.hospital.id,
            state="bound",
            target_kind="location",
            target_id=room.id,
        )
        return code


@pytest.fixture
def scene(actors: Actors, login: Login) -> Scene:
    return Scene(actors, login)


def opening(visit: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The arguments of visit.open, now."""
    return {"id": visit["id"], "opened_at": clock.now_ms(), "how": "time"} | given


def arrival(visit: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The arguments of visit.arrive, now, by a tag."""
    return {
        "id": visit["id"],
        "assignment_id": visit["plan"]["assignment_id"],
        "arrived_at": clock.now_ms(),
        "proof": {"kind": "tag", "tag": "QZ7K2M"},
        "met": [{"name": "陈院长", "title": "院长"}],
        "escort": False,
    } | given


def start(visit: dict[str, Any], scene: Scene, **given: Any) -> dict[str, Any]:
    """The arguments of inspection.start for the visit's task."""
    return {
        "id": new_id(),
        "assignment_id": visit["plan"]["assignment_id"],
        "unit_id": visit["plan"]["unit_id"],
        "checklist_key": "ward",
        "definition": scene.definition,
        "mode": visit["plan"]["mode"],
        "targets": {},
        "started_at": clock.now_ms(),
        "member_ids": [],
    } | given
