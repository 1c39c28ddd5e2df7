"""The rules of `flask definitions check` on what was imported, told by sheet, row and cell."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from server.authoring.rules.sentences import in_words
from server.authoring.workbook_build import Built
from server.authoring.workbook_fields import HEADER, Column, sheets
from server.authoring.workbook_places import Mistake, Origin, mistake_at, mistake_in
from server.authoring.workbook_rows import Found
from server.authoring.xlsx_package import FileRefused
from server.definitions.load import check_value
from server.definitions.rules.checks import Words

MOST_ITEMS = 1000
MOST_TESTS = 20_000
"""Comparisons in all the conditions of a file: more cannot be checked while somebody waits."""
_TESTS = ("equals", "in", "compare")
_REQUIRED = re.compile(r"'([a-z_]+)' is a required property")
_EMPTY = "'' should be non-empty"
_MISSING: Mapping[str, tuple[str, str]] = {
    "basis": ("没有检查依据，每个检查项至少要有一条", "an item needs at least one citation"),
    "options": ("“选项”里至少要有两个选项", "at least two options are needed"),
    "items": ("“检查项”里没有这一章节的内容", "no item belongs to this section"),
    "sections": ("没有章节", "there are no sections"),
}


def check_built(built: Built, found: Found, words: Words, owners: Mapping[str, str]) -> None:
    """Check a definition that was put together; its mistakes are added to those found so far."""
    _refuse_huge(built.definition)
    key = built.definition.get("key")
    name = key if isinstance(key, str) else ""
    faults, _ = check_value(built.definition, words, dict(owners), name)
    placed = [m for fault in faults for m in _placed(built, found, *fault)]
    found.mistakes += dict.fromkeys(placed)


def _refuse_huge(definition: Mapping[str, Any]) -> None:
    if sum(len(section["items"]) for section in definition["sections"]) > MOST_ITEMS:
        zh, en = f"超过 {MOST_ITEMS} 个检查项，不像一份检查表", f"more than {MOST_ITEMS} items"
        raise FileRefused(zh, en)
    if _tests_in(definition) > MOST_TESTS:
        zh = f"全部适用条件里的比较超过 {MOST_TESTS} 处，请简化条件"
        raise FileRefused(zh, f"more than {MOST_TESTS} comparisons in all conditions together")


def _tests_in(value: object) -> int:
    if isinstance(value, dict):
        own = sum(isinstance(value.get(form), list) for form in _TESTS)
        return own + sum(_tests_in(inner) for inner in value.values())
    return sum(map(_tests_in, value)) if isinstance(value, list) else 0


def _placed(built: Built, found: Found, pointer: str, message: str) -> Iterator[Mistake]:
    if message.startswith("'' does not match"):
        return  # an empty text is told once
    required = _REQUIRED.fullmatch(message)
    is_missing = bool(required) or message == _EMPTY
    if required:
        pointer = f"{pointer}/{required[1]}"
    place = built.places.find(built.definition, pointer)
    if place is None:
        yield mistake_in(HEADER, *_said(message, "", pointer))
        return
    origin, rest = place
    if not _was_refused(built, found, pointer, rest):
        yield _at(origin, rest, pointer, message, is_missing=is_missing)


def _was_refused(built: Built, found: Found, pointer: str, rest: str) -> bool:
    """Tell whether the cell was refused already: what follows from that is no second mistake."""
    owner = _owner(built.definition, pointer, rest)
    return any(
        at == id(owner) and (rest in ("", own) or own.startswith(f"{rest}/"))
        for at, own in found.unread
    )


def _owner(definition: Any, pointer: str, rest: str) -> Any:
    way = pointer[: len(pointer) - len(rest)].strip("/") if rest else pointer.strip("/")
    value = definition
    for step in way.split("/") if way else []:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def _at(origin: Origin, rest: str, pointer: str, message: str, *, is_missing: bool) -> Mistake:
    found = origin.column_of(rest)
    last = rest.rpartition("/")[2]
    if last in _MISSING and (is_missing or "[]" in message or "too short" in message):
        zh, en = _MISSING[last]
        return mistake_at(origin.sheet, origin.row, found[0] if found else 0, zh, en)
    absent = _absent_column(origin, rest) if is_missing else None
    if absent is not None:
        zh, en = f"没有填写“{absent.zh}”", f"{absent.en} is missing"
        return mistake_at(origin.sheet, origin.row, 0, zh, en)
    label = found[1].zh if found else ""
    zh, en = _said(message, label, pointer, is_missing=is_missing)
    return mistake_at(origin.sheet, origin.row, found[0] if found else 0, zh, en)


def _absent_column(origin: Origin, pointer: str) -> Column | None:
    """Find the column that should say this and is not in the file."""
    columns = sheets()[origin.sheet].columns if origin.sheet in sheets() else ()
    fitting = [c for c in columns if c.pointer == pointer or c.pointer.startswith(f"{pointer}/")]
    return fitting[0] if fitting and fitting[0].pointer not in origin.columns else None


def _said(message: str, label: str, pointer: str, *, is_missing: bool = False) -> tuple[str, str]:
    if is_missing:
        return f"没有填写“{label}”", f"this is missing: {pointer}"
    said = in_words(message)
    return (f"“{label}”：{said['zh']}" if label else said["zh"]), said["en"]
