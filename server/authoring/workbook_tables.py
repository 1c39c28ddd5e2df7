"""A definition as tables, one for each sheet: rows of values by column."""

from collections.abc import Iterator, Mapping
from typing import Any

from server.authoring.workbook_cells import Cell, Vocabulary, write_cell
from server.authoring.workbook_fields import (
    BASIS,
    CANDIDATES,
    HEADER,
    ITEMS,
    OMITTED,
    OPTIONS,
    READINGS,
    SECTIONS,
    Column,
    sheets,
)

Tree = Mapping[str, Any]
Row = dict[Column, Cell]
Tables = dict[str, list[Row]]


def tables_of(definition: Tree, vocabulary: Vocabulary) -> Tables:
    """Write a whole definition as tables."""
    made: Tables = {name: [] for name in sheets()}
    for sheet, parents, value in _rows(definition):
        if sheet in made:
            made[sheet].append(_row(sheet, parents, value, vocabulary))
    return made


def _rows(definition: Tree) -> Iterator[tuple[str, dict[str, str], Tree]]:
    yield HEADER, {}, definition
    for omitted in definition["header"]["omitted"]:
        yield OMITTED, {}, omitted
    for candidate in definition.get("candidates", ()):
        yield CANDIDATES, {}, candidate
    for section in definition["sections"]:
        yield SECTIONS, {}, section
        for item in section["items"]:
            yield ITEMS, {"section": section["key"]}, item
            yield from _item_rows(item)


def _item_rows(item: Tree) -> Iterator[tuple[str, dict[str, str], Tree]]:
    above = {"item": item["key"]}
    for basis in item["basis"]:
        yield BASIS, above, basis
    for option in item["answer"].get("options", ()):
        yield OPTIONS, above, option
    for reading in item.get("readings", ()):
        yield READINGS, above, reading
        for option in reading.get("options", ()):
            yield OPTIONS, {**above, "reading": reading["key"]}, option


def _row(sheet: str, parents: Mapping[str, str], value: Tree, vocabulary: Vocabulary) -> Row:
    row: Row = {}
    for column in sheets()[sheet].columns:
        if column.parent:
            if column.parent in parents:
                row[column] = parents[column.parent]
            continue
        found = value_at(value, column.pointer)
        if found is not None:
            row[column] = write_cell(found, column, vocabulary)
    return row


def value_at(value: Any, pointer: str) -> Any:
    """Return what stands at a pointer, or None."""
    for step in pointer.split("/"):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value
