"""
What changed between two versions of a checklist. Pure: two definitions in, their difference out.

Pointers of fields are relative to the item or section they belong to, those of the header to the
whole file. A pointer into a list names the place in the new version, or in the old one where `to`
is absent. Absent is `None`, which no definition holds.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, TypedDict

from server.definitions.rules.meaning import reused_keys
from server.definitions.rules.order import moved_keys

FieldChange = TypedDict("FieldChange", {"pointer": str, "from": Any, "to": Any})
Move = TypedDict("Move", {"key": str, "from": dict[str, Any], "to": dict[str, Any]})


class SectionChanges(TypedDict):
    """What became of the headings."""

    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    moved: list[Move]
    changed: list[dict[str, Any]]


class ItemChanges(TypedDict):
    """What became of the items."""

    added: list[dict[str, Any]]
    removed: list[dict[str, Any]]
    moved: list[Move]
    changed: list[dict[str, Any]]


class Difference(TypedDict):
    """Everything that differs, and the keys that were used for something else before."""

    header: list[FieldChange]
    sections: SectionChanges
    items: ItemChanges
    reused: list[str]


Tree = Mapping[str, Any]


def compare(old: Tree | None, new: Tree, published: Iterable[Tree] = ()) -> Difference:
    """Tell what *new* does differently; *published* are all earlier versions, oldest first."""
    before = old or {"sections": []}
    return {
        "header": list(_fields(_without(before, "sections"), _without(new, "sections"))),
        "sections": _sections(before, new),
        "items": _items(before, new),
        "reused": reused_keys(before, new, published),
    }


def is_empty(difference: Difference) -> bool:
    """Tell whether two versions say the same."""
    lists = [*difference["sections"].values(), *difference["items"].values()]
    return not difference["header"] and not any(lists)


def _sections(old: Tree, new: Tree) -> SectionChanges:
    before, after = _by_key(old["sections"]), _by_key(new["sections"])
    moved = moved_keys(list(before), list(after))
    return {
        "added": [_heading(s) for key, s in after.items() if key not in before],
        "removed": [_heading(s) for key, s in before.items() if key not in after],
        "moved": [
            {"key": key, "from": {"at": list(before).index(key)}, "to": {"at": at}}
            for at, key in enumerate(after)
            if key in moved
        ],
        "changed": [
            {"key": key, "fields": fields}
            for key, section in after.items()
            if key in before
            and (
                fields := list(_fields(_without(before[key], "items"), _without(section, "items")))
            )
        ],
    }


def _own_fields(old: Tree, new: Tree) -> list[FieldChange]:
    return list(_fields(_without(old, "items"), _without(new, "items")))


def _items(old: Tree, new: Tree) -> ItemChanges:
    before, after = _placed(old), _placed(new)
    return {
        "added": [_named(*after[key]) for key in after if key not in before],
        "removed": [_named(*before[key]) for key in before if key not in after],
        "moved": list(_moves(old, new, before, after)),
        "changed": [
            {**_named(place, item), "fields": fields}
            for key, (place, item) in after.items()
            if key in before and (fields := list(_fields(before[key][1], item)))
        ],
    }


Placed = dict[str, tuple[dict[str, Any], Tree]]


def _placed(definition: Tree) -> Placed:
    return {
        item["key"]: ({"section": section["key"], "at": at}, item)
        for section in definition["sections"]
        for at, item in enumerate(section["items"])
    }


def _moves(old: Tree, new: Tree, before: Placed, after: Placed) -> Iterator[Move]:
    order = {section["key"]: _keys(section["items"]) for section in old["sections"]}
    for section in new["sections"]:
        keys = _keys(section["items"])
        inside = moved_keys(order.get(section["key"], []), keys)
        for key in keys:
            if key in before and (before[key][0]["section"] != section["key"] or key in inside):
                yield {"key": key, "from": before[key][0], "to": after[key][0]}


def _fields(old: Any, new: Any, pointer: str = "") -> Iterator[FieldChange]:
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _fields(old.get(key), new.get(key), f"{pointer}/{key}")
    elif _is_list_of_objects(old) and _is_list_of_objects(new):
        keyed = all("key" in one for one in [*old, *new])
        yield from (_keyed if keyed else _counted)(old, new, pointer)
    elif not _same(old, new):
        yield {"pointer": pointer, "from": old, "to": new}


def _keyed(old: Sequence[Tree], new: Sequence[Tree], pointer: str) -> Iterator[FieldChange]:
    before, after = _by_key(old), _by_key(new)
    for at, key in enumerate(before):
        if key not in after:
            yield {"pointer": f"{pointer}/{at}", "from": before[key], "to": None}
    for at, key in enumerate(after):
        yield from _fields(before.get(key), after[key], f"{pointer}/{at}")
    if moved_keys(list(before), list(after)):
        yield {"pointer": pointer, "from": list(before), "to": list(after)}


def _counted(old: Sequence[Tree], new: Sequence[Tree], pointer: str) -> Iterator[FieldChange]:
    """Compare what has no keys, for example citations, past an equal beginning and end."""
    shorter = min(len(old), len(new))
    start = next((n for n in range(shorter) if not _same(old[n], new[n])), shorter)
    rest = shorter - start
    end = next((n for n in range(rest) if not _same(old[-1 - n], new[-1 - n])), rest)
    pairs = zip_longest(old[start : len(old) - end], new[start : len(new) - end])
    for at, (one, other) in enumerate(pairs, start):
        yield from _fields(one, other, f"{pointer}/{at}")


def _same(a: Any, b: Any) -> bool:
    """Compare as the published bytes would: 1, 1.0 and true are three things."""
    if type(a) is not type(b):
        return False
    if isinstance(a, Mapping):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(_same, a, b))
    return bool(a == b)


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(one, Mapping) for one in value)


def _by_key(several: Iterable[Tree]) -> dict[str, Tree]:
    return {one["key"]: one for one in several}


def _keys(several: Iterable[Tree]) -> list[str]:
    return [one["key"] for one in several]


def _without(tree: Tree, name: str) -> dict[str, Any]:
    return {key: value for key, value in tree.items() if key != name}


def _heading(section: Tree) -> dict[str, Any]:
    return {"key": section["key"], "title": section["title"]}


def _named(place: Mapping[str, Any], item: Tree) -> dict[str, Any]:
    return {"key": item["key"], "section": place["section"], "ask": item["ask"]}
