"""The planning desk in one answer: units by urgency, inspectors with their load, tasks, days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from server.access.rules import Actor, Permission
from server.campaigns import calendars
from server.campaigns.models import Assignment, AssignmentInspector, Campaign
from server.campaigns.programme_rules import ACTIVE
from server.campaigns.programmes import visible_campaigns
from server.campaigns.queries import visible_assignments
from server.campaigns.rules import CANCELLED, DONE, PLANNED, STARTED
from server.campaigns.wire import assignment_data, campaign_names
from server.hazards.models import Hazard
from server.hazards.queries import ALIVE, ZONE, in_sight
from server.inspections.models import Inspection
from server.inspections.queries import visible_inspections
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden
from server.org.models import Person, Region, Role, RoleGrant, Unit
from server.org.queries import permissions_of, visible_people, visible_units
from server.planning.rules import Standing, priority

Data = dict[str, Any]
OPEN = (PLANNED, STARTED)
MOST_UNITS = 2000
PLANNING = (Permission.ASSIGNMENTS_MANAGE, Permission.VISITS_SEAL)


@dataclass(frozen=True)
class Span:
    """The days that are shown."""

    first: date
    last: date


def board(actor: Actor, span: Span, today: date) -> Data:
    """Return everything the planning desk shows; the cost does not grow with what is in it."""
    tasks = _tasks(actor, span)
    names = campaign_names(task.campaign_id for task in tasks)
    units, regions, count = _units(actor, today)
    return {
        "as_of": clock.now_ms(),
        "today": today.isoformat(),
        "units": units,
        "units_in_all": count,
        "regions": regions,
        "people": _people(actor, today),
        "tasks": [assignment_data(task, names) | {"rev": task.rev} for task in tasks],
        "campaigns": _campaigns(actor),
        "calendar": calendars.between(span.first, span.last),
    }


def _tasks(actor: Actor, span: Span) -> list[Assignment]:
    """Return what is due in the days shown, and what is still open from before."""
    due = and_(Assignment.due_on >= span.first, Assignment.due_on <= span.last)
    left = and_(Assignment.due_on < span.first, Assignment.state.in_(OPEN))
    query = visible_assignments(actor).where(or_(due, left), Assignment.state != CANCELLED)
    return list(db.session.scalars(query.order_by(Assignment.due_on, Assignment.id)))


def open_tasks(actor: Actor, span: Span) -> list[Assignment]:
    """Return the open tasks due in some days, for those who plan them."""
    regions = planned_regions(actor)
    return [
        task
        for task in _tasks(actor, span)
        if task.state in OPEN and task.due_on >= span.first and task.region_id in regions
    ]


def planned_regions(actor: Actor) -> frozenset[str]:
    """Return the regions for which the actor plans; refuse who plans neither tasks nor visits."""
    found = frozenset[str]().union(*(actor.regions_with(one) for one in PLANNING))
    if not found:
        raise Forbidden(permission=PLANNING[0].value)
    return found


def managed_units(actor: Actor) -> Select[Unit]:
    """Select the units for which the actor may plan."""
    regions = sorted(planned_regions(actor))
    return visible_units(actor).where(Unit.region_id.in_(regions), Unit.active)


def _units(actor: Actor, today: date) -> tuple[list[Data], list[Data], int]:
    """Return the units by urgency, the regions they lie in, and how many there are in all."""
    last, worries = last_visits(actor), _worries(actor, today)
    rows = list(
        db.session.scalars(managed_units(actor).order_by(Unit.name, Unit.id).limit(MOST_UNITS))
    )
    regions = _regions({unit.region_id for unit in rows})
    place = {region["id"]: n for n, region in enumerate(regions)}
    found = [
        _unit(unit, last.get(unit.id), worries.get(unit.id, (0, 0, 0)), today)
        | {"region": place[unit.region_id]}
        for unit in rows
    ]
    found.sort(key=lambda one: (-one["priority"], one["name"], one["id"]))
    return found, regions, _count(actor, len(found))


def _regions(ids: set[str]) -> list[Data]:
    query = select(Region.id, Region.name).where(Region.id.in_(sorted(ids))).order_by(Region.code)
    return [{"id": row.id, "name": row.name} for row in db.session.execute(query)]


def _count(actor: Actor, shown: int) -> int:
    """Count anew only where not all were read."""
    if shown < MOST_UNITS:
        return shown
    every = managed_units(actor).with_only_columns(func.count(), maintain_column_froms=True)
    return db.session.scalar(every) or shown


def _unit(unit: Unit, last: date | None, worry: tuple[int, int, int], today: date) -> Data:
    days = None if last is None else max(0, (today - last).days)
    standing = Standing(days, *worry)
    return {
        "id": unit.id,
        "name": unit.name,
        "short": unit.short_name,
        "tier": unit.tier,
        "lat": unit.lat,
        "lon": unit.lon,
        "last_on": last.isoformat() if last else None,
        "days": days,
        "open": standing.open,
        "overdue": standing.overdue,
        "major": standing.major,
        "priority": priority(standing),
    }


def last_visits(actor: Actor) -> dict[str, date]:
    """Return the day of each unit's last visit by others: a self-check does not count."""
    query = (
        visible_inspections(actor)
        .where(Inspection.state == SUBMITTED, Inspection.mode != "self-check")
        .with_only_columns(Inspection.unit_id, func.max(Inspection.started_at))
        .group_by(Inspection.unit_id)
    )
    return {row[0]: _day(row[1]) for row in db.session.execute(query)}


