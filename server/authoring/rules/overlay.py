"""
What a region lays over a checklist: own items and stricter limits, never a copy. Pure.

`compose` takes from an overlay only what makes the base stricter, so that no overlay, however it
was written, can soften the base or lose one of its items. `stricter.py` tells who writes one what
was not taken, and where.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from server.definitions.rules.shapes import Definition

Tree = Mapping[str, Any]
Data = dict[str, Any]

LOWER = ("min", "warn_min")
UPPER = ("max", "warn_max")
PHOTO_RULES = ("optional", "on-fail", "always")
"""From the softest to the strictest. `never` stands apart: a photo would show patients."""


def own_prefix(region_code: str) -> str:
    """Return the first word of every key that a region adds; two regions never share one."""
    return "r" + "".join(sign for sign in region_code.lower() if sign.isalnum() and sign.isascii())


def empty_overlay(key: str) -> Data:
    """Return an overlay that changes nothing."""
    return {"key": key, "items": {}, "sections": [], "added": []}


def compose(base: Tree, overlay: Tree) -> Definition:
    """Return the checklist of a region: the base, made stricter, with the region's own items."""
    made: Data = copy.deepcopy(dict(base))
    made["title"] = overlay.get("title") or made["title"]
    for section in made["sections"]:
        for item in section["items"]:
            _tighten(item, overlay.get("items", {}).get(item["key"], {}))
    _add_sections(made, overlay)
    for addition in overlay.get("added", []):
        _add_item(made, addition)
    return made  # type: ignore[return-value]


def specs_of(item: Tree) -> Iterator[tuple[str, Any]]:
    """List what is measured: the answer under `v`, readings under their keys."""
    yield "v", item["answer"]
    for reading in item.get("readings", []):
        yield reading["key"], reading


def _tighten(item: Data, change: Tree) -> None:
    for name, spec in specs_of(item):
        _limit(spec, change.get("limits", {}).get(name, {}))
    known = item["basis"]
    known += [copy.deepcopy(basis) for basis in change.get("basis", []) if basis not in known]
    item["weight"] = max(item["weight"], change.get("weight", 0))
    if change.get("mandatory"):
        item["mandatory"] = True
    _photo(item["photo"], change.get("photo", {}))
    hazard = item.get("on_fail", {}).get("hazard")
    if hazard is not None:
        hazard["due_days"] = min(hazard["due_days"], change.get("due_days", hazard["due_days"]))


def _limit(spec: Data, change: Tree) -> None:
    if spec["type"] != "number":
        return
    for name in LOWER:
        if name in change:
            spec[name] = max(change[name], spec.get(name, change[name]))
    for name in UPPER:
        if name in change:
            spec[name] = min(change[name], spec.get(name, change[name]))


def _photo(photo: Data, change: Tree) -> None:
    rule = change.get("rule")
    if photo["rule"] not in PHOTO_RULES or rule not in PHOTO_RULES:
        return
    photo["rule"] = max(photo["rule"], rule, key=PHOTO_RULES.index)
    if "hint" in change:
        photo["hint"] = change["hint"]


def _add_sections(made: Data, overlay: Tree) -> None:
    known = {section["key"] for section in made["sections"]}
    for section in overlay.get("sections", []):
        if section["key"] not in known:
            made["sections"].append({**copy.deepcopy(dict(section)), "items": []})


def _add_item(made: Data, addition: Tree) -> None:
    """Put an item behind its anchor; where that is gone, at the end: it is never lost."""
    item = copy.deepcopy(addition["item"])
    if any(one["key"] == item["key"] for s in made["sections"] for one in s["items"]):
        return
    sections = {section["key"]: section for section in made["sections"]}
    items = sections.get(addition["section"], made["sections"][-1])["items"]
    keys = [one["key"] for one in items]
    anchor = addition.get("after")
    at = keys.index(anchor) + 1 if anchor in keys else len(keys)
    items.insert(at, item)
    facts = made["header"]["facts"]
    own = item.get("facts")
    facts += [fact for fact in own if fact not in facts] if isinstance(own, list) else []
