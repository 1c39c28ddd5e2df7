"""Planning: what is refused, who may be told, keys of devices, the end by itself."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from server.kernel.db import db
from server.kernel.ids import new_id
from server.visits.models import Visit, VisitKnowledge, VisitPackage
from tests.factories.draws import choice, drawn, many_units
from tests.factories.locations import make_location
from tests.factories.org import make_grant, make_person
from tests.support.clock import FrozenClock
from tests.visits.conftest import Scene, arrival, opening
from tests.visits.device import Device, spki

HOUR = 3_600_000


@pytest.fixture
def run(app: Flask) -> Callable[..., Any]:
    def invoke(*words: str) -> Any:
        db.session.commit()
        return app.test_cli_runner().invoke(args=["visits", *words])

    return invoke


def code_of(scene: Scene, **given: Any) -> str:
    answer = scene.planner.post("/api/visits", json=scene.body(**given))
    assert answer.status_code in (404, 409, 422), answer.json
    return str(answer.json["code"])


def test_times_that_make_no_sense_are_refused(scene: Scene) -> None:
    opens = scene.body()["opens_at"]
    assert code_of(scene, ends_at=opens) == "visit-times"
    assert code_of(scene, ends_at=opens + 32 * 24 * HOUR) == "visit-times"
    assert code_of(scene, opens_at=opens - 9 * HOUR, ends_at=opens - 3 * HOUR) == "visit-times"


def test_checklists_places_and_modes_must_be_there(scene: Scene) -> None:
    elsewhere = make_location(scene.world.clinic)
    assert code_of(scene, checklist_keys=["nothing"]) == "assignment-checklist-unknown"
    assert code_of(scene, location_ids=[elsewhere.id]) == "assignment-place-not-of-unit"
    assert code_of(scene, mode="wild") == "inspection-mode-unknown"
    assert code_of(scene, unit_id=scene.world.other_hospital.id) == "not-found"


def test_nobody_of_the_unit_is_sent_there(scene: Scene) -> None:
    own = make_person(role="inspector", region=scene.world.county, unit_id=scene.world.hospital.id)
    make_grant(own, "inspector", region=scene.world.county)
    head = scene.actors.person("unit_head")
    reader = scene.actors.person("read_only")
    away = make_person(role="inspector", region=scene.world.county, active=False)
    for person in (own, head, reader, away):
        for part in ({"leader_id": person.id}, {"member_ids": [person.id]}):
            answer = scene.planner.post("/api/visits", json=scene.body(**part))
            assert (answer.status_code, answer.json["code"]) == (422, "visit-person-unfit")
            assert answer.json["people"] == [person.id]


def test_the_same_plan_twice_is_one_and_anothers_id_is_taken(scene: Scene) -> None:
    body = scene.body()
    first = scene.planner.post("/api/visits", json=body).json
    assert scene.planner.post("/api/visits", json=body).json["rev"] == first["rev"]
    other = scene.login(make_person(role="visit_planner", region=scene.world.county))
    answer = other.post("/api/visits", json=body)
    assert (answer.status_code, answer.json["code"]) == (409, "visit-id-taken")


def test_who_is_told_is_another_planner_and_sees_it_from_then_on(scene: Scene) -> None:
    visit = scene.plan()
    path = f"/api/visits/{visit['id']}"
    second = make_person(role="visit_planner", region=scene.world.county, name="卫策划")
    other = make_person(role="visit_planner", region=scene.world.other_county)
    client = scene.login(second)
    assert client.get(path).status_code == 404
    for unfit in (other, scene.actors.person("bureau_office")):
        answer = scene.planner.post(f"{path}/knowers", json={"person_id": unfit.id})
        assert (answer.status_code, answer.json["code"]) == (422, "visit-knower-unfit")
    for _ in range(2):
        answer = scene.planner.post(f"{path}/knowers", json={"person_id": second.id})
        assert answer.json["knower_ids"] == [second.id]
    assert client.get(path).json["plan"]["unit_id"] == scene.world.hospital.id
    assert scene.log(visit["id"])[-2:] == [("told", "卫策划"), ("viewed", "卫策划")]


def test_a_list_is_written_down_once_in_five_minutes(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    for minutes in (0, 1, 5):
        clock.move(minutes=minutes)
        assert scene.planner.get("/api/visits").json["items"][0]["unit_name"]
    assert [how for how, _ in scene.log(visit["id"])].count("viewed") == 2
    assert (
        scene.planner.get("/api/visits?q=%E4%BA%BA%E6%B0%91%E5%8C%BB%E9%99%A2").json["total"] == 1
    )
    assert scene.planner.get("/api/visits?q=xyz").json["total"] == 0
    assert scene.planner.get("/api/visits?state=ended").json["total"] == 0


def test_a_change_is_made_on_the_version_one_saw(scene: Scene) -> None:
    visit = scene.plan()
    path = f"/api/visits/{visit['id']}"
    new = {"rev": visit["rev"], "member_ids": [], "title": "夜查", "key_release": "online"}
    changed = scene.planner.patch(path, json=new)
    assert changed.status_code == 200, changed.json
    assert (changed.json["member_ids"], changed.json["plan"]["title"]) == ([], "夜查")
    assert scene.planner.patch(path, json=new).json["code"] == "stale-revision"
    scene.member.phone.sync()
    assert f"visit:{visit['id']}" not in scene.member.phone.scopes
    assert scene.member.http.get(visit["package_url"]).status_code == 404
    log = scene.planner.get(f"{path}/knowledge").json["items"]
    (line,) = [one for one in log if one["how"] == "changed"]
    assert line["details"]["left"] == [scene.guest.id]
    assert line["details"]["fields"] == ["key_release", "member_ids", "title"]


def test_a_device_that_comes_later_gets_the_key_too(scene: Scene) -> None:
    scene.leader.register()
    visit = scene.plan()
    tablet = Device(scene.login("inspector"))
    scene.leader.phone.sync()
    tablet.register()
    tablet.register()
    tablet.phone.sync()
    first = scene.leader.content_key(visit["id"])
    assert tablet.content_key(visit["id"]) == first
    row = tablet.row(visit["id"])
    assert row is not None
    assert len(row["wrapped"]) == 2
    assert len({one["epk"] for one in row["wrapped"]}) == 2


def test_keys_given_on_line_come_at_their_time(scene: Scene, clock: FrozenClock) -> None:
    scene.leader.register()
    visit = scene.plan(key_release="online")
    scene.leader.phone.sync()
    row = scene.leader.row(visit["id"])
    assert row is not None
    assert row["wrapped"] == []
    path = f"/api/visits/{visit['id']}/keys"
    early = scene.leader.http.post(path, json={})
    assert (early.status_code, early.json["code"]) == (409, "visit-not-yet")
    assert early.json["opens_at"] == visit["opens_at"]
    assert scene.member.http.post(path, json={}).status_code == 404
    clock.move(hours=2)
    assert len(scene.leader.http.post(path, json={}).json["wrapped"]) == 1
    scene.leader.phone.sync()
    assert scene.leader.package(visit["id"], scene.leader.content_key(visit["id"]))["v"] == 1


def test_a_key_of_another_kind_or_another_device_is_refused(scene: Scene) -> None:
    public = base64.b64encode(spki(scene.leader.private)).decode()
    client = scene.leader.http
    path = "/api/custody/sealing-keys"
    for text in ("", "AAAA", "no base64!", base64.b64encode(b"x" * 91).decode()):
        answer = client.post(path, json={"client": new_id(), "public_key": text})
        assert (answer.status_code, answer.json["code"]) == (422, "sealing-key-unreadable")
    assert client.post(path, json={"client": new_id(), "public_key": public}).status_code == 200
    for who in (client, scene.member.http):
        answer = who.post(path, json={"client": new_id(), "public_key": public})
        assert (answer.status_code, answer.json["code"]) == (409, "sealing-key-taken")


def test_nobody_came_and_it_is_released_by_itself(
    scene: Scene, clock: FrozenClock, run: Callable[..., Any]
) -> None:
    visit = scene.plan()
    office, head = scene.login("bureau_office"), scene.login("unit_head")
    assert run("release-due").output == "visits released: 0\n"
    clock.move(hours=10)
    assert run("release-due").output == "visits released: 1\n"
    told = office.get(f"/api/visits/{visit['id']}").json
    assert (told["state"], told["may"]) == ("ended", ["log"])
    assert told["plan"]["note"] == "从急诊后门进"
    assert head.get("/api/visits").json["total"] == 0
    assert run("verify").output == "logs examined: 1\n"
    line = db.session.scalars(select(VisitKnowledge).where(VisitKnowledge.seq == 1)).one()
    line.details = '{"x":1}'
    said = run("verify")
    assert (said.exit_code, said.output.splitlines()[0]) == (1, f"changed: {visit['id']}")


def test_released_by_hand_before_the_arrival(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    path = f"/api/visits/{visit['id']}/release"
    assert scene.login("bureau_office").post(path, json={"reason": "x"}).status_code == 403
    assert scene.planner.post(path, json={"reason": ""}).status_code == 422
    assert scene.planner.post(path, json={"reason": "方案已泄露"}).json["may"] == [
        "log", "change", "cancel", "print",
    ]  # fmt: skip
    scene.leader.phone.sync()
    row = scene.leader.row(visit["id"])
    assert row is not None
    assert row["plan"]["unit_id"] == scene.world.hospital.id
    clock.move(hours=2)
    scene.tag()
    assert scene.leader.push("visit.open", opening(visit))["status"] == "applied"
    assert scene.leader.push("visit.arrive", arrival(visit))["status"] == "applied"
    assert [how for how, _ in scene.log(visit["id"])].count("released") == 1


def test_a_sealed_draw_stays_sealed_as_long_as_its_visits(scene: Scene, clock: FrozenClock) -> None:
    many_units(scene.world)
    made = drawn(scene.planner, choice(scene.world, sealed=True)).json
    visit = scene.plan(draw_id=made["id"])
    assert scene.log(visit["id"])[1] == ("drew", "褚策划")
    refused = scene.planner.post(f"/api/draws/{made['id']}/release", json={})
    assert refused.status_code == 409
    clock.move(hours=2)
    scene.tag()
    scene.leader.push("visit.open", opening(visit))
    scene.leader.push("visit.arrive", arrival(visit))
    assert scene.planner.post(f"/api/draws/{made['id']}/release", json={}).status_code == 200


def test_units_and_people_can_change_as_if_nothing_were_planned(scene: Scene) -> None:
    """No constraint of the database ties a unit, a place or a person to a visit."""
    for model in (Visit, VisitPackage, VisitKnowledge):
        assert not model.__table__.foreign_keys
