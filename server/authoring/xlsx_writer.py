"""
A checklist as a workbook that Excel and WPS open alike.

Only what both know is used: no tables, no formulas, no macros. Texts are always texts, so that a
line that begins with an equals sign stays a line.
"""

import re
from collections.abc import Mapping
from datetime import date
from math import ceil
from typing import IO, Any

import xlsxwriter

from server.authoring.workbook_cells import Cell, Vocabulary
from server.authoring.workbook_fields import GUIDE, VOCABULARY, Column, Sheet, sheets
from server.authoring.workbook_guide import guide_lines
from server.authoring.workbook_tables import Row, tables_of
from server.authoring.xlsx_grid import LONGEST_CELL, letters
from server.authoring.xlsx_styles import Styles
from server.authoring.xlsx_vocabulary import Choices, write_choices
from server.definitions.rules.values import parse_day
from server.kernel.errors import Invalid

SPARE_ROWS = 500
LINE_HEIGHT, TALLEST = 15.0, 400.0
PAGE_WIDTH = 220
_NEVER = re.compile("[\ufffe\uffff\ud800-\udfff]")


class CellTooLong(Invalid):
    """A text of the checklist is longer than a cell can be."""

    code = "authoring-cell-too-long"
    title = "A text of this checklist is too long for a cell of a workbook."
    title_zh = "检查表里有一段文字太长，表格的一个单元格放不下。"


def write_workbook(definition: Mapping[str, Any], vocabulary: Vocabulary, file: IO[bytes]) -> None:
    """Write a whole checklist."""
    tables = tables_of(definition, vocabulary)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": definition["title"]["zh"]})
        styles = Styles(book)
        _write_guide(book, styles, definition)
        own = {name: book.add_worksheet(name) for name in tables}
        choices = write_choices(book.add_worksheet(VOCABULARY), styles, vocabulary)
        for name, rows in tables.items():
            _write_sheet(own[name], sheets()[name], rows, styles, choices)


def _write_guide(book: Any, styles: Styles, definition: Mapping[str, Any]) -> None:
    page = book.add_worksheet(GUIDE)
    page.set_column(0, 0, 110, styles.text)
    page.hide_gridlines(2)
    page.set_row(0, 30)
    page.write_string(0, 0, f"{definition['title']['zh']}  {definition['key']}", styles.title)
    for at, (line, is_heading) in enumerate(guide_lines(), 1):
        page.write_string(at, 0, line, styles.heading if is_heading else styles.wrapped)
    _print_setup(page)


def _write_sheet(
    page: Any, sheet: Sheet, rows: list[Row], styles: Styles, choices: Choices
) -> None:
    frozen = 0
    for at, column in enumerate(sheet.columns):
        is_key = bool(column.parent) or column.pointer == "key"
        frozen = at + 1 if is_key and frozen == at else frozen
        page.set_column(at, at, column.width, styles.of(column, is_key=is_key))
        page.write_string(0, at, column.zh, styles.key_head if is_key else styles.head)
        page.write_comment(0, at, _comment(column), {"x_scale": 2, "y_scale": 1.6, "author": ""})
        _offer(page, at, column, choices)
        for number, row in enumerate(rows, 1):
            if column in row:
                _write(page, number, at, row[column], column, styles.of(column, is_key=is_key))
    for number, row in enumerate(rows, 1):
        page.set_row(number, _height(row))
    page.freeze_panes(1, min(frozen, 2))
    page.set_row(0, 32)
    _print_setup(page, sheet)


def _height(row: Row) -> float:
    """Make a row as high as its longest text; not every program does that by itself."""
    lines = max((_lines(str(cell), column.width) for column, cell in row.items()), default=1)
    return min(LINE_HEIGHT * lines + 2, TALLEST)


def _lines(text: str, width: int) -> int:
    signs = sum(2 if sign > "\u2e80" else 1.1 for sign in text)
    return max(1, ceil(signs / max(width - 1, 1)))


def _write(page: Any, row: int, at: int, cell: Cell, column: Column, style: Any) -> None:
    if isinstance(cell, int | float):
        page.write_number(row, at, cell, style)
        return
    text = str(cell)
    day = parse_day(text) if column.kind == "day" else None
    if day is not None and day >= date(1900, 3, 1):
        page.write_datetime(row, at, day, style)
        return
    text = _NEVER.sub("\ufffd", text)
    if len(text) > LONGEST_CELL:
        raise CellTooLong(cell=f"{page.get_name()}!{letters(at + 1)}{row + 1}")
    page.write_string(row, at, text, style)


def _offer(page: Any, at: int, column: Column, choices: Choices) -> None:
    """Let the cell offer what may stand in it; lists of several words cannot be offered."""
    source = choices.get(column.name if column.kind != "yes" else "yes")
    if column.parent or source is None or column.kind == "list":
        return
    page.data_validation(
        1, at, SPARE_ROWS, at,
        {
            "validate": "list",
            "source": source,
            "ignore_blank": True,
            "error_type": "warning" if column.kind == "word" else "stop",
            "error_title": "请从列表中选择",
            "error_message": "这一列只能填列表中的内容，或者留空。",
        },
    )  # fmt: skip


def _comment(column: Column) -> str:
    about = f"\n{column.leaf.about}" if column.leaf.about else ""
    return f"{column.zh}\n{column.en}{about}"[:900]


def _print_setup(page: Any, sheet: Sheet | None = None) -> None:
    page.set_landscape()
    page.set_paper(8 if sheet else 9)  # A3 for tables, A4 for the guide
    page.set_margins(0.4, 0.4, 0.6, 0.6)
    page.set_footer("&L&A&R&P / &N")
    if sheet is None:
        page.fit_to_pages(1, 0)
        return
    page.fit_to_pages(ceil(sum(c.width for c in sheet.columns) / PAGE_WIDTH), 0)
    page.repeat_rows(0)
    if len(sheet.columns) > 20:
        page.repeat_columns(0, 1)
