"""Mistakes with the sheet, row and cell where a person finds them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from server.authoring.workbook_fields import Column
from server.authoring.xlsx_grid import letters

MOST_MISTAKES = 300


@dataclass(frozen=True, order=True)
class Mistake:
    """What is wrong, where, in both languages. Row 0 is the whole sheet or file."""

    sheet: str
    row: int
    column: str
    cell: str
    zh: str
    en: str

    @property
    def place(self) -> str:
        """Say the place in one word, for example 检查项!C7."""
        where = self.cell or (str(self.row) if self.row else "")
        return "!".join(part for part in (self.sheet, where) if part)

    def as_data(self) -> dict[str, Any]:
        """Return the mistake for the wire."""
        return asdict(self)


@dataclass(frozen=True)
class Origin:
    """The row that an object of the definition was read from."""

    sheet: str
    row: int
    columns: Mapping[str, tuple[int, Column]]
    """By pointer relative to the object: the number of the column, and what it is."""

    def column_of(self, pointer: str) -> tuple[int, Column] | None:
        """Find the column of a value, or the nearest one that says part of it."""
        while True:
            for own, found in self.columns.items():
                if own and (own == pointer or own.startswith(f"{pointer}/")):
                    return found
            if "/" not in pointer:
                return self.columns.get("key")
            pointer = pointer.rpartition("/")[0]


def mistake_at(sheet: str, row: int, column: int, zh: str, en: str) -> Mistake:
    """Place a mistake in a cell; column 0 is the whole row."""
    name = letters(column)
    return Mistake(sheet, row, name, f"{name}{row}" if row and name else "", zh, en)


def mistake_in(sheet: str, zh: str, en: str) -> Mistake:
    """Place a mistake in a whole sheet, or in the file when the name is empty."""
    return Mistake(sheet, 0, "", "", zh, en)


class Places:
    """Which row each object of the definition came from."""

    def __init__(self) -> None:
        self._origins: dict[int, Origin] = {}

    def add(self, made: object, origin: Origin) -> None:
        """Remember an object; it must stay alive as long as this."""
        self._origins[id(made)] = origin

    def find(self, definition: Any, pointer: str) -> tuple[Origin, str] | None:
        """Follow a pointer to the last object with a row; give that and the rest of the way."""
        steps = pointer.split("/")[1:]
        value, found = definition, self._origins.get(id(definition))
        rest = steps
        for at, step in enumerate(steps, 1):
            value = _down(value, step)
            origin = self._origins.get(id(value)) if isinstance(value, dict) else None
            if origin is not None:
                found, rest = origin, steps[at:]
        return (found, "/".join(rest)) if found else None


def _down(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step.replace("~1", "/").replace("~0", "~"))
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    return None
