"""Files are read at the desk: mistakes with row and column, what they change, kept as a draft."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.authoring import books, forms
from tests.journeys.conftest import MakePhone
from tests.support.journey import unit
from tests.support.journey.audit import Screens
from tests.support.journey.phone import WIDE, Phone
from tests.support.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATH = "/desk/checklists/import"
ADDED = "fire.brand.new"


def broken() -> bytes:
    """Two cells that no checklist can hold."""

    def spoil(book: openpyxl.Workbook) -> None:
        books.fill("检查项", "分值权重", "很重")(book)
        books.fill("检查项", "适用条件", "单位【没有的】", 3)(book)

    return books.edited(spoil)


def with_an_item() -> bytes:
    """One more item, and other words for the first."""

    def add(book: openpyxl.Workbook) -> None:
        for sheet in ("检查项", "依据"):
            page = book[sheet]
            row = [cell.value for cell in page[2]]
            row[books.column(page, "检查项编号") - 1] = ADDED
            if sheet == "检查项":
                row[books.column(page, "依据点") - 1] = "D-100"
                row[books.column(page, "检查内容") - 1] = "新加的检查内容写清楚了吗？"
            page.append(row)
        facts = books.cell(book, "清单", "依据点清单")
        facts.value = f"{facts.value}、D-100"
        books.fill("检查项", "检查内容", "消防安全责任人写在墙上了吗？")(book)

    return books.edited(add)


def as_csv() -> bytes:
    """The sheet of items as a spreadsheet program saves it in China."""
    page = openpyxl.load_workbook(io.BytesIO(books.fire()))["检查项"]
    file = io.StringIO()
    for row in page.iter_rows(values_only=True):
        csv.writer(file).writerow(["" if one is None else one for one in row])
    return file.getvalue().encode("gb18030")


def give(author: Phone, folder: Path, name: str, raw: bytes) -> None:
    file = folder / name
    file.write_bytes(raw)
    author.at("import-file").set_input_files(file)


def mistakes(author: Phone, folder: Path, screens: Screens) -> None:
    """A broken workbook says where, and cannot be kept."""
    author.goto(PATH)
    give(author, folder, "broken.xlsx", broken())
    told = author.at("import-mistakes")
    expect(told).to_contain_text("检查项")
    for cell in (r"^[A-Z]+2$", r"^[A-Z]+3$"):
        expect(told.get_by_role("cell", name=re.compile(cell))).to_have_count(1)
    expect(author.at("save-draft")).to_have_count(0)
    screens.look("mistakes")


def other_kinds(author: Phone, folder: Path, screens: Screens) -> None:
    """CSV in the encoding of Chinese Windows, and the form of another tool."""
    author.goto(PATH)
    give(author, folder, "fire.csv", as_csv())
    author.page.locator("select[name=key]").select_option("fire")
    expect(author.at("no-difference")).to_be_visible()
    expect(author.at("import-mistakes")).to_have_count(0)
    screens.look("csv")
    author.goto(PATH)
    raw = forms.survey(forms.ask("text", "remark"), forms.ask("calculate", "sum"))
    give(author, folder, "warehouse.xlsx", raw)
    expect(author.at("import-mistakes")).to_contain_text("没有检查依据")
    expect(author.at("import-mistakes")).to_contain_text("保存为草稿")
    expect(author.at("save-draft")).to_be_visible()
    screens.look("form")


def kept(author: Phone, folder: Path, screens: Screens) -> None:
    """What a good workbook changes is shown, printed, and kept as a draft that opens."""
    author.goto(PATH)
    give(author, folder, "fire.xlsx", with_an_item())
    expect(author.at("changed-item").filter(has_text=ADDED)).to_be_visible()
    expect(author.at("import-mistakes")).to_have_count(0)
    screens.look("difference")
    author.page.emulate_media(media="print")
    expect(author.at("save-draft")).to_be_hidden()
    expect(author.at("import-file")).to_be_hidden()
    author.page.pdf(path=folder / "difference.pdf", format="A4")
    author.page.emulate_media(media="screen")
    author.tap("save-draft")
    author.page.wait_for_url(re.compile(r"/desk/drafts/[0-9a-f-]{36}$"))
    expect(author.at("tree-item").filter(has_text="新加的检查内容")).to_be_visible()
    screens.look("draft")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_files_become_drafts(
    county: LiveServer,
    make_phone: MakePhone,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    author = make_phone(county, "city", device=WIDE)
    unit.start(author, "city")
    screens = Screens("the import page", author, tmp_path / "screens", narrow=360)
    mistakes(author, tmp_path, screens)
    other_kinds(author, tmp_path, screens)
    kept(author, tmp_path, screens)
    assert not screens.findings, "\n".join(map(str, screens.findings))
    assert not author.errors
    record_property("examined", screens.summary())
