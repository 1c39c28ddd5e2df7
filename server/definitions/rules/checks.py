"""What a schema cannot say about a checklist. Every fault is a JSON pointer and a sentence."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from server.definitions.rules.answer_types import ANSWER_TYPES
from server.definitions.rules.conditions import Reference, check_candidates, check_conditions
from server.definitions.rules.criteria import Mark, check_criteria
from server.definitions.rules.depth import check_depth
from server.definitions.rules.law import Records
from server.definitions.rules.records import check_citation
from server.definitions.rules.shapes import Definition, Item, Section, Spec
from server.definitions.rules.values import parse_day

Fault = tuple[str, str]

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_FOREIGN = re.compile(r"https?:|www\.|\[[ABCUV](?:/[ABCUV])? ?[A-Z]?[0-9]*\]", re.IGNORECASE)
_SYMBOL = re.compile(r"[^\u3400-\u9fff]{1,12}")


@dataclass(frozen=True)
class Words:
    """The words that checklists share, and that conditions and hazards may use."""

    unit: frozenset[str]
    place: frozenset[str]
    categories: frozenset[str]
    criteria: Mapping[str, Mark] = field(default_factory=dict)
    records: Records = field(default_factory=dict)

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "Words":
        """Collect the keys of the word files."""
        unit, place, categories = (
            frozenset(entry["key"] for entry in found.get(group, ()))
            for group in ("unit", "place", "categories")
        )
        return cls(unit, place, categories)


def check_texts(value: object) -> list[Fault]:
    """Check every text within a value: in its language, without traces of research notes."""
    return list(_texts(value, ""))


def check_words(found: Mapping[str, Any]) -> list[Fault]:
    """Check a word file: keys once each, texts in their language."""
    faults: list[Fault] = []
    for group, entries in found.items():
        keys = [entry["key"] for entry in entries]
        faults += _twice(keys, f"/{group}", "/key")
        faults += _texts(entries, f"/{group}")
    return faults


def check_definition(
    definition: Definition, words: Words, *, broken_items: set[tuple[int, int]]
) -> list[Fault]:
    """Check one file; items whose shape is wrong are passed over."""
    places = list(_placed_items(definition, broken_items))
    faults: list[Fault] = []
    if parse_day(definition["effective_from"]) is None:
        faults.append(("/effective_from", "there is no such day"))
    faults += _twice([s["key"] for s in definition["sections"]], "/sections", "/key")
    faults += _item_keys(definition)
    faults += _facts(definition)
    faults += _texts(definition, "")
    for pointer, section, item in places:
        faults += _item(pointer, section, item, words)
    references = [Reference(pointer, section, item) for pointer, section, item in places]
    sections = [(f"/sections/{at}", section) for at, section in enumerate(definition["sections"])]
    faults += check_conditions(sections, references, words.unit, words.place)
    faults += check_depth(definition, places)
    faults += check_candidates(definition, references, words.unit, words.place)
    faults += check_criteria(definition, places, words.criteria, definition["effective_from"])
    return faults


def _placed_items(
    definition: Definition, broken: set[tuple[int, int]]
) -> Iterator[tuple[str, Section, Item]]:
    for at, section in enumerate(definition["sections"]):
        for number, item in enumerate(section["items"]):
            if (at, number) not in broken:
                yield f"/sections/{at}/items/{number}", section, item


def _twice(keys: list[str], pointer: str, tail: str) -> list[Fault]:
    return [
        (f"{pointer}/{at}{tail}", f"the key {key!r} is given twice")
        for at, key in enumerate(keys)
        if key in keys[:at]
    ]


def _all_items(definition: Definition) -> Iterator[tuple[str, Any]]:
    """Give the broken items too; of their shape nothing is certain."""
    for at, section in enumerate(definition["sections"]):
        for number, item in enumerate(section["items"]):
            yield f"/sections/{at}/items/{number}", item


def _item_keys(definition: Definition) -> Iterator[Fault]:
    seen: set[str] = set()
    for pointer, item in _all_items(definition):
        key = item.get("key")
        if not isinstance(key, str):
            continue
        if key in seen:
            yield f"{pointer}/key", f"the key {key!r} is given twice"
        seen.add(key)


def _facts(definition: Definition) -> Iterator[Fault]:
    header = definition["header"]
    carried: dict[str, str] = {}
    for pointer, facts in _fact_lists(definition):
        for at, fact in enumerate(facts):
            where = f"{pointer}/{at}"
            if not isinstance(fact, str):
                continue
            if fact in carried and not _shared(fact, where, carried[fact]):
                yield where, f"{fact} is already accounted for at {carried[fact]}"
            elif fact not in header["facts"]:
                yield where, f"{fact} is not among the facts of the header"
            carried.setdefault(fact, where)
    for at, fact in enumerate(header["facts"]):
        if fact not in carried:
            yield f"/header/facts/{at}", f"{fact} is neither carried by an item nor omitted"


def _shared(fact: str, *pointers: str) -> bool:
    """Tell a duty, which several items may carry: it reaches into many corners of a unit."""
    return fact.startswith("D-") and not any(p.startswith("/header/omitted") for p in pointers)


def _fact_lists(definition: Definition) -> Iterator[tuple[str, list[Any]]]:
    for pointer, item in _all_items(definition):
        facts = item.get("facts")
        if isinstance(facts, list):
            yield f"{pointer}/facts", facts
    for at, omission in enumerate(definition["header"]["omitted"]):
        yield f"/header/omitted/{at}/facts", list(omission["facts"])


def _texts(value: object, pointer: str) -> Iterator[Fault]:
    """Find texts in the wrong language, and traces of research notes."""
    if isinstance(value, dict):
        if set(value) == {"zh", "en"} and all(isinstance(t, str) for t in value.values()):
            yield from _text(value["zh"], value["en"], pointer)
        for key, inner in value.items():
            yield from _texts(inner, f"{pointer}/{key}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _texts(inner, f"{pointer}/{at}")
    elif isinstance(value, str) and _FOREIGN.search(value):
        yield pointer, "web addresses and source codes do not belong in a checklist"


def _text(zh: str, en: str, pointer: str) -> Iterator[Fault]:
    if _CHINESE.search(en):
        yield f"{pointer}/en", "the English text holds Chinese characters: translate it"
    if not _CHINESE.search(zh) and not (zh == en and _SYMBOL.fullmatch(zh)):
        yield f"{pointer}/zh", "the Chinese text holds no Chinese character: translate it"


def _item(pointer: str, section: Section, item: Item, words: Words) -> Iterator[Fault]:
    yield from _specs(pointer, item)
    yield from _twice([r["key"] for r in item.get("readings", [])], f"{pointer}/readings", "/key")
    if "repeat" in item and "repeat" in section:
        yield f"{pointer}/repeat", "the section repeats already; an item in it cannot repeat again"
    if item["photo"]["rule"] == "never" and "hint" in item["photo"]:
        yield f"{pointer}/photo/hint", "no photo is taken here, so there is nothing to hint at"
    for at, basis in enumerate(item["basis"]):
        for tail, message in check_citation(basis, words.records):
            yield f"{pointer}/basis/{at}{tail}", message
    if "on_fail" in item:
        category = item["on_fail"]["hazard"]["category"]
        if category not in words.categories:
            where = f"{pointer}/on_fail/hazard/category"
            yield where, f"{category!r} is not in categories.json"


def _specs(pointer: str, item: Item) -> Iterator[Fault]:
    specs: list[tuple[str, Spec]] = [(f"{pointer}/answer", item["answer"])]
    specs += [(f"{pointer}/readings/{at}", r) for at, r in enumerate(item.get("readings", []))]
    for where, spec in specs:
        for tail, message in ANSWER_TYPES[spec["type"]].validate(spec):
            yield f"{where}{tail}", message
