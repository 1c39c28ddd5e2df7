"""The ordinary course: planned, delivered, opened, arrived, inspected."""

from server.campaigns.models import Assignment
from server.kernel.db import db
from tests.support.clock import FrozenClock
from tests.visits.conftest import Scene, arrival, opening, start
from tests.visits.device import check


def test_a_visit_from_plan_to_record(scene: Scene, clock: FrozenClock) -> None:
    scene.leader.register()
    visit = scene.plan()
    scene.leader.phone.sync()
    row = scene.leader.row(visit["id"])
    assert row is not None
    assert (row["state"], row["plan"]) == ("sealed", None)
    assert scene.world.hospital.id not in str(row)
    key = scene.leader.content_key(visit["id"])
    package = scene.leader.package(visit["id"], key)
    assert package["plan"]["unit_id"] == scene.world.hospital.id
    assert ["unit", scene.world.hospital.id] in [one[:2] for one in package["rows"]]
    assert package["definitions"] == [scene.definition]
    clock.move(hours=2)
    scene.tag()
    phone = scene.leader.phone
    opened = phone.write("visit.open", opening(visit, check=check(row, key)))
    arrived = phone.write("visit.arrive", arrival(visit))
    begun = phone.write("inspection.start", start(visit, scene))
    phone.sync()
    assert [phone.verdicts[one]["status"] for one in (opened, arrived, begun)] == ["applied"] * 3
    told = scene.planner.get(f"/api/visits/{visit['id']}").json
    assert (told["state"], told["arrival"]["verified"]) == ("arrived", True)
    assert told["number"].startswith("AF-339901-2026-")
    task = db.session.get(Assignment, visit["plan"]["assignment_id"])
    assert task is not None
    assert (task.state, set(task.inspector_ids)) == (
        "started",
        {scene.guest.id, scene.actors.person("inspector").id},
    )
    assert [how for how, _ in scene.log(visit["id"])] == [
        "planned", "assigned", "assigned", "delivered", "opened", "told", "arrived", "released",
    ]  # fmt: skip


def test_a_member_without_rights_works_in_one_push(scene: Scene, clock: FrozenClock) -> None:
    """Everything comes at once, from the phone of somebody who has no role in the county."""
    scene.leader.register()
    visit = scene.plan()
    scene.member.phone.sync()
    scene.leader.phone.sync()
    row = scene.member.row(visit["id"])
    assert row is not None
    assert row["wrapped"] == []
    code = scene.leader.content_key(visit["id"])
    clock.move(hours=2)
    scene.tag()
    phone = scene.member.phone
    given = opening(visit, how="member-code", check=check(row, code))
    ids = [
        phone.write("visit.open", given),
        phone.write("visit.arrive", arrival(visit)),
        phone.write("inspection.start", start(visit, scene)),
    ]
    phone.sync()
    assert [phone.verdicts[one]["status"] for one in ids] == ["applied"] * 3
    assert f"unit:{visit['plan']['unit_id']}" in phone.scopes
