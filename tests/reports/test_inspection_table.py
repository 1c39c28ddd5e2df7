"""The table of inspections: what it says, who may have it, and that it grows in no memory."""

import copy
import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from server.audit.models import AuditEntry
from server.inspections.models import Inspection
from server.kernel import clock
from server.kernel.db import db
from server.reports import inspection_table, table_files
from server.reports.comma_file import guarded
from server.reports.hazard_ledger import TooManyRows
from server.reports.table_cells import folded
from tests.factories.definitions import WARD, make_definition
from tests.factories.inspections import answer_all, make_answer, make_inspection
from tests.factories.locations import make_location
from tests.factories.org import make_person
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
ADDRESS = "/api/inspections/export.csv"
POSTED, DRILL, EXIT = "制度是否上墙？", "半年内是否演练？", "出口是否畅通？"
NASTY = ("=1+1", "+1 和", "-1 和", "@SUM(A1)", "＝1+1", "=cmd|' /C calc'!A0")


def submitted(inspection: Inspection, number: int = 1) -> Inspection:
    inspection.state = "submitted"
    inspection.number = f"JC-339901-2026-{number:05d}"
    inspection.submitted_at = inspection.device_submitted_at = clock.now()
    inspection.score = {"total": 92.5, "sections": []}
    inspection.counts = {"lines": 3, "passed": 2, "failed": 1, "na": 0, "unable": 0, "open": 0}
    db.session.flush()
    return inspection


def lines(client: AppClient, asked: str = "") -> list[list[str]]:
    answer = client.get(ADDRESS + asked)
    assert answer.status_code == 200, answer.data
    text = answer.data.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def rows(client: AppClient, asked: str = "") -> list[dict[str, str]]:
    head, *found, _last = lines(client, asked)
    return [dict(zip(head, row, strict=True)) for row in found]


def test_a_line_says_what_the_list_says(login: Login, actors: Actors, world: World) -> None:
    submitted(make_inspection(actors["inspector"], world.hospital))
    [head, row, last] = lines(login("bureau_office"))
    edition = make_definition().hash[:8]
    assert dict(zip(head, row, strict=True)) == {
        "序号": "1",
        "检查编号": "JC-339901-2026-00001",
        "单位": "安平县人民医院",
        "所属区域": "安平县",
        "检查表": "病房安全",
        "检查表版本": f"2026-11-01 · {edition}",
        "检查方式": "单位自查",
        "状态": "已提交",
        "组长": "王检查",
        "组员": "",
        "开始时间": "2026-11-23 09:00",
        "提交时间": "2026-11-23 09:00",
        "得分": "92.5",
        "检查项数": "3",
        "合格": "2",
        "不合格": "1",
        "不适用": "0",
        "查不了": "0",
        "未查": "0",
        "照片": "",
    }
    assert last == [
        "共 1 条；由 周局办 于 2026-11-23 09:00 从安巡导出",
        "筛选条件：全部（本人可见范围）",
    ]


def test_a_chosen_checklist_brings_a_column_a_question(
    login: Login, actors: Actors, world: World
) -> None:
    done = submitted(make_inspection(actors["inspector"], world.hospital))
    make_answer(done, "ward.rules.posted", result="fail", note="被海报遮住")
    make_answer(done, "ward.room.exit", result="pass", **{"r.width": 0.8})
    [row] = rows(login("bureau_office"), "?checklist_key=ward")
    told = (row[POSTED], row[DRILL], row[EXIT])
    assert told == ("不合格；被海报遮住", "未查", "不合格；净宽 0.8 米（超出限值）")


def test_places_are_folded_into_one_cell_what_is_wrong_first(
    login: Login, actors: Actors, world: World
) -> None:
    rooms = [make_location(world.hospital, name=n, path=f"住院楼 / {n}") for n in "甲乙丙丁戊"]
    targets = {"location": [room.id for room in rooms]}
    done = submitted(make_inspection(actors["inspector"], world.hospital, targets=targets))
    for number, room in enumerate(rooms):
        result = "fail" if number == 2 else "pass"
        make_answer(done, "ward.room.exit", room.id, result=result)
    make_answer(done, "ward.room.exit", "00000000-gone", result="fail")
    [row] = rows(login("bureau_office"), "?checklist_key=ward")
    assert row[EXIT] == "住院楼 / 丙：不合格\n合格（4 处）"


def test_few_places_are_named() -> None:
    assert folded([("乙", "合格"), ("甲", "合格")]) == "乙、甲：合格"
    assert folded([("", "合格")]) == "合格"


