"""Workbooks that open well and hold what a checklist cannot be, as people bring them."""

import csv
import io
from collections.abc import Callable
from typing import Any

import openpyxl

from tests.authoring.books import cell, column, edited, fill, fire

Make = Callable[[], bytes]
Book = openpyxl.Workbook
SECOND = 3


def change(*edits: Callable[[Book], object]) -> Make:
    def run(book: Book) -> None:
        for edit in edits:
            edit(book)

    return lambda: edited(run)


def key_of(book: Book, row: int) -> Any:
    return cell(book, "检查项", "检查项编号", row).value


def same_key(book: Book) -> None:
    cell(book, "检查项", "检查项编号", SECOND).value = key_of(book, 2)


def later_item(book: Book) -> None:
    cell(book, "检查项", "适用条件", 2).value = f"{key_of(book, 5)} = 合格"


def circle(book: Book) -> None:
    cell(book, "检查项", "适用条件", 2).value = f"{key_of(book, 3)} = 合格"
    cell(book, "检查项", "适用条件", 3).value = f"{key_of(book, 2)} = 合格"


def itself(book: Book) -> None:
    cell(book, "检查项", "适用条件", 2).value = f"{key_of(book, 2)} = 合格"


def never(book: Book) -> None:
    words = "单位.级别 = 诊所 且 单位.级别 = 医院"
    cell(book, "检查项", "适用条件", 2).value = words


def merge(book: Book) -> None:
    book["检查项"].merge_cells("D2:D4")


def rename(name: str, other: str) -> Callable[[Book], object]:
    def run(book: Book) -> None:
        book[name].title = other

    return run


def drop(name: str) -> Callable[[Book], object]:
    return lambda book: book.remove(book[name])


def drop_column(sheet: str, heading: str) -> Callable[[Book], object]:
    return lambda book: book[sheet].delete_cols(column(book[sheet], heading))


def error_value(book: Book) -> None:
    found = cell(book, "检查项", "分值权重")
    found.value = "#N/A"
    found.data_type = "e"


def no_heading(book: Book) -> None:
    book["检查项"].delete_rows(1)


def heading_twice(book: Book) -> None:
    page = book["检查项"]
    page.cell(1, page.max_column + 1).value = "检查内容"


def no_basis(book: Book) -> None:
    book["依据"].delete_rows(2, 400)


def two_headers(book: Book) -> None:
    page = book["清单"]
    page.append([found.value for found in page[2]])


def long_cell(book: Book) -> None:
    cell(book, "检查项", "检查方法").value = "长" * 32_000


def date_for_text(book: Book) -> None:
    found = cell(book, "依据", "条款")
    found.value, found.number_format = 45000, "m-d"


def one_option(book: Book) -> None:
    page = book["选项"]
    for row in range(page.max_row, 2, -1):
        page.delete_rows(row)


