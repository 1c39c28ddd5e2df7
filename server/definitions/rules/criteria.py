"""
Criteria of major hazards as data: one list a document, entries that checklists point to.

An entry only ever makes a candidate. Whether a hazard is major is decided by a person, see
server/hazards.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict

from server.definitions.rules.law import Records
from server.definitions.rules.records import check_citation
from server.definitions.rules.shapes import (
    Basis,
    Definition,
    HazardDefaults,
    Item,
    Section,
    Text,
)

Fault = tuple[str, str]
Placed = tuple[str, Section, Item]
MAJOR = "major"


class Applies(TypedDict):
    """Where an entry is offered first; it may be chosen everywhere."""

    areas: NotRequired[list[str]]
    categories: NotRequired[list[str]]


class CriteriaEntry(TypedDict):
    """One case that may be a major hazard."""

    key: str
    text: Text
    wording: Literal["verbatim", "paraphrase"]
    source: Basis
    effective_from: NotRequired[str]
    effective_to: NotRequired[str]
    applies: NotRequired[Applies]


class AtOnce(TypedDict):
    """What is to be done before anybody has decided."""

    act: Literal["stop", "evacuate", "report"]
    text: Text
    source: Basis


class CriteriaList(TypedDict):
    """One document with its entries. `serious` is another notion of law: it never makes a major."""

    key: str
    concept: Literal["major", "serious"]
    title: Text
    edition: str
    region: str
    effective_from: str
    effective_to: NotRequired[str]
    complete: bool
    incomplete: NotRequired[Text]
    judged_by: Text
    at_once: list[AtOnce]
    entries: list[CriteriaEntry]


@dataclass(frozen=True)
class Mark:
    """What a checklist needs to know of an entry that it points to."""

    concept: str
    effective_from: str
    effective_to: str | None


def first_day(found: CriteriaList, entry: CriteriaEntry) -> str:
    """Return the first day of an entry."""
    return entry.get("effective_from", found["effective_from"])


def last_day(found: CriteriaList, entry: CriteriaEntry) -> str | None:
    """Return the last day of an entry; None while nobody has ended it."""
    return entry.get("effective_to", found.get("effective_to"))


def in_force(found: CriteriaList, entry: CriteriaEntry, day: str) -> bool:
    """Say whether an entry holds on a day."""
    end = last_day(found, entry)
    return first_day(found, entry) <= day and (end is None or day <= end)


def find_entry(
    lists: Iterable[CriteriaList], reference: str
) -> tuple[CriteriaList, CriteriaEntry] | None:
    """Return the list and the entry behind `<list>.<entry>`."""
    owner, _, key = reference.partition(".")
    for found in lists:
        if found["key"] == owner:
            for entry in found["entries"]:
                if entry["key"] == key:
                    return found, entry
    return None


def cited_words(found: CriteriaList, entry: CriteriaEntry) -> str:
    """Return document, clause and case in one sentence, as a hazard keeps them."""
    return f"{found['title']['zh']}{entry['source'].get('clause', '')}：{entry['text']['zh']}"


def marks_of(found: CriteriaList) -> dict[str, Mark]:
    """Index the entries of a list by their references."""
    return {
        f"{found['key']}.{entry['key']}": Mark(
            found["concept"], first_day(found, entry), last_day(found, entry)
        )
        for entry in found["entries"]
    }


def check_list(found: CriteriaList) -> Iterator[Fault]:
    """Check what the schema of a list cannot say, besides keys and texts."""
    if found["complete"] == ("incomplete" in found):
        yield "/incomplete", "an incomplete list says what is missing, a complete one does not"
    for at, entry in enumerate(found["entries"]):
        end = last_day(found, entry)
        if end is not None and end < first_day(found, entry):
            yield f"/entries/{at}", "ends before it begins"


def check_sources(found: CriteriaList, records: Records) -> Iterator[Fault]:
    """Check that every entry and every first step stands in a law that is on record."""
    sources = [(f"/entries/{at}", one["source"]) for at, one in enumerate(found["entries"])]
    sources += [(f"/at_once/{at}", one["source"]) for at, one in enumerate(found["at_once"])]
    for pointer, source in sources:
        for tail, message in check_citation(source, records):
            yield f"{pointer}/source{tail}", message


def check_criteria(
    definition: Definition, placed: Sequence[Placed], known: Mapping[str, Mark], day: str
) -> Iterator[Fault]:
    """Check what a checklist points to: it exists, is in force, and makes the candidate it says."""
    for pointer, reference in references(definition, placed):
        mark = known.get(reference)
        if mark is None:
            yield pointer, f"{reference!r} is not in checklists/criteria"
        elif mark.effective_from > day or (mark.effective_to or day) < day:
            yield pointer, f"{reference!r} is not in force on {day}"
    for pointer, hazard in _hazards(placed):
        concepts = {known[r].concept for r in hazard.get("criteria", ()) if r in known}
        if hazard["grade"] == "suspect-major" and concepts == {"serious"}:
            yield f"{pointer}/criteria", "none of these is a criterion of a major hazard"


def references(definition: Definition, placed: Sequence[Placed]) -> Iterator[tuple[str, str]]:
    """List every reference of a checklist with its pointer."""
    for pointer, hazard in _hazards(placed):
        for at, reference in enumerate(hazard.get("criteria", ())):
            yield f"{pointer}/criteria/{at}", reference
    for number, candidate in enumerate(definition.get("candidates", ())):
        for at, reference in enumerate(candidate["criteria"]):
            yield f"/candidates/{number}/criteria/{at}", reference


def lists_used(definition: Definition) -> set[str]:
    """Return the keys of the lists that a sound checklist points to."""
    items = [("", s, item) for s in definition["sections"] for item in s["items"]]
    return {reference.partition(".")[0] for _, reference in references(definition, items)}


def _hazards(placed: Sequence[Placed]) -> Iterator[tuple[str, HazardDefaults]]:
    for pointer, _, item in placed:
        if "on_fail" in item:
            yield f"{pointer}/on_fail/hazard", item["on_fail"]["hazard"]
