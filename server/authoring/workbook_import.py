"""A spreadsheet file in, a definition and everything that is wrong with it out. Stores nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.authoring.workbook_build import Built, build
from server.authoring.workbook_cells import Vocabulary, heading
from server.authoring.workbook_check import check_built
from server.authoring.workbook_fields import BASIS, HEADER, ITEMS, SECTIONS, sheets
from server.authoring.workbook_places import MOST_MISTAKES, Mistake, mistake_in
from server.authoring.workbook_rows import Found, Row, read_rows
from server.authoring.xlsx_grid import Grid
from server.authoring.xlsx_package import FileRefused
from server.authoring.xlsx_reader import Workbook
from server.definitions.load import schema_faults
from server.definitions.rules.checks import Words

NEEDED = (HEADER, SECTIONS, ITEMS, BASIS)


@dataclass(frozen=True)
class Library:
    """What an installation knows beside the file: names, words, who owns which item key."""

    vocabulary: Vocabulary
    words: Words
    checklists: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The checklists in use, by key."""

    def owners(self, but: str) -> dict[str, str]:
        """Tell which other checklist each item key belongs to."""
        return {
            item["key"]: key
            for key, one in self.checklists.items()
            if key != but
            for section in one["sections"]
            for item in section["items"]
        }


@dataclass(frozen=True)
class Imported:
    """What a file said. Without mistakes the definition is sound, else it may lack parts."""

    definition: Mapping[str, Any] | None
    left_out: list[Mistake]
    mistakes: list[Mistake]

    @property
    def is_whole(self) -> bool:
        """Tell whether every part is there, so that it can be compared."""
        return self.definition is not None and not any(
            schema_faults("checklist.schema.json", self.definition)
        )


def import_xlsx(raw: bytes, library: Library) -> Imported:
    """Read a workbook as it was exported and edited."""
    return guarded(lambda found: _read_workbook(raw, library, found), library)


def guarded(read: Callable[[Found], Built | None], library: Library) -> Imported:
    """Read a file, check what it says, and collect every mistake in order."""
    found = Found()
    definition: Mapping[str, Any] | None = None
    try:
        built = read(found)
        if built is not None:
            definition = built.definition
            key = str(definition.get("key"))
            check_built(built, found, library.words, library.owners(key))
    except FileRefused as refused:
        found.mistakes.append(mistake_in("", refused.zh, refused.en))
    return Imported(definition, found.left_out, _first(found.mistakes))


def _first(mistakes: list[Mistake]) -> list[Mistake]:
    """Keep as many as a person can use, in the order of the sheets."""
    order = {name: at for at, name in enumerate(["", *sheets()])}
    ranked = sorted(
        dict.fromkeys(mistakes), key=lambda m: (order.get(m.sheet, 99), m.row, m.column)
    )
    if len(ranked) <= MOST_MISTAKES:
        return ranked
    rest = len(ranked) - MOST_MISTAKES
    zh, en = f"另外还有 {rest} 处错误，请先改正前面的", f"{rest} more mistakes; correct these first"
    return [*ranked[:MOST_MISTAKES], mistake_in("", zh, en)]


def _read_workbook(raw: bytes, library: Library, found: Found) -> Built | None:
    workbook = Workbook(raw)
    known = {heading(name): name for name in workbook.sheets}
    missing = [name for name in NEEDED if heading(name) not in known]
    for name in missing:
        zh, en = f"没有找到工作表“{name}”", f"the sheet {name!r} was not found"
        found.mistakes.append(mistake_in(name, zh, en))
    if missing:
        return None
    rows: dict[str, list[Row]] = {}
    for name, sheet in sheets().items():
        if heading(name) in known:
            grid = workbook.grid(known[heading(name)])
            grid.name = name
            rows[name] = read_rows(grid, sheet, library.vocabulary, found)
    return build(rows, found)


def grid_rows(grid: Grid, name: str, library: Library, found: Found) -> list[Row]:
    """Read the rows of one sheet that stands alone."""
    return read_rows(grid, sheets()[name], library.vocabulary, found)
