"""Files that a click downloads, read as a person reads them."""

import json
import re
from io import BytesIO
from pathlib import Path

import pypdf
from openpyxl import load_workbook

from tests.support.journey.phone import Phone


def save_papers(phone: Phone) -> None:
    """A browser that saves a PDF instead of showing it; to be said before it first opens."""
    folder = phone.chromium.profile(phone.name) / "Default"
    folder.mkdir(parents=True)
    chosen = {"plugins": {"always_open_pdf_externally": True}}
    (folder / "Preferences").write_text(json.dumps(chosen))


def download(phone: Phone, testid: str, folder: Path) -> Path:
    """Click, and keep the file under the name that the server gave it."""
    with phone.page.expect_download() as waiting:
        phone.tap(testid)
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def sheet_rows(path: Path) -> list[list[str]]:
    """All cells of all sheets, as text."""
    book = load_workbook(BytesIO(path.read_bytes()), read_only=True)
    return [
        ["" if cell is None else str(cell) for cell in row]
        for sheet in book
        for row in sheet.iter_rows(values_only=True)
    ]


def pdf_text(path: Path) -> str:
    """The text of all pages, without the breaks that the layout put in."""
    pages = pypdf.PdfReader(path).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))


def unbroken(words: str) -> str:
    return re.sub(r"\s+", "", words)
