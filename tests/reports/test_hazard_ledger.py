"""The ledger as a workbook: what it says, that nothing in it runs, and who may have it."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from server.audit.models import AuditEntry
from server.hazards.models import Hazard
from server.hazards.service import link_photo, move_hazard
from server.kernel.db import db
from server.reports import hazard_ledger
from server.reports.hazard_ledger import COLUMNS, TooManyRows
from tests.factories.criteria import make_criteria
from tests.factories.hazards import hazard_in, make_hazard, make_photo
from tests.factories.locations import make_asset, make_location
from tests.factories.org import make_person
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
HEAD = 4
NASTY = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "＝1+1",
    "\t=1",
    "https://example.org/",
)


def sheet_of(client: AppClient, asked: str = "") -> Worksheet:
    answer = client.get(f"/api/hazards/export.xlsx{asked}")
    assert answer.status_code == 200, answer.data
    return load_workbook(io.BytesIO(answer.data)).active  # type: ignore[return-value]


def rows(sheet: Worksheet) -> list[dict[str, Any]]:
    heads = [cell.value for cell in sheet[HEAD]]
    return [
        dict(zip(heads, (cell.value for cell in row), strict=True))
        for row in sheet.iter_rows(min_row=HEAD + 1)
    ]


def test_the_workbook_says_what_the_ledger_says(login: Login, actors: Actors, world: World) -> None:
    room = make_location(world.hospital, name="药房", path="门诊楼 / 3层 / 药房")
    asset = make_asset(world.hospital, name="3号灭火器")
    hazard = hazard_in(
        "closed",
        actors,
        location_id=room.id,
        asset_id=asset.id,
        suspected_major=True,
        suggestion="立即清理",
        basis=[
            {"doc": "《消防法》", "clause": "第28条", "tag": "verified"},
            {"doc": "WS 308-2019", "tag": "to-verify"},
        ],
    )
    link_photo(
        actors["inspector"], hazard.id, make_photo(actors["inspector"].user_id, purpose="found")
    )
    [row] = rows(sheet_of(login("bureau_office")))
    today = datetime.fromisoformat("2026-11-23")
    assert row == {
        "序号": 1,
        "隐患编号": "YH-339901-2026-00001",
        "单位": "安平县人民医院",
        "场所、设备": "门诊楼 / 3层 / 药房；3号灭火器",
        "发现日期": today,
        "来源": "随手拍",
        "发现人": "王检查",
        "问题描述": "安全出口堆放杂物\n三楼东侧安全出口被病床占用。",
        "类别": None,
        "等级": "重大",
        "重大认定": "认定重大",
        "认定经过": "2026-11-23 周局办 认定重大：说明；依据 试行判定清单第一项（试〔2026〕1号）",
        "依据": "《消防法》第28条\nWS 308-2019［条款待核］",
        "整改建议": "立即清理",
        "责任人": "李安全",
        "整改期限": datetime.fromisoformat("2026-11-26"),
        "状态": "已销号",
        "期限情况": "已办结",
        "整改情况": "已清理",
        "整改日期": today,
        "整改人": "李安全",
        "验收人": "王检查",
        "验收日期": today,
        "销号编号": "XH-339901-2026-00001",
        "销号日期": today,
        "照片": "发现 1、整改 1",
    }


def test_dates_are_dates_and_the_head_stays_in_sight(
    login: Login, actors: Actors, world: World
) -> None:
    make_hazard(actors["inspector"], world.hospital, due_on=date(2026, 11, 20))
    sheet = sheet_of(login("bureau_office"))
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("C5", "A4:Z5")
    assert sheet["P5"].number_format == "yyyy-mm-dd"
    assert sheet["R5"].value == "逾期 3 天"
    setup = sheet.page_setup
    assert (setup.orientation, str(setup.paperSize)) == ("landscape", "9")
    assert sheet.print_title_rows == "$4:$4"
    assert sheet["A1"].value == "隐患台账"
    assert sheet["C2"].value == "共 1 条；由 周局办 于 2026-11-23 09:00 从安巡导出"


def test_what_was_asked_stands_above_the_table(login: Login, actors: Actors, world: World) -> None:
    make_hazard(actors["inspector"], world.hospital, title="燃气泄漏")
    asked = f"?unit_id={world.hospital.id}&state=open&overdue=false&q=燃气&from=2026-11-01"
    said = sheet_of(login("bureau_office"), asked)["C3"].value
    assert said == ("单位 安平县人民医院；状态 待指派；逾期 否；发现自 2026-11-01；关键词 燃气")
    everything = sheet_of(login("bureau_office"))["C3"].value
    assert everything == "全部（本人可见范围）"


def test_what_is_hidden_has_no_name_above_the_table(login: Login, world: World) -> None:
    """Another county's hospital, its ward, device and officer are asked for by their ids."""
    there = world.other_hospital
    asked = {
        "unit_id": there.id,
        "location_id": make_location(there, name="影像科").id,
        "asset_id": make_asset(there, name="螺旋 CT").id,
        "assignee_id": make_person(unit=there, name="外县人").id,
    }
    for name, row_id in asked.items():
        said = sheet_of(login("bureau_office"), f"?{name}={row_id}")["C3"].value
        assert said == "全部（本人可见范围）", name


