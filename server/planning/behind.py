"""What stands behind each number of a campaign: the very records counted, and units without any."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from server.access.rules import Actor
from server.campaigns.models import Assignment, Campaign
from server.campaigns.queries import visible_assignments
from server.inspections.models import Inspection
from server.kernel.db import db
from server.kernel.paging import DEFAULT_LIMIT, BadCursor, Page
from server.org.models import Region, Unit
from server.planning import rules
from server.planning.board import OPEN, last_visits
from server.planning.coverage import Facts, facts_of
from server.planning.rules import Slice, Visit

Data = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """A part of a campaign's matrix, and how the period is cut for it."""

    campaign: Campaign
    every: str
    wanted: Slice


def _counted(actor: Actor, part: Part) -> tuple[Facts, list[Visit]]:
    facts, own = facts_of(actor, part.campaign), part.campaign
    stretches = rules.windows(own.starts_on, own.ends_on, part.every, own.phases)
    return facts, [one for one in facts.visits if part.wanted.holds(one, stretches)]


@dataclass(frozen=True)
class Leaf:
    """Which page of the rows is asked for, and what the units' names hold."""

    cursor: str | None = None
    limit: int | None = None
    q: str | None = None


def records(actor: Actor, part: Part, leaf: Leaf) -> Page:
    """Return the records that a number of the matrix counts, the latest first."""
    facts, visits = _counted(actor, part)
    named = {unit.id for unit in facts.units if (leaf.q or "").strip() in unit.name}
    found = [one for one in visits if one.unit in named]
    ordered = sorted(found, key=lambda one: (one.on, one.id), reverse=True)
    start = _after(ordered, leaf.cursor)
    shown = ordered[start : start + (leaf.limit or DEFAULT_LIMIT)]
    is_last = start + len(shown) >= len(ordered)
    following = None if is_last or not shown else shown[-1].id
    return Page(_told(facts, shown), following, len(ordered))


def _after(ordered: Sequence[Visit], cursor: str | None) -> int:
    if cursor is None:
        return 0
    for place, visit in enumerate(ordered, 1):
        if visit.id == cursor:
            return place
    raise BadCursor()


def _told(facts: Facts, visits: Sequence[Visit]) -> list[Data]:
    names = {unit.id: unit.name for unit in facts.units}
    query = select(Inspection.id, Inspection.number)
    rows = db.session.execute(query.where(Inspection.id.in_([one.id for one in visits])))
    numbers = {row.id: row.number for row in rows}
    return [
        {
            "id": one.id,
            "number": numbers.get(one.id),
            "unit_id": one.unit,
            "unit_name": names[one.unit],
            "mode": one.mode,
            "focus": one.focus,
            "on": one.on.isoformat(),
            "led": one.led,
            "planned": one.planned,
        }
        for one in visits
    ]


def units(actor: Actor, part: Part, *, visited: bool) -> Data:
    """Return the units with records in a part of the matrix, or without; longest ago first."""
    facts, visits = _counted(actor, part)
    counts = Counter(one.unit for one in visits)
    chosen = [unit for unit in facts.units if (unit.id in counts) is visited]
    last, due, regions = last_visits(actor), _due(actor, chosen), _regions(chosen)
    items = [
        {
            "id": unit.id,
            "name": unit.name,
            "tier": unit.tier,
            "region": regions[unit.region_id],
            "records": counts[unit.id],
            "last_on": last[unit.id].isoformat() if unit.id in last else None,
            "due_on": due[unit.id].isoformat() if unit.id in due else None,
        }
        for unit in chosen
    ]
    items.sort(key=lambda one: (str(one["last_on"] or ""), str(one["name"]), str(one["id"])))
    return {"items": items, "of": len(facts.units)}


def _due(actor: Actor, chosen: Sequence[Unit]) -> dict[str, date]:
    """Return for when a visit is planned already, as far as the actor may know."""
    query = (
        visible_assignments(actor)
        .where(Assignment.unit_id.in_([unit.id for unit in chosen]), Assignment.state.in_(OPEN))
        .with_only_columns(Assignment.unit_id, func.min(Assignment.due_on))
        .group_by(Assignment.unit_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _regions(chosen: Sequence[Unit]) -> dict[str, str]:
    ids = {unit.region_id for unit in chosen}
    found = db.session.execute(select(Region.id, Region.name).where(Region.id.in_(sorted(ids))))
    return {row.id: row.name for row in found}
