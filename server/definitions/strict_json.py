"""
JSON that a person wrote, read strictly: every fault has a line and a pointer.

The standard reader lets the last of two equal keys win, takes NaN and names no place for a mistake
in meaning. A rule that is overwritten in silence is a rule that is lost. What is refused is decided
in kernel.strict_json; this reader adds the places.
"""

import re
from bisect import bisect_right
from json import JSONDecodeError, JSONDecoder
from typing import Any, NoReturn

from server.kernel import strict_json
from server.kernel.strict_json import MAX_DEPTH, BadJson

_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)((?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")
_STRINGS = JSONDecoder()
_WORDS = {"true": True, "false": False, "null": None}


class StrictJsonError(Exception):
    """The text is not JSON as we take it."""

    def __init__(self, line: int, pointer: str, message: str) -> None:
        super().__init__(message)
        self.line, self.pointer, self.message = line, pointer, message


def step(pointer: str, key: str | int) -> str:
    """Go one step down a JSON pointer."""
    return f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"


class Document:
    """A parsed text, and the line on which each value begins."""

    def __init__(self, raw: bytes) -> None:
        self.lines: dict[str, int] = {}
        self._text = _decode(raw)
        self._breaks = [at for at, sign in enumerate(self._text) if sign == "\n"]
        self._at = 0
        self.value = self._value("", 0)
        self._skip()
        if self._at < len(self._text):
            self._fail("", "something follows the end of the document")

    def line_of(self, pointer: str) -> int:
        """Tell the line of a pointer, or of the nearest value around it."""
        while pointer and pointer not in self.lines:
            pointer = pointer.rpartition("/")[0]
        return self.lines.get(pointer, 1)

    def _fail(self, pointer: str, message: str) -> NoReturn:
        raise StrictJsonError(self._line(), pointer, message)

    def _line(self) -> int:
        return bisect_right(self._breaks, self._at) + 1

    def _skip(self) -> str:
        match = _SPACE.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._text[self._at : self._at + 1]

    def _value(self, pointer: str, depth: int) -> Any:
        first = self._skip()
        if first in ("{", "[") and depth >= MAX_DEPTH:
            self._fail(pointer, f"nested deeper than {MAX_DEPTH} levels")
        self.lines[pointer] = self._line()
        match first:
            case "{":
                return self._object(pointer, depth)
            case "[":
                return self._array(pointer, depth)
            case '"':
                return self._string(pointer)
            case _:
                return self._plain(pointer)

    def _object(self, pointer: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self._at += 1
        if self._skip() == "}":
            self._at += 1
            return found
        while True:
            if self._skip() != '"':
                self._fail(pointer, "a key in double quotes is needed here")
            key = self._string(pointer)
            if key in found:
                self._fail(step(pointer, key), f"the key {key!r} is given twice")
            self._expect(":", step(pointer, key))
            found[key] = self._value(step(pointer, key), depth + 1)
            if self._closes("}", pointer):
                return found

    def _array(self, pointer: str, depth: int) -> list[Any]:
        found: list[Any] = []
        self._at += 1
        if self._skip() == "]":
            self._at += 1
            return found
        while True:
            found.append(self._value(step(pointer, len(found)), depth + 1))
            if self._closes("]", pointer):
                return found

    def _closes(self, end: str, pointer: str) -> bool:
        sign = self._skip()
        if sign not in (end, ","):
            self._fail(pointer, f"a comma or {end!r} is needed here")
        self._at += 1
        return sign == end

    def _expect(self, sign: str, pointer: str) -> None:
        if self._skip() != sign:
            self._fail(pointer, f"{sign!r} is needed here")
        self._at += 1

    def _string(self, pointer: str) -> str:
        text: str
        try:
            text, self._at = _STRINGS.raw_decode(self._text, self._at)
            strict_json.require_storable(text)
        except JSONDecodeError as fault:
            self._fail(pointer, f"unreadable text: {fault.msg}")
        except BadJson as fault:
            self._fail(pointer, fault.detail or fault.code)
        return text

    def _plain(self, pointer: str) -> Any:
        for word, value in _WORDS.items():
            if self._text.startswith(word, self._at):
                self._at += len(word)
                return value
        match = _NUMBER.match(self._text, self._at)
        if not match:
            self._fail(pointer, "a value is needed here (NaN and Infinity are not JSON)")
        self._at = match.end()
        read = strict_json.real if match.group(1) else strict_json.whole
        try:
            return read(match.group())
        except BadJson as fault:
            self._fail(pointer, fault.detail or fault.code)


def _decode(raw: bytes) -> str:
    try:
        return strict_json.decoded(raw)
    except BadJson as fault:
        cause = fault.__cause__
        at = cause.start if isinstance(cause, UnicodeDecodeError) else 0
        line = raw.count(b"\n", 0, at) + 1
        raise StrictJsonError(line, "", fault.detail or fault.code) from None
