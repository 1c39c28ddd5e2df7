"""
The leaves of the checklist schema: every value a definition may hold, by its pointer.

`/sections/*/items/*/ask/zh` stands for all items. Columns are made for leaves, so a property that
the schema gains is either carried by a column or missed by a test, never lost in silence.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from server.definitions.load import CONTRACTS

Kind = Literal["text", "word", "day", "int", "number", "yes", "enum", "list", "when"]
Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Leaf:
    """One value and how it is written; `words` are those of an enumeration."""

    kind: Kind
    words: tuple[str, ...] = ()
    about: str = ""
    is_only_true: bool = False


@cache
def leaves() -> dict[str, Leaf]:
    """Return every leaf of the schema."""
    schema = json.loads((CONTRACTS / "checklist.schema.json").read_text(encoding="utf-8"))
    found: dict[str, Leaf] = {}
    for pointer, leaf in _Walk(schema["$defs"]).leaves(schema, "", ""):
        before = found.get(pointer, leaf)
        words = dict.fromkeys([*before.words, *leaf.words])
        found[pointer] = replace(before, words=tuple(words))
    return found


class _Walk:
    def __init__(self, defs: Mapping[str, Schema]) -> None:
        self.defs = defs

    def leaves(self, schema: Schema, pointer: str, about: str) -> Iterator[tuple[str, Leaf]]:
        about = schema.get("description", about)
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name == "condition":
                yield pointer, Leaf("when", about=about)
                return
            known = self.defs[name]
            about = about or known.get("description", "")
            yield from self.leaves({**known, "description": about}, pointer, about)
        elif schema.get("type") == "array":
            yield from self._array(schema, pointer, about)
        elif schema.get("type") == "object" or "properties" in schema:
            yield from self._object(schema, pointer)
        else:
            yield pointer, _leaf(schema, about)

    def _object(self, schema: Schema, pointer: str) -> Iterator[tuple[str, Leaf]]:
        for name, inner in schema.get("properties", {}).items():
            if inner:
                yield from self.leaves(inner, f"{pointer}/{name}", "")
        for form in ("allOf", "oneOf", "anyOf"):
            for branch in schema.get(form, ()):
                shape = branch.get("then", branch)
                if "$ref" in shape or "properties" in shape:
                    yield from self.leaves(shape, pointer, "")

    def _array(self, schema: Schema, pointer: str, about: str) -> Iterator[tuple[str, Leaf]]:
        inner = list(self.leaves(schema["items"], f"{pointer}/*", about))
        if [at for at, _ in inner] == [f"{pointer}/*"]:
            yield pointer, Leaf("list", inner[0][1].words, about)
        else:
            yield from inner


def _leaf(schema: Schema, about: str) -> Leaf:
    if "enum" in schema:
        return Leaf("enum", tuple(schema["enum"]), about)
    if "const" in schema:
        if schema["const"] is True:
            return Leaf("yes", about=about, is_only_true=True)
        return Leaf("enum", (schema["const"],), about)
    match schema.get("type"):
        case "boolean":
            return Leaf("yes", about=about)
        case "integer":
            return Leaf("int", about=about)
        case "number":
            return Leaf("number", about=about)
    pattern = schema.get("pattern", "")
    if pattern.startswith("^[0-9]{4}-"):
        return Leaf("day", about=about)
    return Leaf("text" if pattern.startswith(r"^\S") or not pattern else "word", about=about)
