"""
The chain of the audit log.

    digest(n) = SHA-256("anxun-audit-1\\n" || fields)
    link(n)   = SHA-256(link(n-1) || digest(n)),  link(0) = SHA-256("anxun-audit-1\\n")

Fields are length-prefixed, so that no two entries have the same bytes. A link takes the digest and
not the fields: an excerpt can show what concerns one inspection and give all else as digests.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

PREFIX = b"anxun-audit-1\n"
ORIGIN = hashlib.sha256(PREFIX).digest()


@dataclass(frozen=True)
class Entry:
    """What an entry says, as it is hashed; `details` is the JSON text itself."""

    seq: int
    at: int
    actor_id: str | None
    actor_name: str
    action: str
    subject_type: str
    subject_id: str
    unit_id: str | None
    details: str
    salt: bytes


@dataclass(frozen=True)
class Break:
    """The first place where the log is not what it was."""

    kind: str
    seq: int
    until: int
    entry: Entry | None = None


def _prefixed(value: str | int | bytes | None) -> bytes:
    """Length, colon, bytes, comma; nothing at all is a dash."""
    if value is None:
        return b"-,"
    data = value if isinstance(value, bytes) else str(value).encode()
    return b"%d:%b," % (len(data), data)


def digest(entry: Entry) -> bytes:
    """Hash what an entry says."""
    fields = (
        entry.seq, entry.at, entry.actor_id, entry.actor_name, entry.action, entry.subject_type,
        entry.subject_id, entry.unit_id, entry.details, entry.salt,
    )  # fmt: skip
    return hashlib.sha256(PREFIX + b"".join(map(_prefixed, fields))).digest()


def link(before: bytes, entry_digest: bytes) -> bytes:
    """Tie an entry to all that came before it."""
    return hashlib.sha256(before + entry_digest).digest()


def chained(before: bytes, entries: Iterable[Entry]) -> Iterator[bytes]:
    """Return the links of entries that follow the link *before*."""
    for entry in entries:
        before = link(before, digest(entry))
        yield before


def head_text(seq: int, at: int, head: bytes) -> bytes:
    """Return what the server signs of the log's end."""
    return f"anxun-audit-head-1\n{seq}\n{at}\n{head.hex()}\n".encode()


class Walk:
    """Goes through the log in its order and stops at the first entry that does not fit."""

    def __init__(self, heads: Iterable[tuple[int, bytes]] = ()) -> None:
        self.seq = 0
        self.link = ORIGIN
        self.heads: dict[int, set[bytes]] = {}
        for seq, known in heads:
            self.heads.setdefault(seq, set()).add(known)

    def take(self, entry: Entry, kept: bytes) -> Break | None:
        """Take the next entry with the link that was kept with it."""
        if entry.seq != self.seq + 1:
            return Break("missing", self.seq + 1, entry.seq - 1)
        self.link = link(self.link, digest(entry))
        self.seq = entry.seq
        if self.link != kept:
            return Break("changed", entry.seq, entry.seq, entry)
        if self.heads.pop(entry.seq, {kept}) != {kept}:
            return Break("rewritten", entry.seq, entry.seq, entry)
        return None

    def end(self) -> Break | None:
        """Say whether the log once went on: a head was seen that lies behind its end."""
        return Break("cut", self.seq + 1, max(self.heads)) if self.heads else None
