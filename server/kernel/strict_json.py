"""
JSON in, strictly: no duplicate keys, NaN, half characters or deep towers; UTF-8, no BOM.

What is decided here for text and numbers also holds for files that people write: their reader
(definitions.strict_json) asks the same functions and adds the place of each fault.
"""

import codecs
import json
import math
import re
from typing import Any, NoReturn

from server.kernel.errors import Invalid

MAX_DEPTH = 32
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")  # half of a pair is text that nobody can store
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')


class BadJson(Invalid):
    """The body is not JSON as we accept it."""

    code = "bad-json"
    title = "The data could not be read."
    title_zh = "数据格式有误，无法读取。"


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise BadJson("An object names the same key twice.")
    return result


def _constant(name: str) -> NoReturn:
    raise BadJson(f"{name} is not a JSON number.")


def decoded(data: bytes) -> str:
    """Return the text of UTF-8 bytes without a byte order mark; the cause names the bad byte."""
    if data.startswith(codecs.BOM_UTF8):
        raise BadJson("The text starts with a byte order mark; it must be saved without.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise BadJson("The text is not UTF-8.") from exc


def require_storable(text: str) -> None:
    """Raise for text that some store or reader could not hold."""
    if "\x00" in text:
        raise BadJson("Text holds a NUL character.")
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise BadJson("Text holds half a character (a lone surrogate).")


def real(text: str) -> float:
    """Read a number with a fraction or an exponent."""
    value = float(text)
    if not math.isfinite(value):
        raise BadJson("A number is too large.")
    return value


def whole(text: str) -> int:
    """Read a whole number."""
    if len(text) > 19:
        raise BadJson("A whole number is too large.")
    return int(text)


_decoder = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_constant=_constant, parse_float=real, parse_int=whole
)


def _check_depth(data: bytes) -> None:
    depth = 0
    for match in _BRACKETS.finditer(data):
        mark = match.group()
        if mark in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise BadJson("The data is nested too deeply.")
        elif mark in b"]}":
            depth -= 1


def loads(data: bytes) -> Any:
    """Parse *data*; raise BadJson for anything that two parsers could read differently."""
    if data.count(b"{") + data.count(b"[") > MAX_DEPTH:
        _check_depth(data)
    if b"u0000" in data and _NUL.search(data):
        raise BadJson("Text holds a NUL character.")
    try:
        value = _decoder.decode(decoded(data))
        if _SURROGATE.search(data):
            json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeError, json.JSONDecodeError) as exc:
        raise BadJson(str(exc)) from exc
    return value
