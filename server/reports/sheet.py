"""
A table as a workbook: one sheet, filters stated above it, written row by row to a file.

Text is always written as text. A cell that begins with "=" stays what somebody typed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

FONT = "Microsoft YaHei"
DAY = "yyyy-mm-dd"
Cell = str | int | float | date | None

TITLE_ROW, NOTE_ROW, FILTER_ROW, HEAD_ROW = 0, 1, 2, 3
LINE_HEIGHT = 14.5
TALLEST = 400.0
#: A cell of a workbook holds no more; what is cut says so.
LONGEST_CELL = 32_767
CUT = "……（内容过长，未完）"


@dataclass(frozen=True)
class Column:
    """A column: its heading, its width in characters, and whether its text is centred."""

    heading: str
    width: int
    centred: bool = False


@dataclass(frozen=True)
class Table:
    """A whole sheet; `repeat` columns on the left are printed on every page."""

    title: str
    note: str
    filters: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    count: int
    repeat: int
    pages_wide: int
    footer: str


@dataclass(frozen=True)
class _Looks:
    title: Format
    note: Format
    head: Format
    text: Format
    centred: Format
    day: Format
    edge: Format


def write(table: Table, target: IO[bytes]) -> None:
    """Write the table; memory does not grow with its rows."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": False,
    }
    book = Workbook(target, options)
    book.set_properties({"title": table.title, "comments": table.note})
    sheet = book.add_worksheet(table.title)
    looks = _looks(book)
    _lay_out(sheet, table)
    _heading(sheet, table, looks)
    _edges(sheet, table, looks)
    for number, row in enumerate(table.rows, HEAD_ROW + 1):
        _row(sheet, number, row, table.columns, looks)
    book.close()


def _looks(book: Workbook) -> _Looks:
    base: dict[str, Any] = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
    cell = base | {"text_wrap": True, "valign": "top"}
    middle = cell | {"align": "center"}
    head = middle | {"bold": True, "bg_color": "#E4E4E4", "valign": "vcenter", "border": 1}
    return _Looks(
        title=book.add_format(base | {"bold": True, "font_size": 16}),
        note=book.add_format(base | {"font_color": "#444444"}),
        head=book.add_format(head),
        text=book.add_format(cell),
        centred=book.add_format(middle),
        day=book.add_format(middle | {"num_format": DAY}),
        edge=book.add_format({"border": 1, "border_color": "#9A9A9A"}),
    )


def _lay_out(sheet: Worksheet, table: Table) -> None:
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, column.width)
    last_row, last_column = HEAD_ROW + max(table.count, 1), len(table.columns) - 1
    sheet.freeze_panes(HEAD_ROW + 1, table.repeat)
    sheet.autofilter(HEAD_ROW, 0, last_row, last_column)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(table.pages_wide, 0)
    sheet.repeat_rows(HEAD_ROW)
    sheet.repeat_columns(0, table.repeat - 1)
    sheet.print_across()
    sheet.print_area(0, 0, last_row, last_column)
    sheet.set_footer(f"&L&9{_plain(table.footer)}&R&9第 &P 页 / 共 &N 页", {"margin": 0.3})
    sheet.hide_gridlines(2)


def _plain(text: str) -> str:
    return text.replace("&", "&&")


def _heading(sheet: Worksheet, table: Table, looks: _Looks) -> None:
    sheet.set_row(TITLE_ROW, 26)
    sheet.write_string(TITLE_ROW, 0, table.title, looks.title)
    # Beside the repeated columns: a text that runs over their edge is cut on the second page.
    for row, label, text in (
        (NOTE_ROW, "说明", table.note),
        (FILTER_ROW, "筛选条件", table.filters),
    ):
        sheet.write_string(row, 0, label, looks.note)
        sheet.write_string(row, table.repeat, text, looks.note)
    headings = [column.heading for column in table.columns]
    sheet.set_row(HEAD_ROW, max(30, _height(headings, table.columns)))
    for index, column in enumerate(table.columns):
        sheet.write_string(HEAD_ROW, index, column.heading, looks.head)


def _edges(sheet: Worksheet, table: Table, looks: _Looks) -> None:
    """Draw the lines of the table as one rule, so that empty cells need not be written."""
    if table.count:
        last = (HEAD_ROW + table.count, len(table.columns) - 1)
        rule = {"type": "no_errors", "format": looks.edge}
        sheet.conditional_format(HEAD_ROW + 1, 0, *last, rule)


def _row(
    sheet: Worksheet, number: int, row: Sequence[Cell], columns: Sequence[Column], looks: _Looks
) -> None:
    sheet.set_row(number, _height(row, columns))
    for index, (value, column) in enumerate(zip(row, columns, strict=True)):
        look = looks.centred if column.centred else looks.text
        if isinstance(value, date):
            sheet.write_datetime(number, index, value, looks.day)
        elif isinstance(value, int | float):
            sheet.write_number(number, index, value, look)
        elif value:
            sheet.write_string(number, index, fitting(value), look)


def fitting(text: str) -> str:
    """Cut what no cell holds, and say so."""
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - len(CUT)] + CUT


def _height(row: Sequence[Cell], columns: Sequence[Column]) -> float:
    """Say how tall a row must be: not every program measures wrapped text by itself."""
    lines = (
        _lines(value, column.width)
        for value, column in zip(row, columns, strict=True)
        if isinstance(value, str)
    )
    return min(TALLEST, LINE_HEIGHT * max(lines, default=1) + 3)


def _lines(text: str, width: int) -> int:
    return sum(max(1, -(-_columns(part) // (width - 1))) for part in text.split("\n"))


def _columns(text: str) -> int:
    """Count character cells: a Chinese character fills two, and takes three bytes to write."""
    length = len(text)
    return length + (len(text.encode()) - length) // 2