@pytest.mark.parametrize("text", NASTY)
def test_nothing_that_was_typed_ever_runs(
    login: Login, actors: Actors, world: World, text: str
) -> None:
    make_hazard(actors["inspector"], world.hospital, title=text, description=text, suggestion=text)
    client = login("bureau_office")
    cells = [cell for row in sheet_of(client).iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    data = client.get("/api/hazards/export.xlsx").data
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for name in book.namelist():
            text_of = book.read(name).decode("utf-8", "replace")
            assert not re.search(r"<f[ >]|<hyperlink", text_of), name


def test_the_workbook_holds_what_the_actor_sees(login: Login, actors: Actors, world: World) -> None:
    make_hazard(actors["inspector"], world.hospital)
    make_hazard(actors["inspector"], world.clinic)
    office = make_person(role="bureau_office", region=world.other_county)
    make_hazard(actors.of(office), world.other_hospital)
    assert len(rows(sheet_of(login("bureau_office")))) == 2
    assert [r["单位"] for r in rows(sheet_of(login("unit_head")))] == ["安平县人民医院"]


def test_who_may_not_export_is_refused(login: Login, client: AppClient, world: World) -> None:
    assert login("staff").get("/api/hazards/export.xlsx").status_code == 403
    assert client.get("/api/hazards/export.xlsx").status_code == 401
    assert world.app is not None


def test_who_took_which_ledger_is_in_the_log(login: Login, world: World) -> None:
    sheet_of(login("bureau_office"), f"?unit_id={world.hospital.id}&state=open")
    [entry] = db.session.query(AuditEntry).filter_by(action="hazards.export")
    assert entry.actor_name == "周局办"
    assert entry.details["wanted"]["unit_id"] == world.hospital.id
    assert set(entry.details["wanted"]) == {"unit_id", "state"}, "what was not asked is not told"


def test_an_empty_ledger_is_an_empty_table(login: Login, world: World) -> None:
    sheet = sheet_of(login("bureau_office"))
    assert [cell.value for cell in sheet[HEAD]] == [column.heading for column in COLUMNS]
    assert sheet.max_row == HEAD
    assert world.app is not None


def test_an_unknown_filter_is_refused(login: Login, world: World) -> None:
    answer = login("bureau_office").get("/api/hazards/export.xlsx?colour=red")
    assert answer.status_code == 422
    assert world.app is not None


def test_too_many_rows_are_refused_with_their_number(
    login: Login, actors: Actors, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hazard_ledger, "MOST_ROWS", 1)
    make_hazard(actors["inspector"], world.hospital)
    make_hazard(actors["inspector"], world.hospital)
    answer = login("bureau_office").get("/api/hazards/export.xlsx")
    assert (answer.status_code, answer.json["code"]) == (422, TooManyRows.code)
    assert (answer.json["count"], answer.json["limit"]) == (2, 1)


def test_the_cost_grows_by_chunks_and_not_by_rows(
    login: Login,
    actors: Actors,
    world: World,
    queries: Callable[[], Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hazard_ledger, "_CHUNK", 5)
    client, costs = login("bureau_office"), []
    for _ in range(2):
        for _ in range(10):
            make_hazard(actors["inspector"], world.hospital)
        db.session.commit()
        with queries() as seen:
            client.get("/api/hazards/export.xlsx")
        costs.append(len(seen))
    assert costs[1] - costs[0] == 2 * 3, "each chunk: rows, steps, photos"
    assert db.session.query(Hazard).count() == 20


def test_every_decision_is_told_with_its_reason_and_what_waits_with_its_day(
    login: Login, actors: Actors, world: World
) -> None:
    make_criteria()
    office = actors["bureau_office"]
    first, second = (
        make_hazard(actors["inspector"], world.hospital, suspected_major=True) for _ in range(2)
    )
    move_hazard(office, first.id, "decide_major", note="现场核实", criterion="trial.1")
    move_hazard(office, first.id, "decide_general", note="复核后改判")
    told = {row["隐患编号"]: row for row in rows(sheet_of(login("bureau_office")))}
    assert told[first.number]["重大认定"] == "不属于重大"
    assert [line.split("：")[1] for line in told[first.number]["认定经过"].split("\n")] == [
        "现场核实；依据 试行判定清单第一项（试〔2026〕1号）", "复核后改判",
    ]  # fmt: skip
    assert told[second.number]["重大认定"] == "待认定，应于 2026-11-26 前"
    waiting = rows(sheet_of(login("bureau_office"), "?to_decide=true"))
    assert [row["隐患编号"] for row in waiting] == [second.number]
