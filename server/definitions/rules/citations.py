"""
What citations say on one day: the edition in force, and only as much as was read of that edition.

A clause that was read in one edition says nothing about another one. It is dropped then, and the
citation has to be verified again, whatever its tag was.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from server.definitions.rules.law import (
    Cause,
    Cited,
    Coming,
    Edition,
    Kept,
    LawRecord,
    Records,
    State,
)
from server.definitions.rules.shapes import Basis

UNVERIFIED = "to-verify"


@dataclass(frozen=True)
class _Found:
    record: LawRecord
    at: int
    state: State

    @property
    def edition(self) -> Edition:
        return self.record["editions"][self.at]


def citations(basis: Sequence[Basis], records: Records, day: str) -> list[Cited]:
    """Resolve the citations of an item on a day (ISO date)."""
    return [cite(entry, records, day) for entry in basis]


def cite(entry: Basis, records: Records, day: str) -> Cited:
    """Resolve one citation on a day."""
    if "law" not in entry:
        return _bare(entry, entry.get("doc", ""), "own", None)
    record = records.get(entry["law"])
    if record is None:
        return _bare(entry, entry["law"], "unknown", "unknown")
    found = _on(record, records, day)
    cause = _cause(entry, found)
    edition = found.edition
    return {
        "law": found.record["key"],
        "edition": edition["number"],
        "read_in": entry.get("edition"),
        "doc": words(found.record, edition),
        "clause": entry.get("clause") if cause is None else None,
        "tag": entry["tag"] if cause is None else UNVERIFIED,
        "state": found.state,
        "cause": cause,
        "binding": found.record["binding"],
        "note": entry.get("note"),
        "since": edition.get("effective_from"),
        "replaces": _replaced(found),
        "next": _coming(found, day),
    }


def snapshot(basis: Sequence[Basis], records: Records, day: str) -> list[Kept]:
    """Resolve citations for a hazard, which keeps them; what did not hold that day is no basis."""
    kept: list[Kept] = []
    for cited in citations(basis, records, day):
        if cited["state"] in ("in-force", "own"):
            entry: Kept = {"doc": cited["doc"], "clause": cited["clause"], "tag": cited["tag"]}
            kept.append(entry)
    return kept


def words(record: LawRecord, edition: Edition) -> str:
    """Say a document as it is cited: standards by number and title, others by title."""
    if "cited" in edition:
        return edition["cited"]
    title = f"《{edition.get('title', record['title'])['zh']}》"
    numbered = record["kind"].startswith("standard") or record["kind"] == "specification"
    return edition["number"] + title if numbered else title


def _on(record: LawRecord, records: Records, day: str) -> _Found:
    seen = {record["key"]}
    while True:
        running = _running(record, day)
        if running is not None:
            return _Found(record, running, "in-force")
        past = [at for at, edition in enumerate(record["editions"]) if _has_ended(edition, day)]
        if not past:
            return _Found(record, 0, "not-yet")
        heir = records.get(record["editions"][past[-1]].get("replaced_by", ""))
        if heir is None or heir["key"] in seen:
            return _Found(record, past[-1], "ended")
        seen.add(heir["key"])
        record = heir


def _running(record: LawRecord, day: str) -> int | None:
    running = [
        at
        for at, edition in enumerate(record["editions"])
        if edition.get("effective_from", "") <= day and not _has_ended(edition, day)
    ]
    return running[-1] if running else None


def _has_ended(edition: Edition, day: str) -> bool:
    return "effective_to" in edition and edition["effective_to"] < day


def _cause(entry: Basis, found: _Found) -> Cause | None:
    if found.state == "not-yet":
        return "not-yet"
    if found.state == "ended":
        return "ended"
    moved = found.record["key"] != entry.get("law")
    if moved or entry.get("edition", found.edition["number"]) != found.edition["number"]:
        return "other-edition"
    return "doubt" if "doubt" in found.edition else None


def _replaced(found: _Found) -> list[str]:
    before = found.record["editions"][found.at - 1]["number"] if found.at else None
    return [*([before] if before else []), *found.edition.get("replaces", [])]


def _coming(found: _Found, day: str) -> Coming | None:
    for edition in found.record["editions"]:
        if edition.get("effective_from", "") > day:
            return {"edition": edition["number"], "effective_from": edition["effective_from"]}
    return None


def _bare(entry: Basis, doc: str, state: State, cause: Cause | None) -> Cited:
    return {
        "law": entry.get("law"),
        "edition": None,
        "read_in": entry.get("edition"),
        "doc": doc,
        "clause": entry.get("clause") if cause is None else None,
        "tag": entry["tag"] if cause is None else UNVERIFIED,
        "state": state,
        "cause": cause,
        "binding": "reference",
        "note": entry.get("note"),
        "since": None,
        "replaces": [],
        "next": None,
    }
