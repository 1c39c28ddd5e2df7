"""What a schema cannot say about records of the law, and about citations of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from server.definitions.rules.law import Edition, LawRecord, Records
from server.definitions.rules.shapes import Basis
from server.definitions.rules.values import parse_day

Fault = tuple[str, str]
_DAYS = ("published", "effective_from", "effective_to")
VERIFIED = "verified"


def check_record(record: LawRecord) -> list[Fault]:
    """Check one record by itself: its days, and that each edition follows the one before."""
    editions = record["editions"]
    faults = list(_numbers(editions))
    for at, edition in enumerate(editions):
        faults += _days(f"/editions/{at}", edition)
    if faults:
        return faults
    for at, (old, new) in enumerate(pairwise(editions)):
        faults += _succession(f"/editions/{at}", old, new)
    return faults


def check_heirs(record: LawRecord, records: Records) -> Iterator[Fault]:
    """Check where the last edition leads: to a record that exists, and never round in a ring."""
    last = len(record["editions"]) - 1
    heir = record["editions"][last].get("replaced_by")
    if heir is None:
        return
    pointer = f"/editions/{last}/replaced_by"
    if heir not in records:
        yield pointer, f"{heir!r} is neither an edition of this record nor the key of another one"
    elif "effective_to" not in record["editions"][last]:
        yield pointer, "what is replaced by another record needs its last day, `effective_to`"
    elif _comes_back(record["key"], records):
        yield pointer, f"{heir!r} leads back to this record: a ring replaces nothing"


def check_citation(basis: Basis, records: Records) -> Iterator[Fault]:
    """Check one citation: it names what exists, and promises no more than was read."""
    is_exact = basis["tag"] == VERIFIED or "clause" in basis
    if "law" not in basis:
        if is_exact:
            yield (
                "/doc",
                "a paper without a record is never verified: write one, and cite it by law",
            )
        return
    record = records.get(basis["law"])
    if record is None:
        yield "/law", f"{basis['law']!r} is not the key of a file in checklists/basis"
        return
    if is_exact and "edition" not in basis:
        yield "", "a clause was read in one edition: name it in `edition`"
    if "edition" not in basis:
        return
    edition = next((e for e in record["editions"] if e["number"] == basis["edition"]), None)
    if edition is None:
        known = ", ".join(edition["number"] for edition in record["editions"])
        yield "/edition", f"{basis['edition']!r} is no edition of {basis['law']!r} ({known})"
    elif is_exact and edition["verified"]["how"] == "to-verify":
        yield "/tag", f"{basis['edition']} itself was not verified, so no citation of it can be"


def unused(records: Records, cited: set[str]) -> list[str]:
    """List the records that nothing cites and that take no other one's place."""
    heirs = {
        edition["replaced_by"]
        for record in records.values()
        for edition in record["editions"]
        if "replaced_by" in edition
    }
    return sorted(set(records) - cited - heirs)


def _numbers(editions: Sequence[Edition]) -> Iterator[Fault]:
    seen: set[str] = set()
    for at, edition in enumerate(editions):
        if edition["number"] in seen:
            yield f"/editions/{at}/number", f"{edition['number']!r} is given twice"
        seen.add(edition["number"])


def _days(pointer: str, edition: Edition) -> Iterator[Fault]:
    given: Mapping[str, object] = edition
    for name in _DAYS:
        if name in given and parse_day(str(given[name])) is None:
            yield f"{pointer}/{name}", "there is no such day"
    if "effective_to" in edition and edition.get("effective_from", "") > edition["effective_to"]:
        yield f"{pointer}/effective_to", "it ends before it begins"


def _succession(pointer: str, old: Edition, new: Edition) -> Iterator[Fault]:
    if old.get("replaced_by") != new["number"]:
        yield f"{pointer}/replaced_by", f"the edition that follows is {new['number']!r}: name it"
    begin, end = new.get("effective_from"), old.get("effective_to")
    if begin is None and end is None:
        return
    if begin is None or end is None:
        yield pointer, "the last day of one edition and the first of the next are given together"
        return
    expected = (date.fromisoformat(begin) - timedelta(days=1)).isoformat()
    if end > expected:
        yield f"{pointer}/effective_to", f"overlaps with {new['number']}: its eve is {expected}"
    elif end < expected:
        yield f"{pointer}/effective_to", f"leaves a gap to {new['number']}: its eve is {expected}"


def _comes_back(key: str, records: Records) -> bool:
    seen: set[str] = set()
    at = key
    while at in records and at not in seen:
        seen.add(at)
        at = records[at]["editions"][-1].get("replaced_by", "")
    return at == key
