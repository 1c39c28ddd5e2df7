"""
The outside of an .xlsx: whether the file is what its name says, and safe to unpack.

Only the directory of the archive is believed, and only until unpacking contradicts it. What people
really bring (an .xls renamed, a web page saved as a table, a file with a password or macros) is
named, with what to do about it.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

MOST_ENTRIES = 600
MOST_UNPACKED = 24 * 1024 * 1024
LARGEST_PART = 10 * 1024 * 1024
HIGHEST_RATIO = 200
SMALL_PART = 1024 * 1024
_PIECE = 64 * 1024
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError)

_FORBIDDEN = {
    "vbaproject.bin": ("文件里有宏，请另存为不带宏的 .xlsx 再导入", "it holds macros"),
    "macrosheets": ("文件里有宏表，请另存为不带宏的 .xlsx 再导入", "it holds macro sheets"),
    "externallinks": (
        "文件链接到其他文件，请在“数据—编辑链接”里断开链接再导入",
        "it links to other files; break the links first",
    ),
    "embeddings": ("文件里嵌有其他文件，请删除后再导入", "other files are embedded in it"),
    "activex": ("文件里有控件，请删除后再导入", "it holds controls"),
    "customui": ("文件里有自定义按钮，请另存为普通 .xlsx", "it holds custom buttons"),
    "connections.xml": ("文件连接外部数据，请删除连接后再导入", "it connects to outside data"),
}
_OTHER_KINDS = {
    "content.xml": ("这是 .ods 文件，请另存为 .xlsx", "this is an .ods file; save it as .xlsx"),
    "xl/workbook.bin": ("这是 .xlsb 文件，请另存为 .xlsx", "this is .xlsb; save it as .xlsx"),
    "word/document.xml": ("这是 Word 文件，不是表格", "this is a Word document"),
    "ppt/presentation.xml": ("这是演示文稿，不是表格", "this is a presentation"),
}


class FileRefused(Exception):
    """The file cannot be read at all; what to do stands in the words."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


class Package:
    """An opened archive whose parts are read piece by piece."""

    def __init__(self, raw: bytes) -> None:
        _require_archive(raw)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
        except _UNREADABLE:
            raise _damaged() from None
        _require_modest(self._zip.infolist())
        self.names = {info.filename for info in self._zip.infolist()}
        _require_workbook(self.names)

    def part(self, name: str) -> Iterator[bytes]:
        """Unpack a part piece by piece."""
        try:
            with self._zip.open(name) as stream:
                while piece := stream.read(_PIECE):
                    yield piece
        except (KeyError, *_UNREADABLE):
            raise _damaged() from None


def _damaged() -> FileRefused:
    return FileRefused(
        "文件已损坏或没有传完整，请重新保存后再试",
        "the file is damaged or incomplete; save it again",
    )


def _require_archive(raw: bytes) -> None:
    if not raw:
        raise FileRefused("文件是空的", "the file is empty")
    if raw.startswith(b"PK"):
        return
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            raise FileRefused(
                "文件有打开密码，请取消密码后再导入", "it has a password; remove it first"
            )
        raise FileRefused(
            "这是旧的 .xls 文件，请另存为 .xlsx", "this is an old .xls; save it as .xlsx"
        )
    start = raw[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"<?xml")):
        raise FileRefused(
            "这是网页或 XML 改名成的表格，请用表格软件打开后另存为 .xlsx",
            "this is a web page or XML under another name; open it and save it as .xlsx",
        )
    if start.startswith(b"%pdf"):
        raise FileRefused("这是 PDF 文件，不是表格", "this is a PDF file")
    raise FileRefused("这不是 .xlsx 文件；CSV 请选“CSV”", "this is no .xlsx; for CSV choose CSV")


def _require_modest(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES or sum(e.file_size for e in entries) > MOST_UNPACKED:
        raise _too_big()
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names) or any(_is_outside(name) for name in names):
        raise _damaged()
    for entry in entries:
        if entry.flag_bits & 1:
            raise FileRefused(
                "文件有密码，请取消密码后再导入", "it has a password; remove it first"
            )
        is_bomb = entry.file_size > max(SMALL_PART, entry.compress_size * HIGHEST_RATIO)
        if entry.file_size > LARGEST_PART or is_bomb:
            raise _too_big()


def _too_big() -> FileRefused:
    return FileRefused(
        "文件展开后太大，不像一份检查表，请删去无关内容后再导入",
        "unpacked it is far too large for a checklist",
    )


def _is_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name or "\0" in name


def _require_workbook(names: set[str]) -> None:
    for name, words in _OTHER_KINDS.items():
        if name in names and "xl/workbook.xml" not in names:
            raise FileRefused(*words)
    for name in names:
        for part in name.lower().split("/"):
            if part in _FORBIDDEN:
                raise FileRefused(*_FORBIDDEN[part])
    if "[Content_Types].xml" not in names:
        raise FileRefused("压缩包里没有表格，请直接上传 .xlsx", "the archive holds no workbook")