def flat(**changed: Any) -> dict[str, Any]:
    """The ward's checklist without what differs between places: its answers are said at once."""
    definition = copy.deepcopy(WARD) | changed
    del definition["sections"][1]["repeat"]
    del definition["sections"][1]["items"][0]["readings"][0]["min"]
    return definition


def test_an_answer_says_the_same_where_all_is_asked_once(
    login: Login, actors: Actors, world: World
) -> None:
    digest = make_definition(flat()).hash
    for number, (result, width) in enumerate([("pass", 1.4), ("na", None), ("unable", 0.8)]):
        done = submitted(
            make_inspection(actors["inspector"], world.hospital, definition=digest), number
        )
        make_answer(done, "ward.rules.posted", result=result)
        make_answer(done, "ward.room.exit", **({"r.width": width} if width else {"result": "fail"}))
    found = rows(login("bureau_office"), "?checklist_key=ward")
    told = {(row[POSTED], row[DRILL], row[EXIT]) for row in found}
    assert told == {
        ("合格", "未查", "净宽 1.4 米"),
        ("不适用", "未查", "不合格"),
        ("查不了", "未查", "净宽 0.8 米"),
    }


@pytest.mark.parametrize("definition", [WARD, flat()], ids=["walked", "flat"])
def test_a_disagreement_is_marked_but_for_what_one_person_said_twice(
    login: Login, actors: Actors, world: World, definition: dict[str, Any]
) -> None:
    digest = make_definition(definition).hash
    for number, (other, how) in enumerate([("b", "tap"), ("a", "tap"), (None, "decided")]):
        done = submitted(
            make_inspection(actors["inspector"], world.hospital, definition=digest), number
        )
        row = make_answer(done, "ward.rules.posted", how=how, result="fail")
        if other:
            words = [{"v": "fail", "by": "a", "rev": 1}, {"v": "pass", "by": other, "rev": 2}]
            state = row.fields["result"] | {"candidates": words}
            row.fields = {"result": state}
    db.session.flush()
    told = {
        r["检查编号"][-1]: r[POSTED] for r in rows(login("bureau_office"), "?checklist_key=ward")
    }
    assert told == {
        "0": "不合格（意见不一，待组长确认）",
        "1": "不合格",
        "2": "不合格（组长确认）",
    }


def test_columns_are_those_of_all_editions_that_occur(
    login: Login, actors: Actors, world: World
) -> None:
    newer = copy.deepcopy(WARD) | {"effective_from": "2026-11-20"}
    rules = newer["sections"][0]["items"]
    rules[0]["ask"]["zh"] = "制度上墙了吗？"
    rules[1] = copy.deepcopy(rules[1]) | {"key": "ward.rules.new", "ask": {"zh": "新题", "en": "N"}}
    old = submitted(make_inspection(actors["inspector"], world.hospital), 1)
    new = make_definition(newer).hash
    young = submitted(make_inspection(actors["inspector"], world.hospital, definition=new), 2)
    make_answer(old, "ward.rules.drill", result="pass")
    make_answer(young, "ward.rules.new", result="fail")
    head = lines(login("bureau_office"), "?checklist_key=ward")[0]
    assert head[len(inspection_table.HEAD) :] == ["制度上墙了吗？", DRILL, "新题", EXIT]
    found = {r["检查编号"][-1]: r for r in rows(login("bureau_office"), "?checklist_key=ward")}
    assert (found["1"][DRILL], found["1"]["新题"]) == ("合格", "")
    assert (found["2"][DRILL], found["2"]["新题"]) == ("", "不合格")


def test_it_is_narrowed_like_the_list_and_says_so(
    login: Login, actors: Actors, world: World
) -> None:
    submitted(make_inspection(actors["inspector"], world.hospital), 1)
    submitted(make_inspection(actors["inspector"], world.clinic, mode="spot"), 2)
    office = login("bureau_office")
    asked = f"?unit_id={world.clinic.id}&mode=spot&state=submitted&checklist_key=ward&q=卫生"
    asked += "&from=2026-11-23&to=2026-11-23"
    assert [row["单位"] for row in rows(office, asked)] == ["城关村卫生室"]
    assert lines(office, asked)[-1][1] == (
        "筛选条件：单位 城关村卫生室；检查表 病房安全；检查方式 行业抽查；状态 已提交；"
        "开始自 2026-11-23；开始至 2026-11-23；关键词 卫生"
    )
    assert rows(office, "?to=2026-11-22") == []
    assert office.get(f"{ADDRESS}?colour=red").status_code == 422


