"""What a new version of the base means to a region that laid something over the old one. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

Tree = Mapping[str, Any]


def touched(old: Tree, new: Tree, overlay: Tree) -> list[dict[str, Any]]:
    """
    Tell of every part of the overlay whether the base moved under it.

    `untouched`: the item is as it was. `changed`: a person looks whether the local rule still fits.
    `gone`: the item or section is no longer there.
    """
    before, after = _items(old), _items(new)
    changes = [
        {"what": "item", "key": key, "state": _state(before.get(key), after.get(key))}
        for key in overlay.get("items", {})
    ]
    return [*changes, *_additions(old, new, overlay)]


def _additions(old: Tree, new: Tree, overlay: Tree) -> Iterator[dict[str, Any]]:
    own = {section["key"] for section in overlay.get("sections", [])}
    before, after = _headings(old), _headings(new)
    for addition in overlay.get("added", []):
        section = addition["section"]
        state = "untouched" if section in own else _state(before.get(section), after.get(section))
        yield {"what": "added", "key": addition["item"]["key"], "state": state}


def _state(before: Any, after: Any) -> str:
    if after is None:
        return "gone"
    return "untouched" if before == after else "changed"


def _items(definition: Tree) -> dict[str, Any]:
    return {item["key"]: item for section in definition["sections"] for item in section["items"]}


def _headings(definition: Tree) -> dict[str, Any]:
    return {
        section["key"]: {name: value for name, value in section.items() if name != "items"}
        for section in definition["sections"]
    }
