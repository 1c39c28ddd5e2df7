"""The words of the expert pool: fields, kinds of papers and reasons. They are data."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@cache
def _read(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def fields() -> list[dict[str, Any]]:
    """Return the fields of expertise with the checklists that each knows about."""
    found: list[dict[str, Any]] = _read("fields.json")
    return found


def words() -> dict[str, Any]:
    """Return kinds of certificates, recusals, engagements, ratings and verdicts, and the limits."""
    found: dict[str, Any] = _read("words.json")
    return found


def keys(kind: str) -> frozenset[str]:
    """Return the keys of one kind of words; `fields` among them."""
    entries = fields() if kind == "fields" else words()[kind]
    return frozenset(entry["key"] for entry in entries)


def names(kind: str) -> Mapping[str, Mapping[str, str]]:
    """Return the names of one kind of words by key."""
    entries = fields() if kind == "fields" else words()[kind]
    return {entry["key"]: entry["name"] for entry in entries}


def fields_of(checklist_key: str) -> frozenset[str]:
    """Return the fields whose experts know about a checklist."""
    return frozenset(f["key"] for f in fields() if checklist_key in f["checklists"])


def as_data() -> dict[str, Any]:
    """Return all of it as the desk reads it."""
    return {"fields": fields(), **words()}
