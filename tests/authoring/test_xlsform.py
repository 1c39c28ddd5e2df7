"""Checklists as XLSForm: accepted by the common converter, back without loss; foreign forms in."""

import copy
import html
import io
import re
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from server.authoring.xlsform_export import NOTES
from server.definitions.load import canonical
from tests.authoring import books, forms
from tests.authoring.broken_packages import PACKAGES, entity_bomb
from tests.authoring.forms import ask, form, survey
from tests.authoring.test_workbook import OURS


@pytest.mark.parametrize("key", OURS)
def test_the_common_converter_takes_our_forms(key: str) -> None:
    definition = books.library().checklists[key]
    xform, warnings = forms.judged(forms.exported(definition))
    assert warnings == []
    for section in definition["sections"]:
        for item in section["items"]:
            assert f"<{item['key']}/>" in xform or f"<{item['key']}>" in xform
            asked = item["ask"]["zh"].translate(str.maketrans("“”", '""'))  # as the converter does
            assert asked in html.unescape(xform)


@pytest.mark.parametrize("key", OURS)
def test_our_forms_come_back_as_they_were(key: str) -> None:
    definition = books.library().checklists[key]
    found = forms.imported(forms.exported(definition))
    assert (found.mistakes, found.left_out) == ([], [])
    assert canonical(found.definition) == canonical(definition)


def test_limits_let_a_failing_value_in() -> None:
    fire = books.library().checklists["fire"]
    xform, _ = forms.judged(forms.exported(fire))
    assert re.search(r'constraint="[^"]*&gt;=[^"]* = \'fail\'', xform)


def test_what_is_lost_for_others_is_listed() -> None:
    raw = forms.exported(books.library().checklists["fire"])
    page = openpyxl.load_workbook(io.BytesIO(raw))[NOTES]
    rows = list(page.iter_rows(min_row=2, values_only=True))
    assert any("到期" in str(row[1]) for row in rows)
    assert any("依据" in str(row[1]) for row in rows)


def edited(sheet: str, heading: str, row: int, value: Any, key: str = "fire") -> Any:
    def edit(book: openpyxl.Workbook) -> None:
        page = book[sheet]
        page.cell(row, books.column(page, heading)).value = value

    raw = forms.exported(books.library().checklists[key])
    return forms.imported(books.edited(edit, raw))


def row_of(kind: str) -> int:
    raw = forms.exported(books.library().checklists["fire"])
    page = openpyxl.load_workbook(io.BytesIO(raw))["survey"]
    carried = books.column(page, "anxun")
    return next(c[0].row for c in page.iter_rows() if str(c[carried - 1].value).startswith(kind))


def test_a_text_changed_in_the_form_is_taken() -> None:
    found = edited("survey", "label::简体中文 (zh)", row_of('{"item"'), "改了的问题？")
    assert found.mistakes == []
    assert found.definition["sections"][0]["items"][0]["ask"]["zh"] == "改了的问题？"


def test_an_expression_changed_in_the_form_is_told() -> None:
    row = row_of('{"item"')
    found = edited("survey", "relevant", row, "true()")
    assert [(one.sheet, one.row) for one in found.left_out] == [("survey", row)]
    assert canonical(found.definition) == canonical(books.library().checklists["fire"])


def with_choices(edit: Callable[[Any, int], object]) -> tuple[Any, list[tuple[str, int]]]:
    """Our form with its first own option handled by *edit*: what came of it and what is told."""

    def run(book: openpyxl.Workbook) -> None:
        page = book["choices"]
        edit(page, next(c[0].row for c in page.iter_rows() if re.match(r"list\d", str(c[0].value))))

    raw = books.edited(run, forms.exported(books.library().checklists["fire"]))
    found = forms.imported(raw)
    assert canonical(found.definition) == canonical(books.library().checklists["fire"])
    return found, [(one.sheet, one.row) for one in found.left_out]


