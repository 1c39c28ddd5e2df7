"""Pages of the pool, of companies and opinions; papers that run out."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import String, cast, or_, select

from server.access.rules import Actor
from server.experts.access import visible_companies
from server.experts.models import Certificate, Company, Expert, Opinion
from server.experts.opinions import visible_opinions
from server.experts.queries import PoolFilter, filtered, in_sight, visible_experts
from server.experts.words import words
from server.kernel import clock
from server.kernel.db import db
from server.kernel.paging import Order, Page, page
from server.org.models import Person
from server.org.queries import searched

_EXPERTS = (Order(Expert.created_at, descending=True), Order(Expert.person_id))
_COMPANIES = (Order(Company.name), Order(Company.id))
_OPINIONS = (Order(Opinion.written_at, descending=True), Order(Opinion.id))


def list_experts(
    actor: Actor, wanted: PoolFilter, *, cursor: str | None = None, limit: int | None = None
) -> Page:
    """Return one page of the pool, who came last first."""
    query = filtered(visible_experts(actor), wanted)
    if wanted.fields:
        known = [cast(Expert.fields, String).contains(f'"{key}"') for key in wanted.fields]
        query = query.where(or_(*known))
    return page(query, _EXPERTS, cursor=cursor, limit=limit)


def list_companies(
    actor: Actor,
    *,
    active: bool | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page:
    """Return one page of companies by name."""
    query = visible_companies(actor)
    if active is not None:
        query = query.where(Company.active == active)
    query = searched(query, q, Company.name, Company.qualification)
    return page(query, _COMPANIES, cursor=cursor, limit=limit)


def list_opinions(
    actor: Actor,
    *,
    subject_id: str | None = None,
    mine: bool | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Page:
    """Return one page of opinions, the newest first."""
    query = visible_opinions(actor)
    if subject_id is not None:
        query = query.where(Opinion.subject_id == subject_id)
    if mine:
        query = query.where(Opinion.author_id == actor.user_id)
    return page(query, _OPINIONS, cursor=cursor, limit=limit)


def expiring(actor: Actor, days: int | None) -> Sequence[tuple[Certificate, Expert, str]]:
    """Return papers of active people in the pool that have run out or will within the days."""
    ahead = max(words()["expiry_days"]) if days is None else days
    query: Any = (
        select(Certificate, Expert, Person.name)
        .join(Expert, Expert.person_id == Certificate.person_id)
        .join(Person, Person.id == Expert.person_id)
        .where(
            in_sight(actor),
            Expert.active,
            Person.active,
            Certificate.revoked_on.is_(None),
            Certificate.expires_on <= clock.today() + timedelta(days=ahead),
        )
        .order_by(Certificate.expires_on, Certificate.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]
