"""The record of a team says who found what, on paper and as a workbook."""

import io
from typing import Any

import openpyxl
import pytest

from server.inspections.models import AnswerConflict, Inspection
from server.inspections.service import Decision, add_member, remove_member, resolve_conflict
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.hazards import make_photo
from tests.factories.inspections import make_answer, make_inspection
from tests.reports.test_inspection_record import Login, holds, words
from tests.support.actors import Actors, World

POSTED, DRILL = "ward.rules.posted", "ward.rules.drill"


@pytest.fixture
def visit(actors: Actors, world: World) -> Inspection:
    """王检查 leads; 吴专家 contradicts about the rules and says the drill failed; 郑外援 left."""
    one, two, gone = (actors[name].user_id for name in ("inspector", "expert", "guest"))
    inspection = make_inspection(actors["inspector"], world.hospital, member_ids=[two, gone])
    said = [word("fail", two, 1), word("pass", one, 2)]
    contested = make_answer(inspection, POSTED, result="fail")
    contested.fields = {
        "result": {**said[0], "rev": 2, "candidates": said},
        "note": {
            **word("门后贴着", one, 2),
            "v": "没有看到\n门后贴着",
            "candidates": [word("门后贴着", one, 1), word("没有看到", two, 2)],
        },
    }
    own = make_answer(inspection, DRILL, result="fail")
    own.fields = {"result": word("fail", two, 1)}
    other = make_answer(inspection, "ward.room.exit", result="pass", **{"r.width": 1.4})
    other.fields = {name: {**state, "by": gone} for name, state in other.fields.items()}
    for author in (one, two, two):
        make_photo(
            author,
            purpose="answer", inspection_id=inspection.id, in_inspection=True, item_key=POSTED,
        )  # fmt: skip
    values = [{k: w[k] for k in ("v", "by", "at")} for w in said]
    conflict(inspection, values)
    remove_member(actors["inspector"], inspection.id, gone, said_at=clock.now_ms())
    db.session.flush()
    return inspection


def word(value: Any, by: str, rev: int) -> dict[str, Any]:
    return {"v": value, "rev": rev, "by": by, "at": clock.now_ms(), "client": f"c{rev}"}


def conflict(inspection: Inspection, values: list[Any]) -> AnswerConflict:
    row = AnswerConflict(
        id=new_id(), inspection_id=inspection.id, target_id="", item_key=POSTED, field="result",
        values=values, state="open", resolution=None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def open_one(inspection: Inspection) -> AnswerConflict:
    return db.session.query(AnswerConflict).filter_by(inspection_id=inspection.id).one()


def test_an_open_contradiction_is_on_the_paper_with_both_people(
    login: Login, visit: Inspection
) -> None:
    text = words(login("inspector"), visit)
    assert not holds(
        text,
        "吴专家 11-23 09:00 记为“不合格”（照片 2 张）",
        "王检查 11-23 09:00 记为“合格”（照片 1 张）",
        "尚未确认，按较差的结果记录。",
        "吴专家：没有看到",
        "王检查：门后贴着",
    )


def test_a_decision_is_on_the_paper_with_its_reason_and_the_finder_is_not_the_lead(
    login: Login, actors: Actors, visit: Inspection
) -> None:
    decision = Decision("fail", "已到现场复看")
    resolve_conflict(actors["inspector"], visit.id, open_one(visit).id, decision)
    text = words(login("inspector"), visit)
    assert not holds(
        text,
        "11-23 09:00 经 王检查 确认为“不合格”，原因：已到现场复看。",
        "吴专家（组长确认）",
    )


def test_the_paper_counts_for_everybody(login: Login, visit: Inspection) -> None:
    text = words(login("inspector"), visit)
    assert not holds(
        text,
        "检查人员分工情况",
        "王检查 组长 0 0 1",
        "吴专家 组员 2 2 2",
        "郑外援 中途退出 1 0 0",
    )


def test_what_one_person_settled_with_oneself_is_nobody_elses(
    login: Login, actors: Actors, visit: Inspection
) -> None:
    me = actors["expert"].user_id
    row = open_one(visit)
    row.values = [{"v": v, "by": me, "at": clock.now_ms()} for v in ("pass", "fail")]
    db.session.flush()
    assert not holds(words(login("inspector"), visit), "检查人员的不同意见")
    row.state, row.resolution = "resolved", {"v": "fail", "by": me, "at": clock.now_ms()}
    db.session.flush()
    assert holds(words(login("inspector"), visit), "检查人员的不同意见")


def test_somebody_alone_needs_no_table(login: Login, actors: Actors, world: World) -> None:
    alone = make_inspection(actors["inspector"], world.hospital)
    db.session.flush()
    assert holds(words(login("inspector"), alone), "检查人员分工情况")


def test_the_workbook_names_the_author_of_every_line(login: Login, visit: Inspection) -> None:
    answer = login("inspector").get(f"/api/inspections/{visit.id}/record.xlsx")
    assert answer.status_code == 200
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "吴专家（组员）：结果 2 项，不合格 2 项，照片 2 张" in str(rows[2])
    head, lines = rows[3], rows[4:7]
    posted, drill, exit_ = (dict(zip(head, line, strict=True)) for line in lines)
    assert (posted["结果"], posted["检查人"]) == ("不合格", "吴专家")
    assert posted["照片（拍摄人）"] == "吴专家 2 张、王检查 1 张"
    assert "王检查 11-23 09:00 记为“合格”" in posted["不同意见"]
    assert posted["不同意见"].endswith("尚未确认。")
    assert (drill["检查人"], drill["检查时间"]) == ("吴专家", "2026-11-23 09:00")
    assert exit_["检查人"] == "郑外援"
    assert "1.4" in exit_["读数"]


def test_the_workbook_is_for_those_who_may_see_the_inspection(
    login: Login, visit: Inspection
) -> None:
    path = f"/api/inspections/{visit.id}/record.xlsx"
    assert login("bureau_office").get(path).status_code == 404
    assert login("guest").get(path).status_code == 403


def test_who_comes_late_is_counted_too(login: Login, actors: Actors, visit: Inspection) -> None:
    add_member(actors["inspector"], visit.id, actors["guest"].user_id)
    assert not holds(words(login("inspector"), visit), "郑外援 组员 1 0 0")
