"""From rows to a definition: items into their sections, readings and citations into their items."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.authoring.workbook_fields import (
    BASIS,
    CANDIDATES,
    HEADER,
    ITEMS,
    OMITTED,
    OPTIONS,
    READINGS,
    SECTIONS,
)
from server.authoring.workbook_places import Origin, Places, mistake_at, mistake_in
from server.authoring.workbook_rows import Found, Row

Rows = Mapping[str, list[Row]]


@dataclass
class Built:
    """A definition, perhaps not a sound one, and where its parts came from."""

    definition: dict[str, Any] = field(default_factory=dict)
    places: Places = field(default_factory=Places)
    rows: Rows = field(default_factory=dict)
    """Kept, because places go by the identity of what the rows hold."""


def build(rows: Rows, found: Found) -> Built:
    """Put the rows together. What belongs to nothing is a mistake."""
    builder = _Builder(found)
    builder.built.rows = rows
    builder.header(rows.get(HEADER, []))
    builder.header_list(rows)
    builder.sections(rows.get(SECTIONS, []))
    builder.items(rows.get(ITEMS, []))
    builder.basis(rows.get(BASIS, []))
    builder.readings(rows.get(READINGS, []))
    builder.options(rows.get(OPTIONS, []))
    return builder.built


class _Builder:
    def __init__(self, found: Found) -> None:
        self.found = found
        self.built = Built()
        self._sections: dict[str, dict[str, Any]] = {}
        self._items: dict[str, dict[str, Any]] = {}
        self._readings: dict[tuple[str, str], dict[str, Any]] = {}

    def header(self, rows: list[Row]) -> None:
        if not rows:
            self.found.mistakes.append(
                mistake_in(HEADER, "“清单”里没有填写内容", "nothing is filled in here")
            )
            self.built.places.add(self.built.definition, Origin(HEADER, 0, {}))
            return
        self._keep(rows[0])
        self.built.definition = rows[0].value
        for row in rows[1:]:
            self._wrong(row, "“清单”只能有一行", "there can be only one row here")

    def header_list(self, rows: Rows) -> None:
        header = self.built.definition.setdefault("header", {})
        header["omitted"] = [self._keep(row) for row in rows.get(OMITTED, [])]
        candidates = [self._keep(row) for row in rows.get(CANDIDATES, [])]
        if candidates:
            self.built.definition["candidates"] = candidates

    def sections(self, rows: list[Row]) -> None:
        made = self.built.definition["sections"] = []
        titles: dict[str, dict[str, Any]] = {}
        for row in rows:
            value = self._keep(row)
            value["items"] = []
            made.append(value)
            self._sections.setdefault(str(value.get("key")), value)
            titles.setdefault(str(value.get("title", {}).get("zh")), value)
        self._sections = {**titles, **self._sections}

    def items(self, rows: list[Row]) -> None:
        for row in rows:
            value = self._keep(row)
            value["basis"] = []
            self._items.setdefault(str(value.get("key")), value)
            section = self._above(row, "section", self._sections, "章节")
            if section is not None:
                section["items"].append(value)

    def basis(self, rows: list[Row]) -> None:
        for row in rows:
            item = self._above(row, "item", self._items, "检查项")
            if item is not None:
                item["basis"].append(self._keep(row))

    def readings(self, rows: list[Row]) -> None:
        for row in rows:
            item = self._above(row, "item", self._items, "检查项")
            if item is not None:
                value = self._keep(row)
                item.setdefault("readings", []).append(value)
                self._readings.setdefault((str(item.get("key")), str(value.get("key"))), value)

    def options(self, rows: list[Row]) -> None:
        for row in rows:
            item = self._above(row, "item", self._items, "检查项")
            if item is None:
                continue
            key = row.parents.get("reading")
            owner = self._reading(row, str(item.get("key")), key) if key else _answer(item)
            if owner is not None:
                owner.setdefault("options", []).append(self._keep(row))

    def _reading(self, row: Row, item: str, key: str) -> dict[str, Any] | None:
        reading = self._readings.get((item, key))
        if reading is None:
            self._wrong(row, f"“读数”里没有 {item} 的“{key}”", f"{item} has no reading {key!r}")
        return reading

    def _above(
        self, row: Row, parent: str, known: Mapping[str, dict[str, Any]], name: str
    ) -> dict[str, Any] | None:
        key = row.parents.get(parent)
        if key is None:
            self._wrong(row, f"没有填写属于哪个{name}", f"the {parent} is not given")
            return None
        if key not in known:
            self._wrong(row, f"“{name}”里没有“{key[:40]}”", f"there is no {parent} {key[:40]!r}")
        return known.get(key)

    def _keep(self, row: Row) -> dict[str, Any]:
        self.built.places.add(row.value, row.origin)
        return row.value

    def _wrong(self, row: Row, zh: str, en: str) -> None:
        self.found.mistakes.append(mistake_at(row.origin.sheet, row.origin.row, 1, zh, en))


def _answer(item: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = item.setdefault("answer", {})
    return answer
