"""What goes wrong in the field: lost phones, midnight, other units' tags, people who are gone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from server.campaigns.models import Assignment
from server.inspections.models import Inspection
from server.kernel import clock as kernel_clock
from server.kernel.db import db
from server.org.models import AccessPass, RoleGrant
from server.visits.models import Visit
from tests.factories.locations import make_location, make_tag
from tests.factories.org import make_grant, make_person
from tests.support.clock import FrozenClock
from tests.visits.conftest import Scene, arrival, opening, start
from tests.visits.device import Device, check


def told(scene: Scene, visit: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = scene.planner.get(f"/api/visits/{visit['id']}").json
    return data


@pytest.mark.parametrize("release", ["offline", "online"])
def test_a_leaders_phone_is_lost_and_another_takes_its_place(
    scene: Scene, clock: FrozenClock, release: str
) -> None:
    """A reset phone has a new client, a new key, and nothing else: it opens like the first."""
    scene.leader.register()
    visit = scene.plan(key_release=release)
    scene.leader.phone.sync()
    other = Device(scene.login("inspector"))
    other.register()
    other.phone.sync()
    clock.move(hours=2)
    if release == "online":
        assert other.http.post(f"/api/visits/{visit['id']}/keys", json={}).status_code == 200
        other.phone.sync()
    key = other.content_key(visit["id"])
    assert other.package(visit["id"], key)["visit"] == visit["id"]
    assert other.push("visit.open", opening(visit))["status"] == "applied"


def test_a_phone_that_is_reset_after_the_opening_gets_its_key_again(
    scene: Scene, clock: FrozenClock
) -> None:
    """Members without a signal still need the code."""
    visit = scene.plan()
    clock.move(hours=2)
    scene.leader.push("visit.open", opening(visit))
    fresh = Device(scene.login("inspector"))
    fresh.register()
    fresh.phone.sync()
    assert len(fresh.content_key(visit["id"])) == 32


def test_a_visit_that_opens_before_midnight_and_is_reached_after_it(
    scene: Scene, clock: FrozenClock
) -> None:
    """23:59 in China: opened on one day, arrived on the next, one task, due on the day it began."""
    midnight = kernel_clock.now() + timedelta(days=1)
    midnight = midnight.replace(hour=16, minute=0, second=0, microsecond=0)  # 00:00 in China
    opens = kernel_clock.to_ms(midnight - timedelta(minutes=1))
    visit = scene.plan(opens_at=opens, ends_at=opens + 4 * 3_600_000)
    scene.tag()
    clock.move(seconds=(opens - kernel_clock.now_ms()) / 1000)
    assert scene.leader.push("visit.open", opening(visit))["status"] == "applied"
    clock.move(minutes=10)
    assert scene.leader.push("visit.arrive", arrival(visit))["status"] == "applied"
    assert scene.leader.push("inspection.start", start(visit, scene))["status"] == "applied"
    task = db.session.get_one(Assignment, visit["plan"]["assignment_id"])
    assert task.due_on == kernel_clock.today()
    assert told(scene, visit)["arrival"]["late"] is False


def test_the_tag_of_another_unit_is_kept_and_proves_nothing(
    scene: Scene, clock: FrozenClock
) -> None:
    room = make_location(scene.world.clinic)
    make_tag(
        "QZ7K2X",
        region=scene.world.county,
        unit_id=scene.world.clinic.id,
        state="bound",
        target_kind="location",
        target_id=room.id,
    )
    visit = scene.plan()
    clock.move(hours=2)
    scene.leader.push("visit.open", opening(visit))
    proof = {"kind": "tag", "tag": "QZ7K2X"}
    assert scene.leader.push("visit.arrive", arrival(visit, proof=proof))["status"] == "applied"
    seen = told(scene, visit)["arrival"]
    assert (seen["verified"], seen["proof"]["tag"]) == (False, "QZ7K2X")
    assert seen["proof"]["target_id"] is None, "the other unit's rooms are not told"


def test_a_better_proof_that_comes_later_stands_beside_one_that_was_not_believed(
    scene: Scene, clock: FrozenClock
) -> None:
    visit = scene.plan()
    scene.tag()
    clock.move(hours=2)
    scene.leader.push("visit.open", opening(visit))
    wrong = {"kind": "tag", "tag": "ZZZZZZ"}
    scene.leader.push("visit.arrive", arrival(visit, proof=wrong))
    first = told(scene, visit)["arrived_at"]
    clock.move(minutes=1)
    scene.member.phone.sync()
    scene.member.push("visit.arrive", arrival(visit))
    seen = told(scene, visit)
    assert seen["arrived_at"] == first, "the moment of arrival stays"
    assert seen["arrival"]["verified"] is False, "that moment was not proved"
    confirmed = seen["arrival"]["confirmed"]
    assert (confirmed["at"], confirmed["by"]) == (first + 60_000, scene.guest.id)
    early = arrival(visit, arrived_at=first + 30_000)
    scene.leader.push("visit.arrive", early)
    assert told(scene, visit)["arrival"]["confirmed"]["at"] == first + 30_000


@pytest.mark.parametrize("who", ["leader", "member"])
def test_somebody_whose_account_ends_after_the_opening_stops_nobody(
    scene: Scene, clock: FrozenClock, who: str
) -> None:
    visit = scene.plan()
    scene.tag()
    clock.move(hours=2)
    scene.leader.push("visit.open", opening(visit))
    scene.member.phone.sync()
    gone = scene.actors.person("inspector") if who == "leader" else scene.guest
    gone.active = False
    db.session.commit()
    left = scene.member if who == "leader" else scene.leader
    lost = scene.leader if who == "leader" else scene.member
    assert lost.http.get(f"/api/visits/{visit['id']}/package").status_code == 401
    assert left.push("visit.arrive", arrival(visit))["status"] == "applied"
    assert left.push("inspection.start", start(visit, scene))["status"] == "applied"
    lent = db.session.scalars(select(AccessPass.person_id).where(AccessPass.revoked_at.is_(None)))
    assert gone.id not in set(lent)


def test_planners_see_that_the_leader_can_no_longer_go(scene: Scene) -> None:
    visit = scene.plan()
    assert told(scene, visit)["concerns"] == ["no-device"]
    scene.leader.register()
    assert told(scene, visit)["concerns"] == ["not-delivered"]
    scene.leader.phone.sync()
    scene.leader.package(visit["id"], scene.leader.content_key(visit["id"]))
    assert told(scene, visit)["concerns"] == []
    scene.actors.person("inspector").active = False
    scene.guest.unit_id = scene.world.hospital.id
    db.session.commit()
    assert told(scene, visit)["concerns"] == ["leader-unfit", "member-unfit"]
    scene.world.hospital.active = False
    db.session.commit()
    assert told(scene, visit)["concerns"] == ["unit-closed"]


def test_a_planner_who_is_gone_leaves_a_visit_that_goes_on_and_ends_by_itself(
    scene: Scene, clock: FrozenClock
) -> None:
    visit = scene.plan()
    scene.actors.person("visit_planner").active = False
    db.session.commit()
    assert scene.planner.get(f"/api/visits/{visit['id']}").status_code == 401
    scene.leader.phone.sync()
    clock.move(hours=2)
    assert scene.leader.push("visit.open", opening(visit))["status"] == "applied"
    office = scene.login("bureau_office")
    assert office.get("/api/visits").json["total"] == 0
    clock.move(hours=9)
    (one,) = office.get("/api/visits").json["items"]
    assert (one["state"], one["may"]) == ("ended", ["log"])


def test_a_planner_who_loses_the_right_loses_the_visit(scene: Scene) -> None:
    visit = scene.plan()
    person = scene.actors.person("visit_planner")
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).one()
    db.session.delete(grant)
    db.session.commit()
    assert scene.planner.get(f"/api/visits/{visit['id']}").status_code == 404
    assert scene.planner.get(f"/api/visits/{visit['id']}/plan.pdf").status_code == 404
    assert scene.planner.get("/api/visits/unsent/new").status_code == 403


def test_its_end_passes_while_nobody_has_a_signal(scene: Scene, clock: FrozenClock) -> None:
    """Arrived in time by two phones, sent after the end and after the release, in any order."""
    scene.leader.register()
    visit = scene.plan()
    scene.tag()
    for device in (scene.leader, scene.member):
        device.phone.sync()
    row = scene.leader.row(visit["id"])
    assert row is not None
    code = check(row, scene.leader.content_key(visit["id"]))
    clock.move(hours=3)
    leader, member = scene.leader.phone, scene.member.phone
    wrote = [
        (member, "visit.open", opening(visit, how="member-code", check=code)),
        (member, "visit.arrive", arrival(visit)),
        (member, "inspection.start", start(visit, scene)),
        (leader, "visit.open", opening(visit, check=code)),
        (leader, "visit.arrive", arrival(visit)),
        (leader, "inspection.start", start(visit, scene)),
    ]
    ids = [(phone, phone.write(name, args)) for phone, name, args in wrote]
    clock.move(hours=30)
    scene.planner.get("/api/visits")
    assert told(scene, visit)["state"] == "ended"
    member.sync()
    leader.sync()
    assert {phone.verdicts[one]["status"] for phone, one in ids} == {"applied"}
    assert len(db.session.scalars(select(Inspection)).all()) == 2
    seen = told(scene, visit)
    assert (seen["state"], seen["arrival"]["late"]) == ("arrived", False)


def test_an_administrator_reads_no_plan_by_commands(scene: Scene) -> None:
    """Commands of the installation say how many, and name only what everybody may know."""
    visit = scene.plan(title="雨夜行动")
    secrets = (visit["id"], visit["plan"]["assignment_id"], "雨夜行动", "从急诊后门进",
               scene.world.hospital.id)  # fmt: skip
    db.session.commit()
    runner = scene.world.app.test_cli_runner()
    for words in (["visits", "release-due"], ["visits", "verify"], ["audit", "verify"],
                  ["sync", "check"]):  # fmt: skip
        said = runner.invoke(args=words).output
        for secret in secrets:
            assert secret not in said, words
    assert db.session.get_one(Visit, visit["id"]).released_at is None


def test_an_administrator_who_takes_the_role_still_knows_nothing(scene: Scene) -> None:
    """The right to plan is no right to see what others have planned."""
    visit = scene.plan()
    both = make_person(role="administrator", region=scene.world.county)
    make_grant(both, "visit_planner", region=scene.world.county)
    client = scene.login(both)
    assert client.get("/api/visits").json["total"] == 0
    for rest in ("", "/knowledge", "/plan.pdf", "/package"):
        assert client.get(f"/api/visits/{visit['id']}{rest}").status_code == 404
    for act, body in (("cancel", {"reason": "x"}), ("release", {"reason": "x"}),
                      ("knowers", {"person_id": both.id})):  # fmt: skip
        assert client.post(f"/api/visits/{visit['id']}/{act}", json=body).status_code == 404
