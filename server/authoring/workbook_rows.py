"""From a sheet as it was read to rows of values: headings found, cells read, mistakes collected."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.authoring.workbook_cells import Cell, CellWrong, Vocabulary, heading, read_cell
from server.authoring.workbook_fields import Column, Sheet
from server.authoring.workbook_places import Mistake, Origin, mistake_at, mistake_in
from server.authoring.xlsx_grid import Grid

LATEST_HEADING = 10


@dataclass(frozen=True)
class Row:
    """One row: its object so far, the keys of what it belongs to, and where it stands."""

    value: dict[str, Any]
    parents: Mapping[str, str]
    origin: Origin


@dataclass
class Found:
    """What was read of a file besides its values."""

    mistakes: list[Mistake] = field(default_factory=list)
    left_out: list[Mistake] = field(default_factory=list)
    unread: set[tuple[int, str]] = field(default_factory=set)
    """Objects (by identity) and pointers that hold nothing because their cell was refused."""


def read_rows(grid: Grid, sheet: Sheet, vocabulary: Vocabulary, found: Found) -> list[Row]:
    """Read every row below the headings."""
    for trouble in grid.troubles:
        found.mistakes.append(
            mistake_at(grid.name, trouble.row, trouble.column, trouble.zh, trouble.en)
        )
    _tell_hidden(grid, found)
    header = _heading_row(grid, sheet)
    if header is None:
        found.mistakes.append(
            mistake_in(
                grid.name, "没有找到表头，请不要改动表头的文字", "the headings were not found"
            )
        )
        return []
    columns = _columns(grid, sheet, header, found)
    rows = (_row(grid, number, columns, vocabulary, found) for number in sorted(grid.rows)
            if number > header)  # fmt: skip
    return [row for row in rows if row is not None]


def _tell_hidden(grid: Grid, found: Found) -> None:
    if grid.is_hidden:
        found.left_out.append(
            mistake_in(
                grid.name, "这张工作表是隐藏的，也已读取", "this sheet is hidden; it was read"
            )
        )
    rows = [row for row in grid.hidden_rows if row in grid.rows]
    if rows:
        zh = f"有 {len(rows)} 个隐藏行（从第 {rows[0]} 行起），也已读取"
        en = f"{len(rows)} hidden rows were read too"
        found.left_out.append(mistake_at(grid.name, rows[0], 0, zh, en))


def _heading_row(grid: Grid, sheet: Sheet) -> int | None:
    """Find the row that holds most headings, near the top."""
    known = _known(sheet)
    best: tuple[int, int] = (0, 0)
    for number in sorted(grid.rows)[:LATEST_HEADING]:
        count = sum(heading(str(cell)) in known for cell in grid.rows[number].values())
        best = max(best, (count, -number))
    return -best[1] if best[0] >= min(2, len(sheet.columns)) else None


def _known(sheet: Sheet) -> dict[str, Column]:
    known: dict[str, Column] = {}
    for column in sheet.columns:
        for name in (column.pointer, column.en, column.zh):
            known[heading(name)] = column
    known.pop("", None)
    return known


def _columns(grid: Grid, sheet: Sheet, header: int, found: Found) -> dict[int, Column]:
    known = _known(sheet)
    columns: dict[int, Column] = {}
    for number, cell in sorted(grid.rows[header].items()):
        column = known.get(heading(str(cell)))
        if column is None:
            name = str(cell)[:20]
            zh = f"“{name}”不是检查表的列，这一列没有导入"
            en = f"{name!r} is no column of a checklist and was not read"
            found.left_out.append(mistake_at(grid.name, header, number, zh, en))
        elif column in columns.values():
            zh, en = f"“{column.zh}”这一列出现了两次", f"the column {column.en!r} is there twice"
            found.mistakes.append(mistake_at(grid.name, header, number, zh, en))
        else:
            columns[number] = column
    return columns


def _row(
    grid: Grid, number: int, columns: Mapping[int, Column], vocabulary: Vocabulary, found: Found
) -> Row | None:
    cells = {at: cell for at, cell in grid.rows[number].items() if at in columns}
    if not cells:
        _tell_stray(grid, number, found)
        return None
    places = {column.pointer: (at, column) for at, column in columns.items() if column.pointer}
    row = Row({}, {}, Origin(grid.name, number, places))
    here = [one for one in grid.troubles if one.row <= number <= max(one.row, one.last[0])]
    for at, column in columns.items() if here else ():
        if any(one.covers(number, at) for one in here):
            found.unread.add((id(row.value), column.pointer))
    parents: dict[str, str] = {}
    for at, value in _values(row, cells, columns, vocabulary, found):
        column = columns[at]
        if column.parent:
            parents[column.parent] = str(value)
        else:
            put(row.value, column.pointer, value)
    return Row(row.value, parents, row.origin)


def _tell_stray(grid: Grid, number: int, found: Found) -> None:
    at = min(grid.rows[number])
    zh, en = "这一行没有写在表格的列里，没有导入", "this row stands outside the columns; not read"
    found.left_out.append(mistake_at(grid.name, number, at, zh, en))


def _values(
    row: Row,
    cells: Mapping[int, Cell],
    columns: Mapping[int, Column],
    vocabulary: Vocabulary,
    found: Found,
) -> Iterator[tuple[int, Any]]:
    for at, cell in cells.items():
        column = columns[at]
        try:
            value = read_cell(cell, column, vocabulary)
        except CellWrong as wrong:
            sheet, number = row.origin.sheet, row.origin.row
            zh = f"“{column.zh}”：{wrong.zh}"
            found.mistakes.append(mistake_at(sheet, number, at, zh, f"{column.en}: {wrong.en}"))
            found.unread.add((id(row.value), column.pointer))
            continue
        if value is not None:
            yield at, value


def put(target: dict[str, Any], pointer: str, value: Any) -> None:
    """Put a value at a pointer, making the objects on the way."""
    *way, last = pointer.split("/")
    for step in way:
        target = target.setdefault(step, {})
    target[last] = value
