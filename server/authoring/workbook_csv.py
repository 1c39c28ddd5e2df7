"""
The sheet of items as CSV, for whoever has no spreadsheet at hand.

It holds the items alone: headings, readings, options and citations stay those of the checklist in
use. An item that is new needs citations, so it comes by workbook.
"""

import copy
import csv
import io
from collections.abc import Mapping
from typing import Any

from server.authoring.workbook_build import Built, build
from server.authoring.workbook_fields import ITEMS, SECTIONS, Column, sheets
from server.authoring.workbook_import import Imported, Library, grid_rows, guarded
from server.authoring.workbook_places import Origin, mistake_in
from server.authoring.workbook_rows import Found, Row, put
from server.authoring.workbook_tables import value_at
from server.authoring.xlsx_grid import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Grid, Trouble
from server.authoring.xlsx_package import FileRefused

MOST_BYTES = 4 * 1024 * 1024
_MARKS = (",", "\t", ";", "，")
_KEPT = ("readings", "basis")


def import_csv(raw: bytes, library: Library, key: str | None = None) -> Imported:
    """Read the items of a checklist; *key* tells which, else its item keys do."""
    return guarded(lambda found: _read(raw, library, key, found), library)


def _read(raw: bytes, library: Library, key: str | None, found: Found) -> Built | None:
    rows = grid_rows(_grid(raw), ITEMS, library, found)
    base = library.checklists.get(key or _likeliest(rows, library))
    if base is None:
        if not found.mistakes:
            zh = "看不出这是哪份检查表：请先选择检查表再导入 CSV，新检查表请用 .xlsx"
            en = "which checklist is this? Choose it first; a new one comes as .xlsx"
            found.mistakes.append(mistake_in(ITEMS, zh, en))
        return None
    return _on_base(base, rows, found)


def _likeliest(rows: list[Row], library: Library) -> str:
    """Tell the checklist that most item keys belong to."""
    owners = library.owners("")
    named = [owners[key] for row in rows if (key := str(row.value.get("key"))) in owners]
    return max(sorted(set(named)), key=named.count, default="")


def _on_base(base: Mapping[str, Any], rows: list[Row], found: Found) -> Built:
    header = {k: copy.deepcopy(v) for k, v in base.items() if k not in ("sections", "candidates")}
    headings = [_heading(section) for section in base["sections"]]
    built = build({"清单": [_as_row(header)], SECTIONS: headings, ITEMS: rows}, found)
    built.definition["header"]["omitted"] = copy.deepcopy(base["header"]["omitted"])
    if "candidates" in base:
        built.definition["candidates"] = copy.deepcopy(base["candidates"])
    before = {item["key"]: item for section in base["sections"] for item in section["items"]}
    for section in built.definition["sections"]:
        for item in section["items"]:
            _keep(item, before.get(str(item.get("key")), {}), rows)
    return built


def _heading(section: Mapping[str, Any]) -> Row:
    return _as_row({k: copy.deepcopy(v) for k, v in section.items() if k != "items"})


def _as_row(value: dict[str, Any]) -> Row:
    return Row(value, {}, Origin(ITEMS, 1, {}))


def _keep(item: dict[str, Any], before: Mapping[str, Any], rows: list[Row]) -> None:
    """Keep what stands in other sheets, and what this file has no column for."""
    for name in _KEPT:
        if name in before:
            item[name] = copy.deepcopy(before[name])
    if "options" in before.get("answer", {}) and "options" not in item.get("answer", {}):
        item.setdefault("answer", {})["options"] = copy.deepcopy(before["answer"]["options"])
    given = set(rows[0].origin.columns) if rows else set()
    for column in sheets()[ITEMS].columns:
        if column.pointer and column.pointer not in given:
            _keep_value(item, before, column)


def _keep_value(item: dict[str, Any], before: Mapping[str, Any], column: Column) -> None:
    value = value_at(before, column.pointer)
    if value is not None:
        put(item, column.pointer, copy.deepcopy(value))


def _grid(raw: bytes) -> Grid:
    text = _decoded(raw)
    grid = Grid(ITEMS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_mark(text), strict=True)
    try:
        for number, cells in enumerate(reader, 1):
            _keep_cells(grid, number, cells)
    except csv.Error:
        line = reader.line_num
        raise FileRefused(
            f"第 {line} 行附近的引号不成对，请检查", f"unbalanced quotes near line {line}"
        ) from None
    return grid


def _keep_cells(grid: Grid, number: int, cells: list[str]) -> None:
    for column, cell in enumerate(cells[:MOST_COLUMNS], 1):
        if len(cell) > LONGEST_CELL:
            grid.troubles.append(
                Trouble(number, column, "这一格的文字太长", "the text of this cell is too long")
            )
        elif cell.strip():
            grid.rows.setdefault(number, {})[column] = cell
    if len(grid.rows) > MOST_ROWS:
        raise FileRefused(f"超过 {MOST_ROWS} 行，不像一份检查表", f"more than {MOST_ROWS} rows")


def _decoded(raw: bytes) -> str:
    if not raw.strip():
        raise FileRefused("文件是空的", "the file is empty")
    if len(raw) > MOST_BYTES:
        raise FileRefused("文件太大，不像一份检查表", "the file is too large for a checklist")
    if raw.startswith((b"PK", b"\xd0\xcf\x11\xe0", b"%PDF")):
        raise FileRefused(
            "这不是 CSV 文件；表格请选“XLSX”", "this is no CSV; for a workbook choose XLSX"
        )
    if b"\0" in raw:
        raise FileRefused(
            "文字编码不对，请另存为“CSV UTF-8”后再导入",
            "save it as CSV UTF-8; it holds NUL characters",
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileRefused(
        "文字编码看不懂，请另存为“CSV UTF-8”后再导入", "unknown encoding; save it as CSV UTF-8"
    )


def _mark(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(_MARKS, key=first.count)
