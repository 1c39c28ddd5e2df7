"""Commands of campaigns: drawn up, begun, closed; a goal reached with what shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.campaigns import programme_rules as rules
from server.campaigns.models import Assignment, Campaign, GoalMark
from server.campaigns.programmes import get_campaign
from server.definitions.queries import current_checklists
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound
from server.kernel.synced import touch_all
from server.kernel.text import clean, one_line
from server.org.models import Region, Unit
from server.org.queries import subtree_ids, visible_units
from server.org.rules import require_rev

_LINES = ("name", "document", "issuer")
_DAYS = ("starts_on", "ends_on")


def create_campaign(actor: Actor, given: Mapping[str, Any]) -> Campaign:
    """Draw up a campaign as a draft; the same one sent twice is one."""
    existing = db.session.get(Campaign, given["id"])
    if existing is not None:
        if existing.created_by != actor.user_id:
            raise rules.CampaignIdTaken()
        return existing
    region = db.session.get(Region, given["region_id"])
    if region is None or not actor.may_in_region(Permission.CAMPAIGNS_READ, region.id):
        raise NotFound()
    if not actor.may_in_region(Permission.CAMPAIGNS_MANAGE, region.id):
        raise Forbidden(permission=Permission.CAMPAIGNS_MANAGE.value)
    row = Campaign(
        **{name: _plain(name, value) for name, value in given.items()},
        state=rules.DRAFT,
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    _require_sound(actor, row)
    db.session.add(row)
    db.session.flush()
    _log(actor, "campaign.create", row, {"name": row.name, "document": row.document})
    return row


def change_campaign(
    actor: Actor, campaign_id: str, rev: int, changes: Mapping[str, Any]
) -> Campaign:
    """Change a campaign; `rev` names the version it was changed on."""
    row = _managed(actor, campaign_id)
    require_rev(row.rev, rev)
    if changes.get("state") is not None:
        rules.require_step(row.state, changes["state"])
    named, before = row.name, _words(row)
    for name, value in changes.items():
        if value is not None:
            setattr(row, name, _plain(name, value))
    with db.session.no_autoflush:  # what is unsound must not be written first
        _require_sound(actor, row, before)
    if row.name != named:
        _tell_inspectors(row)
    db.session.flush()
    _log(actor, "campaign.change", row, {"fields": sorted(changes), "state": row.state})
    return row


def mark_goal(
    actor: Actor, campaign_id: str, goal_key: str, *, mark_id: str, reached: bool, evidence: str
) -> GoalMark:
    """Say that a goal is reached, or that it is not after all; nothing said before is lost."""
    row = _managed(actor, campaign_id)
    existing = db.session.get(GoalMark, mark_id)
    if existing is not None:
        if (existing.campaign_id, existing.goal_key) != (row.id, goal_key):
            raise rules.CampaignIdTaken()
        return existing
    said = clean(evidence)
    rules.require_tickable(row.phases, goal_key, said)
    mark = GoalMark(
        id=mark_id,
        campaign_id=row.id,
        goal_key=goal_key,
        reached=reached,
        evidence=said,
        marked_by=actor.user_id,
        marked_at=clock.now(),
    )
    db.session.add(mark)
    db.session.flush()
    _log(actor, "campaign.goal", row, {"goal": goal_key, "reached": reached})
    return mark


def _managed(actor: Actor, campaign_id: str) -> Campaign:
    row = get_campaign(actor, campaign_id, for_update=True)
    if not actor.may_in_region(Permission.CAMPAIGNS_MANAGE, row.region_id):
        raise Forbidden(permission=Permission.CAMPAIGNS_MANAGE.value)
    return row


def _plain(name: str, value: Any) -> Any:
    """Return a value as it is kept: days inside of data are text, what was left out is not."""
    if name in _LINES:
        return one_line(value)
    if name == "note":
        return clean(value)
    return value if name in _DAYS else _without_days(value)


def _without_days(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _without_days(inner) for key, inner in value.items() if inner is not None}
    return [_without_days(inner) for inner in value] if isinstance(value, list) else value


@dataclass(frozen=True)
class _Words:
    """What a campaign names: checklists, its region, and units."""

    checklists: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()


def _words(row: Campaign) -> _Words:
    region = row.targets.get("region_id")
    return _Words(
        frozenset([*row.focus_keys, *(key for quota in row.quotas for key in quota["focus"])]),
        frozenset([region] if region else ()),
        frozenset(row.targets.get("unit_ids") or ()),
    )


def _require_sound(actor: Actor, row: Campaign, before: _Words = _Words()) -> None:
    """
    Raise unless the campaign can be kept.

    What it has named before may have gone since: a checklist that was withdrawn, a unit that moved.
    That must not keep anybody from closing it.
    """
    rules.check_period(row.starts_on, row.ends_on, row.phases)
    rules.check_keys(row.phases, row.quotas)
    now, below = _words(row), subtree_ids(row.region_id)
    lists, units = now.checklists - before.checklists, now.units - before.units
    rules.check_known(lists, {one.key for one in current_checklists(clock.today())})
    rules.check_known(now.regions - before.regions, below)
    seen = visible_units(actor).where(Unit.id.in_(units), Unit.region_id.in_(sorted(below)))
    rules.check_known(units, {unit.id for unit in db.session.scalars(seen)} if units else ())


def _tell_inspectors(row: Campaign) -> None:
    """Let phones fetch the tasks of the campaign once more: they show its name."""
    query = select(Assignment).where(Assignment.campaign_id == row.id)
    for task in db.session.scalars(query):
        people = {*task.inspector_ids, *filter(None, [task.leader_id])}
        touch_all((f"user:{person}", "assignment", task.id) for person in people)


def _log(actor: Actor, action: str, row: Campaign, details: Mapping[str, Any]) -> None:
    told = {"region": row.region_id, **details}
    record(actor, action, "campaign", row.id, details=told)
