"""Repairing what people type, and folding it for searches."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.kernel.ids import is_id, new_id
from server.kernel.text import clean, fold, is_visible, one_line

KINDS = ("Cc", "Cf", "Zs", "Zl", "Zp")
SELECTORS = [*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]
FILLERS = [0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0]
HIDDEN = [
    *(chr(code) for code in range(sys.maxunicode) if unicodedata.category(chr(code)) in KINDS),
    *map(chr, [*SELECTORS, *FILLERS]),
]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  通道　 被堵 \r\n 已拍照 ", "通道 被堵\n已拍照"),
        ("甲\u202e乙\u2066丙\ufeff", "甲乙丙"),
        ("a\x00b\x1bc", "abc"),
        ("e\u0301", "\u00e9"),
        ("\u3000\xa0 ", ""),
        ("一\n\n二", "一\n\n二"),
    ],
)
def test_blanks_and_hidden_marks_go_and_line_breaks_stay(typed: str, kept: str) -> None:
    assert clean(typed) == kept
    assert clean(kept) == kept


def test_a_single_line_is_a_single_line() -> None:
    assert one_line(" 县 \n 医院\t ") == "县 医院"


def test_searches_find_full_width_and_capital_letters() -> None:
    assert fold("Ａ座３层 ICU") == fold("a座3层 icu")


def test_identifiers_grow_with_time_and_are_told_from_other_text() -> None:
    made = [new_id() for _ in range(200)]
    assert len(set(made)) == 200
    assert made == sorted(made)
    assert len({text[:13] for text in made}) < 200, "none of them share a millisecond"
    assert all(is_id(text) for text in made)
    for text in (made[0].upper(), made[0] + " ", made[0][:-1], "", None, 7, f"{{{made[0]}}}"):
        assert not is_id(text)


@pytest.mark.parametrize(
    "text", ["\u200b", "\u200d\u2060", "\u00ad \ufe0f", "\U000e0041", "\u3164"]
)
def test_a_text_that_nobody_can_see_is_none(text: str) -> None:
    assert clean(text) == one_line(text) == ""


@given(st.lists(st.sampled_from(HIDDEN), max_size=20).map("".join))
def test_hidden_marks_alone_never_make_a_text(text: str) -> None:
    assert len(HIDDEN) > 400
    assert clean(text) == one_line(text) == ""
    assert not is_visible(text)


@given(
    st.lists(st.sampled_from(HIDDEN), max_size=5).map("".join),
    st.sampled_from(["药", "A", "7", "!", "\u0301", "👩", "𠮷", "\u0640"]),
    st.lists(st.sampled_from(HIDDEN), max_size=5).map("".join),
)
def test_one_visible_mark_keeps_the_text(before: str, seen: str, after: str) -> None:
    kept = clean(before + seen + after)
    assert seen in kept
    assert clean(kept) == kept


@pytest.mark.parametrize("text", ["👩\u200d⚕\ufe0f", "葛\U000e0100", "می\u200cخواهم"])
def test_marks_that_belong_to_a_character_stay(text: str) -> None:
    assert clean(text) == text