def test_it_holds_what_the_actor_sees(login: Login, actors: Actors, world: World) -> None:
    submitted(make_inspection(actors["inspector"], world.hospital), 1)
    submitted(make_inspection(actors["inspector"], world.clinic), 2)
    make_inspection(actors["inspector"], world.hospital)
    elsewhere = make_person(role="bureau_office", region=world.other_county)
    assert len(rows(login("bureau_office"))) == 2, "no draft of others"
    assert [row["单位"] for row in rows(login("unit_head"))] == ["安平县人民医院"]
    stranger = login(elsewhere)
    assert rows(stranger, "?checklist_key=ward") == []
    head, last = lines(stranger, f"?unit_id={world.hospital.id}&checklist_key=ward")
    assert (len(head), last[0].split("；")[0]) == (len(inspection_table.HEAD), "共 0 条")
    assert "安平" not in last[1], "the name of what is hidden"


def test_who_may_not_export_is_refused(login: Login, client: AppClient, world: World) -> None:
    for kind in ("csv", "xlsx"):
        address = f"/api/inspections/export.{kind}"
        assert login("staff").get(address).status_code == 403
        assert client.get(address).status_code == 401
    person = make_person(role="bureau_office", region=world.county)
    gone = login(person)
    person.active = False
    db.session.flush()
    assert gone.get(ADDRESS).status_code == 401


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_was_typed_ever_runs(
    login: Login, actors: Actors, world: World, text: str
) -> None:
    done = submitted(make_inspection(actors["inspector"], world.hospital))
    make_answer(done, "ward.rules.posted", note=text)
    [row] = rows(login("bureau_office"), "?checklist_key=ward")
    assert row[POSTED] == f"'{text}"
    book = workbook(login("bureau_office"))
    assert {cell.data_type for line in book.iter_rows() for cell in line} <= {"s", "n", "d"}


def test_numbers_stay_numbers() -> None:
    assert [guarded(cell) for cell in ("-1", "-1.5", "-1-1", "\t=1")] == [
        "-1",
        "-1.5",
        "'-1-1",
        "'\t=1",
    ]


def workbook(client: AppClient) -> Any:
    answer = client.get("/api/inspections/export.xlsx?checklist_key=ward")
    assert answer.status_code == 200, answer.data
    return load_workbook(io.BytesIO(answer.data)).active


def test_the_workbook_has_the_same_rows(login: Login, actors: Actors, world: World) -> None:
    answer_all(submitted(make_inspection(actors["inspector"], world.hospital)))
    sheet = workbook(login("bureau_office"))
    head, row = ([cell.value for cell in sheet[n]] for n in (4, 5))
    assert dict(zip(head, row, strict=True))[EXIT] == "合格；净宽 1.4 米"
    assert row[:3] == [1, "JC-339901-2026-00001", "安平县人民医院"]
    assert (sheet["D2"].value, sheet["D3"].value, sheet.max_row) == (
        "共 1 条；由 周局办 于 2026-11-23 09:00 从安巡导出",
        "检查表 病房安全",
        5,
    )
    assert row[12] == 92.5


def test_what_is_too_much_for_a_workbook_goes_as_csv(
    login: Login, actors: Actors, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_files, "MOST_CELLS", 23)
    for number in range(2):
        submitted(make_inspection(actors["inspector"], world.hospital), number)
    answer = login("bureau_office").get("/api/inspections/export.xlsx?checklist_key=ward")
    assert (answer.status_code, answer.json["code"]) == (422, TooManyRows.code)
    assert (answer.json["count"], answer.json["limit"]) == (2, 1)
    assert len(rows(login("bureau_office"), "?checklist_key=ward")) == 2


def test_who_took_what_is_in_the_log(login: Login, actors: Actors, world: World) -> None:
    lines(login("bureau_office"), f"?unit_id={world.hospital.id}")
    [entry] = db.session.query(AuditEntry).filter_by(action="inspections.export")
    assert entry.actor_name == "周局办"
    assert entry.details == {"kind": "csv", "wanted": {"unit_id": world.hospital.id}}


def test_the_cost_grows_by_pages_and_not_by_rows(
    login: Login,
    actors: Actors,
    world: World,
    queries: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inspection_table, "PAGE", 5)
    client, costs = login("bureau_office"), []
    for turn in range(2):
        for number in range(10):
            done = submitted(
                make_inspection(actors["inspector"], world.hospital), 10 * turn + number
            )
            make_answer(done, "ward.rules.posted", result="pass")
        db.session.commit()
        with queries() as seen:
            assert len(rows(client, "?checklist_key=ward")) == 10 * (turn + 1)
        costs.append(len(seen))
    # A page: units, regions, people, answers; units, places and devices for the engine.
    assert costs[1] - costs[0] <= 2 * 7
