"""A leader's check-in, from the phone to the campaign."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from server.campaigns.models import Attendance
from server.campaigns.rules import AssignmentEnded
from server.inspections.rules import SignatureInvalid
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.ids import new_id
from server.org.models import Person
from server.planning import attendance
from server.planning.attendance import (
    AttendanceDraft,
    AttendanceIdTaken,
    AttendanceNotOwn,
    AttendanceSubject,
    AttendanceUnfit,
    Position,
)
from server.reports.record_campaign import campaign_facts
from tests.factories.campaigns import make_assignment
from tests.factories.inspections import STROKES
from tests.factories.org import make_person
from tests.factories.planning import held, make_campaign, quota, task_of
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.sync.phone import Phone, through

Login = Callable[..., AppClient]


def leader_of(world: World) -> Person:
    return make_person(role="read_only", region=world.county, name="局长")


def draft(**given: Any) -> AttendanceDraft:
    usual: dict[str, Any] = {
        "id": new_id(), "at": clock.now(), "device_at": clock.now(), "strokes": STROKES,
        "width": 600, "height": 200, "title": "局长",
    }  # fmt: skip
    return AttendanceDraft(**usual | given)


def test_a_leader_signs_on_the_own_phone_and_it_counts(
    actors: Actors, world: World, login: Login
) -> None:
    leader = leader_of(world)
    made = make_campaign(actors, quotas=[quota("led", led=True, at_least=1)])
    world.hospital.lat, world.hospital.lon = 28.45, 119.92
    task = task_of(actors, made, leader_id=leader.id)
    row = held(actors["inspector"], world.hospital, "2026-11-20", assignment_id=task.id)
    task.state = "started"
    db.session.commit()
    phone = Phone(through(login(leader)))
    phone.sync()
    args = {
        "id": new_id(), "assignment": task.id, "at": clock.now_ms(), "title": "局长",
        "strokes": STROKES, "width": 600, "height": 200,
        "position": {"lat": 28.451, "lon": 119.92, "accuracy": 12},
    }  # fmt: skip
    phone.write("attendance.note", args)
    phone.sync()
    told = phone.row(f"user:{leader.id}", "attendance", args["id"])
    assert (told["assignment_id"], told["distance"], told["tag_fits"]) == (task.id, 111, None)
    client = login("bureau_office")
    progress = client.get(f"/api/campaigns/{made.id}/progress").json
    assert progress["led"] == {"visits": 1, "units": 1}
    assert progress["quotas"][0]["met"] == 1
    listed = client.get(f"/api/campaigns/{made.id}/attendances").json["items"]
    assert [(one["person_name"], one["unit_name"]) for one in listed] == [
        ("局长", world.hospital.name)
    ]
    facts = dict(campaign_facts(row))
    assert facts["专项行动"] == "治本攻坚三年行动（安巡〔2026〕3号）"
    assert facts["带队领导"].startswith("局长（局长）")
    assert "strokes" not in listed[0]


def test_the_same_check_in_twice_is_one_and_only_ones_own(actors: Actors, world: World) -> None:
    leader = leader_of(world)
    task = make_assignment(actors, leader_id=leader.id)
    given = draft(assignment_id=task.id)
    actor = actors.of(leader)
    first = attendance.note_attendance(actor, given)
    assert attendance.note_attendance(actor, given).id == first.id
    assert db.session.query(Attendance).count() == 1
    with pytest.raises(AttendanceIdTaken):
        attendance.note_attendance(actors["inspector"], given)
    with pytest.raises(AttendanceNotOwn):
        attendance.note_attendance(replace(actor, acting_for=leader.id), draft())


def test_what_is_no_check_in_is_refused(actors: Actors, world: World) -> None:
    leader = leader_of(world)
    task = make_assignment(actors, leader_id=leader.id)
    actor = actors.of(leader)
    with pytest.raises(AttendanceSubject):
        attendance.note_attendance(actor, draft())
    with pytest.raises(SignatureInvalid):
        attendance.note_attendance(actor, draft(assignment_id=task.id, strokes=[[]]))
    stranger = actors.of(make_person(role="read_only", region=world.county))
    subjects = (("assignment", task.id), ("assignment", new_id()), ("inspection", new_id()))
    for kind, subject in subjects:
        with pytest.raises(NotFound):
            attendance.note_attendance(stranger, draft(**{f"{kind}_id": subject}))
    task.state = "cancelled"
    with pytest.raises(AssignmentEnded):
        attendance.note_attendance(actor, draft(assignment_id=task.id))


def test_the_unit_never_reads_who_came(actors: Actors, world: World, login: Login) -> None:
    leader = leader_of(world)
    made = make_campaign(actors)
    task = task_of(actors, made, leader_id=leader.id)
    place = Position(28.45, 119.92, None)
    attendance.note_attendance(actors.of(leader), draft(assignment_id=task.id, position=place))
    path = f"/api/campaigns/{made.id}/attendances"
    assert login("unit_head").get(path).status_code == 403
    other = login(make_person(role="bureau_office", region=world.other_county))
    assert other.get(path).status_code == 404
    assert len(login("read_only").get(path).json["items"]) == 1


def test_a_visit_without_a_task_is_led_by_who_was_of_the_team(
    actors: Actors, world: World, login: Login
) -> None:
    made = make_campaign(actors)
    row = held(actors["inspector"], world.hospital, "2026-11-20")
    at = row.started_at + timedelta(hours=1)
    attendance.note_attendance(actors["inspector"], draft(inspection_id=row.id, at=at))
    client = login("bureau_office")
    path = f"/api/campaigns/{made.id}"
    assert client.get(f"{path}/progress").json["led"] == {"visits": 1, "units": 1}
    assert [one["led"] for one in client.get(f"{path}/records?led=true").json["items"]] == [True]


def test_the_unit_cannot_make_a_visit_one_that_was_led(
    actors: Actors, world: World, login: Login
) -> None:
    made = make_campaign(actors)
    visit = held(actors["inspector"], world.hospital, "2026-11-20")
    own = held(actors["safety_officer"], world.hospital, "2026-11-20", mode="self-check")
    head = actors["unit_head"]
    with pytest.raises(AttendanceUnfit):
        attendance.note_attendance(head, draft(inspection_id=visit.id))
    noted = attendance.note_attendance(head, draft(inspection_id=own.id))
    assert noted.inspection_id == own.id
    told = login("bureau_office").get(f"/api/campaigns/{made.id}/progress").json
    assert told["led"] == {"visits": 0, "units": 0}


def test_a_check_in_of_another_day_is_told_as_one(
    actors: Actors, world: World, login: Login
) -> None:
    leader = leader_of(world)
    made = make_campaign(actors)
    actor = actors.of(leader)
    told = []
    for days in (0, 3, None):
        task = task_of(actors, made, leader_id=leader.id)
        at = clock.now()
        if days is not None:
            row = held(actors["inspector"], world.hospital, "2026-11-20", assignment_id=task.id)
            at = row.started_at + timedelta(days=days)
        told.append(attendance.note_attendance(actor, draft(assignment_id=task.id, at=at)).id)
    listed = login("bureau_office").get(f"/api/campaigns/{made.id}/attendances").json["items"]
    found = {one["id"]: one["that_day"] for one in listed}
    assert [found[one] for one in told] == [True, False, None]


def test_metres_over_the_ground() -> None:
    assert attendance.metres(0, 0, 0, 1) == 111195
    assert attendance.metres(28, 119, None, None) is None
