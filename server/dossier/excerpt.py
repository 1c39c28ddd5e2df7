"""
What the audit log says of one inspection, cut out so that it can still be checked.

Entries about anything else stand in it as digests. Far apart, it is in pieces; the last piece goes
on to the next end of the log that the server signed, when that is not far.
"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from server.audit.checking import COLUMNS, entry_of
from server.audit.models import AuditEntry, AuditHead
from server.audit.rules import ORIGIN, Entry, digest
from server.custody.rules import to_base64
from server.dossier.queries import SUBJECTS, Matter, pieces
from server.kernel import clock
from server.kernel.db import db

# So many foreign entries are carried as digests rather than beginning a new piece.
BRIDGE = 2000
# Taking the package out is logged too; it would make two packages of one state differ.
EXPORT = "inspection.export"
Line = dict[str, Any]


def excerpt_of(matter: Matter, key_ids: set[str]) -> list[Line]:
    """Return the lines of audit.jsonl; *key_ids* are device keys whose registration is part."""
    seqs = _seqs(matter, key_ids)
    if not seqs:
        return []
    head = _head_after(seqs[-1])
    if head is not None and head.seq > seqs[-1] + BRIDGE:
        head = None
    lines: list[Line] = []
    for first, last in _stretches(seqs):
        lines += _stretch(first, last, set(seqs))
    if head is not None:
        lines += [*_stretch_on(seqs[-1], head.seq), _signed(head)]
    return lines


def _seqs(matter: Matter, key_ids: set[str]) -> list[int]:
    found: set[int] = set()
    for some in pieces(sorted(matter.ids | key_ids)):
        query = select(AuditEntry.seq).where(
            AuditEntry.subject_type.in_((*SUBJECTS, "device_key")),
            AuditEntry.subject_id.in_(some),
            AuditEntry.action != EXPORT,
        )
        found |= set(db.session.scalars(query))
    return sorted(found)


def _stretches(seqs: list[int]) -> Iterator[tuple[int, int]]:
    first = last = seqs[0]
    for seq in seqs[1:]:
        if seq > last + BRIDGE:
            yield first, last
            first = seq
        last = seq
    yield first, last


def _stretch(first: int, last: int, told: set[int]) -> list[Line]:
    """Begin with the link before the first entry, then go on entry by entry."""
    before = db.session.scalar(select(AuditEntry.link).where(AuditEntry.seq == first - 1))
    lines: list[Line] = [{"from": first - 1, "link": (before or ORIGIN).hex()}]
    for entry, link in _entries(first - 1, last):
        if entry.seq in told:
            lines.append(_told(entry, link))
        else:
            _add_digest(lines, entry)
    return lines


def _stretch_on(after: int, end: int) -> list[Line]:
    lines: list[Line] = []
    for entry, _ in _entries(after, end):
        _add_digest(lines, entry)
    return lines


def _entries(after: int, end: int) -> Iterator[tuple[Entry, bytes]]:
    query = select(*COLUMNS).where(AuditEntry.seq > after, AuditEntry.seq <= end)
    return map(entry_of, db.session.execute(query.order_by(AuditEntry.seq)).all())


def _add_digest(lines: list[Line], entry: Entry) -> None:
    if not lines or "digests" not in lines[-1]:
        lines.append({"digests": []})
    lines[-1]["digests"].append(digest(entry).hex())


def _told(entry: Entry, link: bytes) -> Line:
    return asdict(entry) | {"salt": entry.salt.hex(), "link": link.hex()}


def _head_after(seq: int) -> AuditHead | None:
    query = select(AuditHead).where(AuditHead.seq >= seq).order_by(AuditHead.seq).limit(1)
    return db.session.scalars(query).first()


def _signed(head: AuditHead) -> Line:
    return {
        "head": {
            "seq": head.seq,
            "at": clock.to_ms(head.at),
            "link": head.link.hex(),
            "key": head.key_id,
            "sig": to_base64(head.signature),
        }
    }
