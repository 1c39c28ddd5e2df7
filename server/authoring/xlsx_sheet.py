"""The cells of one sheet, and the texts that sheets share, from their XML."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from server.authoring.workbook_cells import Cell
from server.authoring.xlsx_grid import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Grid,
    Place,
    Trouble,
    place_of,
)
from server.authoring.xlsx_package import FileRefused
from server.authoring.xlsx_xml import Attributes, walk

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_MOST_TROUBLES = 500


def unescape(text: str) -> str:
    """Undo the way in which workbooks write characters that XML cannot hold."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code < 0xE000 else chr(code)


class Strings:
    """The shared texts; of one that no cell can hold only the beginning is kept."""

    def __init__(self, most: int) -> None:
        self.found: list[str] = []
        self._most = most
        self._parts: list[str] = []
        self._length = 0
        self._reads = False
        self._phonetic = 0

    def start(self, name: str, _found: Attributes) -> None:
        """Begin an element."""
        if name == "rPh":
            self._phonetic += 1
        elif name == "si":
            self._parts, self._length = [], 0
        self._reads = name == "t" and not self._phonetic

    def end(self, name: str) -> None:
        """End an element."""
        self._reads = False
        if name == "rPh":
            self._phonetic -= 1
        elif name == "si":
            self.found.append(unescape("".join(self._parts)))
            if len(self.found) > self._most:
                raise FileRefused("文件内容太多，不像一份检查表", "too many texts for a checklist")

    def text(self, data: str) -> None:
        """Collect text."""
        if self._reads and self._length <= LONGEST_CELL:
            self._parts.append(data)
            self._length += len(data)


class SheetReader:
    """Collects the cells of a sheet while its XML passes by."""

    def __init__(
        self, name: str, strings: Strings, day: Callable[[float], date | None], dates: set[int]
    ) -> None:
        self.grid = Grid(name)
        self._strings, self._day, self._dates = strings, day, dates
        self._row = self._column = 0
        self._type = self._style = ""
        self._text: list[str] = []
        self._length = 0
        self._reads = False
        self._has_formula = False
        self._phonetic = 0

    def read(self, pieces: Iterable[bytes]) -> Grid:
        """Read the whole sheet."""
        walk(pieces, self._start, self._end, self._data)
        return self.grid

    def _start(self, name: str, found: Attributes) -> None:
        self._reads = name in ("v", "t") and not self._phonetic
        if name == "c":
            self._begin_cell(found)
        elif name == "row":
            self._begin_row(found)
        elif name == "f":
            self._has_formula = True
        elif name == "rPh":
            self._phonetic += 1
        elif name == "mergeCell":
            self._merged(found.get("ref", ""))
        elif name == "col" and found.get("hidden") in ("1", "true"):
            self._hide_columns(found)

    def _end(self, name: str) -> None:
        self._reads = False
        if name == "c":
            self._finish_cell()
        elif name == "rPh":
            self._phonetic -= 1

    def _data(self, data: str) -> None:
        if self._reads and self._length <= LONGEST_CELL:
            self._text.append(data)
            self._length += len(data)

    def _begin_row(self, found: Attributes) -> None:
        given = found.get("r", "")
        self._row = int(given) if given.isdecimal() and len(given) < 8 else self._row + 1
        self._column = 0
        if found.get("hidden") in ("1", "true") and len(self.grid.hidden_rows) < MOST_ROWS:
            self.grid.hidden_rows.append(self._row)

    def _begin_cell(self, found: Attributes) -> None:
        place = place_of(found["r"]) if "r" in found else (self._row, self._column + 1)
        if place is None:
            raise FileRefused("文件内部已损坏，请重新保存", "a cell has no place")
        self._row, self._column = place
        self._type, self._style = found.get("t", "n"), found.get("s", "0")
        self._text, self._length, self._has_formula = [], 0, False

    def _finish_cell(self) -> None:
        text = "".join(self._text)
        if self._has_formula:
            self._trouble(
                "这一格是公式，请改成直接填写的内容", "this is a formula; type the value instead"
            )
        elif text:
            self._keep(text)

    def _keep(self, text: str) -> None:
        if self._type == "s":
            text = self._shared(text)
        elif self._type in ("inlineStr", "str"):
            text = unescape(text)
        if len(text) > LONGEST_CELL:
            self._trouble("这一格的文字太长", "the text of this cell is too long")
        elif self._type == "e":
            self._trouble(f"这一格是错误值 {text[:12]}", f"this cell shows the error {text[:12]}")
        elif self._column > MOST_COLUMNS:
            self._trouble("内容写到了表格以外，请删除", "something stands far outside the table")
        else:
            self._store(text)

    def _store(self, text: str) -> None:
        cell = self._value(text)
        if isinstance(cell, str) and not cell.strip():
            return
        if self._row not in self.grid.rows and len(self.grid.rows) >= MOST_ROWS:
            raise FileRefused(
                f"工作表“{self.grid.name}”超过 {MOST_ROWS} 行，不像一份检查表",
                f"the sheet {self.grid.name!r} has more than {MOST_ROWS} rows",
            )
        self.grid.rows.setdefault(self._row, {})[self._column] = cell

    def _value(self, text: str) -> Cell:
        if self._type in ("s", "inlineStr", "str"):
            return text
        if self._type == "b":
            return text == "1"
        if self._type == "d":
            return text[:10]
        try:
            number = float(text)
        except ValueError:
            return text
        if self._style.isdecimal() and int(self._style) in self._dates:
            return self._day(number) or number
        return number

    def _shared(self, text: str) -> str:
        at = int(text) if text.isdecimal() and len(text) < 9 else -1
        if not 0 <= at < len(self._strings.found):
            raise FileRefused("文件内部已损坏，请重新保存", "a cell points at no text")
        return self._strings.found[at]

    def _merged(self, reference: str) -> None:
        first, last = map(place_of, (reference + ":").split(":")[:2])
        if first is not None:
            self._trouble(
                f"合并单元格 {reference}：请取消合并，每格单独填写",
                f"merged cells {reference}: split them and fill each one",
                first,
                last or first,
            )

    def _hide_columns(self, found: Attributes) -> None:
        first, last = found.get("min", ""), found.get("max", "")
        if first.isdecimal() and last.isdecimal() and len(first) < 6:
            last_column = min(int(last[:6]), MOST_COLUMNS)
            self.grid.hidden_columns += range(int(first), last_column + 1)

    def _trouble(self, zh: str, en: str, first: Place | None = None, last: Place = (0, 0)) -> None:
        row, column = first or (self._row, self._column)
        if len(self.grid.troubles) < _MOST_TROUBLES:
            self.grid.troubles.append(Trouble(row, column, zh, en, last))
