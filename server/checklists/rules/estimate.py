"""How long a visit may take: measured where visits were measured, estimated elsewhere."""

from collections.abc import Mapping
from typing import Literal

from server.checklists.rules.exceptions import may_pass
from server.checklists.rules.lines import items_by_key, lines
from server.checklists.rules.shapes import Answers, Context, Estimate
from server.definitions.rules.shapes import Definition, Item

# Product estimates for files that give none: look and tap; write or choose; note a reading; photo.
TAP, VALUE, READING, PHOTO = 20, 30, 15, 20
GLANCE = 6
"""Of a line that a quick visit passes by exception."""

Style = Literal["full", "quick"]


def estimate(
    definition: Definition,
    context: Context,
    answers: Answers,
    measured: Mapping[str, int],
    style: Style,
) -> Estimate:
    """Add up the visible lines."""
    items = items_by_key(definition)
    found: Estimate = {"lines": 0, "measured": 0, "seconds": 0}
    for row in lines(definition, context, answers):
        item = items[row["item"]]
        found["lines"] += 1
        if style == "quick" and may_pass(item, 0, context["today"]):
            found["seconds"] += GLANCE
            continue
        known = measured.get(item["key"])
        found["measured"] += known is not None
        found["seconds"] += known if known is not None else item.get("seconds", _usual(item))
    return found


def _usual(item: Item) -> int:
    needed = [r for r in item.get("readings", []) if not r.get("optional") and "when" not in r]
    own = TAP if item["answer"]["type"] == "pass-fail-na" else VALUE
    photo = PHOTO if item["photo"]["rule"] == "always" else 0
    return own + READING * len(needed) + photo
