"""Workbooks for tests: exported ones, edited as a person would, and files that break the rules."""

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from server.authoring.workbook_import import Imported, Library, import_xlsx
from server.authoring.workbook_library import library_in
from server.authoring.xlsx_writer import write_workbook
from server.kernel.settings import ROOT

Edit = Callable[[openpyxl.Workbook], object]


@cache
def library() -> Library:
    """Our own checklists and words."""
    return library_in(ROOT / "checklists")


def exported(definition: Mapping[str, Any]) -> bytes:
    """A checklist as a workbook."""
    file = io.BytesIO()
    write_workbook(definition, library().vocabulary, file)
    return file.getvalue()


@cache
def fire() -> bytes:
    """The fire checklist as a workbook."""
    return exported(library().checklists["fire"])


def edited(edit: Edit, raw: bytes | None = None) -> bytes:
    """Open a workbook, change it and save it again, as a spreadsheet program does."""
    book = openpyxl.load_workbook(io.BytesIO(raw or fire()))
    edit(book)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def imported(raw: bytes) -> Imported:
    """What our import says of a file."""
    return import_xlsx(raw, library())


def column(page: Worksheet, heading: str) -> int:
    """The number of a column by its heading."""
    found = next(cell.column for cell in page[1] if cell.value == heading)
    assert isinstance(found, int)
    return found


def cell(book: openpyxl.Workbook, sheet: str, heading: str, row: int = 2) -> Any:
    """A cell below a heading."""
    page = book[sheet]
    return page.cell(row, column(page, heading))


def fill(sheet: str, heading: str, value: Any, row: int = 2) -> Edit:
    """An edit that types into one cell."""

    def edit(book: openpyxl.Workbook) -> None:
        cell(book, sheet, heading, row).value = value

    return edit


def repacked(raw: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """Replace, add or (None) remove parts of the archive."""
    old = zipfile.ZipFile(io.BytesIO(raw))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content)
    return file.getvalue()


def part(raw: bytes, name: str) -> bytes:
    """One part of the archive."""
    return zipfile.ZipFile(io.BytesIO(raw)).read(name)
