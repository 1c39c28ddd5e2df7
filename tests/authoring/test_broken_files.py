"""Every broken file is refused with its place and a sentence that says what to do."""

import re
from collections.abc import Callable

import pytest

from server.authoring.workbook_csv import import_csv
from server.authoring.workbook_import import Imported
from server.definitions.rules.compare import compare
from tests.authoring import books
from tests.authoring.broken_packages import PACKAGES
from tests.authoring.broken_sheets import CSV, CSV_HARMLESS, HARMLESS, SHEETS

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def said(found: Imported) -> list[str]:
    """The mistakes, each sound: Chinese for people, English without Chinese of our own."""
    assert found.mistakes
    for mistake in found.mistakes:
        assert CHINESE.search(mistake.zh), mistake
        assert mistake.en, mistake
        assert "Traceback" not in mistake.zh + mistake.en
        assert "不符合要求：" not in mistake.zh, f"no Chinese sentence for: {mistake.en}"
    return [mistake.zh for mistake in found.mistakes]


def test_there_are_enough_of_them(record_property: Callable[[str, object], None]) -> None:
    count = len(PACKAGES) + len(SHEETS) + len(CSV)
    record_property("examined", f"{count} broken spreadsheet files")
    assert count >= 100


@pytest.mark.parametrize("name", PACKAGES)
def test_a_file_that_is_no_sound_workbook_is_refused(name: str) -> None:
    make, word = PACKAGES[name]
    found = books.imported(make())
    assert found.definition is None
    assert len(said(found)) == 1
    assert word in found.mistakes[0].zh


@pytest.mark.parametrize("name", SHEETS)
def test_a_broken_sheet_is_refused_with_its_place(name: str) -> None:
    make, sheet, where, word = SHEETS[name]
    found = books.imported(make())
    said(found)
    here = [m for m in found.mistakes if m.sheet == sheet and word in m.zh]
    assert here, [(m.place, m.zh) for m in found.mistakes]
    if where is not None:
        places = [m.cell if where[0].isalpha() else str(m.row) for m in here]
        assert where in places


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_harmless_is_read(name: str) -> None:
    found = books.imported(HARMLESS[name]())
    assert found.mistakes == []
    assert found.definition is not None
    before = books.library().checklists["fire"]
    assert compare(before, found.definition)["items"]["removed"] == []


@pytest.mark.parametrize("name", CSV)
def test_a_broken_csv_is_refused(name: str) -> None:
    make, word = CSV[name]
    found = import_csv(make(), books.library())
    assert any(word in zh for zh in said(found)), found.mistakes
    assert found.definition is None


@pytest.mark.parametrize("name", CSV_HARMLESS)
def test_a_sound_csv_says_what_the_workbook_says(name: str) -> None:
    found = import_csv(CSV_HARMLESS[name](), books.library())
    assert found.mistakes == []
    assert found.definition == books.library().checklists["fire"]


def test_all_mistakes_are_told_at_once() -> None:
    def spoil(book: object) -> None:
        for row in range(2, 8):
            books.fill("检查项", "分值权重", "?", row)(book)  # type: ignore[arg-type]
        books.fill("依据", "核对情况", "大概", 2)(book)  # type: ignore[arg-type]

    found = books.imported(books.edited(spoil))
    assert [m.row for m in found.mistakes if m.sheet == "检查项"] == [2, 3, 4, 5, 6, 7]
    assert [m.sheet for m in found.mistakes].count("依据") == 1


@pytest.mark.parametrize("name", ["a formula", "merged cells", "an unknown law", "perhaps"])
def test_what_follows_from_a_mistake_is_no_second_one(name: str) -> None:
    make, sheet, _, _ = SHEETS[name]
    assert [one.sheet for one in books.imported(make()).mistakes] == [sheet]


def test_thousands_of_mistakes_are_told_as_far_as_anybody_reads() -> None:
    def spoil(book: object) -> None:
        page = book["检查项"]  # type: ignore[index]
        for row in range(40, 400):
            page.cell(row, 2, f"fire.x.n{row}")
            page.cell(row, books.column(page, "分值权重"), "?")

    found = books.imported(books.edited(spoil))
    assert len(found.mistakes) == 301
    assert "另外还有" in found.mistakes[-1].zh
