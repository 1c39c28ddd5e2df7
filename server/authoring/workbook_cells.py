"""One cell: a value of the definition written for people, and read back from what they typed."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from server.authoring.workbook_condition import Labels, write_condition
from server.authoring.workbook_condition_parser import ConditionWrong, read_condition
from server.authoring.workbook_fields import Column
from server.authoring.workbook_words import ENUM_WORDS, NO, NO_WORDS, YES, YES_WORDS
from server.kernel.text import clean

Cell = str | int | float | bool | date
_NUMBER = re.compile(
    r"[-+]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?"
)
_KEY = re.compile(r"[a-z][a-z0-9_-]*")
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?: 0?0:00(?::00)?)?")
_SHORT_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SEPARATORS = re.compile(r"[、,;\s]+")
_EPOCH = date(1899, 12, 30)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
_LARGEST = 1e15


class CellWrong(Exception):
    """What stands in the cell is no such value."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@dataclass(frozen=True)
class Vocabulary:
    """The names of this installation that cells may use instead of keys."""

    labels: Labels = field(default_factory=Labels)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By the last word of a column's pointer: key to name of laws, kinds and hazard categories."""

    def words_of(self, column: Column) -> Mapping[str, str]:
        """Return word to name for a column that offers a choice; empty for any other."""
        if column.name in self.names:
            return self.names[column.name]
        known = ENUM_WORDS.get(column.name, {})
        return {word: known.get(word, word) for word in column.leaf.words}


def write_cell(value: Any, column: Column, vocabulary: Vocabulary) -> Cell:
    """Write a value for people."""
    words = vocabulary.words_of(column)
    match column.kind:
        case "when":
            return write_condition(value, vocabulary.labels)
        case "list":
            return "、".join(words.get(one, one) for one in value)
        case "yes":
            return YES if value else NO
        case "int" | "number":
            return _plain_number(value)
        case _:
            return words.get(value, str(value))


def read_cell(cell: Cell, column: Column, vocabulary: Vocabulary) -> Any:
    """Read what stands in a cell, or say why it is no value of the column; None when empty."""
    if isinstance(cell, str) and not cell.strip():
        return None
    readers: Mapping[str, Callable[[], Any]] = {
        "text": lambda: _text(cell),
        "word": lambda: _word(cell, column, vocabulary),
        "day": lambda: _day(cell),
        "int": lambda: _whole(cell),
        "number": lambda: _number(cell),
        "yes": lambda: _yes(cell, column),
        "enum": lambda: _one_of(_text(cell), vocabulary.words_of(column)),
        "list": lambda: _list(cell, column, vocabulary),
        "when": lambda: _condition(cell, vocabulary.labels),
    }
    return readers[column.kind]()


def plain(text: str) -> str:
    """Make a word plain: full-width signs narrow, no blanks around it."""
    return unicodedata.normalize("NFKC", text).strip()


def _plain_number(value: float) -> Cell:
    """Give a number as such where a spreadsheet keeps all its digits, else as text."""
    if value == int(value) and abs(value) < _LARGEST:
        return int(value)
    return value if float(f"{value:.15G}") == value else repr(value)


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return YES if cell else NO
    if isinstance(cell, date):
        raise CellWrong(
            "这一格被表格软件改成了日期，请把单元格格式设为“文本”后重新填写",
            "the spreadsheet made this a date; format the cell as text and type it again",
        )
    if isinstance(cell, int | float):
        if cell != int(cell) or abs(cell) >= _LARGEST:
            raise CellWrong(
                "这一格被表格软件当成了数值，可能丢了位数，请把单元格格式设为“文本”后重新填写",
                "the spreadsheet made this a number; format the cell as text and type it again",
            )
        return str(int(cell))
    if _CONTROL.search(cell):
        raise CellWrong("有看不见的控制字符，请重新输入", "it holds invisible control characters")
    return " ".join(cell.split("\n")).strip() if "\n" in cell else cell.strip()


def _word(cell: Cell, column: Column, vocabulary: Vocabulary) -> str:
    text = plain(_text(cell))
    names = {plain(name): word for word, name in vocabulary.words_of(column).items()}
    word = names.get(text.strip("《》"), names.get(text, text))
    if names and not _KEY.fullmatch(word):
        raise CellWrong(f"没有“{word[:20]}”，请从列表中选择", f"there is no {word[:20]!r}")
    return word


def _one_of(text: str, words: Mapping[str, str]) -> str:
    wanted = plain(text)
    for word, name in words.items():
        if wanted in (word, plain(name)) or wanted.lower() == word:
            return word
    offered = "、".join(words.values())
    raise CellWrong(
        f"“{text[:20]}”不在可选内容中，只能填：{offered}",
        f"{text[:20]!r} is not one of: {', '.join(words)}",
    )


def _list(cell: Cell, column: Column, vocabulary: Vocabulary) -> list[str]:
    parts = [part for part in _SEPARATORS.split(plain(_text(cell))) if part]
    if column.leaf.words:
        return [_one_of(part, vocabulary.words_of(column)) for part in parts]
    return [_word(part, column, vocabulary) for part in parts]


def _yes(cell: Cell, column: Column) -> bool | None:
    word = plain(_text(cell)).lower()
    if word in YES_WORDS:
        return True
    if word in NO_WORDS:
        return None if column.leaf.is_only_true else False
    raise CellWrong(f"只能填“{YES}”或“{NO}”，或留空", "only yes (是), no (否) or nothing")


def _number(cell: Cell) -> float:
    if isinstance(cell, bool | date):
        raise CellWrong("这里要填数字", "a number is needed")
    if isinstance(cell, str):
        text = plain(cell)
        if not _NUMBER.fullmatch(text):
            raise CellWrong(f"“{text[:20]}”不是数字", f"{text[:20]!r} is no number")
        cell = float(text.replace(",", ""))
    if not math.isfinite(cell):
        raise CellWrong("数字太大", "the number is too large")
    return int(cell) if cell == int(cell) and abs(cell) < _LARGEST else cell


def _whole(cell: Cell) -> int:
    number = _number(cell)
    if not isinstance(number, int):
        raise CellWrong("这里要填整数", "a whole number is needed")
    return number


def _day(cell: Cell) -> str:
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | float) and 20000 <= cell < 80000:  # a date that lost its format
        return (_EPOCH + timedelta(days=int(cell))).isoformat()
    text = plain(str(cell))
    match = _DAY.fullmatch(text) or _SHORT_DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in match.groups())).isoformat() if match else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> str:
    raise CellWrong(
        f"“{text[:20]}”不是日期，请写成 2026-11-22 的样子",
        f"{text[:20]!r} is no day; write it like 2026-11-22",
    )


def _condition(cell: Cell, labels: Labels) -> dict[str, Any]:
    text = _text(cell)
    try:
        return read_condition(text, labels)
    except ConditionWrong as wrong:
        raise CellWrong(
            f"条件第 {wrong.at} 个字处：{wrong.zh}", f"condition, character {wrong.at}: {wrong.en}"
        ) from None


def heading(text: str) -> str:
    """Make a heading comparable: no blanks, no stars, narrow signs."""
    return re.sub(r"[\s*()_]", "", unicodedata.normalize("NFKC", clean(text))).lower()
