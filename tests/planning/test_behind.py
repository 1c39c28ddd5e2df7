"""Behind each number of the matrix stand as many rows as it says, and no others."""

import io
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook

from server.campaigns.modes import MODES
from server.kernel.db import db
from tests.factories.org import make_person, make_unit
from tests.factories.planning import held, make_campaign, task_of
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]


def some_year(actors: Actors, world: World) -> str:
    """A campaign with records of several kinds, areas and phases, two of them for a task."""
    made = make_campaign(actors, focus_keys=[])
    inspector = actors["inspector"]
    task = task_of(actors, made)
    make_unit(world.county, name="第三医院")
    for unit, on, mode, focus in (
        (world.hospital, "2026-02-03", "spot", "ward"),
        (world.hospital, "2026-02-04", "self-check", "ward"),
        (world.hospital, "2026-08-03", "surprise", "fire"),
        (world.clinic, "2026-08-04", "expert", "ward"),
        (world.clinic, "2026-08-05", "surprise", "ward"),
    ):
        held(inspector, unit, on, mode=mode, focus=focus)
    held(inspector, world.hospital, "2026-09-01", assignment_id=task.id)
    db.session.commit()
    return made.id


def rows(client: AppClient, campaign: str, query: str) -> dict[str, Any]:
    answer = client.get(f"/api/campaigns/{campaign}/records?{query}")
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def test_every_cell_opens_as_many_rows_as_it_counts(
    login: Login, actors: Actors, world: World
) -> None:
    made = some_year(actors, world)
    client = login("inspector")
    told = client.get(f"/api/campaigns/{made}/coverage?every=phase").json
    assert told["records"] == 6
    for unit, mode, focus, window, count in told["cells"]:
        asked = {
            "unit_id": told["units"][unit]["id"], "mode": told["modes"][mode],
            "focus": told["focus"][focus], "window": told["windows"][window]["key"],
        }  # fmt: skip
        found = rows(client, made, "&".join(f"{key}={value}" for key, value in asked.items()))
        assert found["total"] == len(found["items"]) == count
        for item in found["items"]:
            assert (item["unit_id"], item["mode"]) == (asked["unit_id"], asked["mode"])
            assert item["focus"] == asked["focus"]


def test_the_four_ways_add_up_to_all(login: Login, actors: Actors, world: World) -> None:
    made = some_year(actors, world)
    client = login("inspector")
    by_way = {
        way: rows(client, made, f"way={way}") for way in ("self", "expert", "industry", "region")
    }
    assert {way: one["total"] for way, one in by_way.items()} == {
        "self": 1, "expert": 1, "industry": 4, "region": 0,
    }  # fmt: skip
    for way, one in by_way.items():
        assert all(MODES[item["mode"]].way == way for item in one["items"])
    assert rows(client, made, "way=self&mode=spot")["total"] == 0
    assert rows(client, made, "way=industry&mode=spot")["total"] == 2
    assert rows(client, made, "planned=true")["total"] == 1
    assert rows(client, made, "q=卫生室")["total"] == 2
    assert client.get(f"/api/campaigns/{made}/records?way=other").status_code == 422


def test_rows_come_in_pages_without_gap_or_double(
    login: Login, actors: Actors, world: World
) -> None:
    made = some_year(actors, world)
    client = login("inspector")
    seen: list[str] = []
    cursor = ""
    for _ in range(4):
        page = rows(client, made, f"limit=2&cursor={cursor}")
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == page["total"] == 6
    days = [item["on"] for item in rows(client, made, "")["items"]]
    assert days == sorted(days, reverse=True)
    stray = "01a20000-0000-7000-8000-0000000000a1"
    refused = client.get(f"/api/campaigns/{made}/records?cursor={stray}")
    assert refused.json["code"] == "bad-cursor"


def test_who_was_never_there_is_listed_with_when_last_and_when_next(
    login: Login, actors: Actors, world: World
) -> None:
    made = some_year(actors, world)
    held(actors["inspector"], world.hospital, "2025-05-05", mode="expert")
    db.session.commit()
    client = login("bureau_office")
    path = f"/api/campaigns/{made}/units"
    told = client.get(path).json
    assert (told["of"], [one["name"] for one in told["items"]]) == (3, ["第三医院"])
    assert told["items"][0]["last_on"] is None
    lacking = client.get(f"{path}?way=expert").json["items"]
    assert [one["name"] for one in lacking] == ["第三医院", "安平县人民医院"]
    hospital = lacking[1]
    assert (hospital["last_on"], hospital["records"]) == ("2026-09-01", 0)
    assert hospital["due_on"] is not None
    visited = client.get(f"{path}?visited=true").json["items"]
    assert {one["name"]: one["records"] for one in visited} == {
        "安平县人民医院": 4, "城关村卫生室": 2,
    }  # fmt: skip


def test_the_list_is_a_workbook_that_says_what_was_asked(
    login: Login, actors: Actors, world: World
) -> None:
    made = some_year(actors, world)
    query = "way=expert&every=phase&window=two&focus=ward&planned=true"
    answer = login("inspector").get(f"/api/campaigns/{made}/units.xlsx?{query}")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    assert sheet.title == "未检查单位名单"
    said = str(sheet.cell(3, 3).value)
    for word in ("治本攻坚三年行动", "专家诊查", "阶段two", "只计本专项的任务"):
        assert word in said
    names = [row[1].value for row in sheet.iter_rows(min_row=5)]
    assert sorted(map(str, names)) == ["城关村卫生室", "安平县人民医院", "第三医院"]


def test_another_county_sees_neither_rows_nor_units(
    login: Login, actors: Actors, world: World
) -> None:
    made = some_year(actors, world)
    other = login(make_person(role="bureau_office", region=world.other_county))
    for path in ("records", "units", "units.xlsx"):
        assert other.get(f"/api/campaigns/{made}/{path}").status_code == 404
        assert login("unit_head").get(f"/api/campaigns/{made}/{path}").status_code == 403