def test_an_option_added_in_the_form_is_told() -> None:
    def add(page: Any, row: int) -> None:
        page.append([page.cell(row, 1).value, "brand-new", "新的", "New"])

    found, places = with_choices(add)
    assert places == [("choices", max(row for _, row in places))]
    assert "没有导入" in found.left_out[0].zh


def test_an_option_removed_in_the_form_is_told() -> None:
    keys: list[str] = []

    def remove(page: Any, row: int) -> None:
        keys.append(page.cell(row, 2).value)
        page.delete_rows(row)

    found, places = with_choices(remove)
    assert [sheet for sheet, _ in places] == ["survey"]
    assert keys[0] in found.left_out[0].zh


def test_options_in_another_order_are_told() -> None:
    def swap(page: Any, row: int) -> None:
        for at in (2, 3, 4):
            one, other = page.cell(row, at), page.cell(row + 1, at)
            one.value, other.value = other.value, one.value

    found, _ = with_choices(swap)
    assert [one.zh for one in found.left_out] == ["选项的次序没有导入，请在检查表里修改"]


def test_a_changed_type_is_told() -> None:
    row = row_of('{"item"')
    found = edited("survey", "type", row, "text")
    assert ("survey", row) in [(one.sheet, one.row) for one in found.left_out]
    assert canonical(found.definition) == canonical(books.library().checklists["fire"])


def test_a_reading_deleted_in_the_form_is_told() -> None:
    name = next(
        f"{item['key']}.{item['readings'][0]['key']}"
        for section in books.library().checklists["fire"]["sections"]
        for item in section["items"]
        if item.get("readings")
    )

    def delete(book: openpyxl.Workbook) -> None:
        page = book["survey"]
        at = books.column(page, "name") - 1
        page.delete_rows(next(c[0].row for c in page.iter_rows() if c[at].value == name))

    found = forms.imported(books.edited(delete, forms.exported(books.library().checklists["fire"])))
    assert any(name in one.zh for one in found.left_out)


def test_what_rides_along_must_not_be_touched() -> None:
    found = edited("survey", "anxun", row_of('{"item"'), '{"item": broken')
    assert any("anxun" in mistake.zh and mistake.row for mistake in found.mistakes)


def test_a_question_added_to_our_form_becomes_an_item() -> None:
    def edit(book: openpyxl.Workbook) -> None:
        page = book["survey"]
        page.insert_rows(row_of('{"item"'))
        at = row_of('{"item"')
        for heading, value in (("type", "text"), ("name", "extra"),
                               ("label::简体中文 (zh)", "补充情况？"),
                               ("label::English (en)", "Anything else?")):  # fmt: skip
            page.cell(at, books.column(page, heading)).value = value

    raw = books.edited(edit, forms.exported(books.library().checklists["fire"]))
    found = forms.imported(raw)
    assert found.definition is not None
    added = found.definition["sections"][0]["items"][0]
    assert (added["key"], added["answer"]) == ("fire.extra", {"type": "text"})
    assert any("依据" in mistake.zh for mistake in found.mistakes)


def a_foreign_form() -> bytes:
    return survey(
        ask("start", "start", "", ""),
        ask("begin group", "store room", "库房", "Store room"),
        ask("select_one yn", "locked"),
        ask("select_multiple kind", "kinds", relevant="${locked} = 'yes'"),
        ask("integer", "count", constraint=". >= 1 and . <= 20",
            relevant="selected(${kinds}, 'CO2') or not(${locked} = '9')"),
        ask("select_one pf", "labelled", relevant="${count} > 3"),
        ask("image", "view", appearance="signature"),
        ask("end group", "", "", ""),
        ask("begin repeat", "shelves", "货架", "Shelves"),
        ask("barcode", "code"),
        ask("date", "checked"),
        ask("text", "remark", constraint="string-length(.) <= 80"),
        ask("end repeat", "", "", ""),
        ask("calculate", "sum", calculation="${count} * 2"),
        ask("geopoint", "where"),
        ask("select_one_from_file wards.csv", "ward"),
        ask("text", "odd", relevant="count(${shelves}) > 2"),
    )  # fmt: skip


