"""A sheet as it was read, before anybody asks what it means."""

import re
from dataclasses import dataclass, field

from server.authoring.workbook_cells import Cell

MOST_ROWS = 5000
MOST_COLUMNS = 300
LONGEST_CELL = 32_767

Place = tuple[int, int]
"""Row and column, from 1."""


@dataclass(frozen=True)
class Trouble:
    """What is wrong with one cell as a cell."""

    row: int
    column: int
    zh: str
    en: str
    last: Place = (0, 0)
    """The other corner where it concerns several cells."""

    def covers(self, row: int, column: int) -> bool:
        """Tell whether a cell cannot be read because of it."""
        rows = range(self.row, max(self.row, self.last[0]) + 1)
        return row in rows and column in range(self.column, max(self.column, self.last[1]) + 1)


@dataclass
class Grid:
    """The cells of a sheet that hold something, and what is wrong with the sheet itself."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    is_hidden: bool = False


def letters(column: int) -> str:
    """Write the number of a column as letters: 1 is A, 28 is AB."""
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def place_of(reference: str) -> Place | None:
    """Read a reference like AB12."""
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})", reference)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]), column
