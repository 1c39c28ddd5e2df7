"""A campaign under way, with units that nobody has visited yet."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from server.campaigns.models import Assignment, Campaign
from server.campaigns.presets import presets
from server.campaigns.programme_service import change_campaign, create_campaign, mark_goal
from server.demo.organisation import County
from server.kernel import clock
from server.kernel.db import db, transaction
from server.kernel.ids import new_id
from server.org.models import Person, Unit
from server.org.queries import actor_of

PRESET = "root-cause-action"
EVIDENCE = "青卫安委〔2024〕2号（演示），存量清单已逐条销号。"


def run(county: County) -> None:
    """Begin the county's own campaign from the preset, and let the open tasks belong to it."""
    given = next(one for one in presets() if one["key"] == PRESET)
    with transaction():
        office = actor_of(db.session.get_one(Person, county.people["office"]))
        region = db.session.get_one(Unit, county.units["people"]).region_id
        draft = create_campaign(office, _draft(given, region))
        row = change_campaign(office, draft.id, draft.rev, {"state": "active"})
        mark_goal(office, row.id, "stock", mark_id=new_id(), reached=True, evidence=EVIDENCE)
        _adopt(row, region, county)


def _draft(given: dict[str, Any], region: str) -> dict[str, Any]:
    today = clock.today()
    return {
        "id": new_id(),
        "region_id": region,
        "name": "青禾县卫生健康系统治本攻坚三年行动（演示）",
        "document": "青卫安委〔2024〕1号（演示）",
        "issuer": "青禾县卫生健康局（演示）",
        "preset": given["key"],
        "starts_on": date.fromisoformat(given["starts_on"]),
        "ends_on": max(date.fromisoformat(given["ends_on"]), today + timedelta(days=30)),
        "phases": given["phases"],
        "focus_keys": ["fire", "gas"],
        "mode_keys": given["modes"],
        "targets": {"tiers": ["hospital", "township", "village"]},
        "quotas": given["quotas"],
        "note": "",
    }


def _adopt(campaign: Campaign, region: str, county: County) -> None:
    """The inspections still to come are the campaign's; the office leads one of them itself."""
    tasks = (
        select(Assignment)
        .where(Assignment.region_id == region)
        .order_by(Assignment.due_on, Assignment.id)
    )
    found = list(db.session.scalars(tasks))
    for task in found:
        task.campaign_id = campaign.id
    if found:
        found[-1].leader_id = county.people["office"]
