"""Inspections over HTTP."""

from collections.abc import Callable
from typing import Any

import pytest

from server.inspections.models import Inspection
from server.inspections.service import submit_inspection
from server.kernel import clock as kernel_clock
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.hazards import make_photo
from tests.factories.inspections import answer_all, make_inspection, sign
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock

Login = Callable[..., AppClient]
BUDGET = 5


def submitted(actors: Actors, world: World, **given: Any) -> Inspection:
    inspection = make_inspection(actors["inspector"], world.hospital, **given)
    answer_all(inspection)
    return submit_inspection(
        actors["inspector"], inspection.id, submitted_at=kernel_clock.now(), summary="总体良好"
    )


def test_a_draft_is_its_teams_alone(login: Login, actors: Actors, world: World) -> None:
    draft = make_inspection(actors["inspector"], world.hospital)
    assert login("inspector").get(f"/api/inspections/{draft.id}").status_code == 200
    for role in ("bureau_office", "unit_head", "expert"):
        assert login(role).get(f"/api/inspections/{draft.id}").status_code == 404
        assert login(role).get("/api/inspections").json["total"] == 0


def test_a_submitted_record_is_seen_by_unit_and_region(
    login: Login, actors: Actors, world: World
) -> None:
    done = submitted(actors, world)
    for role in ("bureau_office", "unit_head", "expert"):
        told = login(role).get(f"/api/inspections/{done.id}")
        assert told.status_code == 200
    assert told.json["number"] == "JC-339901-2026-00001"
    assert told.json["summary"] == "总体良好"
    assert {answer["item_key"] for answer in told.json["answers"]} == {
        "ward.rules.posted",
        "ward.rules.drill",
        "ward.room.exit",
    }


def test_hidden_and_absent_are_one_answer(login: Login, actors: Actors, world: World) -> None:
    draft = make_inspection(actors["inspector"], world.hospital)
    client = login("bureau_office")
    told = [client.get(f"/api/inspections/{key}").json for key in (draft.id, new_id())]
    draft_body, absent_body = ({k: v for k, v in b.items() if k != "instance"} for b in told)
    assert draft_body == absent_body


def test_staff_may_not_read_inspections(login: Login, world: World) -> None:
    assert login("staff").get("/api/inspections").status_code == 403
    assert world.app is not None


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("", 3),
        ("state=draft", 1),
        ("state=submitted", 2),
        ("mode=expert", 1),
        ("checklist_key=ward", 3),
        ("checklist_key=fire", 0),
        ("from=2026-11-24", 1),
        ("to=2026-11-23", 2),
        ("q=人民医院", 3),
        ("q=人民醫院", 3),
        ("q=ＪＣ-339901-２０２６-00002", 1),
        ("q=病房", 3),
        ("q=JC-339901-2026-00002", 1),
        ("unit_id=none", 0),
    ],
)
def test_the_list_can_be_narrowed(
    login: Login, actors: Actors, world: World, clock: FrozenClock, asked: str, count: int
) -> None:
    submitted(actors, world)
    submitted(actors, world)
    clock.move(days=1)
    make_inspection(actors["inspector"], world.hospital, mode="expert")
    assert login("inspector").get(f"/api/inspections?{asked}").json["total"] == count


def test_the_newest_come_first_and_pages_join(
    login: Login, actors: Actors, world: World, clock: FrozenClock
) -> None:
    made = []
    for _ in range(3):
        made.append(make_inspection(actors["inspector"], world.hospital).id)
        clock.move(minutes=1)
    client = login("inspector")
    first = client.get("/api/inspections?limit=2").json
    rest = client.get(f"/api/inspections?limit=2&cursor={first['next']}").json
    assert [row["id"] for row in first["items"] + rest["items"]] == made[::-1]


def test_the_office_opens_a_record_again(login: Login, actors: Actors, world: World) -> None:
    done = submitted(actors, world)
    path = f"/api/inspections/{done.id}/reopen"
    assert login("read_only").post(path, json={"reason": "看看"}).status_code == 403
    assert login("bureau_office").post(path, json={"reason": ""}).status_code == 422
    assert login("bureau_office").post(path, json={}).status_code == 422
    answer = login("bureau_office").post(path, json={"reason": "补登漏项"})
    assert (answer.status_code, answer.json["state"]) == (200, "draft")


def test_signatures_travel_with_the_record(login: Login, actors: Actors, world: World) -> None:
    inspection = make_inspection(actors["inspector"], world.hospital)
    sign(actors["inspector"], inspection)
    told = login("inspector").get(f"/api/inspections/{inspection.id}").json
    assert [(s["party"], s["refused"]) for s in told["signatures"]] == [("inspector", False)]


def test_photos_are_listed_under_what_they_prove(
    login: Login, actors: Actors, world: World
) -> None:
    inspection = make_inspection(actors["inspector"], world.hospital)
    photo = make_photo(
        actors["inspector"].user_id,
        purpose="found",
        inspection_id=inspection.id,
        in_inspection=True,
        item_key="ward.rules.posted",
    )
    told = login("inspector").get(f"/api/inspections/{inspection.id}").json
    assert told["photos"] == {"|ward.rules.posted": [photo.id]}


def test_a_list_costs_the_same_for_many_rows(
    login: Login, actors: Actors, world: World, queries: Callable[[], Any]
) -> None:
    client = login("inspector")
    costs = []
    for _ in range(2):
        for _ in range(5):
            make_inspection(actors["inspector"], world.hospital)
        db.session.commit()
        with queries() as seen:
            assert client.get("/api/inspections").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= BUDGET, str(seen)
