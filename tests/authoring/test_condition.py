"""Conditions as text: what is written comes back, what is wrong is named with its character."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.authoring.workbook_condition import Labels, write_condition
from server.authoring.workbook_condition_parser import ConditionWrong, read_condition
from tests.authoring import books
from tests.authoring.inventing import Inventor

LABELS = Labels({
    "unit.attributes.has_gas": "使用燃气",
    "unit.attributes.odd": "有手术室、ICU等（含产房）",
    "place.attributes.underground": "地下",
})  # fmt: skip
GAS = {"equals": ["unit.attributes.has_gas", True]}
CLEAR = {"equals": ["fire.exit.clear", "fail"]}
BEDS: dict[str, Any] = {"compare": ["unit.beds", ">=", 100]}

SAID: dict[str, Any] = {
    "单位【使用燃气】": GAS,
    "单位[使用燃气] = 否": {"equals": ["unit.attributes.has_gas", False]},
    "unit.attributes.has_gas": GAS,
    "单位.床位数>=100": BEDS,
    "单位.床位数≥１００": BEDS,
    "单位.床位数 < 0.5": {"compare": ["unit.beds", "<", 0.5]},
    "单位【使用燃气】且单位.床位数≥100": {"all": [GAS, BEDS]},
    "单位【使用燃气】 或 fire.exit.clear=不合格": {"any": [GAS, CLEAR]},
    "（单位【使用燃气】或fire.exit.clear=不合格）且单位.床位数>=100": {
        "all": [{"any": [GAS, CLEAR]}, BEDS]},
    "非（单位【使用燃气】）": {"not": GAS},
    "not (unit.beds >= 100) and fire.exit.clear = fail": {"all": [{"not": BEDS}, CLEAR]},
    "fire.exit.clear != 不合格": {"not": CLEAR},
    "全部（单位【使用燃气】）": {"all": [GAS]},
    "单位.级别 属于（医院、村卫生室）": {"in": ["unit.tier", ["hospital", "village"]]},
    "单位.级别=其他机构": {"equals": ["unit.tier", "other"]},
    "a.b 属于(1,2;\"x y\")": {"in": ["a.b", [1, 2, "x y"]]},
    'a.b = "合格"': {"equals": ["a.b", "合格"]},
    "a.b = 合格": {"equals": ["a.b", "pass"]},
    'a.b = "有\\"引号\\""': {"equals": ["a.b", '有"引号"']},
    "单位【有手术室、ICU等（含产房）】": {"equals": ["unit.attributes.odd", True]},
    "场所.类别 = floor 且 场所【地下】": {"all": [
        {"equals": ["place.kind", "floor"]}, {"equals": ["place.attributes.underground", True]}]},
}  # fmt: skip

WRONG = {
    "": 1, "单位": 1, "单位【没有】": 1, "单位【使用燃气】 且": 11, "且": 1, "单位.床位数": 7,
    "单位.床位数 >": 9, "单位.床位数 > 很多": 10, "(a.b = 1": 9, "a.b = 1)": 8, "a.b = ": 7,
    "a.b = 1 c.d = 2": 9, "a.b=1 且 c.d=1 或 e.f=1": 15, "a.b 属于 1": 8, "a.b 属于（）": 8,
    "a.b = 很好": 7, "非 单位【使用燃气】": 3, "%": 1, "  %": 3, "a = 1": 1, "A.b = 1": 1,
    "a.b > 1e999": 7, "((((((((((((((((((((": 17,
}  # fmt: skip


@pytest.mark.parametrize("text", SAID)
def test_what_a_person_writes_is_understood(text: str) -> None:
    assert read_condition(text, LABELS) == SAID[text]


@pytest.mark.parametrize("text", SAID)
def test_what_we_write_means_the_same(text: str) -> None:
    assert read_condition(write_condition(SAID[text], LABELS), LABELS) == SAID[text]


@pytest.mark.parametrize("text", WRONG)
def test_a_mistake_is_named_with_its_character(text: str) -> None:
    with pytest.raises(ConditionWrong) as wrong:
        read_condition(text, LABELS)
    assert wrong.value.at == WRONG[text], wrong.value.zh
    assert wrong.value.zh
    assert wrong.value.en


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_invented_conditions_come_back(seed: int) -> None:
    condition = Inventor(Random(seed)).condition()
    text = write_condition(condition, books.library().vocabulary.labels)
    again = read_condition(text, books.library().vocabulary.labels)
    assert json.dumps(again) == json.dumps(condition)


@settings(max_examples=300, deadline=None)
@given(text=st.text(alphabet="单位【】().=<>且或非属于ab1 \"'、\\", max_size=40))
def test_no_text_does_worse_than_be_refused(text: str) -> None:
    at, condition = read_or_place(text)
    assert 1 <= at <= len(text) + 1
    if condition is not None:
        assert read_condition(write_condition(condition, LABELS), LABELS) == condition


def read_or_place(text: str) -> tuple[int, Any]:
    """What the text says, or the character at which it says nothing."""
    try:
        return 1, read_condition(text, LABELS)
    except ConditionWrong as wrong:
        return wrong.at, None
