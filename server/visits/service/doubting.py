"""
What looks odd in a push that speaks of nothing but a sealed visit.

A flag would tell everybody that something was opened. The doubt lies in the visit's own log, where
its knowers see it at once, and becomes a flag with the release.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import select

from server.flags.service import raise_flag
from server.kernel.db import db
from server.visits import rules
from server.visits.models import Visit, VisitPerson
from server.visits.service import knowledge

HOW = "doubted"
_PARTS = (rules.LEADER, rules.MEMBER, rules.FORMER)
# (kind of flag, what it is beside, details)
Doubt = tuple[str, str, dict[str, Any]]


def unreleased_of(person_id: str, named: Sequence[str]) -> str | None:
    """Return the visit that a push is about: one that it names, else the one that opens last."""
    query = (
        select(Visit.id)
        .join(VisitPerson, VisitPerson.visit_id == Visit.id)
        .where(
            VisitPerson.person_id == person_id,
            VisitPerson.part.in_(_PARTS),
            Visit.released_at.is_(None),
        )
        .order_by(Visit.opens_at.desc(), Visit.id)
    )
    if named:
        query = query.where(Visit.id.in_(list(named)))
    return db.session.scalars(query.limit(1)).first()


def keep_doubts(visit_id: str, person_id: str, client_id: str, doubts: Sequence[Doubt]) -> None:
    """Write down what will be told with the release."""
    visit = db.session.get_one(Visit, visit_id, with_for_update=True, populate_existing=True)
    for kind, other, details in doubts:
        told: dict[str, Any] = {"kind": kind, "client": client_id, "other": other, "facts": details}
        knowledge.note(visit, HOW, person_id, **told)


def tell_doubts(visit: Visit) -> None:
    """Raise what was kept; the visit has just become known."""
    for line in knowledge.lines_of(visit.id):
        if line.how != HOW:
            continue
        told = orjson.loads(line.details)
        raise_flag(
            kind=told["kind"],
            subject=("client", told["client"]),
            other=told["other"],
            person_id=line.person_id,
            unit_id=visit.unit_id,
            details=told["facts"],
        )
