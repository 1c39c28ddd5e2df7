"""
Reading the sheets of an .xlsx, bounded in time and memory whatever the file claims.

Written for this purpose because the common readers either hold a whole workbook in memory or do not
tell of merged cells, formulas and hidden rows, which must be refused with their place.
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from posixpath import dirname, join, normpath

from server.authoring.xlsx_grid import Grid
from server.authoring.xlsx_package import FileRefused, Package
from server.authoring.xlsx_sheet import SheetReader, Strings
from server.authoring.xlsx_xml import attribute, elements, walk

MOST_SHEETS = 60
MOST_STRINGS = 200_000
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.')
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


class Workbook:
    """An opened workbook: the names of its sheets, and each as a grid when asked for."""

    def __init__(self, raw: bytes) -> None:
        self._package = Package(raw)
        self._path = self._workbook_path()
        self._targets = self._relations(self._path)
        self._is_1904 = False
        self.sheets: dict[str, tuple[str, bool]] = {}
        self._read_sheets()
        self._strings: Strings | None = None
        self._dates: set[int] | None = None

    def grid(self, name: str) -> Grid:
        """Read one sheet."""
        relation, is_hidden = self.sheets[name]
        if self._strings is None:
            self._strings = self._shared_strings()
            self._dates = self._date_styles()
        reader = SheetReader(name, self._strings, self._day, self._dates or set())
        reader.grid.is_hidden = is_hidden
        return reader.read(self._package.part(self._targets[relation]))

    def _workbook_path(self) -> str:
        for _, found in elements(self._package.part("_rels/.rels")):
            if (found.get("Type") or "").endswith("/officeDocument"):
                return normpath(found.get("Target", "").lstrip("/"))
        raise FileRefused("文件里没有表格，请重新保存为 .xlsx", "there is no workbook in the file")

    def _relations(self, path: str) -> dict[str, str]:
        folder = dirname(path)
        rels = join(folder, "_rels", f"{path.removeprefix(folder).lstrip('/')}.rels")
        found: dict[str, str] = {}
        for name, own in elements(self._package.part(rels)):
            target = own.get("Target", "")
            if name == "Relationship" and own.get("TargetMode") != "External":
                absolute = target.startswith("/")
                where = target.lstrip("/") if absolute else normpath(join(folder, target))
                found[own.get("Id", "")] = where
                found[own.get("Type", "").rpartition("/")[2]] = where
        return found

    def _read_sheets(self) -> None:
        for name, own in elements(self._package.part(self._path)):
            if name == "workbookPr":
                self._is_1904 = own.get("date1904") in ("1", "true")
            elif name == "sheet":
                relation = attribute(own, "id") or ""
                hidden = own.get("state", "visible") != "visible"
                if relation in self._targets:
                    self.sheets[own.get("name", "").strip()] = (relation, hidden)
        if not 0 < len(self.sheets) <= MOST_SHEETS:
            raise FileRefused(
                f"文件里没有工作表，或者超过 {MOST_SHEETS} 张", "there are no sheets, or too many"
            )

    def _shared_strings(self) -> Strings:
        strings = Strings(MOST_STRINGS)
        where = self._targets.get("sharedStrings")
        if where in self._package.names and where:
            walk(self._package.part(where), strings.start, strings.end, strings.text)
        return strings

    def _date_styles(self) -> set[int]:
        where = self._targets.get("styles")
        if not where or where not in self._package.names:
            return set()
        return _date_styles(elements(self._package.part(where)))

    def _day(self, serial: float) -> date | None:
        if not 1 <= serial < 2_958_466:
            return None
        days = int(serial)
        if not self._is_1904 and days < 61:  # the 29 February 1900 that never was
            days += 1
        return _EPOCHS[self._is_1904] + timedelta(days=days)


def _date_styles(found: Iterable[tuple[str, dict[str, str]]]) -> set[int]:
    """Tell which styles show a number as a day."""
    formats = set(_DATE_FORMATS)
    styles: set[int] = set()
    inside = False
    count = 0
    for name, own in found:
        if name == "numFmt" and own.get("numFmtId", "").isdecimal():
            number = int(own["numFmtId"])
            is_day = bool(re.search("[ymd]", _QUOTED.sub("", own.get("formatCode", "")).lower()))
            (formats.add if is_day else formats.discard)(number)
        elif name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside = name == "cellXfs"
        elif name == "xf" and inside:
            if own.get("numFmtId", "0").isdecimal() and int(own.get("numFmtId", "0")) in formats:
                styles.add(count)
            count += 1
    return styles
