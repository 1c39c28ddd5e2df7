"""What is told of an answer that stands beside somebody else's work without contradicting it."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from server.checklists.rules import FieldState, answer_key
from server.definitions.queries import definition
from server.definitions.rules.depth import is_deep
from server.definitions.rules.references import references_of
from server.inspections.models import Inspection
from server.inspections.queries import walk_of
from server.kernel import clock
from server.kernel.db import db

Key = tuple[str, str, str]


def parallel(
    fields: Mapping[str, FieldState], told: Iterable[str], base: Mapping[str, int], by: str
) -> list[str]:
    """Name the other fields of the same answer that others had set and this phone had not seen."""
    own = set(told)
    return sorted(
        name
        for name, state in fields.items()
        if name not in own and state["by"] != by and state["rev"] > base.get(name, 0)
    )


@lru_cache(maxsize=64)
def _conditional(digest: str) -> dict[str, tuple[str, ...]]:
    """
    Name the items that may not be asked, with what their conditions look at.

    Conditions about the unit alone are left out: they were the same on every phone.
    """
    found: dict[str, tuple[str, ...]] = {}
    for section in definition(digest)["sections"]:
        for item in section["items"]:
            seen = [*references_of(section.get("when")), *references_of(item.get("when"))]
            answers = tuple(ref for ref in seen if not ref.startswith(("unit.", "place.")))
            if answers or is_deep(item):
                found[item["key"]] = answers
    return found


def doubtful(digest: str, keys: Iterable[Key]) -> set[Key]:
    """
    Return those answers whose item somebody else's answer may have put out of the question.

    Most items are always asked. What a phone's own answer hid in the same push was its own doing.
    """
    told = set(keys)
    items = {key[2] for key in told}
    conditional = _conditional(digest)
    return {
        key
        for key in told
        if key[2] in conditional
        and not any(owner in items for ref in conditional[key[2]] for owner in _owners(ref))
    }


def _owners(ref: str) -> tuple[str, str]:
    return ref, ref.rpartition(".")[0]


def unasked(inspection_id: str, keys: Iterable[Key]) -> set[Key]:
    """Return those of the answers whose item is not asked any more."""
    inspection = db.session.get_one(Inspection, inspection_id)
    walk = walk_of(inspection, clock.today())
    asked = {answer_key(line["target"], line["item"]) for line in walk.lines()}
    return {key for key in keys if answer_key(key[1], key[2]) not in asked}
