"""What a quick visit passes unless something is said, and what needs a word of its own."""

from collections.abc import Mapping

from server.checklists.rules.lines import items_by_key, lines
from server.checklists.rules.missing import gaps_of
from server.checklists.rules.shapes import (
    Answers,
    Context,
    Exceptions,
    Values,
    answer_key,
)
from server.definitions.rules.shapes import Definition, Item

PASSED: Values = {"result": "pass"}


def exceptions(
    definition: Definition, context: Context, answers: Answers, photos: Mapping[str, int]
) -> Exceptions:
    """Part the lines that are not complete: passed by exception, or asked one by one."""
    items = items_by_key(definition)
    found: Exceptions = {"passed": [], "asked": []}
    for row in lines(definition, context, answers):
        item, key = items[row["item"]], answer_key(row["target"], row["item"])
        values, taken = answers.get(key, {}), photos.get(key, 0)
        if not any(gaps_of(item, values, taken, context["today"])):
            continue
        silent = all(value is None for value in values.values())
        passes = silent and may_pass(item, taken, context["today"])
        found["passed" if passes else "asked"].append(row)
    return found


def may_pass(item: Item, photos: int, today: str) -> bool:
    """Tell an item that needs nothing but the word, and not a person's own word either."""
    if item.get("mandatory") or item["answer"]["type"] != "pass-fail-na":
        return False
    return not any(gaps_of(item, PASSED, photos, today))
