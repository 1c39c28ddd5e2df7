"""Reading campaigns: those of the actor's regions, and those of the regions above."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true

from server.access.rules import Actor, Permission
from server.campaigns.models import Campaign, GoalMark
from server.campaigns.programme_rules import DRAFT
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Order, Page, page
from server.org.models import Region, Unit
from server.org.queries import subtree_ids, visible_units

_ORDER = (Order(Campaign.starts_on, descending=True), Order(Campaign.id, descending=True))


@dataclass(frozen=True)
class CampaignFilter:
    """What a list of campaigns may be narrowed by; None asks nothing."""

    state: tuple[str, ...] = ()
    q: str | None = None


def _above(region_ids: frozenset[str]) -> set[str]:
    """Return the regions above some regions: what the city runs concerns its counties."""
    paths = db.session.scalars(select(Region.path).where(Region.id.in_(sorted(region_ids))))
    return {name for path in paths for name in path.split("/") if name}


def visible_campaigns(actor: Actor) -> Select[Campaign]:
    """Select the campaigns that concern the actor's regions; drafts only for who manages them."""
    regions = actor.regions_with(Permission.CAMPAIGNS_READ)
    if not regions:
        return select(Campaign).where(false())
    managed = actor.regions_with(Permission.CAMPAIGNS_MANAGE)
    drafts = Campaign.region_id.in_(sorted(managed)) if managed else false()
    return select(Campaign).where(
        Campaign.region_id.in_(sorted(_above(regions))), or_(Campaign.state != DRAFT, drafts)
    )


def get_campaign(actor: Actor, campaign_id: str, *, for_update: bool = False) -> Campaign:
    """Return one visible campaign, locked when it is about to change."""
    query = visible_campaigns(actor).where(Campaign.id == campaign_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    campaign = db.session.scalars(query).first()
    if campaign is None:
        raise NotFound()
    return campaign


def list_campaigns(
    actor: Actor, wanted: CampaignFilter, *, cursor: str | None = None, limit: int | None = None
) -> Page:
    """Return one page of campaigns, the latest first."""
    query = visible_campaigns(actor)
    if wanted.state:
        query = query.where(Campaign.state.in_(wanted.state))
    if wanted.q:
        text = wanted.q.strip()
        query = query.where(
            or_(
                Campaign.name.icontains(text, autoescape=True),
                Campaign.document.icontains(text, autoescape=True),
            )
        )
    return page(query, _ORDER, cursor=cursor, limit=limit)


def targeted(targets: dict[str, Any]) -> ColumnElement[bool]:
    """Return the condition on units that *targets* states; the campaign's region comes on top."""
    if targets.get("unit_ids"):
        return Unit.id.in_(targets["unit_ids"])
    return Unit.tier.in_(targets["tiers"]) if targets.get("tiers") else true()


def target_units(actor: Actor, campaign: Campaign) -> list[Unit]:
    """Return the units of the campaign that the actor may see, by name."""
    targets = campaign.targets
    regions = subtree_ids(targets.get("region_id") or campaign.region_id)
    inside = and_(Unit.region_id.in_(sorted(regions)), Unit.active, targeted(targets))
    query = visible_units(actor).where(inside).order_by(Unit.name, Unit.id)
    wanted = set(targets.get("attributes") or ())
    return [unit for unit in db.session.scalars(query) if wanted <= set(unit.attributes)]


def marks_of(campaign_id: str) -> list[GoalMark]:
    """Return what was said about the goals of a campaign, in its order."""
    query = select(GoalMark).where(GoalMark.campaign_id == campaign_id)
    return list(db.session.scalars(query.order_by(GoalMark.marked_at, GoalMark.id)))
