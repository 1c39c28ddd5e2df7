"""Items that must always be answered and items that take turns, checked together."""

from collections.abc import Iterator

from server.definitions.rules.references import references_of
from server.definitions.rules.shapes import Condition, Definition, Item, Section

Fault = tuple[str, str]
Placed = tuple[str, Section, Item]


def is_deep(item: Item) -> bool:
    """Tell an item that takes turns with the others."""
    return item.get("depth") == "deep"


def check_depth(definition: Definition, places: list[Placed]) -> Iterator[Fault]:
    """Check what only the whole file can tell about mandatory and deep items."""
    deep = [item["key"] for _, _, item in places if is_deep(item)]
    yield from _items(definition, places)
    yield from _rotation(definition, len(deep))
    yield from _looked_at(definition, places, set(deep))
    if "scoring" in definition and not any(item.get("mandatory") for _, _, item in places):
        yield "/scoring/mandatory_cap", "no item is mandatory, so nothing could cap the score"


def _items(definition: Definition, places: list[Placed]) -> Iterator[Fault]:
    for pointer, _, item in places:
        if not is_deep(item):
            continue
        if item.get("mandatory"):
            yield f"{pointer}/depth", "a mandatory item is asked at every visit and takes no turns"
        if "rotation" not in definition:
            yield f"{pointer}/depth", "say in /rotation how many deep items one visit draws"


def _rotation(definition: Definition, deep: int) -> Iterator[Fault]:
    if "rotation" not in definition:
        return
    if definition["rotation"]["per_visit"] >= deep:
        many = f"this file has {deep}"
        yield "/rotation/per_visit", f"must be fewer than the deep items: {many}"


def _looked_at(definition: Definition, places: list[Placed], deep: set[str]) -> Iterator[Fault]:
    """A condition cannot look at what is not asked at every visit."""
    whens: list[tuple[str, Condition | None]] = [
        (f"/sections/{at}/when", section.get("when"))
        for at, section in enumerate(definition["sections"])
    ]
    whens += [(f"{pointer}/when", item.get("when")) for pointer, _, item in places]
    for pointer, when in whens:
        for ref in references_of(when):
            owner = ref if ref in deep else ref.rpartition(".")[0]
            if owner in deep:
                yield pointer, f"{owner!r} takes turns: what is not always asked decides nothing"
