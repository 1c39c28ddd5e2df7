"""XLSForms for tests: ours, third parties', and broken ones."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import xlsxwriter
from pyxform.xls2xform import convert

from server.authoring.workbook_import import Imported
from server.authoring.xlsform_export import write_xlsform
from server.authoring.xlsform_import import import_xlsform
from tests.authoring.books import library

Make = Callable[[], bytes]
Rows = Sequence[Sequence[str]]
TODAY = "2026-11-22"
HEAD = ["type", "name", "label::中文 (zh)", "label::English (en)", "hint::中文 (zh)",
        "hint::English (en)", "relevant", "constraint", "calculation", "choice_filter",
        "appearance"]  # fmt: skip
CHOICES = [["list_name", "name", "label::中文 (zh)", "label::English (en)"],
           ["yn", "yes", "有", "Yes"], ["yn", "no", "没有", "No"], ["yn", "9", "不清楚", "Unknown"],
           ["pf", "pass", "合格", "Pass"], ["pf", "fail", "不合格", "Fail"],
           ["kind", "dry powder", "干粉", "Powder"],
           ["kind", "CO2", "二氧化碳", "CO2"]]  # fmt: skip
SETTINGS = [["form_title", "form_id", "version"], ["仓库检查", "Warehouse_1", "3"]]


def form(sheets: Mapping[str, Rows]) -> bytes:
    """A workbook of texts."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for number, cell in enumerate(row):
                    if cell:
                        page.write_string(at, number, cell)
    return file.getvalue()


def survey(*rows: Sequence[str]) -> bytes:
    """A third party's form with these questions."""
    return form({"survey": [HEAD, *rows], "choices": CHOICES, "settings": SETTINGS})


def ask(
    kind: str, name: str, zh: str = "是否完好？", en: str = "Is it whole?", **more: str
) -> list[str]:
    """One question, complete in both languages."""
    row = {"type": kind, "name": name, "label::中文 (zh)": zh, "label::English (en)": en,
           "hint::中文 (zh)": "看", "hint::English (en)": "Look", **more}  # fmt: skip
    return [row.get(head, "") for head in HEAD]


def exported(definition: Mapping[str, Any]) -> bytes:
    """A checklist as our form."""
    file = io.BytesIO()
    write_xlsform(definition, library().vocabulary, file)
    return file.getvalue()


def imported(raw: bytes) -> Imported:
    """What our import says of a form."""
    return import_xlsform(raw, library(), TODAY)


def judged(raw: bytes) -> tuple[str, list[str]]:
    """What the common converter makes of a form, and its warnings."""
    warnings: list[str] = []
    made = convert(xlsform=io.BytesIO(raw), file_type=".xlsx", warnings=warnings, validate=False)
    return str(made.xform), [one for one in warnings if "max-pixels" not in one]
