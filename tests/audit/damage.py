"""What somebody who owns the database could do to the log, once the guards are out of the way."""

from collections.abc import Callable

from sqlalchemy import delete, insert, select, text, update

from server.audit.models import AuditEntry
from server.audit.rules import ORIGIN, Entry, digest, link
from server.audit.sealing import Act, rows_after
from server.kernel.db import db, is_sqlite

TABLE = AuditEntry.__table__


def unguarded() -> None:
    """Take the guards away, as a database's owner can."""
    if is_sqlite():
        names = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for name in list(db.session.scalars(names)):
            db.session.execute(text(f"DROP TRIGGER {name}"))
    else:
        db.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
        db.session.execute(text("ALTER TABLE audit_head DISABLE TRIGGER ALL"))


def change(number: int, /, **values: object) -> None:
    db.session.execute(update(TABLE).where(TABLE.c.seq == number).values(**values))


def remove(*seqs: int) -> None:
    db.session.execute(delete(TABLE).where(TABLE.c.seq.in_(seqs)))


def swap(one: int, other: int) -> None:
    for old, new in ((one, -1), (other, one), (-1, other)):
        change(old, seq=new)


def renumber(first: int, by: int) -> None:
    """Move everything from *first* on, in an order in which no two numbers meet."""
    there = select(TABLE.c.seq).where(TABLE.c.seq >= first).order_by(TABLE.c.seq)
    seqs = list(db.session.scalars(there))
    for seq in reversed(seqs) if by > 0 else seqs:
        change(seq, seq=seq + by)


def slip_in(seq: int) -> None:
    """An entry of one's own, properly linked to the one before, the rest renumbered."""
    renumber(seq, 1)
    before = db.session.scalar(select(TABLE.c.link).where(TABLE.c.seq == seq - 1)) or ORIGIN
    act = Act(1, None, "system", "hazard.close", "hazard", "h", None, "{}")
    rows = rows_after(seq - 1, before, [act])
    db.session.execute(insert(TABLE), [dict(zip(TABLE.c.keys(), row, strict=True)) for row in rows])


def rewrite(seq: int, **values: object) -> None:
    """Change an entry and work out every link after it anew: no link betrays it."""
    change(seq, **values)
    before = db.session.scalar(select(TABLE.c.link).where(TABLE.c.seq == seq - 1)) or ORIGIN
    raw = text(
        "SELECT seq, at, actor_id, actor_name, action, subject_type, subject_id, unit_id, "
        "details, salt FROM audit_entry WHERE seq >= :seq ORDER BY seq"
    )
    for row in db.session.execute(raw, {"seq": seq}).all():
        before = link(before, digest(Entry(*row)))
        change(row[0], link=before)


# What is done, and the entry that must be named as the first broken one, of nine.
DAMAGE: dict[str, tuple[Callable[[], object], str, int]] = {
    "a word changed": (lambda: change(4, action="hazard.void"), "changed", 4),
    "a moment changed": (lambda: change(4, at=1), "changed", 4),
    "a person changed": (lambda: change(4, actor_id="somebody"), "changed", 4),
    "a name changed": (lambda: change(4, actor_name="李四"), "changed", 4),
    "a subject changed": (lambda: change(4, subject_id="other"), "changed", 4),
    "a subject's kind changed": (lambda: change(4, subject_type="photo"), "changed", 4),
    "a unit given": (lambda: change(4, unit_id="u"), "changed", 4),
    "details changed": (lambda: change(4, details='{"n":5}'), "changed", 4),
    "only the spaces in details": (lambda: change(4, details='{"n": 4}'), "changed", 4),
    "the salt changed": (lambda: change(4, salt=b"\0" * 16), "changed", 4),
    "the link changed": (lambda: change(4, link=b"\0" * 32), "changed", 4),
    "the newest changed": (lambda: change(9, action="hazard.void"), "changed", 9),
    "the first removed": (lambda: remove(1), "missing", 1),
    "one removed": (lambda: remove(4), "missing", 4),
    "several removed": (lambda: remove(4, 5, 6), "missing", 4),
    "one removed, the gap closed": (lambda: (remove(4), renumber(5, -1)), "changed", 4),
    "one slipped in": (lambda: slip_in(4), "changed", 5),
    "two swapped": (lambda: swap(4, 7), "changed", 4),
    "neighbours swapped": (lambda: swap(4, 5), "changed", 4),
    "everything after rewritten": (lambda: rewrite(4, action="hazard.void"), "rewritten", 6),
    "the end cut off": (lambda: remove(5, 6, 7, 8, 9), "cut", 5),
    "all removed": (lambda: db.session.execute(delete(TABLE)), "cut", 1),
}
