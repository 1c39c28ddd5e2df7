"""Codes of tags against the shared vectors, the tree of places, due dates."""

import json
import random
from collections import Counter
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.locations.rules import (
    ALPHABET,
    KINDS,
    BadAsset,
    BadDue,
    BadLocation,
    BadParent,
    BadTagCode,
    BadTagCount,
    check_character,
    cleaned_due,
    is_tag_code,
    new_tag_code,
    next_due,
    normal_code,
    path_of,
    require_below,
    require_count,
    require_kind,
    require_tag_code,
    require_word,
    shown_code,
    tag_url,
    words,
)
from server.ops.paths import ROOT

VECTORS: dict[str, Any] = json.loads((ROOT / "contracts/vectors/tag-code.json").read_text("utf-8"))
data = st.text(ALPHABET, min_size=7, max_size=7)
codes = data.map(lambda text: text + check_character(text))


def test_the_vectors_speak_of_our_alphabet() -> None:
    assert VECTORS["alphabet"] == ALPHABET
    assert all(len(VECTORS[name]) > 0 for name in ("check", "valid", "normalise", "format"))


@pytest.mark.parametrize("case", VECTORS["check"], ids=lambda case: case["data"])
def test_check_characters_agree_with_the_app(case: dict[str, str]) -> None:
    assert check_character(case["data"]) == case["check"]


@pytest.mark.parametrize("case", VECTORS["valid"], ids=lambda case: case["code"] or "empty")
def test_validity_agrees_with_the_app(case: dict[str, Any]) -> None:
    assert is_tag_code(case["code"]) is case["valid"]


@pytest.mark.parametrize("case", VECTORS["normalise"], ids=lambda case: case["typed"])
def test_normal_forms_agree_with_the_app(case: dict[str, str]) -> None:
    assert normal_code(case["typed"]) == case["code"]


@pytest.mark.parametrize("case", VECTORS["format"], ids=lambda case: case["code"])
def test_printed_forms_agree_with_the_app(case: dict[str, str]) -> None:
    assert shown_code(case["code"]) == case["shown"]


@given(codes, st.integers(0, 7), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assert is_tag_code(wrong) == (wrong == code)


@given(codes, st.integers(0, 6))
def test_every_swap_of_neighbours_is_caught(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert is_tag_code(wrong) == (wrong == code)


@given(codes)
def test_what_is_printed_can_be_typed_back(code: str) -> None:
    for typed in (shown_code(code), code.lower(), "-".join(code), f" {code}\u3000"):
        assert require_tag_code(typed) == code


@given(st.text(max_size=20))
def test_any_text_is_a_code_or_is_refused(text: str) -> None:
    if is_tag_code(normal_code(text)):
        assert require_tag_code(text) == normal_code(text)
    else:
        with pytest.raises(BadTagCode):
            require_tag_code(text)


def test_new_codes_are_valid_and_use_the_whole_alphabet() -> None:
    draw = random.Random(7)
    made = [new_tag_code(draw.choice) for _ in range(2000)]
    assert all(map(is_tag_code, made))
    assert len(set(made)) == len(made)
    assert set(Counter("".join(made))) == set(ALPHABET)


def test_the_square_says_an_address() -> None:
    assert tag_url("https://anxun.example", "7K3M9QX5") == "https://anxun.example/t/7K3M9QX5"


@pytest.mark.parametrize("count", [0, -1, 2001])
def test_a_batch_has_a_sensible_size(count: int) -> None:
    with pytest.raises(BadTagCount):
        require_count(count)
    assert require_count(2000) == 2000


@pytest.mark.parametrize(("kind", "parent"), list(product(KINDS, [*KINDS, None])))
def test_a_place_stands_in_a_larger_one_or_nowhere(kind: str, parent: str | None) -> None:
    fits = parent is None or KINDS.index(parent) < KINDS.index(kind)
    if fits:
        require_below(kind, parent)
    else:
        with pytest.raises(BadParent):
            require_below(kind, parent)


def test_the_way_to_a_place_reads_from_outside_to_inside() -> None:
    assert path_of("药房", path_of("3层", path_of("门诊楼", None))) == "门诊楼 / 3层 / 药房"


def test_attribute_keys_are_kept_once_and_in_order() -> None:
    refusal = BadLocation(field="attributes")
    assert words(["b", "a", "b"], lambda: refusal) == ["a", "b"]
    for bad in (["Not A Key"], ["中文"], ["x" * 41], [""], [f"k{n}" for n in range(101)]):
        with pytest.raises(BadLocation):
            words(bad, lambda: refusal)
    with pytest.raises(BadAsset):
        require_word("灭火器", BadAsset(field="kind"))
    with pytest.raises(BadLocation):
        require_kind("planet")


def test_due_dates_stand_in_the_order_of_their_days() -> None:
    due = cleaned_due(
        [
            {"kind": "replace", "name": " 更换　药剂 ", "due_on": None},
            {"kind": "inspect", "name": "年检", "due_on": date(2027, 5, 1)},
            {"kind": "calibrate", "name": "校准", "due_on": "2027-03-01"},
        ]
    )
    assert [entry["due_on"] for entry in due] == ["2027-03-01", "2027-05-01", None]
    assert due[2] == {"kind": "replace", "name": "更换 药剂", "due_on": None}
    assert next_due(due) == date(2027, 3, 1)
    assert next_due([]) is None
    assert cleaned_due(due) == due


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"kind": "inspect", "name": ""},
        {"kind": "", "name": "年检"},
        {"kind": "年检", "name": "年检"},
        {"kind": "inspect", "name": "年检", "due_on": "2027-02-30"},
        {"kind": "inspect", "name": "年检", "due_on": "soon"},
        {"kind": "inspect", "name": "年检", "due_on": "0001-01-01"},
        {"kind": "inspect", "name": "年检", "colour": "red"},
        {"kind": "inspect", "name": "x" * 101},
    ],
)
def test_a_due_date_without_sense_is_refused(entry: dict[str, Any]) -> None:
    with pytest.raises(BadDue):
        cleaned_due([entry])


def test_a_thing_has_a_limited_number_of_due_dates() -> None:
    with pytest.raises(BadDue):
        cleaned_due([{"kind": "inspect", "name": "年检"}] * 51)
