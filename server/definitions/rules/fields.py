"""The fields of one answer: which an item has, and what each may hold."""

from server.definitions.rules.answer_types import RESULTS, AnswerRefused, parse_value
from server.definitions.rules.shapes import Item, Spec, Value

MAX_NOTE = 2000


class FieldUnknown(AnswerRefused):
    """The item has no such field."""

    code = "definitions-field-unknown"
    title = "This question has no such field."
    title_zh = "该检查项没有这个填写项。"


def spec_of(item: Item, field: str) -> Spec:
    """Find how a value field is given: `v`, or `r.` and a reading."""
    if field == "v" and item["answer"]["type"] != "pass-fail-na":
        return item["answer"]
    for reading in item.get("readings", []):
        if field == f"r.{reading['key']}":
            return reading
    raise FieldUnknown(field[:80])


def parse_field(item: Item, field: str, raw: object) -> Value:
    """Take one field of an answer from outside, or refuse it; null clears."""
    if field == "result":
        return _parse_result(item, raw)
    if field in ("note", "reason"):
        return parse_value({"type": "text", "max_length": MAX_NOTE}, raw)
    return parse_value(spec_of(item, field), raw)


def _parse_result(item: Item, raw: object) -> Value:
    if raw is None:
        return None
    if not isinstance(raw, str) or raw not in RESULTS:
        raise AnswerRefused("The result is pass, fail, na or unable.")
    if raw == "na" and not item["answer"].get("allow_na"):
        raise AnswerRefused("This item cannot be answered with not applicable.")
    if raw == "pass" and item["answer"]["type"] != "pass-fail-na":
        raise AnswerRefused("This item passes by its value.")
    return raw
