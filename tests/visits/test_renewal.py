"""Packages go along with their unit, and nobody but the team can notice."""

from typing import Any

import pytest
from sqlalchemy import func, select

from server.audit.models import AuditEntry
from server.kernel.db import db
from server.visits import service
from server.visits.models import VisitPackage
from tests.factories.locations import make_asset, make_location
from tests.support.clock import FrozenClock
from tests.visits.conftest import Scene, opening
from tests.visits.device import Device, check


def rooms(package: dict[str, Any]) -> set[str]:
    return {data["name"] for etype, _, data in package["rows"] if etype == "location"}


def sha(scene: Scene, visit: dict[str, Any]) -> str:
    return str(scene.planner.get(f"/api/visits/{visit['id']}").json["package_sha256"])


@pytest.fixture
def visit(scene: Scene) -> dict[str, Any]:
    make_location(scene.world.hospital, name="住院部")
    scene.leader.register()
    planned = scene.plan()
    for device in (scene.leader, scene.member):
        device.phone.sync()
    return planned


def test_a_new_place_reaches_the_phone_that_waits(
    scene: Scene, clock: FrozenClock, visit: dict[str, Any]
) -> None:
    key = scene.leader.content_key(visit["id"])
    assert rooms(scene.leader.package(visit["id"], key)) == {"住院部"}
    make_location(scene.world.hospital, name="新氧站")
    make_asset(scene.world.hospital)
    scene.leader.phone.sync()
    assert sha(scene, visit) == visit["package_sha256"], "not more often than every ten minutes"
    clock.move(minutes=10)
    scene.leader.phone.sync()
    assert sha(scene, visit) != visit["package_sha256"]
    row = scene.leader.row(visit["id"])
    assert row is not None
    assert row["package_size"] % 65_536 == 0
    assert rooms(scene.leader.package(visit["id"], key)) == {"住院部", "新氧站"}
    assert scene.leader.content_key(visit["id"]) == key, "one key opens both"
    lines = scene.planner.get(f"/api/visits/{visit['id']}/knowledge").json
    assert lines["sound"] is True
    (line,) = [one for one in lines["items"] if one["how"] == "renewed"]
    assert (line["person_id"], line["details"]["sha256"]) == (None, row["package_sha256"])


def test_what_has_not_changed_stays_and_costs_no_version(
    scene: Scene, clock: FrozenClock, visit: dict[str, Any]
) -> None:
    for _ in range(3):
        clock.move(minutes=15)
        scene.leader.phone.sync()
        assert scene.leader.phone.last["data"] == []
    assert sha(scene, visit) == visit["package_sha256"]
    assert [how for how, _ in scene.log(visit["id"])].count("renewed") == 0


def test_the_former_package_opens_and_counts_as_the_plan(
    scene: Scene, clock: FrozenClock, visit: dict[str, Any]
) -> None:
    """The leader went without a signal before the place was entered; the member came after."""
    row = scene.leader.row(visit["id"])
    assert row is not None
    key = scene.leader.content_key(visit["id"])
    make_location(scene.world.hospital, name="新氧站")
    clock.move(minutes=30)
    scene.member.phone.sync()
    scene.member.phone.sync()
    assert scene.leader.http.get(row["package_url"]).status_code == 404
    assert "新氧站" in rooms(scene.member.package(visit["id"], key)), "the leader's code opens it"
    clock.move(hours=2)
    given = opening(visit, check=check(row, key))
    assert scene.leader.push("visit.open", given)["status"] == "applied"
    lines = scene.planner.get(f"/api/visits/{visit['id']}/knowledge").json["items"]
    (line,) = [one for one in lines if one["how"] == "opened"]
    assert "outdated" not in line["details"]


def test_what_is_open_or_over_is_left_alone(
    scene: Scene, clock: FrozenClock, visit: dict[str, Any]
) -> None:
    clock.move(hours=2)
    assert scene.leader.push("visit.open", opening(visit))["status"] == "applied"
    before = sha(scene, visit)
    make_location(scene.world.hospital, name="新氧站")
    clock.move(minutes=30)
    for device in (scene.leader, scene.member):
        device.phone.sync()
    assert sha(scene, visit) == before


def test_a_change_of_plan_that_comes_between_wins(
    scene: Scene, clock: FrozenClock, visit: dict[str, Any]
) -> None:
    make_location(scene.world.hospital, name="新氧站")
    clock.move(minutes=30)
    found = service.look_for_renewals(scene.actors.person("inspector").id)
    assert len(found) == 1
    told = scene.planner.patch(
        f"/api/visits/{visit['id']}", json={"rev": visit["rev"], "note": "改"}
    )
    assert told.status_code == 200
    service.renew(found)
    package = db.session.get_one(VisitPackage, visit["id"])
    assert package.sha256 == told.json["package_sha256"]


def test_nobody_else_asks_or_moves_anything(
    scene: Scene, clock: FrozenClock, visit: dict[str, Any]
) -> None:
    """Naming the scope brings a stranger nothing, and changing the unit does nothing either."""
    entries = select(func.count()).select_from(AuditEntry)
    make_location(scene.world.hospital, name="新氧站")
    clock.move(minutes=30)
    before = db.session.scalar(entries)
    stranger = Device(scene.login("expert"))
    stranger.phone.sync()
    body = stranger.phone.request()
    body["pull"]["scopes"][f"visit:{visit['id']}"] = [1, "00000000"]
    answer = stranger.http.post("/api/sync/v1/exchange", json=body)
    assert answer.status_code == 200, answer.json
    assert sha(scene, visit) == visit["package_sha256"]
    scene.leader.phone.sync()
    assert sha(scene, visit) != visit["package_sha256"]
    assert db.session.scalar(entries) == before
