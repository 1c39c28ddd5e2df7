"""What an inspection's definition lets be answered."""

from functools import lru_cache

from server.definitions.queries import definition
from server.definitions.rules import parse_field
from server.definitions.rules.shapes import Item, Value
from server.kernel.errors import Invalid
from server.sync.args import AnswerSet


class UnknownItem(Invalid):
    """The checklist that the inspection was made with has no such item."""

    code = "answer-unknown-item"
    title = "The checklist has no such item."
    title_zh = "检查表中没有这个项目。"


@lru_cache(maxsize=64)
def _items(digest: str) -> dict[str, Item]:
    """Definitions never change, so that their hash is a key for ever."""
    sections = definition(digest)["sections"]
    return {item["key"]: item for section in sections for item in section["items"]}


def checked(digest: str, args: AnswerSet) -> dict[str, Value]:
    """Return the fields to set, cleaned, or raise when the item has no place for one of them."""
    item = _items(digest).get(args.item)
    if item is None:
        raise UnknownItem(item=args.item)
    return {name: parse_field(item, name, raw) for name, raw in args.set.items()}