def test_a_foreign_form_becomes_a_checklist() -> None:
    found = forms.imported(a_foreign_form())
    assert found.definition is not None
    made: Any = found.definition
    assert (made["key"], made["title"]) == ("warehouse", {"zh": "仓库检查", "en": "Warehouse 1"})
    first, second, third = made["sections"]
    assert (first["key"], first["title"]) == ("store-room", {"zh": "库房", "en": "Store room"})
    assert second["repeat"] == {"over": "location"}
    assert third["key"] == "general"
    locked, kinds, count, labelled, view = first["items"]
    assert [o["key"] for o in locked["answer"]["options"]] == ["yes", "no", "q9"]
    assert kinds["answer"]["type"] == "choices"
    assert kinds["when"] == {"equals": ["warehouse.locked", "yes"]}
    assert count["answer"] == {"type": "number", "step": 1, "min": 1, "max": 20}
    assert count["when"] == {"any": [
        {"equals": ["warehouse.kinds", "co2"]},
        {"not": {"equals": ["warehouse.locked", "q9"]}}]}  # fmt: skip
    assert labelled["answer"] == {"type": "pass-fail-na"}
    assert labelled["when"] == {"compare": ["warehouse.count", ">", 3]}
    assert view["answer"] == {"type": "signature"}
    assert [one["answer"]["type"] for one in second["items"]] == ["scan", "date", "text"]
    assert second["items"][2]["answer"]["max_length"] == 80


def test_what_a_checklist_cannot_say_is_listed_with_its_place() -> None:
    found = forms.imported(a_foreign_form())
    places = {one.row for one in found.left_out if one.sheet == "survey"}
    assert {2, 15, 16, 17, 18} <= places
    assert all(one.zh and one.en for one in found.left_out)
    wanted = {one.zh for one in found.mistakes}
    assert any("依据" in zh for zh in wanted), "a citation is never invented"


BROKEN: dict[str, tuple[forms.Make, str]] = {
    "no survey": (lambda: form({"Sheet1": [["a"]]}), "survey"),
    "an empty survey": (lambda: form({"survey": [forms.HEAD]}), "没有问题"),
    "no type column": (lambda: form({"survey": [["name", "label"], ["a", "b"]]}), "没有问题"),
    "only calculations": (lambda: survey(ask("calculate", "x")), "没有章节"),
    "a label in one language": (lambda: survey(ask("text", "a", "", "Only English?")), "没有填写"),
    "Chinese in the English label": (lambda: survey(ask("text", "a", "好吗？", "好吗？")), "英文"),
    "a name twice": (lambda: survey(ask("text", "a"), ask("text", "a")), "依据"),
    "a select without its list": (lambda: survey(ask("select_one none", "a")), ""),
    "a condition on a later question": (
        lambda: survey(ask("text", "a", relevant="${b} = 'x'"), ask("text", "b")), "依据"),
    "our own checklist as workbook": (books.fire, "survey"),
    "growing entities": (
        lambda: books.repacked(survey(ask("text", "a")), {"xl/sharedStrings.xml": entity_bomb()}),
        "XML"),
    "ten thousand questions": (
        lambda: survey(*(ask("text", f"q{n}") for n in range(10_000))), "5000"),
    **{name: PACKAGES[name] for name in (
        "macros", "an old xls", "a workbook with a password", "half a file",
        "a web page under another name", "links to other files", "an ods", "nothing")},
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_form_is_refused(name: str) -> None:
    make, word = BROKEN[name]
    found = forms.imported(make())
    assert found.mistakes
    assert any(word in mistake.zh for mistake in found.mistakes), found.mistakes
    assert all(mistake.en for mistake in found.mistakes)


def test_a_form_of_another_version_of_a_checklist_keeps_its_keys() -> None:
    definition = copy.deepcopy(dict(books.library().checklists["gas"]))
    definition["sections"][0]["items"].reverse()
    for item in definition["sections"][0]["items"]:
        item.pop("when", None)
    found = forms.imported(forms.exported(definition))
    assert canonical(found.definition) == canonical(definition)
