"""The record says how the checklist was walked: nothing is passed off as looked at one by one."""

from typing import Any

from server.inspections.models import Inspection
from tests.factories.definitions import make_definition
from tests.factories.inspections import make_answer, make_inspection
from tests.inspections.test_parts import DEEP, with_turns
from tests.reports.test_inspection_record import Login, holds, words
from tests.support.actors import Actors, World


def walked(actors: Actors, world: World, **given: Any) -> Inspection:
    content = with_turns() | {"scoring": {"mandatory_cap": 55}}
    inspection = make_inspection(
        actors["inspector"], world.hospital, definition=make_definition(content).hash, **given
    )
    make_answer(inspection, "ward.rules.posted", result="fail", note="墙上无制度")
    make_answer(inspection, "ward.rules.drill", how="quick", result="pass")
    make_answer(inspection, "ward.room.exit", result="pass", **{"r.width": 1.4})
    return inspection


def test_a_quick_visit_says_so(login: Login, actors: Actors, world: World) -> None:
    part = {"style": "quick", "sections": ["rules", "deep"], "deep_items": [DEEP[0]]}
    inspection = walked(actors, world, **part)
    make_answer(inspection, DEEP[0], how="quick", result="pass")
    text = words(login("inspector"), inspection)
    wanted = (
        "例外式检查（其中2项现场未见异常，一次确认为合格，未逐项点选）",
        "本次分工", "制度、深查", "抽中深查", "半年内是否演练？", "［例外式］", "【必查】",
        "必查项不合格1项。",
    )  # fmt: skip
    assert holds(text, *wanted) == []
    assert "检查表逐项检查" not in text


def test_the_cap_is_explained(login: Login, actors: Actors, world: World) -> None:
    inspection = walked(actors, world, deep_items=[DEEP[0]])
    make_answer(inspection, DEEP[0], result="pass")
    text = words(login("inspector"), inspection)
    assert holds(text, "逐项检查", "得分最高55分（按权重计算为71.4分）", "得分55") == []
    assert "本次分工" not in text
