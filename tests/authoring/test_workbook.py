"""Checklists as workbooks: nothing is lost on the way out and back."""

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.authoring.workbook_fields import ITEMS, SECTIONS, sheets
from server.authoring.workbook_schema import leaves
from server.authoring.workbook_words import ENUM_WORDS
from server.definitions.load import canonical
from server.definitions.rules.compare import compare, is_empty
from server.kernel.settings import ROOT
from tests.authoring import books
from tests.authoring.inventing import a_checklist

OURS = sorted(
    path.stem
    for path in (ROOT / "checklists").glob("*.json")
    if path.stem not in ("attributes", "categories")
)


def changed(raw: bytes) -> tuple[dict[str, Any], list[str]]:
    """The difference to the fire checklist, and the mistakes in Chinese."""
    found = books.imported(raw)
    assert found.definition is not None, found.mistakes
    difference: Any = compare(books.library().checklists["fire"], found.definition)
    return difference, [mistake.zh for mistake in found.mistakes]


def test_every_property_of_the_schema_is_carried_by_a_column() -> None:
    carried = [sheet.leaf_pointers() for sheet in sheets().values()]
    assert len(leaves()) > 100
    assert set(leaves()) - set().union(*carried) == set()


def test_every_word_of_an_enumeration_has_a_chinese_word() -> None:
    columns = [column for sheet in sheets().values() for column in sheet.columns]
    bare = {
        (column.name, word)
        for column in columns
        for word in column.leaf.words
        if word not in ENUM_WORDS.get(column.name, {})
    }
    assert bare == set()


def test_headings_are_told_apart() -> None:
    for sheet in sheets().values():
        for names in ([c.zh for c in sheet.columns], [c.en for c in sheet.columns]):
            assert len(set(names)) == len(names), sheet.name


@pytest.mark.parametrize("key", OURS)
def test_our_own_checklists_come_back_as_they_were(key: str) -> None:
    definition = books.library().checklists[key]
    found = books.imported(books.exported(definition))
    assert found.mistakes == []
    assert found.left_out == []
    assert canonical(found.definition) == canonical(definition)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_invented_checklists_come_back_as_they_were(seed: int) -> None:
    definition = a_checklist(seed)
    found = books.imported(books.exported(definition))
    assert found.definition is not None, found.mistakes
    assert canonical(found.definition) == canonical(definition)


@pytest.mark.parametrize("key", OURS[:3])
def test_a_file_saved_by_another_program_says_the_same(key: str) -> None:
    definition = books.library().checklists[key]
    raw = books.edited(lambda book: None, books.exported(definition))
    assert canonical(books.imported(raw).definition) == canonical(definition)


def test_columns_and_rows_may_stand_in_another_order() -> None:
    def shuffle(book: openpyxl.Workbook) -> None:
        page = book[ITEMS]
        rows = [[cell.value for cell in row][::-1] for row in page.iter_rows()]
        page.delete_rows(1, page.max_row)
        page.append([])
        page.append(["请在下面填写"])
        for row in rows:
            page.append(row)
            page.append([None, "  ", None])

    difference, mistakes = changed(books.edited(shuffle))
    assert mistakes == []
    assert is_empty(difference)  # type: ignore[arg-type]


TYPED = {
    "spaces around a text": ("检查项", "检查内容", "  是否畅通？\u3000", "/ask/zh", "是否畅通？"),
    "a line break in a text": ("检查项", "检查内容", "是否\n畅通？", "/ask/zh", "是否 畅通？"),
    "full-width digits": ("检查项", "整改天数", "１５", "/on_fail/hazard/due_days", 15),
    "a number as text": ("检查项", "分值权重", "4", "/weight", 4),
    "an English word": ("检查项", "隐患等级", "general", "/on_fail/hazard/grade", "general"),
    "several, with other commas": (
        "检查项", "适用机构", "医院， 诊所;村卫生室", "/tiers", ["hospital", "clinic", "village"]),
    "a condition": (
        "检查项", "适用条件", "单位【有电梯】且单位.床位数≥１００", "/when",
        {"all": [{"equals": ["unit.attributes.has_lifts", True]},
                 {"compare": ["unit.beds", ">=", 100]}]}),
}  # fmt: skip


@pytest.mark.parametrize("name", TYPED)
def test_what_people_type_is_understood(name: str) -> None:
    sheet, heading, typed, pointer, meant = TYPED[name]
    raw = books.edited(books.fill(sheet, heading, typed))
    found = books.imported(raw)
    assert [m for m in found.mistakes if m.sheet == sheet] == []
    assert found.definition is not None
    value: Any = found.definition["sections"][0]["items"][0]
    for step in pointer.split("/")[1:]:
        value = value[step]
    assert value == meant


@pytest.mark.parametrize(
    "typed", ["2027-03-01", "2027/3/1", "2027年3月1日", "２０２７．３．１", 46447, "20270301"]
)
def test_days_are_understood_however_they_are_written(typed: object) -> None:
    difference, mistakes = changed(books.edited(books.fill("清单", "启用日期", typed)))
    assert mistakes == []
    assert [change["to"] for change in difference["header"]] == ["2027-03-01"]


def test_a_new_item_and_a_removed_one() -> None:
    def edit(book: openpyxl.Workbook) -> None:
        for sheet in (ITEMS, "依据"):
            page = book[sheet]
            row = [cell.value for cell in page[2]]
            key = books.column(page, "检查项编号") - 1
            row[key] = "fire.brand.new"
            page.append(row)

    difference, mistakes = changed(books.edited(edit))
    assert [one["key"] for one in difference["items"]["added"]] == ["fire.brand.new"]
    assert any("依据点" in zh for zh in mistakes), "its fact is carried twice"


def test_a_section_may_be_named_by_its_title() -> None:
    title = books.library().checklists["fire"]["sections"][0]["title"]["zh"]
    edit = books.fill(ITEMS, "章节编号", title)
    difference, mistakes = changed(books.edited(edit))
    assert mistakes == []
    assert is_empty(difference)  # type: ignore[arg-type]


def test_texts_that_look_like_formulas_stay_texts() -> None:
    definition = dict(books.library().checklists["fire"])
    for text in ("=1+1", "+86", "-5", "@SUM(A1)", '=HYPERLINK("http://a")'):
        definition["title"] = {"zh": text, "en": text}
        book = openpyxl.load_workbook(io.BytesIO(books.exported(definition)))
        found = books.cell(book, "清单", "清单名称")
        assert (found.value, found.data_type) in ((text, "s"), (text, "f"))
        assert b"<f>" not in books.part(books.exported(definition), "xl/worksheets/sheet2.xml")


def test_what_may_be_chosen_is_offered() -> None:
    book = openpyxl.load_workbook(io.BytesIO(books.fire()))
    assert book.sheetnames[:2] == ["说明", "清单"]
    page = book[ITEMS]
    assert page.freeze_panes == "C2"
    offered = {str(rule.sqref).split(":")[0] for rule in page.data_validations.dataValidation}
    assert len(offered) >= 9
    assert all(cell.comment for cell in page[1])
    assert page.page_setup.orientation == "landscape"
    assert book[SECTIONS].print_title_rows == "$1:$1"
