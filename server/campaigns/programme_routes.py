"""Campaigns over HTTP."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.campaigns import calendars, programme_service, programmes
from server.campaigns.models import Campaign
from server.campaigns.presets import presets
from server.campaigns.programme_schemas import (
    CampaignArguments,
    CampaignBody,
    CampaignPatch,
    MarkBody,
)
from server.campaigns.programme_wire import campaign_data, marks_data
from server.kernel.db import db
from server.kernel.paging import Page
from server.web.api import ApiBlueprint, body, query
from server.web.schemas import Arguments, Day

bp = ApiBlueprint("programmes", __name__, url_prefix="/api/campaigns")
calendar_bp = ApiBlueprint("calendar", __name__, url_prefix="/api/calendar")
Data = dict[str, Any]


class DaysArguments(Arguments):
    """The days of a calendar."""

    first: Day
    last: Day


def _told(actor: Actor, row: Campaign) -> Data:
    db.session.flush()
    manages = actor.may_in_region(Permission.CAMPAIGNS_MANAGE, row.region_id)
    return campaign_data(row) | {"may_manage": manages}


@bp.get("", permission=Permission.CAMPAIGNS_READ)
def list_campaigns(actor: Actor) -> Page:
    """List campaigns, the latest first."""
    args = query(CampaignArguments)
    found = programmes.list_campaigns(actor, args.wanted(), cursor=args.cursor, limit=args.limit)
    return replace(found, items=[_told(actor, row) for row in found.items])


@bp.get("/presets", permission=Permission.CAMPAIGNS_MANAGE)
def list_presets(_actor: Actor) -> Data:
    """Return the programmes that a new campaign may start from."""
    return {"presets": list(presets())}


@bp.get("/<campaign_id>", permission=Permission.CAMPAIGNS_READ)
def get_campaign(actor: Actor, campaign_id: str) -> Data:
    """Return one campaign with what was said about its goals."""
    row = programmes.get_campaign(actor, campaign_id)
    return _told(actor, row) | {"marks": marks_data(programmes.marks_of(row.id))}


@bp.post("", permission=Permission.CAMPAIGNS_MANAGE)
def create_campaign(actor: Actor) -> Data:
    """Draw up a campaign."""
    given = body(CampaignBody).model_dump()
    return _told(actor, programme_service.create_campaign(actor, given))


@bp.patch("/<campaign_id>", permission=Permission.CAMPAIGNS_MANAGE)
def patch_campaign(actor: Actor, campaign_id: str) -> Data:
    """Change a campaign, begin or close it."""
    given = body(CampaignPatch)
    row = programme_service.change_campaign(actor, campaign_id, given.rev, given.changes())
    return _told(actor, row)


@bp.post("/<campaign_id>/goals/<goal_key>", permission=Permission.CAMPAIGNS_MANAGE)
def mark_goal(actor: Actor, campaign_id: str, goal_key: str) -> Data:
    """Say that a goal is reached, or not after all."""
    said = body(MarkBody)
    programme_service.mark_goal(
        actor,
        campaign_id,
        goal_key,
        mark_id=said.id,
        reached=said.reached,
        evidence=said.evidence,
    )
    return {"marks": marks_data(programmes.marks_of(campaign_id))}


@calendar_bp.get("", permission=Permission.CAMPAIGNS_READ)
def get_calendar(_actor: Actor) -> Data:
    """Return holidays, working weekends, seasons and busy times between two days."""
    args = query(DaysArguments)
    calendars.require_span(args.first, args.last)
    return calendars.between(args.first, args.last)
