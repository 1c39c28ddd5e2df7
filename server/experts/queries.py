"""Reading the pool: experts of one's regions, and those that a region above lends."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from server.access.rules import Actor, Permission
from server.experts.models import Certificate, Expert
from server.experts.rules import Reason, holds_on
from server.experts.standing_aside import recusals
from server.experts.workload import Workload, workloads
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.org.models import Person, Region, Unit
from server.org.queries import searched, subtree_ids

__all__ = ["PoolFilter", "Pooled", "Reason", "officer_certificate", "pool", "recusals"]
OFFICER = "officer"


@dataclass(frozen=True)
class PoolFilter:
    """What a pool may be narrowed by; None or nothing asks nothing."""

    kind: str | None = None
    fields: tuple[str, ...] = ()
    region_id: str | None = None
    company_id: str | None = None
    certificates: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()
    active: bool | None = True
    q: str | None = None


@dataclass(frozen=True)
class Pooled:
    """One person of the pool as a draw needs them."""

    person_id: str
    name: str
    title: str
    kind: str
    fields: tuple[str, ...]
    unit_id: str | None
    region_id: str | None
    employer: str
    certificates: tuple[Certificate, ...]
    workload: Workload


def in_sight(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that an expert is visible: own regions, and lent from above."""
    regions = sorted(actor.regions_with(Permission.EXPERTS_READ))
    if not regions:
        return false()
    paths = db.session.scalars(select(Region.path).where(Region.id.in_(regions)))
    above = sorted({key for path in paths for key in path.split("/") if key} - set(regions))
    lent = and_(Expert.shared, Expert.region_id.in_(above))
    return or_(Expert.region_id.in_(regions), lent)


def visible_experts(actor: Actor) -> Select[Expert]:
    """Select the experts that the actor may see."""
    return select(Expert).where(in_sight(actor))


def get_expert(actor: Actor, person_id: str, *, for_update: bool = False) -> Expert:
    """Return one visible expert."""
    query = visible_experts(actor).where(Expert.person_id == person_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = db.session.scalars(query).first()
    if row is None:
        raise NotFound()
    return row


def filtered(query: Select[Expert], wanted: PoolFilter) -> Select[Expert]:
    """Narrow a selection; the person is joined."""
    query = query.join(Person, Person.id == Expert.person_id)
    for name in ("kind", "company_id", "active"):
        if (value := getattr(wanted, name)) is not None:
            query = query.where(getattr(Expert, name) == value)
    if wanted.region_id is not None:
        query = query.where(Expert.region_id.in_(sorted(subtree_ids(wanted.region_id))))
    if wanted.person_ids:
        query = query.where(Expert.person_id.in_(wanted.person_ids))
    for kind in wanted.certificates:
        query = query.where(Expert.person_id.in_(_good(kind, clock.today())))
    return searched(query, wanted.q, Person.name, Expert.title, Expert.employer)


def _good(kind: str, day: date) -> Select[str]:
    """Select who holds a certificate of a kind that is good on a day."""
    return select(Certificate.person_id).where(
        Certificate.kind == kind,
        or_(Certificate.issued_on.is_(None), Certificate.issued_on <= day),
        or_(Certificate.expires_on.is_(None), Certificate.expires_on >= day),
        or_(Certificate.revoked_on.is_(None), Certificate.revoked_on > day),
    )


def pool(actor: Actor, wanted: PoolFilter) -> list[Pooled]:
    """Return the people of the pool that the actor may see, by id, with papers and workload."""
    today = clock.today()
    query = filtered(visible_experts(actor), wanted).add_columns(Person, Unit.name)
    query = query.outerjoin(Unit, Unit.id == Person.unit_id).order_by(Expert.person_id)
    found = [
        (expert, person, unit)
        for expert, person, unit in db.session.execute(query)
        if person.active and knows(expert, wanted.fields)
    ]
    ids = [expert.person_id for expert, _, _ in found]
    papers, loads = certificates_of(ids), workloads(actor, ids, today)
    return [
        Pooled(
            person_id=expert.person_id,
            name=person.name,
            title=expert.title or person.title or "",
            kind=expert.kind,
            fields=tuple(expert.fields),
            unit_id=person.unit_id,
            region_id=person.region_id,
            employer=expert.employer or unit or "",
            certificates=tuple(c for c in papers[expert.person_id] if holds_on(c, today)),
            workload=loads[expert.person_id],
        )
        for expert, person, unit in found
    ]


def knows(expert: Expert, fields: Collection[str]) -> bool:
    """Say whether an expert knows one of the fields; none asks nothing."""
    return not fields or not set(fields).isdisjoint(expert.fields)


def certificates_of(person_ids: Sequence[str]) -> dict[str, list[Certificate]]:
    """Return the papers of each person, those that end soonest first."""
    found: dict[str, list[Certificate]] = {person: [] for person in person_ids}
    query = select(Certificate).where(Certificate.person_id.in_(list(person_ids)))
    # Databases disagree on where nothing stands in an order.
    rows = sorted(db.session.scalars(query), key=lambda c: (c.expires_on or date.max, c.id))
    for row in rows:
        found[row.person_id].append(row)
    return found


def officer_certificate(person_id: str, on: date) -> Certificate | None:
    """Return the enforcement certificate of a person that is good on a day, the longest one."""
    query = select(Certificate).where(
        Certificate.person_id == person_id, Certificate.kind == OFFICER
    )
    good = [row for row in db.session.scalars(query) if holds_on(row, on)]
    return max(good, key=lambda row: (row.expires_on or date.max, row.id), default=None)
