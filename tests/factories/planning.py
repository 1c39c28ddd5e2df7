"""Campaigns of the office, and visits that were made."""

from datetime import UTC, date, datetime, time
from typing import Any

from server.access.rules import Actor
from server.campaigns.models import Assignment, Campaign
from server.campaigns.programme_service import change_campaign, create_campaign
from server.inspections.models import Inspection
from server.kernel import ids
from server.kernel.db import db
from server.org.models import Unit
from tests.factories.campaigns import make_assignment
from tests.factories.definitions import make_definition
from tests.factories.inspections import make_inspection
from tests.support.actors import Actors

#: four in the morning by Greenwich is noon in China
NOON = time(4, tzinfo=UTC)


def phase(key: str, first: str, last: str, *goals: dict[str, Any]) -> dict[str, Any]:
    """A phase with its goals."""
    name = {"zh": f"阶段{key}", "en": ""}
    return {"key": key, "name": name, "starts_on": first, "ends_on": last, "goals": list(goals)}


def goal(key: str, **count: Any) -> dict[str, Any]:
    """A goal that people tick, or one that is counted."""
    told: dict[str, Any] = {"key": key, "text": {"zh": f"目标{key}", "en": ""}}
    return told | ({"count": count} if count else {})


#: every unit was visited
ALL = goal("all", what="visited-units", at_least=100)


def quota(key: str, **given: Any) -> dict[str, Any]:
    """Twice a year unless said otherwise."""
    usual = {"modes": [], "focus": [], "tiers": [], "every": "year", "at_least": 2, "led": False}
    return {"key": key} | usual | given


def campaign_body(actors: Actors, **given: Any) -> dict[str, Any]:
    """A campaign of 2026 in the county, in two phases."""
    make_definition()
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "region_id": actors.world.county.id,
        "name": "治本攻坚三年行动",
        "document": "安巡〔2026〕3号",
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "phases": [
            phase("one", "2026-01-01", "2026-06-30", goal("plan")),
            phase(
                "two", "2026-07-01", "2026-12-31", goal("all", what="visited-units", at_least=100)
            ),
        ],
        "focus_keys": ["ward"],
        "mode_keys": ["spot", "surprise"],
        "quotas": [quota("twice")],
    }
    return values | given


def make_campaign(actors: Actors, *, begun: bool = True, **given: Any) -> Campaign:
    """The same as a row, under way unless said otherwise."""
    office = actors["bureau_office"]
    body = campaign_body(actors, **given)
    days = {key: date.fromisoformat(body[key]) for key in ("starts_on", "ends_on")}
    usual = {"issuer": "", "preset": None, "targets": {}, "note": ""}
    row = create_campaign(office, usual | body | days)
    if begun:
        row = change_campaign(office, row.id, row.rev, {"state": "active"})
    return row


def held(
    actor: Actor, unit: Unit, on: str, *, mode: str = "spot", focus: str = "ward", **given: Any
) -> Inspection:
    """A submitted record of a day."""
    row = make_inspection(actor, unit, mode=mode, **given)
    at = datetime.combine(date.fromisoformat(on), NOON)
    row.started_at = row.device_started_at = row.submitted_at = at
    row.checklist_key = focus
    row.state = "submitted"
    db.session.flush()
    return row


def task_of(actors: Actors, campaign: Campaign, **given: Any) -> Assignment:
    """A task of a campaign."""
    return make_assignment(actors, campaign_id=campaign.id, **given)
