"""
Whether a key still means what it meant. Answers are stored under it for ever.

A key means something else when it is answered in another way, or when neither its facts nor its
question are those of before. One that was taken out and comes back is told too: a person decides.
"""

from collections.abc import Iterable, Mapping
from typing import Any

Tree = Mapping[str, Any]


def reused_keys(old: Tree, new: Tree, published: Iterable[Tree] = ()) -> list[str]:
    """Name the keys of *new* that once meant something else, or were lost and come back."""
    latest, now = _meanings(old), _meanings(new)
    found: set[str] = set()
    for version in [*published, old]:
        for key, meaning in _meanings(version).items():
            if key in now and (key not in latest or _differs(meaning, now[key])):
                found.add(key)
    return [key for key in now if key in found]


def _meanings(definition: Tree) -> dict[str, Tree]:
    """Collect items by key, and their readings by the key under which conditions name them."""
    found: dict[str, Tree] = {}
    for section in definition["sections"]:
        for item in section["items"]:
            found[item["key"]] = item
            for reading in item.get("readings", ()):
                found[f"{item['key']}.{reading['key']}"] = reading
    return found


def _differs(before: Tree, now: Tree) -> bool:
    if _type(before) != _type(now):
        return True
    if "facts" not in before or "facts" not in now:
        return False
    return not set(before["facts"]) & set(now["facts"]) and before["ask"] != now["ask"]


def _type(one: Tree) -> object:
    return one["answer"]["type"] if "answer" in one else one.get("type")
