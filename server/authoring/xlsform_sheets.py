"""The sheets of an XLSForm as rows of texts by heading, whatever language they are in."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from server.authoring.workbook_cells import plain
from server.authoring.workbook_fields import Column
from server.authoring.workbook_places import Mistake, Origin, mistake_at, mistake_in
from server.authoring.workbook_rows import Found
from server.authoring.workbook_schema import Leaf
from server.authoring.xlsx_grid import Grid
from server.authoring.xlsx_package import FileRefused
from server.authoring.xlsx_reader import Workbook

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_SPACES = re.compile(r"\s+")
_LANGUAGES = {"zh": ("(zh", "中文", "chinese"), "en": ("(en", "english", "英文", "英语")}


@dataclass(frozen=True)
class FormLine:
    """One row: its cells by heading, and the columns they stand in."""

    sheet: str
    row: int
    cells: Mapping[str, str]
    columns: Mapping[str, int]

    def get(self, name: str) -> str:
        """Return a cell, empty when there is none."""
        return self.cells.get(name, "")

    def text(self, name: str) -> dict[str, str]:
        """Return a text in the languages in which it is given."""
        found = {lang: self.cells[f"{name}::{lang}"] for lang in ("zh", "en")
                 if self.cells.get(f"{name}::{lang}")}  # fmt: skip
        bare = self.get(name)
        if bare:
            found.setdefault("zh" if _CHINESE.search(bare) else "en", bare)
        return found

    def at(self, heading: str, zh: str, en: str) -> Mistake:
        """Place a sentence in a cell of this row."""
        found = [at for own, at in self.columns.items() if own.split("::")[0] == heading]
        return mistake_at(self.sheet, self.row, found[0] if found else 0, zh, en)

    def origin(self, headings: Mapping[str, str]) -> Origin:
        """Tell where the values of an object stand: pointer to heading."""
        places = {}
        for pointer, name in headings.items():
            number = self.columns.get(name) or self.columns.get(name.split("::")[0], 0)
            places[pointer] = (number, Column(pointer, name, name, 0, Leaf("text")))
        return Origin(self.sheet, self.row, places)


@dataclass
class FormSheets:
    """The three sheets of a form."""

    survey: list[FormLine]
    choices: dict[str, list[FormLine]] = field(default_factory=dict)
    settings: FormLine | None = None


def read_form(raw: bytes, found: Found) -> FormSheets:
    """Read the sheets that say something; others are told as left out."""
    workbook = Workbook(raw)
    known = {plain(name).lower(): name for name in workbook.sheets}
    if SURVEY not in known:
        raise FileRefused("没有找到 survey 工作表，这不是 XLSForm", "there is no survey sheet")
    survey = list(_lines(workbook.grid(known[SURVEY]), SURVEY, found))
    if not any(line.get("type") for line in survey):
        raise FileRefused("survey 里没有问题（缺少 type 列）", "the survey holds no questions")
    made = FormSheets(survey)
    if CHOICES in known:
        for line in _lines(workbook.grid(known[CHOICES]), CHOICES, found):
            made.choices.setdefault(line.get("list_name") or line.get("list name"), []).append(line)
    if SETTINGS in known:
        made.settings = next(_lines(workbook.grid(known[SETTINGS]), SETTINGS, found), None)
    for name in known.keys() & {"entities", "osm", "external_choices"}:
        found.left_out.append(mistake_in(name, "这张表没有导入", "this sheet was not read"))
    return made


def _lines(grid: Grid, name: str, found: Found) -> Iterator[FormLine]:
    for one in grid.troubles:
        found.mistakes.append(mistake_at(name, one.row, one.column, one.zh, one.en))
    rows = iter(sorted(grid.rows))
    first = next(rows, None)
    if first is None:
        return
    heads = {at: _heading(str(cell)) for at, cell in grid.rows[first].items()}
    columns = {head: at for at, head in heads.items()}
    for number in rows:
        cells = {heads[at]: _said(cell) for at, cell in grid.rows[number].items() if at in heads}
        if cells:
            yield FormLine(name, number, cells, columns)


def _said(cell: object) -> str:
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return str(cell).strip() if not isinstance(cell, bool) else ("yes" if cell else "no")


def _heading(text: str) -> str:
    """Write `label::简体中文 (zh)` as `label::zh`; another language keeps its name."""
    name, mark, language = plain(text).lower().partition("::")
    if not mark:
        name, mark, language = name.partition(":")
    for code, words in _LANGUAGES.items():
        if language.strip() == code or any(word in language for word in words):
            return f"{name.strip()}::{code}"
    name = name.strip() if name.startswith("anxun") else _SPACES.sub("_", name.strip())
    return f"{name}::{language.strip()}" if mark else name