#: what it is → how it is made, the sheet and cell to be named (None: the sheet), a Chinese word
SHEETS: dict[str, tuple[Make, str, str | None, str]] = {
    "a key twice": (change(same_key), "检查项", "B3", "重复"),
    "a fact twice": (
        change(lambda b: setattr(cell(b, "检查项", "依据点", 3), "value",
                                 cell(b, "检查项", "依据点", 2).value)), "检查项", "3", "依据点"),
    "a capital key": (change(fill("检查项", "检查项编号", "Fire.Exit")), "检查项", "B2", "格式"),
    "an unknown way to answer": (change(fill("检查项", "填写方式", "打星")), "检查项", "2", "可选"),
    "an unknown unit tier": (
        change(fill("检查项", "适用机构", "医院、学校")), "检查项", "2", "学校"),
    "an unknown category": (change(fill("检查项", "隐患类别", "玄学")), "检查项", "2", "玄学"),
    "an unknown attribute": (
        change(fill("检查项", "适用条件", "单位【有龙】")), "检查项", "2", "有龙"),
    "a condition that stops": (
        change(fill("检查项", "适用条件", "单位.床位数 >=")), "检查项", "2", "第 10 个字"),
    "a condition with both joins": (
        change(fill("检查项", "适用条件", "单位【有电梯】且单位【有锅炉】或单位.床位数>1")),
        "检查项", "2", "括号"),
    "a condition of 300 brackets": (
        change(fill("检查项", "适用条件", "（" * 300)), "检查项", "2", "层数"),
    "a condition on a later item": (change(later_item), "检查项", "2", "不是前面"),
    "a condition on itself": (change(itself), "检查项", "2", "不是前面"),
    "conditions in a circle": (change(circle), "检查项", "2", "不是前面"),
    "an item that is never asked": (change(never), "检查项", "2", "永远"),
    "a formula": (change(fill("检查项", "检查内容", "=A1&B1")), "检查项", "2", "公式"),
    "a formula in the headings": (
        change(fill("检查项", "检查内容", "=1", 1)), "检查项", "1", "公式"),
    "merged cells": (change(merge), "检查项", "D2", "合并"),
    "an error value": (change(error_value), "检查项", "2", "错误值"),
    "a word for a number": (change(fill("检查项", "整改天数", "尽快")), "检查项", "2", "不是数字"),
    "a half day": (change(fill("检查项", "整改天数", 1.5)), "检查项", "2", "整数"),
    "a number beyond bounds": (change(fill("检查项", "分值权重", 9)), "检查项", "2", "不能大于"),
    "a negative weight": (change(fill("检查项", "分值权重", -1)), "检查项", "2", "不能小于"),
    "a number like infinity": (change(fill("检查项", "分值权重", "1e999")), "检查项", "2", "太大"),
    "perhaps": (change(fill("检查项", "立即停用", "也许")), "检查项", "2", "只能填"),
    "a day that does not exist": (
        change(fill("清单", "启用日期", "2026-02-30")), "清单", "2", "日期"),
    "a day in words": (change(fill("清单", "启用日期", "下个月")), "清单", "2", "日期"),
    "a clause that became a day": (change(date_for_text), "依据", "2", "日期"),
    "a clause that became a number": (change(fill("依据", "条款", 3.1)), "依据", "2", "文本"),
    "a control character": (
        change(fill("检查项", "检查内容", "灭火器_x0007_是否有效")), "检查项", "2", "控制字符"),
    "a text without Chinese": (
        change(fill("检查项", "检查内容", "Is it ok?")), "检查项", "2", "汉字"),
    "Chinese in the English": (
        change(fill("检查项", "检查内容（英文）", "是否畅通")), "检查项", "2", "英文"),
    "no question": (change(fill("检查项", "检查内容", None)), "检查项", "2", "没有填写"),
    "no English": (change(fill("检查项", "检查内容（英文）", " ")), "检查项", "2", "没有填写"),
    "a web address": (
        change(fill("检查项", "检查方法", "见 https://example.org")), "检查项", "2", "网址"),
    "an item of no section": (change(fill("检查项", "章节编号", "没有的")), "检查项", "2", "章节"),
    "an item without a section": (change(fill("检查项", "章节编号", None)), "检查项", "2", "章节"),
    "a citation of no item": (
        change(fill("依据", "检查项编号", "fire.gone")), "依据", "2", "fire.gone"),
    "an unknown law": (change(fill("依据", "法规标准", "《没有的法》")), "依据", "2", "法规标准"),
    "a reading of no item": (change(fill("读数", "检查项编号", "x.y")), "读数", "2", "x.y"),
    "an option of no reading": (change(fill("选项", "读数编号", "gone")), "选项", "2", "gone"),
    "a single option": (change(one_option), "读数", None, "选项"),
    "limits the wrong way round": (
        change(fill("读数", "下限", 9, 3), fill("读数", "上限", 1, 3)), "读数", "3", ""),
    "items without citations": (change(no_basis), "检查项", "2", "依据"),
    "two checklists in one": (change(two_headers), "清单", "3", "一行"),
    "no items": (change(drop("检查项")), "检查项", None, "没有找到"),
    "a sheet with another name": (change(rename("依据", "Sheet3")), "依据", None, "没有找到"),
    "no headings": (change(no_heading), "检查项", None, "表头"),
    "a heading twice": (change(heading_twice), "检查项", "1", "两次"),
    "no column for the answer": (
        change(drop_column("检查项", "填写方式")), "检查项", "2", "填写方式"),
}  # fmt: skip

