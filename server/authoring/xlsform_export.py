"""
A checklist as XLSForm, for tools that collect with ODK forms.

What the form cannot say rides along in a column of its own, which other tools pass over and our
import reads; what is lost for them is listed on a sheet.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

import xlsxwriter

from server.authoring.workbook_cells import Vocabulary
from server.authoring.xlsform_rows import Form, FormRow, form_of

Tree = Mapping[str, Any]
ZH, EN = "简体中文 (zh)", "English (en)"
CARRIED = "anxun"
NOTES = "不能表达的内容"
SURVEY_HEAD = (
    "type", "name", f"label::{ZH}", f"label::{EN}", f"hint::{ZH}", f"hint::{EN}", "relevant",
    "required", "constraint", f"constraint_message::{ZH}", f"constraint_message::{EN}",
    "appearance", CARRIED,
)  # fmt: skip
CHOICES_HEAD = ("list_name", "name", f"label::{ZH}", f"label::{EN}")
SETTINGS_HEAD = ("form_title", "form_id", "version", "default_language", CARRIED)


def write_xlsform(definition: Tree, vocabulary: Vocabulary, file: IO[bytes]) -> None:
    """Write the form as a workbook."""
    form = form_of(definition, vocabulary.labels.of_ref)
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        _write(book, "survey", SURVEY_HEAD, map(survey_cells, form.rows))
        _write(book, "choices", CHOICES_HEAD, _choices(form))
        _write(book, "settings", SETTINGS_HEAD, [_settings(definition)])
        _write(book, NOTES, ("位置", "说明", "In English"), notes_of(definition))


def _write(book: Any, name: str, head: Sequence[str], rows: Any) -> None:
    page = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "bg_color": "#ECEFF0"})
    text = book.add_format({"num_format": "@", "quote_prefix": True})
    for at, word in enumerate(head):
        page.write_string(0, at, word, bold)
        page.set_column(at, at, 12 if at > 8 else 26)
    for number, row in enumerate(rows, 1):
        for at, cell in enumerate(row):
            if cell:
                page.write_string(number, at, cell, text)
    page.freeze_panes(1, 0)


def survey_cells(row: FormRow) -> tuple[str, ...]:
    """Return the cells of a row in the order of the headings."""
    return (
        row.type, row.name, *_both(row.label), *_both(row.hint), row.relevant, row.required,
        row.constraint, *_both(row.message), row.appearance, carried_text(row.carried),
    )  # fmt: skip


def carried_text(value: Tree | None) -> str:
    """Write what rides along."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) if value else ""


def _both(text: Mapping[str, str]) -> tuple[str, str]:
    return text.get("zh", ""), text.get("en", "")


def _choices(form: Form) -> Iterator[tuple[str, ...]]:
    for name, options in form.choices.items():
        for key, label in options:
            yield name, key, *_both(label)


def _settings(definition: Tree) -> tuple[str, ...]:
    head = {key: value for key, value in definition.items() if key != "sections"}
    version = definition["effective_from"].replace("-", "")
    return definition["title"]["zh"], definition["key"], version, ZH, carried_text({"head": head})


def notes_of(definition: Tree) -> Iterator[tuple[str, str, str]]:
    """List what other tools will not do with the form."""
    yield (
        "",
        "依据、风险、权重、隐患默认值只保存在 anxun 列",
        "Basis, risk, weight and hazards ride along",
    )
    yield "", "不计分；不自动生成隐患", "No score is counted and no hazard is opened"
    if "rotation" in definition:
        yield "", "轮查：表单里每次都问全部项目", "Rotation: the form always asks everything"
    if "candidates" in definition:
        yield "", "重大隐患的组合判定不起作用", "Combinations of answers decide nothing"
    for section in definition["sections"]:
        if "repeat" in section:
            yield (
                section["key"],
                "场所或设备由填表人逐个添加",
                "Whoever fills it in adds each place",
            )
        for item in section["items"]:
            yield from _item_notes(item)


def _item_notes(item: Tree) -> Iterator[tuple[str, str, str]]:
    for name, spec in [("", item["answer"]), *((r["key"], r) for r in item.get("readings", ()))]:
        place = f"{item['key']}.{name}" if name else item["key"]
        if "expiry" in spec:
            yield place, "到期日不会自动判断", "Expiry is not judged"
        if "warn_min" in spec or "warn_max" in spec:
            yield place, "提醒限值不起作用", "Soft limits do nothing"
        if any("result" in option for option in spec.get("options", ())):
            yield place, "选项不会自动判为合格或不合格", "Options do not decide the result"
    if item.get("mandatory"):
        yield item["key"], "必查项在表单里与其他项相同", "Mandatory items are like any other"
