"""Writing and reading the log of who knew when."""

from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.audit.models import exact_json
from server.audit.service import record
from server.kernel import clock
from server.kernel.db import db
from server.visits import rules
from server.visits.models import Visit, VisitKnowledge


def note(
    visit: Visit, how: str, person_id: str | None, *, by: Actor | str | None = None, **details: Any
) -> None:
    """
    Add a line. The caller holds the visit's row locked, so that no two lines get one number.

    Nothing of it reaches the audit log before the visit is released; from then on each new line
    brings its new head there.
    """
    last = _last(visit.id)
    entry = rules.Entry(
        seq=last.seq + 1 if last else 1,
        at=clock.now_ms(),
        person=person_id,
        how=how,
        by=by.user_id if isinstance(by, Actor) else by,
        details=exact_json(details),
    )
    row = VisitKnowledge(
        visit_id=visit.id,
        seq=entry.seq,
        at=clock.from_ms(entry.at),
        person_id=entry.person,
        how=entry.how,
        by_id=entry.by,
        details=entry.details,
        link=rules.link(last.link if last else rules.origin(visit.id), entry),
    )
    db.session.add(row)
    db.session.flush()
    if visit.released_at is not None:
        told = {"how": how, "seq": entry.seq, "head": row.link.hex()}
        record(None, "visit.log", "visit", visit.id, unit_id=visit.unit_id, details=told)


def note_reading(visit: Visit, actor: Actor, how: str, **details: Any) -> None:
    """Note that somebody read the plan; what everybody may read is no knowledge any more."""
    if visit.released_at is None:
        note(visit, how, actor.user_id, **details)


def lines_of(visit_id: str) -> list[VisitKnowledge]:
    """Return the log, oldest first."""
    query = select(VisitKnowledge).where(VisitKnowledge.visit_id == visit_id)
    return list(db.session.scalars(query.order_by(VisitKnowledge.seq)))


def has(visit_id: str, how: str, person_id: str) -> bool:
    """Say whether somebody is in the log in this way."""
    query = select(VisitKnowledge.seq).where(
        VisitKnowledge.visit_id == visit_id,
        VisitKnowledge.how == how,
        VisitKnowledge.person_id == person_id,
    )
    return db.session.scalars(query.limit(1)).first() is not None


def holds(visit_id: str, person_id: str, sha256: str) -> bool:
    """Say whether it is in the log that somebody fetched this very package."""
    return any(
        line.how == "delivered" and line.person_id == person_id and sha256 in line.details
        for line in lines_of(visit_id)
    )


def head_of(visit_id: str) -> tuple[int, bytes]:
    """Return the number and the link of the last line."""
    last = _last(visit_id)
    return (last.seq, last.link) if last else (0, rules.origin(visit_id))


def is_sound(lines: list[VisitKnowledge], visit_id: str) -> bool:
    """Say whether the kept log is what was written."""
    return rules.is_sound(visit_id, ((entry_of(line), line.link) for line in lines))


def entry_of(line: VisitKnowledge) -> rules.Entry:
    """Return a line as it is hashed."""
    return rules.Entry(
        line.seq, clock.to_ms(line.at), line.person_id, line.how, line.by_id, line.details
    )


def _last(visit_id: str) -> VisitKnowledge | None:
    query = select(VisitKnowledge).where(VisitKnowledge.visit_id == visit_id)
    return db.session.scalars(query.order_by(VisitKnowledge.seq.desc()).limit(1)).first()
