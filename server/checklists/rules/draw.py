"""Which of the items that take turns are asked at this visit: replayable, never to be foreseen."""

from collections.abc import Iterator, Mapping

from server.checklists.rules.lines import is_in_part, unit_value
from server.checklists.rules.shapes import Context
from server.definitions.rules.depth import is_deep
from server.definitions.rules.holds import holds
from server.definitions.rules.references import references_of
from server.definitions.rules.shapes import Condition, Definition, Item

_MASK = 0xFFFFFFFF


def draw(
    definition: Definition, context: Context, seed: str, last: Mapping[str, int | None]
) -> list[str]:
    """
    Draw the deep items of one visit, in walking order.

    `last` says when each was checked at this unit: the longest ago go first, unknown before all.
    Ties are broken by the seed, the identifier of the visit.
    """
    candidates = [item["key"] for item in _candidates(definition, context)]
    turn = sorted(candidates, key=lambda key: (*_age(last.get(key)), mixed(f"{seed}|{key}"), key))
    drawn = set(turn[: definition.get("rotation", {"per_visit": 0})["per_visit"]])
    return [key for key in candidates if key in drawn]


def mixed(text: str) -> int:
    """Spread a plain text over 32 bits: FNV-1a and a last stir, because it ends in like words."""
    found = 0x811C9DC5
    for sign in text:
        found = ((found ^ ord(sign)) * 0x01000193) & _MASK
    found = ((found ^ (found >> 16)) * 0x85EBCA6B) & _MASK
    found = ((found ^ (found >> 13)) * 0xC2B2AE35) & _MASK
    return found ^ (found >> 16)


def _age(last: int | None) -> tuple[int, int]:
    return (0, 0) if last is None else (1, last)


def _candidates(definition: Definition, context: Context) -> Iterator[Item]:
    """List the deep items that this unit may be asked; what answers decide is still open."""
    tier = context["unit"]["tier"]
    for section in definition["sections"]:
        if not is_in_part(section, context) or not _may_hold(section.get("when"), context):
            continue
        for item in section["items"]:
            fits = "tiers" not in item or tier in item["tiers"]
            if is_deep(item) and fits and _may_hold(item.get("when"), context):
                yield item


def _may_hold(when: Condition | None, context: Context) -> bool:
    if when is None or any(not ref.startswith("unit.") for ref in references_of(when)):
        return True
    return holds(when, lambda ref: unit_value(ref.removeprefix("unit."), context))
