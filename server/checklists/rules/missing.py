"""What still has to be given before an inspection may be submitted."""

from collections.abc import Iterator, Mapping
from typing import Literal

from server.checklists.rules.judge import active_readings, is_answered, judge, said_result
from server.checklists.rules.lines import items_by_key, lines
from server.checklists.rules.shapes import Answers, Context, Line, Missing, Values, answer_key
from server.definitions.rules.shapes import Definition, Item
from server.definitions.rules.values import is_given, is_text

What = Literal["answer", "reading", "photo", "note", "reason"]
Gap = tuple[What, str | None]


def missing(
    definition: Definition, context: Context, answers: Answers, photos: Mapping[str, int]
) -> list[Missing]:
    """List the gaps in walking order; `photos` counts them by answer."""
    items = items_by_key(definition)
    found: list[Missing] = []
    for row in lines(definition, context, answers):
        found += _of_row(row, items[row["item"]], context, answers, photos)
    return found


def _of_row(
    row: Line, item: Item, context: Context, answers: Answers, photos: Mapping[str, int]
) -> Iterator[Missing]:
    key = answer_key(row["target"], row["item"])
    gaps = gaps_of(item, answers.get(key, {}), photos.get(key, 0), context["today"])
    for what, field in gaps:
        yield {"target": row["target"], "item": row["item"], "what": what, "field": field}


def gaps_of(item: Item, values: Values, photos: int, today: str) -> Iterator[Gap]:
    """List what one answer lacks."""
    said = said_result(item, values)
    if said in ("na", "unable"):
        if not is_text(values.get("reason")):
            yield "reason", None
        return
    failed = judge(item, values, today)["result"] == "fail"
    # Who taps "fail" need not measure any more: the thing may not be there.
    if said != "fail":
        yield from _values(item, values)
    if photos == 0 and _needs_photo(item, failed=failed):
        yield "photo", None
    if failed and "on_fail" not in item and not is_text(values.get("note")):
        yield "note", None


def _values(item: Item, values: Values) -> Iterator[Gap]:
    if not is_answered(item, values):
        yield "answer", None
    for reading in active_readings(item, values):
        field = f"r.{reading['key']}"
        if not reading.get("optional") and not is_given(reading, values.get(field)):
            yield "reading", field


def _needs_photo(item: Item, *, failed: bool) -> bool:
    rule = item["photo"]["rule"]
    return rule == "always" or (rule == "on-fail" and failed)
