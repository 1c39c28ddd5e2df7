"""The unit is put under another region while a visit to it is planned."""

from typing import Any

import pytest
from sqlalchemy import select

from server.kernel.db import db
from server.org import units
from server.org.models import Region
from server.visits.models import Visit
from tests.factories.org import make_person
from tests.support.clock import FrozenClock
from tests.support.queries import counted
from tests.visits.conftest import Scene, arrival, opening


def move(scene: Scene, region: Region | None = None) -> list[str]:
    """Put the hospital elsewhere; the statements that it took."""
    target = region or scene.world.other_county
    assert target.id
    assert scene.world.hospital.id
    db.session.commit()
    assert scene.world.hospital.region_id
    with counted() as asked:
        units.move_unit(None, scene.world.hospital, target.id)
        db.session.flush()
    db.session.commit()
    return list(asked)


def test_moving_a_unit_asks_nothing_about_visits_and_waits_for_none(scene: Scene) -> None:
    """Whoever may move units learns nothing from what the database is asked."""
    assert scene.guest
    assert scene.planner
    for _ in range(2):
        without = move(scene)
        move(scene, scene.world.county)
    visit = scene.plan()
    with_visit = move(scene)
    assert with_visit == without
    row = db.session.get_one(Visit, visit["id"])
    assert row.region_id == scene.world.county.id
    assert row.rev == visit["rev"]


def test_who_planned_it_can_still_call_it_off_and_tell_somebody_there(scene: Scene) -> None:
    visit = scene.plan()
    path = f"/api/visits/{visit['id']}"
    move(scene)
    told = scene.planner.get(path).json
    assert "change" not in told["may"]
    assert "unit-moved" in told["concerns"]
    refused = scene.planner.patch(path, json={"rev": visit["rev"], "note": "改"})
    assert (refused.status_code, refused.json["code"]) == (409, "visit-unit-moved")
    there = make_person(role="visit_planner", region=scene.world.other_county, name="临策划")
    client = scene.login(there)
    assert client.get(path).status_code == 404
    answer = scene.planner.post(f"{path}/knowers", json={"person_id": there.id})
    assert answer.status_code == 200, answer.json
    changed = client.patch(path, json={"rev": client.get(path).json["rev"], "note": "走正门"})
    assert changed.status_code == 200, changed.json
    assert scene.planner.post(f"{path}/cancel", json={"reason": "改由临安县"}).status_code == 200


@pytest.mark.parametrize("role", ["bureau_office", "visit_planner", "administrator"])
def test_nobody_of_either_region_sees_it_before_its_release(scene: Scene, role: str) -> None:
    visit = scene.plan()
    move(scene)
    for region in (scene.world.county, scene.world.other_county):
        client = scene.login(make_person(role=role, region=region))
        assert client.get(f"/api/visits/{visit['id']}").status_code == 404
        assert client.get("/api/visits").json["total"] == 0


def test_afterwards_it_belongs_to_where_the_unit_lies(scene: Scene, clock: FrozenClock) -> None:
    """Like the task and the record: read, numbered and judged there; its planner keeps it."""
    scene.tag()
    visit = scene.plan()
    move(scene)
    clock.move(hours=2)
    assert scene.leader.push("visit.open", opening(visit))["status"] == "applied"
    assert scene.leader.push("visit.arrive", arrival(visit))["status"] == "applied"
    here = scene.login(make_person(role="bureau_office", region=scene.world.other_county))
    old = scene.login(make_person(role="bureau_office", region=scene.world.county))
    told: dict[str, Any] = here.get(f"/api/visits/{visit['id']}").json
    assert told["may"] == ["log"]
    assert "339902" in told["number"]
    assert old.get(f"/api/visits/{visit['id']}").status_code == 404
    assert scene.planner.get(f"/api/visits/{visit['id']}").status_code == 200
    task = select(Visit.assignment_id).where(Visit.id == visit["id"])
    assert here.get(f"/api/assignments/{db.session.scalar(task)}").status_code == 200
