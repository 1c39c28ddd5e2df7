"""Reading the log against its own links, and the end of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Select, Text, select, type_coerce

from server.audit.models import AuditEntry, AuditHead
from server.audit.rules import ORIGIN, Break, Entry, Walk, head_text
from server.kernel import clock
from server.kernel.db import db

AT_ONCE = 5000
COLUMNS = (
    AuditEntry.seq,
    type_coerce(AuditEntry.at, BigInteger),
    AuditEntry.actor_id,
    AuditEntry.actor_name,
    AuditEntry.action,
    AuditEntry.subject_type,
    AuditEntry.subject_id,
    AuditEntry.unit_id,
    type_coerce(AuditEntry.details, Text),
    AuditEntry.salt,
    AuditEntry.link,
)
Sign = Callable[[bytes], tuple[str, bytes]]
Trusts = Callable[[str, bytes, bytes], bool]


@dataclass(frozen=True)
class Checked:
    """How far the log was read, how many signed ends it passed, and where it first broke."""

    seq: int
    link: bytes
    heads: int
    broken: Break | None


def entry_of(row: Any) -> tuple[Entry, bytes]:
    """Read a row of COLUMNS: what it says and its link."""
    *said, link = row
    return Entry(*said), link


def head() -> tuple[int, bytes]:
    """Return number and link of the log's last entry."""
    query = select(AuditEntry.seq, AuditEntry.link).order_by(AuditEntry.seq.desc()).limit(1)
    row = db.session.execute(query).one_or_none()
    return (row[0], row[1]) if row else (0, ORIGIN)


def _page(after: int) -> Select[*tuple[Any, ...]]:
    return select(*COLUMNS).where(AuditEntry.seq > after).order_by(AuditEntry.seq).limit(AT_ONCE)


def entries() -> Iterator[tuple[Entry, bytes]]:
    """Read the whole log in its order, piece by piece."""
    last = 0
    while rows := db.session.execute(_page(last)).all():
        yield from map(entry_of, rows)
        last = rows[-1][0]


def check(trusts: Trusts, known: Iterable[tuple[int, bytes]] = ()) -> Checked:
    """Walk the log; *known* are ends that somebody noted elsewhere, on paper or in a package."""
    signed = list(db.session.scalars(select(AuditHead).order_by(AuditHead.seq)))
    for one in signed:
        text = head_text(one.seq, clock.to_ms(one.at), one.link)
        if not trusts(one.key_id, text, one.signature):
            return Checked(0, ORIGIN, 0, Break("signature", one.seq, one.seq))
    walk = Walk([*((one.seq, one.link) for one in signed), *known])
    for entry, link in entries():
        broken = walk.take(entry, link)
        if broken:
            return Checked(walk.seq, walk.link, len(signed), broken)
    return Checked(walk.seq, walk.link, len(signed), walk.end())


def sign_head(sign: Sign) -> tuple[int, bytes]:
    """Sign where the log ends now; signing the same end twice adds nothing."""
    seq, link = head()
    if seq and db.session.get(AuditHead, seq) is None:
        at = clock.now()
        key_id, signature = sign(head_text(seq, clock.to_ms(at), link))
        db.session.add(AuditHead(seq=seq, at=at, link=link, key_id=key_id, signature=signature))
    return seq, link
