"""
Reading checklist files: strict JSON, then the schema, then the rules a schema cannot say.

Every mistake of every file is collected before anything is refused, each with file, line and JSON
pointer, so that who writes a checklist repairs it in one round.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError

from server.definitions.hant import hant_faults
from server.definitions.rules.checks import (
    Fault,
    Words,
    check_definition,
    check_texts,
    check_words,
)
from server.definitions.rules.criteria import (
    CriteriaList,
    check_list,
    check_sources,
    lists_used,
    marks_of,
)
from server.definitions.rules.law import LawRecord
from server.definitions.rules.records import check_heirs, check_record, unused
from server.definitions.rules.shapes import Definition
from server.definitions.strict_json import Document, StrictJsonError, step

CONTRACTS = Path(__file__).resolve().parents[2] / "contracts"
WORD_FILES = ("attributes.json", "categories.json")
CRITERIA = "criteria"
BASIS = "basis"
LONGEST_MESSAGE = 240


@dataclass(frozen=True, order=True)
class Mistake:
    """What is wrong, and exactly where."""

    file: str
    line: int
    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.pointer or '/'}: {self.message}"


@dataclass(frozen=True)
class Loaded:
    """A definition ready to be published: `hash` is the SHA-256 of `body`, its canonical JSON."""

    key: str
    hash: str
    body: str
    definition: Definition
    items: int


@dataclass
class Report:
    """What was read and what is wrong with it."""

    files: list[str] = field(default_factory=list)
    items: int = 0
    facts: int = 0
    citations: Counter[str] = field(default_factory=Counter)
    mistakes: list[Mistake] = field(default_factory=list)
    definitions: list[Loaded] = field(default_factory=list)
    criteria: list[CriteriaList] = field(default_factory=list)
    unused_criteria: list[str] = field(default_factory=list)
    records: dict[str, LawRecord] = field(default_factory=dict)
    unused: list[str] = field(default_factory=list)


class DefinitionsBroken(Exception):
    """The checklists of this installation cannot be used as they are."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        super().__init__("\n".join(str(mistake) for mistake in mistakes))
        self.mistakes = mistakes


def load(folder: Path) -> list[Loaded]:
    """Read a folder of checklists, or raise with all its mistakes."""
    report = check(folder)
    if report.mistakes:
        raise DefinitionsBroken(report.mistakes)
    return report.definitions


def check(folder: Path) -> Report:
    """Read a folder of checklists and report; a folder without any is a mistake too."""
    report = Report()
    words = _read_words(folder, report)
    owners: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")):
        if path.name not in WORD_FILES:
            _check_file(path, words, owners, report)
    if not report.files:
        report.mistakes.append(Mistake(folder.name, 1, "", "no checklist file was found"))
    report.unused = unused(report.records, _cited(report))
    pointed = {key for found in report.definitions for key in lists_used(found.definition)}
    report.unused_criteria = [one["key"] for one in report.criteria if one["key"] not in pointed]
    report.mistakes.sort()
    return report


