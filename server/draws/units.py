"""Units that may be drawn, with what their weight is made of."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from server.access.rules import Actor
from server.draws.choice import Choice
from server.draws.found import Found
from server.draws.rules import TooManyCandidates, relapses
from server.draws.rules.seeds import RHYTHM
from server.hazards.models import Hazard
from server.hazards.queries import ALIVE, ZONE
from server.inspections.models import Inspection
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Unit
from server.org.queries import subtree_ids, visible_units

MOST = 3000
SELF_CHECK = "self-check"


def regions_of(choice: Choice) -> frozenset[str]:
    """Return the regions that a choice reaches: those named, within the draw's own."""
    whole = subtree_ids(choice.region_id)
    if not choice.region_ids:
        return whole
    return whole & frozenset().union(*(subtree_ids(one) for one in choice.region_ids))


def units_of(actor: Actor, choice: Choice) -> list[Unit]:
    """Return the units that a choice names, by id."""
    query = visible_units(actor).where(Unit.region_id.in_(sorted(regions_of(choice))))
    if choice.tiers:
        query = query.where(Unit.tier.in_(choice.tiers))
    rows = db.session.scalars(query.order_by(Unit.id).limit(MOST + 1)).all()
    if len(rows) > MOST:
        raise TooManyCandidates(most=MOST)
    wanted = set(choice.attributes)
    return [row for row in rows if wanted <= set(row.attributes)]


def find_units(actor: Actor, choice: Choice) -> list[Found]:
    """Return every unit of the choice: with its facts, and why it may not be drawn."""
    rows, today = units_of(actor, choice), clock.today()
    ids = [row.id for row in rows]
    rested, hazards, again = since_visit(ids, today), _open_hazards(ids), _relapses(ids, today)
    found = []
    for row in rows:
        facts = {
            "tier": row.tier,
            "attributes": sorted(row.attributes),
            "open_hazards": sum(hazards[row.id].values()),
            "major_hazards": hazards[row.id].get("major", 0),
            "relapses": again.get(row.id, 0),
            "days_since_visit": rested.get(row.id),
        }
        one = Found(row.id, row.name, facts)
        if not row.active:
            one.out.append({"kind": "inactive"})
        if choice.rested_days and (rested.get(row.id, choice.rested_days) < choice.rested_days):
            one.out.append({"kind": "visited-lately"})
        found.append(one)
    return found


def days_between(then: datetime, today: date) -> int:
    """Return how many days ago something was, where the inspected places are."""
    return max(0, (today - then.astimezone(ZONE).date()).days)


def since_visit(unit_ids: Collection[str], today: date) -> dict[str, int]:
    """Return how many days ago somebody from outside last closed a record there."""
    query = (
        select(Inspection.unit_id, func.max(Inspection.submitted_at))
        .where(
            Inspection.unit_id.in_(unit_ids),
            Inspection.state == SUBMITTED,
            Inspection.mode != SELF_CHECK,
        )
        .group_by(Inspection.unit_id)
    )
    return {key: days_between(at, today) for key, at in db.session.execute(query) if at}


def _open_hazards(unit_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    query = (
        select(Hazard.unit_id, Hazard.grade, func.count())
        .where(Hazard.unit_id.in_(unit_ids), Hazard.state.in_(ALIVE))
        .group_by(Hazard.unit_id, Hazard.grade)
    )
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for unit_id, grade, count in db.session.execute(query):
        counted[unit_id][grade] = count
    return counted


def _relapses(unit_ids: Sequence[str], today: date) -> dict[str, int]:
    horizon = clock.now() - timedelta(days=int(RHYTHM["relapse_days"]))
    query = select(
        Hazard.unit_id, Hazard.location_id, Hazard.item_key, Hazard.opened_at, Hazard.closed_at
    ).where(
        Hazard.unit_id.in_(unit_ids),
        Hazard.item_key.is_not(None),
        Hazard.state != "void",
        Hazard.opened_at >= horizon,
    )
    return relapses(
        ((unit, f"{place} {item}"), opened, closed)
        for unit, place, item, opened, closed in db.session.execute(query)
    )