def _day(moment: Any) -> date:
    known = moment if not isinstance(moment, int) else clock.from_ms(moment)
    day: date = known.astimezone(ZONE).date()
    return day


def _worries(actor: Actor, today: date) -> dict[str, tuple[int, int, int]]:
    major = or_(Hazard.grade == "major", Hazard.suspected_major.is_(True))
    query = (
        select(
            Hazard.unit_id,
            func.count(),
            func.count().filter(Hazard.due_on < today),
            func.count().filter(major),
        )
        .where(in_sight(actor), Hazard.state.in_(ALIVE))
        .group_by(Hazard.unit_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in db.session.execute(query)}


def _people(actor: Actor, today: date) -> list[Data]:
    """Return who may conduct inspections in the actor's regions, with the tasks they hold."""
    held = _conducting(actor, today)
    query = visible_people(actor).where(Person.id.in_(sorted(held)), Person.active)
    loads = _loads(held)
    return [
        {
            "id": person.id,
            "name": person.name,
            "title": person.title,
            "unit_id": person.unit_id,
            "roles": sorted(held[person.id]),
            "open": loads.get(person.id, (0, 0))[0],
            "done": loads.get(person.id, (0, 0))[1],
        }
        for person in db.session.scalars(query.order_by(Person.name, Person.id))
    ]


def _conducting(actor: Actor, today: date) -> dict[str, set[str]]:
    above = _and_above(sorted(planned_regions(actor)))
    query = (
        select(RoleGrant.person_id, Role)
        .join(Role, Role.key == RoleGrant.role)
        .where(
            RoleGrant.region_id.in_(sorted(above)),
            or_(RoleGrant.starts_on.is_(None), RoleGrant.starts_on <= today),
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
        )
    )
    found: dict[str, set[str]] = {}
    for person, role in db.session.execute(query):
        if Permission.INSPECTIONS_CONDUCT in permissions_of(role):
            found.setdefault(person, set()).add(role.key)
    return found


def _and_above(regions: list[str]) -> set[str]:
    paths = db.session.scalars(select(Region.path).where(Region.id.in_(regions)))
    return {name for path in paths for name in path.split("/") if name}


def _loads(held: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    query = (
        select(
            AssignmentInspector.person_id,
            func.count().filter(Assignment.state.in_(OPEN)),
            func.count().filter(Assignment.state == DONE),
        )
        .join(Assignment, Assignment.id == AssignmentInspector.assignment_id)
        .where(AssignmentInspector.person_id.in_(sorted(held)))
        .group_by(AssignmentInspector.person_id)
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}


def _campaigns(actor: Actor) -> list[Data]:
    query = visible_campaigns(actor).where(Campaign.state == ACTIVE)
    return [
        {
            "id": row.id,
            "name": row.name,
            "document": row.document,
            "focus_keys": row.focus_keys,
            "mode_keys": row.mode_keys,
            "ends_on": row.ends_on.isoformat(),
        }
        for row in db.session.scalars(query.order_by(Campaign.ends_on, Campaign.id))
    ]
