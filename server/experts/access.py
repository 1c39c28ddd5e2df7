"""Who may change what in the pool."""

from typing import TypeVar

from sqlalchemy import Select, select

from server.access.rules import Actor, Permission
from server.experts.models import Company, Contract, Engagement, Expert, QualityReview
from server.experts.queries import get_expert
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound

T = TypeVar("T")


def manages(actor: Actor, region_id: str) -> bool:
    """Say whether the actor looks after the pool of a region."""
    return region_id in actor.regions_with(Permission.EXPERTS_MANAGE)


def require_manages(actor: Actor, region_id: str) -> None:
    """Refuse unless the actor looks after the pool of a region."""
    if not manages(actor, region_id):
        raise Forbidden(permission=Permission.EXPERTS_MANAGE.value)


def managed_expert(actor: Actor, person_id: str) -> Expert:
    """Return an expert whom the actor may change, locked."""
    row = get_expert(actor, person_id, for_update=True)
    require_manages(actor, row.region_id)
    return row


def visible_companies(actor: Actor) -> Select[Company]:
    """Select the companies of the regions whose pool the actor may read."""
    regions = sorted(actor.regions_with(Permission.EXPERTS_READ))
    return select(Company).where(Company.region_id.in_(regions))


def get_company(actor: Actor, company_id: str, *, for_update: bool = False) -> Company:
    """Return one visible company."""
    return _one(visible_companies(actor).where(Company.id == company_id), for_update)


def managed_company(actor: Actor, company_id: str) -> Company:
    """Return a company that the actor may change, locked."""
    row = get_company(actor, company_id, for_update=True)
    require_manages(actor, row.region_id)
    return row


def managed_contract(actor: Actor, contract_id: str) -> Contract:
    """Return a contract of a company that the actor may change, locked."""
    row = _one(select(Contract).where(Contract.id == contract_id), True)
    managed_company(actor, row.company_id)
    return row


def managed_review(actor: Actor, review_id: str) -> QualityReview:
    """Return a quality review of a company that the actor may change, locked."""
    row = _one(select(QualityReview).where(QualityReview.id == review_id), True)
    managed_company(actor, row.company_id)
    return row


def managed_engagement(actor: Actor, engagement_id: str) -> Engagement:
    """Return an entry that the actor may change, locked; elsewhere it is absent."""
    regions = sorted(actor.regions_with(Permission.EXPERTS_MANAGE))
    query = select(Engagement).where(Engagement.id == engagement_id)
    return _one(query.where(Engagement.region_id.in_(regions)), True)


def _one(query: Select[T], for_update: bool) -> T:
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = db.session.scalars(query).first()
    if row is None:
        raise NotFound()
    return row
