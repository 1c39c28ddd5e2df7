"""What of an overlay is not taken, and where: looser limits, foreign keys, items that are gone."""

from collections.abc import Iterator, Mapping
from typing import Any

from server.authoring.rules.overlay import LOWER, PHOTO_RULES, UPPER, specs_of
from server.definitions.strict_json import step

Tree = Mapping[str, Any]
Fault = tuple[str, str]


def check_overlay(base: Tree, overlay: Tree, prefix: str) -> list[Fault]:
    """Return the faults of an overlay whose shape is sound, with pointers into it."""
    items = {item["key"]: item for section in base["sections"] for item in section["items"]}
    faults = list(_keys(overlay, prefix))
    if overlay["key"] != base["key"]:
        faults.append(("/key", f"must be {base['key']!r}, the checklist it lies over"))
    for key, change in overlay.get("items", {}).items():
        where = step("/items", key)
        if key in items:
            faults += _change(where, items[key], change)
        else:
            faults.append((where, f"the item {key!r} is gone from the checklist"))
    faults += _anchors(base, overlay)
    return faults


def _keys(overlay: Tree, prefix: str) -> Iterator[Fault]:
    for at, section in enumerate(overlay.get("sections", [])):
        if not section["key"].startswith(f"{prefix}-"):
            yield f"/sections/{at}/key", f"an own key begins with '{prefix}-'"
    keys: list[str] = []
    for at, addition in enumerate(overlay.get("added", [])):
        key = addition["item"]["key"]
        if not key.startswith(f"{prefix}."):
            yield f"/added/{at}/item/key", f"an own key begins with '{prefix}.'"
        if key in keys:
            yield f"/added/{at}/item/key", f"the key {key!r} is given twice"
        keys.append(key)


def _anchors(base: Tree, overlay: Tree) -> Iterator[Fault]:
    known = {section["key"] for section in base["sections"]}
    known |= {section["key"] for section in overlay.get("sections", [])}
    for at, addition in enumerate(overlay.get("added", [])):
        if addition["section"] not in known:
            where = f"/added/{at}/section"
            yield where, f"the section {addition['section']!r} is gone from the checklist"


def _change(where: str, item: Tree, change: Tree) -> Iterator[Fault]:
    if change.get("weight", item["weight"]) < item["weight"]:
        yield f"{where}/weight", f"must not be below {item['weight']}"
    yield from _due(where, item, change)
    yield from _photo(where, item["photo"]["rule"], change)
    specs = dict(specs_of(item))
    for name, limits in change.get("limits", {}).items():
        at = step(f"{where}/limits", name)
        if name not in specs or specs[name]["type"] != "number":
            yield at, f"{name!r} is not measured here"
        else:
            yield from _limits(at, specs[name], limits)


def _due(where: str, item: Tree, change: Tree) -> Iterator[Fault]:
    if "due_days" not in change:
        return
    if "on_fail" not in item:
        yield f"{where}/due_days", "this item proposes no hazard, so there is no period"
    elif change["due_days"] > item["on_fail"]["hazard"]["due_days"]:
        most = item["on_fail"]["hazard"]["due_days"]
        yield f"{where}/due_days", f"must not be above {most}"


def _photo(where: str, rule: str, change: Tree) -> Iterator[Fault]:
    wanted = change.get("photo", {}).get("rule")
    if wanted is None:
        return
    if rule not in PHOTO_RULES:
        yield f"{where}/photo/rule", "no photo may be taken here"
    elif PHOTO_RULES.index(wanted) < PHOTO_RULES.index(rule):
        yield f"{where}/photo/rule", f"must not be looser than {rule!r}"


def _limits(where: str, spec: Tree, limits: Tree) -> Iterator[Fault]:
    for name, value in limits.items():
        if name not in spec:
            continue
        if name in LOWER and value < spec[name]:
            yield f"{where}/{name}", f"must not be below {spec[name]}"
        if name in UPPER and value > spec[name]:
            yield f"{where}/{name}", f"must not be above {spec[name]}"
