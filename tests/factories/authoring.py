"""Checklists without a mistake, and people who may write and review them."""

import copy
from typing import Any

from server.definitions.models import DefinitionVersion
from server.org.models import Person
from tests.factories.definitions import WARD, make_definition
from tests.factories.org import make_person
from tests.support.actors import World

Data = dict[str, Any]
LAW = {"law": "fire-law", "edition": "2021年文本", "clause": "第16条", "tag": "verified"}


def sound_ward(**changed: Any) -> Data:
    """The ward's checklist as the checks want it: every item with a fact of its own."""
    made: Data = copy.deepcopy(WARD) | changed
    items = [item for section in made["sections"] for item in section["items"]]
    for number, item in enumerate(items, 1):
        item["facts"] = [f"WARD-{number:02d}"]
        item["basis"] = [LAW if "clause" in item["basis"][0] else item["basis"][0]]
        for hazard in filter(None, [item.get("on_fail", {}).get("hazard")]):
            hazard["category"] = "fire"
    made["header"]["facts"] = [fact for item in items for fact in item["facts"]]
    return made


def make_ward(**changed: Any) -> DefinitionVersion:
    """The same, published."""
    return make_definition(sound_ward(**changed))


def make_office(world: World, name: str = "市局周") -> Person:
    """Somebody of the city's office, responsible for every county."""
    return make_person(role="bureau_office", region=world.city, name=name)


def a_local_item(key: str, fact: str = "AP-01", **changed: Any) -> Data:
    """An item that a county adds."""
    return {
        "key": key,
        "facts": [fact],
        "ask": {"zh": "本县要求是否落实？", "en": "Is the county's rule kept?"},
        "method": {"zh": "查文件", "en": "Read the papers"},
        "basis": [{"doc": "县政府通知", "tag": "document-only"}],
        "answer": {"type": "pass-fail-na"},
        "photo": {"rule": "optional"},
        "weight": 1,
    } | changed