#: harmless: read all the same
HARMLESS: dict[str, Make] = {
    "a long cell that still fits": change(long_cell),
    "full-width digits": change(fill("检查项", "整改天数", "１５")),
    "a hidden sheet": change(lambda b: setattr(b["依据"], "sheet_state", "hidden")),
    "a hidden row": change(lambda b: setattr(b["检查项"].row_dimensions[3], "hidden", True)),
    "a hidden column": change(
        lambda b: setattr(b["检查项"].column_dimensions["E"], "hidden", True)
    ),
    "a filter": change(lambda b: setattr(b["检查项"].auto_filter, "ref", "A1:C9")),
    "an own column": change(lambda b: b["检查项"].cell(1, 99, "备注")),
    "an own sheet": change(lambda b: b.create_sheet("'!A1 草稿🧯")),
    "empty rows far below": change(lambda b: b["检查项"].cell(9000, 1, " ")),
    "a note beside the table": change(lambda b: b["检查项"].cell(300, 80, "看这里")),
    "merged cells in the guide": change(lambda b: b["说明"].merge_cells("A1:A3")),
    "blanks in sheet names": change(rename("检查项", " 检查项 ")),
    "capitals in a choice": change(fill("检查项", "隐患等级", "General")),
}


def items_csv(encoding: str = "utf-8", mark: str = ",", **changes: str) -> bytes:
    """The sheet of items as CSV."""
    page = openpyxl.load_workbook(io.BytesIO(fire()))["检查项"]
    file = io.StringIO()
    writer = csv.writer(file, delimiter=mark)
    for row in page.iter_rows(values_only=True):
        writer.writerow(["" if value is None else value for value in row])
    text = file.getvalue()
    for old, new in changes.items():
        text = text.replace(old, new)
    return text.encode(encoding)


CSV: dict[str, tuple[Make, str]] = {
    "nothing": (lambda: b"", "空的"),
    "UTF-16 of old Excel": (lambda: items_csv("utf-16"), "UTF-8"),
    "an unknown encoding": (lambda: items_csv("utf-8") + b"\xff\xff\x81", "编码"),
    "Shift-JIS without headings": (lambda: "あ,い\nう,え".encode("shift-jis"), "表头"),
    "a workbook": (fire, "XLSX"),
    "a NUL": (lambda: items_csv().replace(b",", b"\0", 1), "编码"),
    "an open quote": (lambda: items_csv() + b'\n"open,1\n', "引号"),
    "no headings": (lambda: b"1,2,3\n4,5,6", "表头"),
    "nobody's items": (lambda: "检查项编号,检查内容\na.b,是否\n".encode(), "哪份检查表"),
    "a huge line": (lambda: items_csv() + b"x" * 200_000 + b",1\n", "引号"),
    "ten thousand lines": (lambda: b"a,b\n" * 10_000, "5000"),
    "five megabytes": (lambda: b"a,b,c\n" * 900_000, "太大"),
}
CSV_HARMLESS: dict[str, Make] = {
    "UTF-8": items_csv,
    "UTF-8 with a mark": lambda: items_csv("utf-8-sig"),
    "GB18030": lambda: items_csv("gb18030"),
    "tabs": lambda: items_csv(mark="\t"),
    "semicolons": lambda: items_csv(mark=";"),
}
