"""
Who was where before: nobody goes to the same unit twice within a cycle, nor a region to a region.

An open draw looks only at what is open, whoever runs it: else its published file would tell of
sealed ones. A sealed draw also looks at the sealed ones that its operator knows of.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, or_, select

from server.access.rules import Actor
from server.draws.choice import Choice
from server.draws.models import Draw, DrawKnower, DrawPair
from server.draws.units import SELF_CHECK
from server.inspections.models import Inspection, InspectionMember
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, Region, Unit

PERSON_UNIT, REGIONS = "pair-within-cycle", "regions-within-cycle"
COUNTY = "county"


def repeated(
    actor: Actor, choice: Choice, person_ids: Collection[str], slots: Sequence[Unit]
) -> Iterator[tuple[str, str, str]]:
    """Yield person, unit and reason for every pair that had its turn within the cycle."""
    units = [unit.id for unit in slots]
    if choice.cycle_pairs and units:
        known = _pairs(actor, choice, choice.cycle_pairs)
        for person_id, unit_id in known:
            if person_id in person_ids and unit_id in units:
                yield person_id, unit_id, PERSON_UNIT
    if choice.cycle_regions and units:
        yield from _regions_again(actor, choice, person_ids, slots)


def _regions_again(
    actor: Actor, choice: Choice, person_ids: Collection[str], slots: Sequence[Unit]
) -> Iterator[tuple[str, str, str]]:
    known = _pairs(actor, choice, choice.cycle_regions)
    homes = homes_of({*person_ids, *(person for person, _ in known)})
    places = _places({*(unit for _, unit in known), *(unit.id for unit in slots)})
    county = _counties({*homes.values(), *places.values()})
    met = {
        frozenset((county[homes[person]], county[places[unit]]))
        for person, unit in known
        if person in homes and unit in places
    }
    for person_id in homes.keys() & set(person_ids):
        for unit in slots:
            home, there = county[homes[person_id]], county[places[unit.id]]
            if home != there and frozenset((home, there)) in met:
                yield person_id, unit.id, REGIONS


def _counties(region_ids: Collection[str]) -> dict[str, str]:
    """Return the county of each region: a town's check is its county's; others are their own."""
    rows = list(db.session.scalars(select(Region).where(Region.id.in_(sorted(region_ids)))))
    above = {key for row in rows for key in row.path.split("/") if key}
    query = select(Region.id).where(Region.id.in_(sorted(above)), Region.level == COUNTY)
    counties = set(db.session.scalars(query))
    return {
        row.id: next((key for key in row.path.split("/") if key in counties), row.id)
        for row in rows
    }


def _pairs(actor: Actor, choice: Choice, days: int) -> set[tuple[str, str]]:
    since = clock.now() - timedelta(days=days)
    drawn = (
        select(DrawPair.person_id, DrawPair.unit_id)
        .join(Draw, Draw.id == DrawPair.draw_id)
        .where(DrawPair.at >= since, _counts(actor, choice))
    )
    both = (drawn, _visited(since))
    return {(who, where) for query in both for who, where in db.session.execute(query)}


def _counts(actor: Actor, choice: Choice) -> ColumnElement[bool]:
    """Return the condition that a draw may be looked back at."""
    told = or_(Draw.sealed.is_(False), Draw.released_at.is_not(None))
    if choice.sealed:
        mine = select(DrawKnower.draw_id).where(DrawKnower.person_id == actor.user_id)
        told = or_(told, Draw.id.in_(mine))
    return and_(Draw.state == "drawn", told)


def _visited(since: datetime) -> Select[str, str]:
    return (
        select(InspectionMember.person_id, Inspection.unit_id)
        .join(Inspection, Inspection.id == InspectionMember.inspection_id)
        .where(
            Inspection.state == SUBMITTED,
            Inspection.mode != SELF_CHECK,
            Inspection.submitted_at >= since,
        )
    )


def homes_of(person_ids: Collection[str]) -> dict[str, str]:
    """Return in which region people are at home, where that is known."""
    query = (
        select(Person.id, Person.region_id, Unit.region_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.id.in_(person_ids))
    )
    rows = db.session.execute(query)
    return {person: home or employer for person, home, employer in rows if home or employer}


def _places(unit_ids: Collection[str]) -> dict[str, str]:
    query = select(Unit.id, Unit.region_id).where(Unit.id.in_(unit_ids))
    return {unit: region for unit, region in db.session.execute(query)}  # noqa: C416
