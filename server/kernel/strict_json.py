"""JSON in, strictly: no duplicate keys, NaN, half characters or deep towers; UTF-8, no BOM."""

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


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise BadJson("A number is too large.")
    return value


def _int(text: str) -> int:
    if len(text) > 19:
        raise BadJson("A whole number is too large.")
    return int(text)


_decoder = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_float, parse_int=_int
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
        value = _decoder.decode(data.decode("utf-8"))
        if _SURROGATE.search(data):
            json.dumps(value, ensure_ascii=False).encode()
    except (UnicodeError, json.JSONDecodeError) as exc:
        raise BadJson(str(exc)) from exc
    return value
