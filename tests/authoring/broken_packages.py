"""Files that are no sound workbooks on the outside: bombs, macros, passwords, other formats."""

import io
import struct
import zipfile
from collections.abc import Callable

from tests.authoring.books import fire, part, repacked

Make = Callable[[], bytes]
SHEET = "xl/worksheets/sheet6.xml"  # 检查项
MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def with_part(name: str, content: bytes = b"x") -> Make:
    return lambda: repacked(fire(), {name: content})


def sheet(rows: bytes) -> Make:
    """The workbook with another sheet of items."""
    page = b"<worksheet " + MAIN + b"><sheetData>" + rows + b"</sheetData></worksheet>"
    return lambda: repacked(fire(), {SHEET: page})


def ole(text: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + text.encode("utf-16-le") + b"\0" * 99


def encrypted_entry() -> bytes:
    """Set the flag of encryption on every entry."""
    raw = bytearray(fire())
    for mark, at in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        found = raw.find(mark)
        while found >= 0:
            raw[found + at] |= 1
            found = raw.find(mark, found + 4)
    return bytes(raw)


def lying_size() -> bytes:
    """Declare far fewer bytes than the sheet unpacks to."""
    raw = bytearray(repacked(fire(), {SHEET: b"<a>" + b" " * 3_000_000 + b"</a>"}))
    at = raw.find(b"PK\x01\x02")
    while at >= 0:
        length = struct.unpack_from("<H", raw, at + 28)[0]
        if raw[at + 46 : at + 46 + length] == SHEET.encode():
            struct.pack_into("<I", raw, at + 24, 100)
        at = raw.find(b"PK\x01\x02", at + 4)
    return bytes(raw)


def many_rows(count: int) -> bytes:
    return b"".join(
        b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c></row>' % (n, n)
        for n in range(1, count)
    )


def entity_bomb() -> bytes:
    levels = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY l0 "ha">' + levels + b"]><s>&l9;</s>"


def outside_entity() -> bytes:
    return b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY x SYSTEM "file:///none">]><s>&x;</s>'


def same_name() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in ("[Content_Types].xml", "xl/workbook.xml", "xl/workbook.xmm"):
            made.writestr(name, "<a/>")
    return file.getvalue().replace(b"xl/workbook.xmm", b"xl/workbook.xml")


def far_strings() -> bytes:
    """A cell points at a shared text that is not there."""
    page = part(fire(), SHEET).replace(b't="s"><v>', b't="s"><v>99999', 1)
    return repacked(fire(), {SHEET: page})


def huge_strings() -> bytes:
    texts = b"".join(b"<si><t>%d</t></si>" % (n * n) for n in range(210_000))
    return repacked(fire(), {"xl/sharedStrings.xml": b"<sst " + MAIN + b">" + texts + b"</sst>"})


def no_sheets() -> bytes:
    return repacked(fire(), {"xl/workbook.xml": b"<workbook " + MAIN + b"><sheets/></workbook>"})


HTML = b"<html><table><tr><td>1</td></tr></table></html>"
XML_2003 = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
BIG = 1024 * 1024

#: what it is → how it is made, and a word of the Chinese sentence that tells what to do
PACKAGES: dict[str, tuple[Make, str]] = {
    "nothing": (lambda: b"", "空的"),
    "blanks": (lambda: b" \r\n" * 9, "不是 .xlsx"),
    "plain text": (lambda: "清单编号,名称".encode(), "CSV"),
    "a web page under another name": (lambda: HTML, "网页"),
    "a web page with byte order mark": (lambda: b"\xef\xbb\xbf \n<!DOCTYPE html>" + HTML, "网页"),
    "a workbook of 2003 as XML": (lambda: XML_2003, "XML"),
    "a PDF": (lambda: b"%PDF-1.7 ...", "PDF"),
    "an old xls": (lambda: ole("Workbook"), ".xls"),
    "a workbook with a password": (lambda: ole("EncryptedPackage"), "密码"),
    "an archive with a password": (encrypted_entry, "密码"),
    "half a file": (lambda: fire()[: len(fire()) // 2], "损坏"),
    "only the beginning": (lambda: b"PK\x03\x04", "损坏"),
    "an empty archive": (lambda: archive({}), "没有表格"),
    "a damaged middle": (lambda: fire()[:9000] + b"\0" * 900 + fire()[9900:], "损坏"),
    "an archive of something else": (lambda: archive({"a.txt": b"x"}), "没有表格"),
    "an ods": (lambda: archive({"content.xml": b"", "mimetype": b""}), ".ods"),
    "an xlsb": (lambda: archive({"xl/workbook.bin": b""}), ".xlsb"),
    "a Word document": (lambda: archive({"word/document.xml": b""}), "Word"),
    "a presentation": (lambda: archive({"ppt/presentation.xml": b""}), "演示"),
    "macros": (with_part("xl/vbaProject.bin"), "宏"),
    "old macro sheets": (with_part("xl/macrosheets/sheet1.xml"), "宏"),
    "links to other files": (with_part("xl/externalLinks/externalLink1.xml"), "链接"),
    "an embedded file": (with_part("xl/embeddings/oleObject1.bin"), "嵌"),
    "controls": (with_part("xl/activeX/activeX1.xml"), "控件"),
    "outside data": (with_part("xl/connections.xml"), "外部数据"),
    "custom buttons": (with_part("customUI/customUI.xml"), "按钮"),
    "a path out of the folder": (with_part("../../etc/x"), "损坏"),
    "an absolute path": (with_part("/etc/x"), "损坏"),
    "one part twice": (same_name, "损坏"),
    "a bomb that says its size": (with_part("xl/media/a.bin", b"\0" * (30 * BIG)), "太大"),
    "a bomb by ratio": (with_part("xl/media/a.bin", b"\0" * (4 * BIG)), "太大"),
    "a bomb that lies about its size": (lying_size, "损坏"),
    "ten thousand entries": (
        lambda: archive({f"a{n}": b"" for n in range(10_000)}), "太大"),
    "growing entities": (lambda: repacked(fire(), {"xl/sharedStrings.xml": entity_bomb()}), "XML"),
    "entities in the sheet": (lambda: repacked(fire(), {SHEET: entity_bomb()}), "XML"),
    "an entity from outside": (lambda: repacked(fire(), {SHEET: outside_entity()}), "XML"),
    "XML that does not close": (lambda: repacked(fire(), {SHEET: b"<worksheet><row>"}), "损坏"),
    "a text that is not there": (far_strings, "损坏"),
    "a missing sheet part": (lambda: repacked(fire(), {SHEET: None}), "损坏"),
    "no relations": (lambda: repacked(fire(), {"xl/_rels/workbook.xml.rels": None}), "损坏"),
    "no sheets": (no_sheets, "工作表"),
    "far too many texts": (huge_strings, "太多"),
    "a hundred thousand rows": (sheet(many_rows(100_000)), "5000"),
    "a cell nowhere": (sheet(b'<row r="1"><c r="!!1"><v>1</v></c></row>'), "损坏"),
}  # fmt: skip
