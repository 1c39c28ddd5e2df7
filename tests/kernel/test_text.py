"""Repairing what people type, and folding it for searches."""

import pytest

from server.kernel.ids import is_id, new_id
from server.kernel.text import clean, fold, one_line


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
    assert [text[:13] for text in made] == sorted(text[:13] for text in made)
    assert all(is_id(text) for text in made)
    for text in (made[0].upper(), made[0] + " ", made[0][:-1], "", None, 7, f"{{{made[0]}}}"):
        assert not is_id(text)
