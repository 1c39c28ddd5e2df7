"""The ledger over HTTP: success, refusal, hidden and malformed, and what a list costs."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from server.hazards.models import Hazard
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.hazards import hazard_in, make_hazard, make_photo
from tests.factories.locations import make_location
from tests.factories.org import make_person
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock

Login = Callable[..., AppClient]
BUDGET = 7  # session, grants, regions; total, rows, steps, photos


def report(world: World, **given: Any) -> dict[str, Any]:
    return {"unit_id": world.hospital.id, "title": "配电箱门未关", "description": "三楼"} | given


def test_a_hazard_is_reported_and_numbered(login: Login, world: World) -> None:
    answer = login("staff").post("/api/hazards", json=report(world))
    assert answer.status_code == 200
    assert answer.json["number"] == "YH-339901-2026-00001"
    assert (answer.json["state"], answer.json["rev"]) == ("open", 1)
    assert [step["action"] for step in answer.json["steps"]] == ["open"]


def test_who_only_reads_cannot_report(login: Login, world: World) -> None:
    answer = login("read_only").post("/api/hazards", json=report(world))
    assert (answer.status_code, answer.json["code"]) == (403, "not-permitted")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": ""}, "hazard-words-invalid"),
        ({"title": "\u3000 \t"}, "hazard-words-invalid"),
        ({"title": 7}, "invalid"),
        ({"title": "一\x00二"}, "bad-json"),
        ({"grade": "huge"}, "invalid"),
        ({"source": "inspection"}, "invalid"),
        ({"inspection_id": "x"}, "invalid"),
        ({"due_on": "2026-02-30"}, "invalid"),
        (
            {"basis": [{"doc": "《消防法》", "clause": "第1条", "tag": "to-verify"}]},
            "hazard-basis-invalid",
        ),
        ({"photos": [new_id()]}, "hazard-photo-unusable"),
    ],
)
def test_a_malformed_report_is_refused(
    login: Login, world: World, given: dict[str, Any], code: str
) -> None:
    answer = login("staff").post("/api/hazards", json=report(world, **given))
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_hidden_and_absent_are_one_answer(login: Login, actors: Actors, world: World) -> None:
    office = make_person(role="bureau_office", region=world.other_county)
    hidden = make_hazard(actors.of(office), world.other_hospital)
    client = login("inspector")
    told = [client.get(f"/api/hazards/{key}") for key in (hidden.id, new_id())]
    assert {answer.status_code for answer in told} == {404}
    bodies = [{k: v for k, v in answer.json.items() if k != "instance"} for answer in told]
    assert bodies[0] == bodies[1]
    move = client.post(f"/api/hazards/{hidden.id}/moves", json={"action": "void", "note": "x"})
    assert move.status_code == 404


def test_a_move_answers_with_the_hazard_as_it_is_now(login: Login, actors: Actors) -> None:
    hazard = hazard_in("assigned", actors)
    photo = make_photo(actors.person("safety_officer").id)
    answer = login("safety_officer").post(
        f"/api/hazards/{hazard.id}/moves",
        json={"action": "submit_rectification", "note": "已清理", "photos": [photo.id]},
    )
    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["merged"]) == ("rectified", False)
    assert answer.json["steps"][-1]["photo_ids"] == [photo.id]


def test_a_move_that_is_not_legal_now_is_a_conflict(login: Login, actors: Actors) -> None:
    hazard = hazard_in("open", actors)
    answer = login("bureau_office").post(
        f"/api/hazards/{hazard.id}/moves", json={"action": "close"}
    )
    assert (answer.status_code, answer.json["code"]) == (409, "hazard-transition-not-allowed")
    assert (answer.json["state"], answer.json["action"]) == ("open", "close")


def test_who_verifies_their_own_work_is_told_so(login: Login, actors: Actors) -> None:
    hazard = hazard_in("assigned", actors)
    head = login("unit_head")
    photo = make_photo(actors.person("unit_head").id)
    words = {"action": "submit_rectification", "note": "好了", "photos": [photo.id]}
    assert head.post(f"/api/hazards/{hazard.id}/moves", json=words).status_code == 200
    answer = head.post(f"/api/hazards/{hazard.id}/moves", json={"action": "accept"})
    assert (answer.status_code, answer.json["code"]) == (409, "hazard-self-verification")


def test_an_unknown_action_is_refused(login: Login, actors: Actors) -> None:
    hazard = hazard_in("open", actors)
    answer = login("inspector").post(f"/api/hazards/{hazard.id}/moves", json={"action": "burn"})
    assert answer.status_code == 422


def test_a_comment_stands_in_the_timeline(login: Login, actors: Actors) -> None:
    hazard = hazard_in("assigned", actors)
    answer = login("staff").post(f"/api/hazards/{hazard.id}/comments", json={"note": "已报修"})
    assert [step["note"] for step in answer.json["steps"]][-1] == "已报修"


def test_the_nearest_due_day_comes_first_and_pages_join(
    login: Login, actors: Actors, world: World, clock: FrozenClock
) -> None:
    for _ in range(5):
        make_hazard(actors["inspector"], world.hospital)
        clock.move(days=1)
    wanted = [h.id for h in db.session.query(Hazard).order_by(Hazard.due_on, Hazard.id)]
    client, seen, cursor = login("inspector"), [], ""
    while cursor is not None:
        told = client.get(f"/api/hazards?limit=2&cursor={cursor}").json
        assert told["total"] == 5
        seen += [item["id"] for item in told["items"]]
        cursor = told["next"]
    assert seen == wanted


def test_the_newest_come_first_on_demand(
    login: Login, actors: Actors, world: World, clock: FrozenClock
) -> None:
    made = []
    for _ in range(3):
        made.append(make_hazard(actors["inspector"], world.hospital).id)
        clock.move(minutes=1)
    client = login("inspector")
    first = client.get("/api/hazards?order=newest&limit=2").json
    rest = client.get(f"/api/hazards?order=newest&limit=2&cursor={first['next']}").json
    assert [item["id"] for item in first["items"] + rest["items"]] == made[::-1]


def test_a_forged_page_mark_is_refused(login: Login, actors: Actors, world: World) -> None:
    client = login("inspector")
    for cursor in ("x", "W10", "WzEsMl0", "WyIyMDI2LTEzLTAxIiwgIngiXQ", "W251bGwsbnVsbF0"):
        answer = client.get(f"/api/hazards?cursor={cursor}")
        assert (answer.status_code, answer.json["code"]) == (422, "bad-cursor"), cursor


FILTERS: list[tuple[str, int]] = [
    ("", 3),
    ("unit_id={hospital}", 2),
    ("state=open", 2),
    ("state=open,assigned", 3),
    ("grade=major", 0),
    ("suspected_major=true", 1),
    ("overdue=true", 1),
    ("overdue=false", 2),
    ("open=true", 3),
    ("open=false", 0),
    ("assignee_id={officer}", 1),
    ("checklist_key=fire", 1),
    ("category=gas", 1),
    ("location_id={room}", 1),
    ("from=2026-11-23&to=2026-11-23", 3),
    ("from=2026-11-24", 0),
    ("due_before=2026-11-23", 1),
    ("q=燃气", 1),
    ("q=燃氣", 1),
    ("q=０００02", 1),
    ("q=00002", 1),
    ("q=%25", 0),
    ("q=&state=&grade=", 3),
]


@pytest.mark.parametrize(("asked", "count"), FILTERS)
def test_the_ledger_can_be_narrowed(
    login: Login, actors: Actors, world: World, asked: str, count: int
) -> None:
    room = make_location(world.clinic)
    hazard_in("assigned", actors, checklist_key="fire")
    make_hazard(actors["inspector"], world.hospital, due_on=date(2026, 11, 22))
    make_hazard(
        actors["inspector"],
        world.clinic,
        title="燃气报警器失效",
        category="gas",
        suspected_major=True,
        location_id=room.id,
    )
    address = asked.format(
        hospital=world.hospital.id, officer=actors.person("safety_officer").id, room=room.id
    )
    assert login("inspector").get(f"/api/hazards?{address}").json["total"] == count


def test_an_unknown_filter_is_refused(login: Login, world: World) -> None:
    answer = login("inspector").get("/api/hazards?colour=red")
    assert answer.status_code == 422
    assert world.app is not None


def test_a_unit_sees_its_own_hazards_alone(login: Login, actors: Actors, world: World) -> None:
    mine = make_hazard(actors["inspector"], world.hospital)
    make_hazard(actors["inspector"], world.clinic)
    told = login("staff").get("/api/hazards").json
    assert [item["id"] for item in told["items"]] == [mine.id]


def test_a_list_costs_the_same_for_many_rows(
    login: Login, actors: Actors, world: World, queries: Callable[[], Any]
) -> None:
    client = login("inspector")
    costs = []
    for _ in range(2):
        for _ in range(10):
            make_hazard(actors["inspector"], world.hospital)
        db.session.commit()
        with queries() as seen:
            assert client.get("/api/hazards").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= BUDGET, str(seen)


def test_the_same_item_at_the_same_place_is_suggested_as_a_duplicate(
    login: Login, actors: Actors, world: World
) -> None:
    room = make_location(world.hospital)
    place = {"location_id": room.id, "item_key": "fire.exit.clear"}
    first = make_hazard(actors["inspector"], world.hospital, **place)
    second = make_hazard(actors["staff"], world.hospital, **place)
    make_hazard(actors["staff"], world.hospital, item_key="fire.exit.clear")
    told = login("inspector").get(f"/api/hazards/{second.id}").json
    assert told["possible_duplicates"] == [{"id": first.id, "number": first.number}]


def test_the_workflow_is_open_to_all_and_marked(client: AppClient) -> None:
    answer = client.get("/api/ref/workflow.json")
    assert {state["key"] for state in answer.json["states"]} >= {"open", "closed"}
    again = client.get("/api/ref/workflow.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
