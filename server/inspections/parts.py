"""Which part of a checklist one visit takes on, and what a quick visit may pass. Pure."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from server.checklists.rules import Line, answer_key
from server.checklists.rules.lines import items_by_key
from server.definitions.rules.depth import is_deep
from server.definitions.rules.shapes import Definition
from server.inspections import rules

TOGETHER = ("rest", "quick")


class Part(NamedTuple):
    """The style of a visit, its sections and its deep items; None is all of them."""

    style: str
    sections: list[str] | None
    deep_items: list[str] | None


def checked_part(
    definition: Definition,
    style: str,
    sections: Sequence[str] | None,
    deep_items: Sequence[str] | None,
) -> Part:
    """Return the part in the order of the checklist, or raise when it does not fit."""
    if style not in rules.STYLE_NAMES:
        raise rules.StyleUnknown(style=style)
    chosen = _checked_sections(definition, sections)
    return Part(style, chosen, _checked_draw(definition, chosen, deep_items))


def _checked_sections(definition: Definition, given: Sequence[str] | None) -> list[str] | None:
    if given is None:
        return None
    keys = [section["key"] for section in definition["sections"]]
    chosen = [key for key in keys if key in given]
    if not chosen or len(chosen) != len(given):
        raise rules.PartUnfit(sections=list(given))
    return None if chosen == keys else chosen


def _checked_draw(
    definition: Definition, sections: Collection[str] | None, given: Sequence[str] | None
) -> list[str] | None:
    """
    Check what was drawn: deep items only, as many as one visit draws.

    The phone drew without a signal from what it knew of the unit. So fewer are taken where tiers or
    conditions may have left fewer to draw from; never fewer than are asked of everybody.
    """
    if "rotation" not in definition or given is None:
        return None
    turn = definition["rotation"]["per_visit"]
    deep = [key for key, _ in _deep(definition, sections)]
    certain = sum(asked_of_all for _, asked_of_all in _deep(definition, sections))
    drawn = [key for key in deep if key in given]
    if len(drawn) != len(given) or not min(turn, certain) <= len(drawn) <= turn:
        raise rules.DrawUnfit(deep_items=list(given))
    return drawn


def _deep(definition: Definition, sections: Collection[str] | None) -> list[tuple[str, bool]]:
    """List the deep items of a part, and whether each is asked of every unit."""
    return [
        (item["key"], not ("when" in section or "when" in item or "tiers" in item))
        for section in definition["sections"]
        if sections is None or section["key"] in sections
        for item in section["items"]
        if is_deep(item)
    ]


def settled_deep_items(
    definition: Definition, part: Part, lines: Sequence[Line], unsettled: Collection[str]
) -> list[str] | None:
    """
    Return the deep items that need no check before the others come round.

    One that was drawn and turned out not to apply is settled too: it would else stand first in
    every draw. `unsettled` are the keys of answers that are open or could not be given.
    """
    if "rotation" not in definition:
        return None
    left = {line["item"] for line in lines if answer_key(line["target"], line["item"]) in unsettled}
    drawn = part.deep_items
    return [
        key
        for key, _ in _deep(definition, part.sections)
        if (drawn is None or key in drawn) and key not in left
    ]


def passed_together(fields: Mapping[str, Mapping[str, Any]]) -> str | None:
    """Return how an answer was passed if it was not one by one."""
    result = fields.get("result", {})
    how = result.get("how")
    return how if how in TOGETHER and result.get("v") == "pass" else None


def passed_without_looking(
    definition: Definition, lines: Sequence[Line], together: Collection[str]
) -> list[Line]:
    """Return the mandatory lines that were passed together with others."""
    items = items_by_key(definition)
    return [
        line
        for line in lines
        if answer_key(line["target"], line["item"]) in together
        and items[line["item"]].get("mandatory")
    ]
