"""What is wrong with a draft: the rules of the checklist files, said to a clerk."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from server.authoring import queries
from server.authoring.models import ChecklistDraft
from server.authoring.rules.overlay import compose, own_prefix
from server.authoring.rules.sentences import in_words
from server.authoring.rules.stricter import check_overlay
from server.definitions.load import check_value, schema_faults, words_in
from server.definitions.queries import definition
from server.definitions.rules.checks import Fault, Words
from server.definitions.rules.meaning import reused_keys
from server.definitions.rules.shapes import Definition
from server.definitions.strict_json import step
from server.kernel.db import db
from server.org.models import Region

Data = dict[str, Any]


@dataclass(frozen=True)
class Checked:
    """A draft's faults by pointer, and the checklist it makes if it is whole enough to be shown."""

    faults: list[Fault]
    definition: Definition | None

    @property
    def mistakes(self) -> list[Data]:
        """Return the faults in words, one for each place: the first, which leads to the others."""
        first: dict[str, str] = {}
        for pointer, text in self.faults:
            first.setdefault(pointer, text)
        return [{"pointer": pointer, **in_words(text)} for pointer, text in first.items()]


@cache
def known_words(folder: Path) -> Words:
    """Return the words of this installation; they change with its program only."""
    return words_in(folder)


def check_draft(draft: ChecklistDraft, words: Words) -> Checked:
    """Check a draft by the rules of its kind."""
    if draft.kind == "overlay":
        return _check_overlay(draft, words)
    faults, made = check_value(draft.body, words, _owners(draft.key), draft.key)
    if draft.body.get("key") != draft.key:
        faults.append(("/key", f"must be {draft.key!r}, the checklist it lies over"))
    if made is not None and not faults:
        faults += _foreign_keys(made)
        faults += _second_lives(made, None)
    return Checked(faults, made)


def _check_overlay(draft: ChecklistDraft, words: Words) -> Checked:
    region = db.session.get_one(Region, draft.region_id)
    faults = list(schema_faults("overlay.schema.json", draft.body))
    if faults or draft.base_hash is None:
        return Checked(faults, None)
    base = definition(draft.base_hash)
    faults = check_overlay(base, draft.body, own_prefix(region.code))
    made = compose(base, draft.body)
    found, whole = check_value(made, words, _owners(draft.key), draft.key)
    if whole is not None and not found:
        found += _second_lives(whole, draft.region_id)
    faults += [(_in_overlay(pointer, made, draft.body), text) for pointer, text in found]
    # The checklist below is sound, so a heading without words breaks nothing that is shown.
    return Checked(faults, made)


def _owners(key: str) -> dict[str, str]:
    """Tell which other checklist each item key belongs to."""
    owners: dict[str, str] = {}
    for use in queries.holding():
        if use.version.key != key:
            for section in definition(use.version.hash)["sections"]:
                owners.update((item["key"], use.version.key) for item in section["items"])
    return owners


def _foreign_keys(made: Definition) -> list[Fault]:
    prefixes = tuple(f"{own_prefix(code)}." for code in queries.region_codes())
    return [
        (f"{pointer}/key", f"the key {key!r} belongs to a region")
        for key, pointer in _pointers(made).items()
        if key.startswith(prefixes)
    ]


def _second_lives(made: Definition, region_id: str | None) -> list[Fault]:
    """Find keys under which another question was once published: old answers stand under them."""
    published = [definition(digest) for digest in queries.every_hash(made["key"], region_id)]
    pointers = _pointers(made)
    return [
        (f"{_pointer_of(key, pointers)}/key", f"the key {key!r} meant something else before")
        for key in reused_keys(made, made, published)
    ]


def _pointer_of(key: str, pointers: Mapping[str, str]) -> str:
    return pointers.get(key) or pointers[key.rpartition(".")[0]]


def _pointers(made: Definition) -> dict[str, str]:
    return {
        item["key"]: f"/sections/{at}/items/{number}"
        for at, section in enumerate(made["sections"])
        for number, item in enumerate(section["items"])
        if isinstance(item.get("key"), str)
    }


def _in_overlay(pointer: str, made: Any, overlay: Data) -> str:
    """Translate a place in the composed checklist into one in the overlay."""
    parts = pointer.split("/")
    if parts[1:2] != ["sections"] or len(parts) < 3:
        return "/title" if parts[1:2] == ["title"] else ""
    section = made["sections"][int(parts[2])]
    if parts[3:4] != ["items"] or len(parts) < 5:
        own = [one["key"] for one in overlay["sections"]]
        at = own.index(section["key"]) if section["key"] in own else None
        return "" if at is None else "/".join(["", "sections", str(at), *parts[3:]])
    key = section["items"][int(parts[4])].get("key")
    added = [one["item"]["key"] for one in overlay["added"]]
    if key in added:
        return "/".join(["", "added", str(added.index(key)), "item", *parts[5:]])
    return step("/items", str(key))
