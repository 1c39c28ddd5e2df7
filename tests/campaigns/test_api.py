"""Planning over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from server.campaigns.models import AssignmentInspector
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.campaigns import make_assignment
from tests.factories.definitions import make_definition
from tests.factories.locations import make_location
from tests.factories.org import make_person
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
BUDGET = 5


def plan(actors: Actors, **given: Any) -> dict[str, Any]:
    make_definition()
    inspector = actors.person("inspector").id
    return {
        "title": " 十一月 检查 ",
        "unit_id": actors.world.hospital.id,
        "checklist_keys": ["ward"],
        "mode": "surprise",
        "due_on": "2026-11-30",
        "inspector_ids": [inspector],
        "lead_id": inspector,
    } | given


def test_a_plan_reaches_its_inspectors_and_not_the_unit(login: Login, actors: Actors) -> None:
    answer = login("bureau_office").post("/api/assignments", json=plan(actors))
    assert answer.status_code == 200, answer.json
    told = answer.json
    assert (told["title"], told["state"], told["rev"]) == ("十一月 检查", "planned", 1)
    assert login("inspector").get(f"/api/assignments/{told['id']}").status_code == 200
    assert login("expert").get(f"/api/assignments/{told['id']}").status_code == 404
    assert login("unit_head").get(f"/api/assignments/{told['id']}").status_code == 403


def test_the_same_plan_sent_twice_is_one(login: Login, actors: Actors) -> None:
    body = plan(actors, id=new_id())
    client = login("bureau_office")
    assert client.post("/api/assignments", json=body).json["id"] == body["id"]
    assert client.post("/api/assignments", json=body).json["id"] == body["id"]
    assert client.get("/api/assignments").json["total"] == 1


def test_nobody_takes_the_id_of_anothers_plan(login: Login, actors: Actors, world: World) -> None:
    task = make_assignment(actors)
    other = make_person(role="bureau_office", region=world.county)
    answer = login(other).post("/api/assignments", json=plan(actors, id=task.id))
    assert (answer.status_code, answer.json["code"]) == (409, "assignment-id-taken")


def test_inspectors_cannot_plan(login: Login, actors: Actors) -> None:
    assert login("inspector").post("/api/assignments", json=plan(actors)).status_code == 403


def test_a_unit_of_another_county_is_absent(login: Login, actors: Actors, world: World) -> None:
    body = plan(actors, unit_id=world.other_hospital.id)
    assert login("bureau_office").post("/api/assignments", json=body).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("checklist_keys", ["nothing"], "assignment-checklist-unknown"),
        ("checklist_keys", [], "invalid"),
        ("mode", "walk", "invalid"),
        ("inspector_ids", "staff", "assignment-inspector-unfit"),
        ("lead_id", "expert", "assignment-lead-not-of-team"),
        ("location_ids", "elsewhere", "assignment-place-not-of-unit"),
        ("title", "", "invalid"),
        ("due_on", "soon", "invalid"),
        ("colour", "red", "invalid"),
    ],
)
def test_an_unsound_plan_is_refused(
    login: Login, actors: Actors, world: World, field: str, value: Any, code: str
) -> None:
    body = plan(actors)
    if value == "staff":
        body["lead_id"] = actors.person("staff").id
        value = [body["lead_id"]]
    elif value == "expert":
        value = actors.person("expert").id
    elif value == "elsewhere":
        value = [make_location(world.clinic).id]
    answer = login("bureau_office").post("/api/assignments", json=body | {field: value})
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_a_change_names_the_version_it_was_made_on(login: Login, actors: Actors) -> None:
    task = make_assignment(actors)
    expert = actors.person("expert").id
    client = login("bureau_office")
    path = f"/api/assignments/{task.id}"
    told = client.patch(path, json={"rev": 1, "inspector_ids": [expert], "lead_id": expert})
    assert (told.status_code, told.json["lead_id"], told.json["rev"]) == (200, expert, 2)
    people = db.session.query(AssignmentInspector.person_id).filter_by(assignment_id=task.id)
    assert [row.person_id for row in people] == [expert]
    assert client.patch(path, json={"rev": 1, "title": "旧"}).status_code == 409
    assert login("inspector").get(path).status_code == 404


def test_a_cancelled_task_stays_cancelled(login: Login, actors: Actors) -> None:
    task = make_assignment(actors)
    client = login("bureau_office")
    path = f"/api/assignments/{task.id}"
    assert client.patch(path, json={"rev": 1, "state": "cancelled"}).json["state"] == "cancelled"
    assert client.patch(path, json={"rev": 1, "state": "cancelled"}).status_code == 200
    late = client.patch(path, json={"rev": 2, "title": "再来"})
    assert (late.status_code, late.json["code"]) == (409, "assignment-ended")


def test_a_task_cannot_be_declared_done(login: Login, actors: Actors) -> None:
    task = make_assignment(actors)
    client = login("bureau_office")
    path = f"/api/assignments/{task.id}"
    done = client.patch(path, json={"rev": 1, "state": "done"})
    assert (done.status_code, done.json["code"]) == (422, "assignment-state-follows")
    same = client.patch(path, json={"rev": 1, "state": "planned", "note": "带测温枪"})
    assert (same.status_code, same.json["note"]) == (200, "带测温枪")


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("", 2),
        ("state=planned", 2),
        ("state=started,done", 0),
        ("q=病房", 2),
        ("q=卫生室", 1),
        ("unit_id={hospital}", 1),
        ("inspector_id={inspector}", 2),
        ("inspector_id=nobody", 0),
    ],
)
def test_the_list_can_be_narrowed(
    login: Login, actors: Actors, world: World, asked: str, count: int
) -> None:
    make_assignment(actors)
    make_assignment(actors, unit_id=world.clinic.id)
    address = asked.format(hospital=world.hospital.id, inspector=actors.person("inspector").id)
    assert login("bureau_office").get(f"/api/assignments?{address}").json["total"] == count


def test_a_list_costs_the_same_for_many_rows(
    login: Login, actors: Actors, queries: Callable[[], Any]
) -> None:
    client = login("bureau_office")
    costs = []
    for _ in range(2):
        for _ in range(5):
            make_assignment(actors)
        db.session.commit()
        with queries() as seen:
            assert client.get("/api/assignments").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= BUDGET, str(seen)
