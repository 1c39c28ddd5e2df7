"""How far a campaign has come: phases, matrix, quotas, workbook; only of what one may see."""

import io
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook

from server.kernel.db import db
from tests.factories.org import make_person, make_unit
from tests.factories.planning import campaign_body, held, make_campaign, quota, task_of
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
BUDGET = 14


def cells(told: dict[str, Any]) -> set[tuple[str, str, str, str, int]]:
    return {
        (
            told["units"][unit]["name"],
            told["modes"][mode],
            told["focus"][focus],
            told["windows"][window]["key"],
            count,
        )
        for unit, mode, focus, window, count in told["cells"]
    }


def test_the_matrix_equals_the_records(login: Login, actors: Actors, world: World) -> None:
    made = make_campaign(actors)
    inspector = actors["inspector"]
    make_unit(world.county, name="第三医院")
    held(inspector, world.hospital, "2026-02-03")
    held(inspector, world.hospital, "2026-02-03")
    held(inspector, world.hospital, "2026-08-03", mode="surprise")
    held(inspector, world.clinic, "2026-08-04")
    held(inspector, world.clinic, "2025-08-04")
    held(inspector, world.clinic, "2026-08-04", focus="other")
    told = login("inspector").get(f"/api/campaigns/{made.id}/coverage").json
    assert cells(told) == {
        ("安平县人民医院", "spot", "ward", "one", 2),
        ("安平县人民医院", "surprise", "ward", "two", 1),
        ("城关村卫生室", "spot", "ward", "two", 1),
    }
    assert told["records"] == 4 == sum(cell[-1] for cell in told["cells"])
    names = {unit["id"]: unit["name"] for unit in told["units"]}
    assert [names[unit] for unit in told["never"]] == ["第三医院"]


def test_a_draft_counts_for_nobody(login: Login, actors: Actors, world: World) -> None:
    made = make_campaign(actors)
    row = held(actors["inspector"], world.hospital, "2026-02-03")
    row.state, row.submitted_at = "draft", None
    db.session.commit()
    for role in ("inspector", "bureau_office", "read_only"):
        assert login(role).get(f"/api/campaigns/{made.id}/coverage").json["records"] == 0


def test_only_records_for_tasks_of_the_campaign_may_be_asked(
    login: Login, actors: Actors, world: World
) -> None:
    made = make_campaign(actors)
    task = task_of(actors, made)
    held(actors["inspector"], world.hospital, "2026-02-03", assignment_id=task.id, mode="spot")
    held(actors["inspector"], world.clinic, "2026-02-03")
    told = (
        login("inspector").get(f"/api/campaigns/{made.id}/coverage?planned=true&every=month").json
    )
    assert told["records"] == 1
    assert [one["key"] for one in told["windows"]][:2] == ["2026-01", "2026-02"]


def test_targets_narrow_the_units(login: Login, actors: Actors, world: World) -> None:
    make_unit(world.county, name="有氧站医院", attributes=["has_oxygen_supply"])
    assert world.hospital
    assert world.clinic
    assert world.other_hospital
    for targets, count in (
        ({}, 3),
        ({"tiers": ["village"]}, 1),
        ({"unit_ids": [world.hospital.id]}, 1),
        ({"attributes": ["has_oxygen_supply"]}, 1),
        ({"region_id": world.county.id, "tiers": ["hospital"]}, 2),
    ):
        made = make_campaign(actors, targets=targets)
        told = login("bureau_office").get(f"/api/campaigns/{made.id}/coverage").json
        assert len(told["units"]) == count, targets


def test_a_county_counts_its_own_part_of_what_the_city_runs(
    login: Login, actors: Actors, world: World
) -> None:
    city = make_person(role="bureau_office", region=world.city)
    body = {"rev": 1, "state": "active"}
    assert world.hospital
    assert world.other_hospital
    given = campaign_body(actors) | {"region_id": world.city.id}
    made = login(city).post("/api/campaigns", json=given).json
    login(city).patch(f"/api/campaigns/{made['id']}", json=body)
    path = f"/api/campaigns/{made['id']}/progress"
    whole = login(city).get(path).json["units"]
    assert login("inspector").get(path).json["units"] < whole


def test_progress_counts_goals_quotas_and_tasks(login: Login, actors: Actors, world: World) -> None:
    made = make_campaign(actors, quotas=[quota("twice"), quota("led", led=True, at_least=1)])
    assert world.clinic
    task_of(actors, made)
    held(actors["inspector"], world.hospital, "2026-08-03")
    held(actors["inspector"], world.hospital, "2026-09-03")
    told = login("bureau_office").get(f"/api/campaigns/{made.id}/progress").json
    assert (told["units"], told["visited"], told["records"], told["tasks"]) == (
        2,
        1,
        2,
        {"planned": 1},
    )
    assert [(one["key"], one["state"], one["visits"]) for one in told["phases"]] == [
        ("one", "over", 0), ("two", "running", 2),
    ]  # fmt: skip
    counted = told["phases"][1]["goals"][0]
    assert (counted["value"], counted["of"], counted["reached"]) == (1, 2, False)
    twice, led = told["quotas"]
    assert (twice["asked"], twice["met"]) == (2, 1)
    assert twice["lacks"] == [[world.clinic.id, "2026", 0, False]]
    assert (led["met"], told["led"]) == (0, {"visits": 0, "units": 0})


def test_the_workbook_holds_the_matrix_and_the_unvisited(
    login: Login, actors: Actors, world: World
) -> None:
    made = make_campaign(actors)
    held(actors["inspector"], world.hospital, "2026-02-03")
    assert world.clinic
    answer = login("inspector").get(f"/api/campaigns/{made.id}/coverage.xlsx?every=quarter")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert [row[0] for row in rows] == ["安平县人民医院", "城关村卫生室"]
    assert rows[0][1:3] == ["行业抽查", "行业抽查"]
    assert rows[0][4:6] == ["2026-Q1", 1]
    assert rows[1][5:] == [0, "未检查"]


def test_progress_costs_the_same_for_many_records(
    login: Login, actors: Actors, world: World, queries: Callable[[], Any]
) -> None:
    made = make_campaign(actors)
    client = login("inspector")
    costs = []
    for _ in range(2):
        for month in range(1, 6):
            held(actors["inspector"], world.hospital, f"2026-0{month}-03")
        db.session.commit()
        with queries() as seen:
            assert client.get(f"/api/campaigns/{made.id}/progress").status_code == 200
        costs.append(len(seen))
    assert costs[0] == costs[1] <= BUDGET, str(seen)
