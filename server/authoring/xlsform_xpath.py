"""Conditions as XPath for other collecting tools, and back as far as they say no more than ours."""

import re
from collections.abc import Callable, Mapping
from typing import Any

Named = Callable[[str], str]
"""The question behind a reference, for example `${fire.exit.clear}`."""
Several = Callable[[str], bool]
"""Whether a question takes several choices."""

_ATTRIBUTE = re.compile(r"(unit|place)\.attributes\.(.+)")
_TOKEN = re.compile(
    r"\s*(?:(?P<ref>\$\{\s*(?P<name>[^{}\s]+)\s*\})|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<number>-?\d+(?:\.\d+)?)|(?P<sign><=|>=|!=|[<>=(),])|(?P<word>[a-z][a-z-]*))"
)
DEEPEST = 16


class NotCarried(Exception):
    """The expression says something that conditions of ours do not have."""


def to_xpath(condition: Mapping[str, Any], named: Named, several: Several) -> str:
    """Write a condition as an expression."""
    (form, body), *_ = condition.items()
    match form:
        case "all" | "any":
            word = " and " if form == "all" else " or "
            return word.join(f"({to_xpath(part, named, several)})" for part in body)
        case "not":
            return f"not({to_xpath(body, named, several)})"
        case "compare":
            return f"{named(body[0])} {body[1]} {body[2]}"
        case "in":
            return " or ".join(_equals(body[0], one, named, several) for one in body[1])
    return _equals(body[0], body[1], named, several)


def _equals(ref: str, value: Any, named: Named, several: Several) -> str:
    attribute = _ATTRIBUTE.fullmatch(ref)
    if attribute:
        test = f"selected({named(ref)}, '{attribute[2]}')"
        return test if value is True else f"not({test})"
    if isinstance(value, bool):
        return f"{named(ref)} = '{str(value).lower()}'"
    if isinstance(value, int | float):
        return f"{named(ref)} = {value}"
    quote = '"' if "'" in value else "'"
    text = quote + value.replace('"', "") + quote
    return f"selected({named(ref)}, {text})" if several(ref) else f"{named(ref)} = {text}"


def from_xpath(text: str, refs: Mapping[str, str]) -> dict[str, Any]:
    """Read an expression, or raise NotCarried; *refs* gives our reference for each question."""
    reader = _Reader(text, refs)
    found = reader.joined(0)
    if reader.at < len(reader.tokens):
        raise NotCarried(text)
    return found


class _Reader:
    def __init__(self, text: str, refs: Mapping[str, str]) -> None:
        self.tokens: list[tuple[str, str]] = []
        self.refs, self.at = refs, 0
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None or len(text) > 4000:
                raise NotCarried(text)
            kind = "ref" if match["ref"] else str(match.lastgroup)
            self.tokens.append((kind, match["name"] if kind == "ref" else match[kind]))
            at = match.end()

    def next(self, *wanted: str) -> str:
        """Take a token of one of the kinds, or that very sign."""
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        if not (kind in wanted or text in wanted):
            raise NotCarried(text)
        self.at += 1
        return text

    def is_next(self, *wanted: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][1] in wanted

    def joined(self, depth: int) -> dict[str, Any]:
        """Read parts joined by or, each of parts joined by and."""
        if depth > DEEPEST:
            raise NotCarried("too deep")
        several = [self.both(depth)]
        while self.is_next("or"):
            self.at += 1
            several.append(self.both(depth))
        return {"any": several} if len(several) > 1 else several[0]

    def both(self, depth: int) -> dict[str, Any]:
        several = [self.one(depth)]
        while self.is_next("and"):
            self.at += 1
            several.append(self.one(depth))
        return {"all": several} if len(several) > 1 else several[0]

    def one(self, depth: int) -> dict[str, Any]:
        if self.is_next("("):
            self.at += 1
            found = self.joined(depth + 1)
            self.next(")")
            return found
        if self.is_next("not"):
            self.at += 1
            self.next("(")
            found = self.joined(depth + 1)
            self.next(")")
            return {"not": found}
        return self.selected() if self.is_next("selected") else self.compared()

    def selected(self) -> dict[str, Any]:
        self.at += 1
        self.next("(")
        ref = self.reference()
        self.next(",")
        value = self.next("text")[1:-1]
        self.next(")")
        return {"equals": [ref, value]}

    def compared(self) -> dict[str, Any]:
        ref = self.reference()
        sign = self.next("=", "!=", "<", "<=", ">", ">=")
        if sign in ("=", "!="):
            text = self.next("text", "number")
            value: Any = text[1:-1] if text[0] in "'\"" else _number(text)
            found: dict[str, Any] = {"equals": [ref, value]}
            return found if sign == "=" else {"not": found}
        return {"compare": [ref, sign, _number(self.next("number"))]}

    def reference(self) -> str:
        name = self.next("ref")
        if name not in self.refs:
            raise NotCarried(name)
        return self.refs[name]


def _number(text: str) -> float:
    return float(text) if "." in text else int(text)
