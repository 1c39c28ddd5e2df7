"""What arrives late, twice, too early, after an end or a cancellation: nothing of it is lost."""

from typing import Any

import pytest
from sqlalchemy import select

from server.campaigns.models import Assignment
from server.inspections.models import Inspection
from server.kernel import clock as kernel_clock
from server.kernel.db import db
from server.org.models import AccessPass
from server.sync.models import SyncProblem
from server.visits import rules, service
from tests.factories.org import make_person
from tests.support.clock import FrozenClock
from tests.visits.conftest import Scene, arrival, opening, start
from tests.visits.device import Device, check

DAY = 86_400_000


def state_of(scene: Scene, visit: dict[str, Any]) -> str:
    told = scene.planner.get(f"/api/visits/{visit['id']}")
    assert told.status_code == 200, told.json
    return str(told.json["state"])


def later(scene: Scene, clock: FrozenClock, visit: dict[str, Any], **by: float) -> None:
    """Let time pass; the scene's tag hangs in the unit."""
    scene.tag()
    clock.move(**by)


def test_an_arrival_waits_for_the_opening(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    later(scene, clock, visit, hours=3)
    first = scene.member.push("visit.arrive", arrival(visit))
    assert (first["status"], first["code"]) == ("held", "sync-waiting")
    second = scene.member.push("inspection.start", start(visit, scene))
    assert second["status"] == "held"
    assert state_of(scene, visit) == "sealed"
    assert scene.leader.push("visit.open", opening(visit))["status"] == "applied"
    assert state_of(scene, visit) == "arrived"
    assert db.session.scalars(select(Inspection)).one().assignment_id is not None
    assert {row.state for row in db.session.scalars(select(SyncProblem))} == {"handled"}


def test_an_opening_before_its_time_is_refused_and_written_down(
    scene: Scene, clock: FrozenClock
) -> None:
    visit = scene.plan()
    told = opening(visit, opened_at=visit["opens_at"])
    verdict = scene.leader.push("visit.open", told)
    assert (verdict["status"], verdict["code"]) == ("rejected", "visit-not-yet")
    assert verdict["kept"] == ["log"]
    assert scene.log(visit["id"])[-1] == ("opened", "王检查")
    log = scene.planner.get(f"/api/visits/{visit['id']}/knowledge").json["items"]
    assert log[-1]["details"]["early"] is True
    assert state_of(scene, visit) == "sealed"
    clock.move(hours=2)
    assert scene.leader.push("visit.open", opening(visit))["status"] == "applied"


@pytest.mark.parametrize(("early_by", "status"), [(4, "applied"), (6, "rejected")])
def test_five_minutes_are_the_clocks_own(
    scene: Scene, clock: FrozenClock, early_by: int, status: str
) -> None:
    visit = scene.plan()
    clock.move(minutes=120 - early_by)
    assert scene.leader.push("visit.open", opening(visit))["status"] == status


def test_a_phone_an_hour_fast_opens_by_the_servers_time(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    clock.move(hours=1, minutes=10)
    phone = scene.leader.phone
    now = kernel_clock.now_ms()
    fast = now + 3_600_000
    mutation = phone.write("visit.open", opening(visit, opened_at=fast), at=fast)
    body = phone.request() | {"sent_at": fast}
    answer = scene.leader.http.post("/api/sync/v1/exchange", json=body).json
    (result,) = [one for one in answer["results"] if one["id"] == mutation]
    assert (result["status"], result["code"]) == ("rejected", "visit-not-yet")


def test_what_is_held_says_why(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    proof = service.Proof("tag", tag="QZ7K2M")
    task = visit["plan"]["assignment_id"]
    came = service.Arrival(visit["id"], task, kernel_clock.now(), proof)
    with pytest.raises(rules.VisitNotOpened) as refused:
        service.arrive(scene.actors.of(scene.guest), came)
    assert refused.value.code == "visit-not-opened"


def test_twice_and_from_two_devices_is_once(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    other = Device(scene.login("inspector"))
    later(scene, clock, visit, hours=2)
    for device in (scene.leader, other, scene.leader):
        assert device.push("visit.open", opening(visit))["status"] == "applied"
        assert device.push("visit.arrive", arrival(visit))["status"] == "applied"
    log = [how for how, _ in scene.log(visit["id"])]
    assert log.count("opened") == 1
    assert log.count("arrived") == 3
    assert log.count("released") == 1
    assert len(db.session.scalars(select(Assignment)).all()) == 1


def test_the_earliest_arrival_stands(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    later(scene, clock, visit, hours=3)
    early = arrival(visit, arrived_at=kernel_clock.now_ms() - 60_000, met=[])
    scene.leader.push("visit.open", opening(visit))
    scene.leader.push("visit.arrive", arrival(visit))
    scene.member.push("visit.arrive", early)
    told = scene.planner.get(f"/api/visits/{visit['id']}").json
    assert told["arrived_at"] == early["arrived_at"]
    assert told["arrival"]["by"] == scene.guest.id


def test_after_the_end_the_work_still_comes_in(scene: Scene, clock: FrozenClock) -> None:
    """The team was there in time and had no signal until two days later."""
    scene.leader.register()
    visit = scene.plan()
    scene.leader.phone.sync()
    row = scene.leader.row(visit["id"])
    assert row is not None
    code = check(row, scene.leader.content_key(visit["id"]))
    scene.member.phone.sync()
    later(scene, clock, visit, hours=3)
    phone = scene.member.phone
    ids = [
        phone.write("visit.open", opening(visit, how="member-code", check=code)),
        phone.write("visit.arrive", arrival(visit)),
        phone.write("inspection.start", start(visit, scene)),
    ]
    clock.move(days=2)
    assert scene.planner.get("/api/visits").json["items"][0]["state"] == "ended"
    assert scene.login("bureau_office").get("/api/visits").json["total"] == 1
    phone.sync()
    assert [phone.verdicts[one]["status"] for one in ids] == ["applied"] * 3
    told = scene.planner.get(f"/api/visits/{visit['id']}").json
    assert (told["state"], told["arrival"]["late"]) == ("arrived", False)
    lent = db.session.scalars(select(AccessPass)).one()
    assert lent.ends_at - kernel_clock.now() > (lent.ends_at - lent.ends_at)
    log = scene.log(visit["id"])
    assert [how for how, _ in log[-4:]] == ["released", "opened", "told", "arrived"]


def test_an_arrival_after_the_end_is_marked(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    later(scene, clock, visit, hours=2)
    scene.leader.push("visit.open", opening(visit))
    clock.move(days=1)
    assert scene.leader.push("visit.arrive", arrival(visit))["status"] == "applied"
    told = scene.planner.get(f"/api/visits/{visit['id']}").json
    assert (told["state"], told["arrival"]["late"]) == ("arrived", True)


def test_called_off_while_the_leader_was_offline(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    scene.leader.phone.sync()
    later(scene, clock, visit, hours=2)
    phone = scene.leader.phone
    ids = [phone.write("visit.open", opening(visit)), phone.write("visit.arrive", arrival(visit))]
    begun = phone.write("inspection.start", start(visit, scene))
    answer = scene.planner.post(f"/api/visits/{visit['id']}/cancel", json={"reason": "台风"})
    assert (answer.status_code, answer.json["state"]) == (200, "cancelled")
    assert scene.login("bureau_office").get("/api/visits").json["total"] == 0
    phone.sync()
    told = [(phone.verdicts[one]["status"], phone.verdicts[one]["code"]) for one in ids]
    assert told == [("merged", "visit-was-cancelled")] * 2
    assert phone.verdicts[begun]["status"] == "applied"
    assert state_of(scene, visit) == "arrived"


def test_a_cancelled_visit_stays_with_its_knowers(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    scene.planner.post(f"/api/visits/{visit['id']}/cancel", json={"reason": "改期"})
    scene.leader.phone.sync()
    row = scene.leader.row(visit["id"])
    assert row is not None
    assert (row["state"], row["plan"]) == ("cancelled", None)
    office = scene.login("bureau_office")
    for days, total in ((2, 0), (80, 0), (10, 1)):
        clock.move(days=days)
        assert office.get("/api/visits").json["total"] == total
    again = scene.planner.post(f"/api/visits/{visit['id']}/cancel", json={"reason": "x"})
    assert again.status_code == 200


def test_a_leader_who_was_replaced_loses_the_visit_and_not_the_work(
    scene: Scene, clock: FrozenClock
) -> None:
    scene.leader.register()
    visit = scene.plan()
    scene.leader.phone.sync()
    row = scene.leader.row(visit["id"])
    assert row is not None
    old = check(row, scene.leader.content_key(visit["id"]))
    other = make_person(role="inspector", region=scene.world.county)
    changed = scene.planner.patch(
        f"/api/visits/{visit['id']}", json={"rev": visit["rev"], "leader_id": other.id}
    )
    assert changed.status_code == 200, changed.json
    assert changed.json["package_sha256"] != visit["package_sha256"]
    later(scene, clock, visit, hours=2)
    phone = scene.leader.phone
    ids = [
        phone.write("visit.open", opening(visit, check=old)),
        phone.write("visit.arrive", arrival(visit)),
        phone.write("inspection.start", start(visit, scene)),
    ]
    phone.sync()
    assert f"visit:{visit['id']}" not in phone.scopes
    told = [phone.verdicts[one] for one in ids]
    assert [one["status"] for one in told] == ["merged", "held", "held"]
    assert told[0]["code"] == "visit-no-longer-yours"
    assert state_of(scene, visit) == "sealed"
    successor = Device(scene.login(other))
    assert successor.push("visit.open", opening(visit))["status"] == "applied"
    assert state_of(scene, visit) == "arrived"
    assert db.session.scalars(select(Inspection)).one().assignment_id is not None
    former = [line for line in scene.log(visit["id"]) if line == ("opened", "王检查")]
    assert len(former) == 1


def test_an_opened_plan_cannot_be_changed(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    clock.move(hours=2)
    scene.leader.push("visit.open", opening(visit))
    rev = scene.planner.get(f"/api/visits/{visit['id']}").json["rev"]
    path = f"/api/visits/{visit['id']}"
    refused = scene.planner.patch(path, json={"rev": rev, "note": "改"})
    assert (refused.status_code, refused.json["code"]) == (409, "visit-opened")
    scene.tag()
    scene.leader.push("visit.arrive", arrival(visit))
    rev = scene.planner.get(path).json["rev"]
    refused = scene.planner.patch(path, json={"rev": rev, "note": "改"})
    assert (refused.status_code, refused.json["code"]) == (409, "visit-over")
    refused = scene.planner.post(f"{path}/cancel", json={"reason": "x"})
    assert (refused.status_code, refused.json["code"]) == (409, "visit-over")


def test_an_old_package_opened_without_a_signal_may_be_inspected_by(
    scene: Scene, clock: FrozenClock
) -> None:
    """The plan was changed after the phone had fetched it; whoever stands there cannot know."""
    scene.leader.register()
    visit = scene.plan()
    scene.leader.phone.sync()
    row = scene.leader.row(visit["id"])
    assert row is not None
    old = check(row, scene.leader.content_key(visit["id"]))
    changed = scene.planner.patch(
        f"/api/visits/{visit['id']}", json={"rev": visit["rev"], "note": "走正门"}
    )
    assert changed.status_code == 200
    assert scene.leader.http.get(row["package_url"]).status_code == 404
    later(scene, clock, visit, hours=2)
    assert scene.leader.push("visit.open", opening(visit, check=old))["status"] == "applied"
    log = scene.planner.get(f"/api/visits/{visit['id']}/knowledge").json["items"]
    (opened,) = [line for line in log if line["how"] == "opened"]
    assert opened["details"]["outdated"] is True
    assert scene.leader.push("visit.arrive", arrival(visit))["status"] == "applied"
    task = db.session.get(Assignment, visit["plan"]["assignment_id"])
    assert task is not None
    assert task.checklist_keys == ["ward"]


def test_a_member_needs_the_leaders_code(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    clock.move(hours=2)
    for given in ({}, {"how": "member-code"}, {"how": "member-code", "check": "0" * 64}):
        verdict = scene.member.push("visit.open", opening(visit, **given))
        assert (verdict["status"], verdict["code"]) == ("rejected", "visit-code-wrong")
    outsider = Device(scene.login("expert"))
    verdict = outsider.push("visit.open", opening(visit))
    assert (verdict["status"], verdict["code"]) == ("rejected", "not-found")
    unknown = outsider.push("visit.open", opening(visit, id=scene.guest.id))
    assert unknown["params"] == verdict["params"]


def test_an_arrival_must_name_the_visits_own_task(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    later(scene, clock, visit, hours=2)
    scene.leader.push("visit.open", opening(visit))
    wrong = scene.leader.push("visit.arrive", arrival(visit, assignment_id=scene.guest.id))
    assert (wrong["status"], wrong["code"]) == ("rejected", "visit-task-differs")
    bare = scene.leader.push("visit.arrive", arrival(visit, proof={"kind": "tag"}))
    assert (bare["status"], bare["code"]) == ("rejected", "visit-proof-incomplete")


PROOFS: list[tuple[dict[str, Any], bool]] = [
    ({"kind": "tag", "tag": "QZ7K2M"}, True),
    ({"kind": "tag", "tag": "ZZZZZZ"}, False),
    ({"kind": "position", "position": {"lat": 30.25, "lon": 119.7, "accuracy": 20}}, True),
    ({"kind": "position", "position": {"lat": 30.25, "lon": 119.72}}, False),
]


@pytest.mark.parametrize(("proof", "verified"), PROOFS)
def test_a_proof_is_compared_and_never_refused(
    scene: Scene, clock: FrozenClock, proof: dict[str, Any], verified: bool
) -> None:
    scene.world.hospital.lat, scene.world.hospital.lon = 30.2501, 119.7001
    visit = scene.plan()
    later(scene, clock, visit, hours=2)
    scene.leader.push("visit.open", opening(visit))
    scene.leader.push("visit.arrive", arrival(visit, proof=proof))
    told = scene.planner.get(f"/api/visits/{visit['id']}").json
    assert (told["state"], told["arrival"]["verified"]) == ("arrived", verified)


@pytest.mark.parametrize(("others", "photo", "verified"), [(1, True, True), (1, False, False)])
def test_two_of_the_team_state_it_together(
    scene: Scene, clock: FrozenClock, others: int, photo: bool, verified: bool
) -> None:
    visit = scene.plan()
    later(scene, clock, visit, hours=2)
    people = [scene.actors.person("inspector").id, *[scene.guest.id] * others]
    statement: dict[str, Any] = {"inspector_ids": people}
    if photo:
        statement["photo_id"] = scene.guest.id
    scene.leader.push("visit.open", opening(visit))
    proof = {"kind": "statement", "statement": statement}
    scene.leader.push("visit.arrive", arrival(visit, proof=proof))
    told = scene.planner.get(f"/api/visits/{visit['id']}").json
    assert told["arrival"]["verified"] is verified