def canonical(value: object) -> str:
    """Write JSON in the one form that is hashed: sorted keys, no spaces, characters as they are."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def content_hash(body: str) -> str:
    """Name a canonical text by its content."""
    return hashlib.sha256(body.encode()).hexdigest()


def _read_words(folder: Path, report: Report) -> Words:
    found: dict[str, Any] = {}
    for name in WORD_FILES:
        path = folder / name
        if not path.is_file():
            report.mistakes.append(Mistake(name, 1, "", "the file is missing"))
            continue
        document = _read(path, report)
        if document is None:
            continue
        faults = list(schema_faults("checklist-words.schema.json", document.value))
        if not faults:
            found.update(document.value)
            faults = [*check_words(document.value), *hant_faults(document.value)]
        report.mistakes += _placed(path.name, document, faults)
    records = _read_records(folder, report)
    for path in sorted((folder / CRITERIA).glob("*.json")):
        _read_criteria(path, report)
    marks = {ref: mark for one in report.criteria for ref, mark in marks_of(one).items()}
    return replace(Words.of(found), criteria=marks, records=records)


def _read_records(folder: Path, report: Report) -> dict[str, LawRecord]:
    sound: dict[str, Document] = {}
    for path in sorted((folder / BASIS).glob("*.json")):
        document = _read(path, report)
        if document is None:
            continue
        faults = [*schema_faults("basis.schema.json", document.value)]
        faults += _named_like(path, document.value)
        faults += hant_faults(document.value)
        if not faults:
            found = cast(LawRecord, document.value)
            faults = [*check_record(found), *check_texts(found)]
            report.records[found["key"]] = found
            sound[found["key"]] = document
        report.mistakes += _placed(f"{BASIS}/{path.name}", document, faults)
    for key, document in sound.items():
        heirs = list(check_heirs(report.records[key], report.records))
        report.mistakes += _placed(f"{BASIS}/{key}.json", document, heirs)
    return report.records


def _read_criteria(path: Path, report: Report) -> None:
    document = _read(path, report)
    if document is None:
        return
    faults = [*schema_faults("criteria.schema.json", document.value)]
    faults += _named_like(path, document.value)
    if not faults:
        found = cast(CriteriaList, document.value)
        report.criteria.append(found)
        faults = [*check_list(found), *check_texts(found)]
        faults += [*check_words({"entries": found["entries"]}), *hant_faults(document.value)]
        faults += check_sources(found, report.records)
    report.mistakes += _placed(f"{CRITERIA}/{path.name}", document, faults)


def _check_file(path: Path, words: Words, owners: dict[str, str], report: Report) -> None:
    report.files.append(path.name)
    document = _read(path, report)
    if document is None:
        return
    faults, definition = check_value(document.value, words, owners, path.name)
    faults += _named_like(path, document.value)
    if definition is not None:
        _count(definition, report, is_sound=not faults)
    report.mistakes += _placed(path.name, document, faults)


def check_value(
    value: Any, words: Words, owners: dict[str, str], name: str
) -> tuple[list[Fault], Definition | None]:
    """
    Check one checklist from anywhere: all its faults, and the definition if it is whole.

    *owners* tells which checklist each item key belongs to; those of this one (*name*) are added.
    """
    faults = list(schema_faults("checklist.schema.json", value))
    broken = {pointer for pointer, _ in faults}
    if any(_is_outside_items(pointer) for pointer in broken) or not _has_item_objects(value):
        return faults, None
    definition = cast(Definition, value)
    faults += check_definition(definition, words, broken_items=_items_of(broken))
    faults += _claimed_elsewhere(name, definition, owners)
    faults += hant_faults(value)
    return faults, definition


def loaded(definition: Definition) -> Loaded:
    """Return a sound definition with its canonical text and hash."""
    body = canonical(definition)
    count = sum(len(section["items"]) for section in definition["sections"])
    return Loaded(definition["key"], content_hash(body), body, definition, count)


def words_in(folder: Path) -> Words:
    """Return the words that the checklists of a folder share."""
    report = Report()
    words = _read_words(folder, report)
    if report.mistakes:
        raise DefinitionsBroken(report.mistakes)
    return words


def _read(path: Path, report: Report) -> Document | None:
    try:
        return Document(path.read_bytes())
    except StrictJsonError as fault:
        report.mistakes.append(Mistake(path.name, fault.line, fault.pointer, fault.message))
        return None


def _placed(name: str, document: Document, faults: list[tuple[str, str]]) -> list[Mistake]:
    return [Mistake(name, document.line_of(at), at, message) for at, message in faults]


def _count(definition: Definition, report: Report, *, is_sound: bool) -> None:
    items = [item for section in definition["sections"] for item in section["items"]]
    report.items += len(items)
    if not is_sound:
        return
    report.facts += len(definition["header"]["facts"])
    report.citations.update(basis["tag"] for item in items for basis in item["basis"])
    report.definitions.append(loaded(definition))


def _cited(report: Report) -> set[str]:
    items = [
        item
        for found in report.definitions
        for section in found.definition["sections"]
        for item in section["items"]
    ]
    cited = {basis["law"] for item in items for basis in item["basis"] if "law" in basis}
    sources = [entry["source"] for one in report.criteria for entry in one["entries"]]
    return cited | {source["law"] for source in sources if "law" in source}


def _named_like(path: Path, value: Any) -> list[tuple[str, str]]:
    key = value.get("key") if isinstance(value, dict) else None
    if not isinstance(key, str) or key == path.stem:
        return []
    return [("/key", f"the file is named {path.stem!r}; key and name must agree")]


def _claimed_elsewhere(
    name: str, definition: Definition, owners: dict[str, str]
) -> Iterator[tuple[str, str]]:
    for at, section in enumerate(definition["sections"]):
        for number, item in enumerate(section["items"]):
            key = item.get("key")
            if isinstance(key, str) and owners.setdefault(key, name) != name:
                pointer = f"/sections/{at}/items/{number}/key"
                yield pointer, f"the key {key!r} is already used in {owners[key]}"


def _is_outside_items(pointer: str) -> bool:
    parts = pointer.split("/")
    return len(parts) < 5 or parts[1] != "sections" or parts[3] != "items"


def _has_item_objects(value: Any) -> bool:
    return all(isinstance(item, dict) for section in value["sections"] for item in section["items"])


def _items_of(pointers: set[str]) -> set[tuple[int, int]]:
    return {(int(parts[2]), int(parts[4])) for parts in (p.split("/") for p in pointers)}


@cache
def _validator(name: str) -> Draft202012Validator:
    schema = json.loads((CONTRACTS / name).read_text(encoding="utf-8"))
    return Draft202012Validator(schema)


def schema_faults(name: str, value: object) -> Iterator[Fault]:
    """Check a value against a schema of contracts/."""
    for error in _validator(name).iter_errors(value):
        yield from _named_faults(error)


def _named_faults(error: ValidationError) -> Iterator[tuple[str, str]]:
    pointer = ""
    for part in error.absolute_path:
        pointer = step(pointer, part)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = cast(dict[str, Any], error.schema).get("properties", {})
        for key in error.instance:
            if key not in known:
                yield step(pointer, key), f"the key {key!r} is unknown here"
        return
    yield pointer, error.message[:LONGEST_MESSAGE]
