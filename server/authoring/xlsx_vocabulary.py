"""The sheet of words: what may stand in a cell, and what conditions may name."""

from typing import Any

from server.authoring.workbook_cells import Vocabulary
from server.authoring.workbook_condition import REF_NAMES
from server.authoring.workbook_fields import VOCABULARY, Column, sheets
from server.authoring.workbook_words import NO, YES
from server.authoring.xlsx_grid import letters
from server.authoring.xlsx_styles import Styles

Choices = dict[str, str]
"""By the last word of a column's pointer: the range that holds its choices."""


def write_choices(page: Any, styles: Styles, vocabulary: Vocabulary) -> Choices:
    """Write one column of words for each kind of choice; return where they stand."""
    choices: Choices = {}
    for at, (name, title, words) in enumerate(_groups(vocabulary)):
        page.set_column(at, at, 26, styles.text)
        page.write_string(0, at, title, styles.head)
        for row, word in enumerate(words, 1):
            page.write_string(row, at, word, styles.text)
        letter = letters(at + 1)
        choices[name] = f"='{VOCABULARY}'!${letter}$2:${letter}${len(words) + 1}"
    page.freeze_panes(1, 0)
    return choices


def _groups(vocabulary: Vocabulary) -> list[tuple[str, str, list[str]]]:
    groups: dict[str, tuple[str, list[str]]] = {"yes": ("是否", [YES, NO])}
    for column in _choosing(vocabulary):
        words = list(vocabulary.words_of(column).values())
        groups.setdefault(column.name, (column.zh, []))[1].extend(
            word for word in words if word not in groups[column.name][1]
        )
    names = [*REF_NAMES.values(), *vocabulary.labels.refs]
    groups["names"] = ("条件里可以用的名称", names)
    return [(name, title, words) for name, (title, words) in groups.items() if words]


def _choosing(vocabulary: Vocabulary) -> list[Column]:
    columns = [column for sheet in sheets().values() for column in sheet.columns]
    return [c for c in columns if c.leaf.words or vocabulary.words_of(c)]
