"""What people did: entries by hand, and fee and rating beside visits that the program knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.audit.service import record
from server.experts import rules
from server.experts.access import managed_engagement, managed_expert
from server.experts.models import Engagement
from server.experts.words import keys
from server.experts.workload import Service, period, services
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.ids import new_id
from server.kernel.text import clean, one_line
from server.org.queries import get_unit
from server.org.rules import IdTaken, require_rev


@dataclass(frozen=True)
class EngagementDraft:
    """A piece of work; with `source_id` title, unit and day are those of the visit."""

    kind: str = "visit"
    title: str = ""
    source_id: str | None = None
    unit_id: str | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    half_days: int | None = None
    fee: int | None = None
    id: str = field(default_factory=new_id)


def note_engagement(actor: Actor, person_id: str, draft: EngagementDraft) -> Engagement:
    """Write down what somebody did; for a visit that is known, once."""
    expert = managed_expert(actor, person_id)
    known = _known(person_id, draft)
    if known is not None:
        return known
    rules.require_known([draft.kind], keys("engagements"))
    visit = _visit(actor, person_id, draft.source_id) if draft.source_id else None
    begins = visit.on if visit else draft.begins_on or clock.today()
    ends = visit.on if visit else draft.ends_on or begins
    rules.require_order(begins, ends)
    if draft.unit_id and not visit:
        get_unit(actor, draft.unit_id)
    row = Engagement(
        id=draft.id,
        person_id=person_id,
        region_id=expert.region_id,
        unit_id=visit.unit_id if visit else draft.unit_id,
        source_id=draft.source_id,
        kind=draft.kind,
        title=visit.title if visit else one_line(draft.title)[:200],
        begins_on=begins,
        ends_on=ends,
        half_days=draft.half_days or rules.half_days(begins, ends),
        fee=draft.fee,
        noted_by=actor.user_id,
    )
    db.session.add(row)
    db.session.flush()
    record(actor, "engagement.note", "engagement", row.id, details={"kind": row.kind})
    return row


def _known(person_id: str, draft: EngagementDraft) -> Engagement | None:
    row = db.session.get(Engagement, draft.id)
    if row is not None and row.person_id != person_id:
        raise IdTaken()
    if row is not None or draft.source_id is None:
        return row
    query = select(Engagement).where(
        Engagement.source_id == draft.source_id, Engagement.person_id == person_id
    )
    return db.session.scalars(query).first()


def _visit(actor: Actor, person_id: str, source_id: str) -> Service:
    """Return a visit that is over and that the actor may see; any other is absent."""
    for one in services(actor, [person_id], *period(clock.today())):
        if one.source_id == source_id and one.done:
            return one
    raise NotFound()


def change_engagement(
    actor: Actor, engagement_id: str, rev: int, changes: Mapping[str, Any]
) -> Engagement:
    """Put an entry right."""
    row = managed_engagement(actor, engagement_id)
    require_rev(row.rev, rev)
    for name, value in changes.items():
        setattr(row, name, one_line(value) if isinstance(value, str) else value)
    rules.require_order(row.begins_on, row.ends_on)
    db.session.flush()
    details = {"fields": sorted(changes)}
    record(actor, "engagement.change", "engagement", row.id, details=details)
    return row


def rate_engagement(
    actor: Actor, engagement_id: str, rating: Mapping[str, int], note: str
) -> Engagement:
    """Say how well it was done; a later word replaces the earlier one, the log keeps both."""
    row = managed_engagement(actor, engagement_id)
    if row.person_id == actor.user_id:
        raise rules.RatingOwn()
    row.rating = rules.require_rating(rating, keys("ratings"))
    row.rating_note = clean(note)
    row.rated_by, row.rated_at = actor.user_id, clock.now()
    db.session.flush()
    record(actor, "engagement.rate", "engagement", row.id, details={"rating": row.rating})
    return row
