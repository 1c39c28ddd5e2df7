"""What speaks against a plan before it is made. A hint warns; it forbids nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.access.rules import Actor, Permission
from server.campaigns import calendars
from server.campaigns.models import Assignment
from server.campaigns.modes import MODES
from server.campaigns.queries import visible_assignments
from server.experts.queries import recusals
from server.hazards.queries import ZONE
from server.inspections.models import Inspection
from server.inspections.queries import visible_inspections
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, Unit
from server.org.queries import actor_of, visible_people
from server.planning.board import OPEN, managed_units

Data = dict[str, Any]
RECENT_DAYS = 30
#: at home it is the rule that people check units of their own region
FROM_AFAR = "region"
OWN_REGION = "own-region"


@dataclass(frozen=True)
class Plan:
    """What somebody thinks of planning."""

    unit_ids: Sequence[str]
    person_ids: Sequence[str]
    on: date
    mode: str | None = None


def hints(actor: Actor, plan: Plan) -> Data:
    """Return who should stand aside or may not go, what was visited lately, and the day itself."""
    units = {
        unit.id: unit
        for unit in db.session.scalars(managed_units(actor).where(Unit.id.in_(plan.unit_ids)))
    }
    people = {
        person.id: person
        for person in db.session.scalars(
            visible_people(actor).where(Person.id.in_(plan.person_ids), Person.active)
        )
    }
    return {
        "recusals": _recusals(list(people), list(units), plan),
        "unfit": _unfit(list(people.values()), list(units.values())),
        "recent": _recent(actor, list(units), plan.on),
        "planned": _planned(actor, list(units), plan.on),
        "busy": _busy(actor, list(people), plan.on),
        "day": _day(plan.on),
    }


def _recusals(people: list[str], units: list[str], plan: Plan) -> list[Data]:
    afar = plan.mode is not None and MODES[plan.mode].way == FROM_AFAR
    return [
        {
            "person_id": person,
            "unit_id": reason.unit_id,
            "kind": reason.kind,
            "text": {"zh": reason.zh, "en": reason.en},
        }
        for person, reasons in recusals(people, units, plan.on).items()
        for reason in reasons
        if afar or reason.kind != OWN_REGION
    ]


def _unfit(people: list[Person], units: list[Unit]) -> list[Data]:
    return [
        {"person_id": person.id, "unit_id": unit.id}
        for person in people
        for who in [actor_of(person)]
        for unit in units
        if not who.may(Permission.INSPECTIONS_CONDUCT, on=unit)
    ]


def _recent(actor: Actor, units: list[str], on: date) -> list[Data]:
    since = clock.midnight(clock.shifted(on, -RECENT_DAYS))
    query = (
        visible_inspections(actor)
        .where(
            Inspection.state == SUBMITTED,
            Inspection.unit_id.in_(units),
            Inspection.mode != "self-check",
            Inspection.started_at >= since,
        )
        .with_only_columns(Inspection.unit_id, Inspection.mode, Inspection.started_at)
        .order_by(Inspection.started_at.desc(), Inspection.id.desc())
    )
    found: dict[str, Data] = {}
    for unit, mode, at in db.session.execute(query):
        day = at.astimezone(ZONE).date().isoformat()
        found.setdefault(unit, {"unit_id": unit, "mode": mode, "on": day})
    return list(found.values())


def _planned(actor: Actor, units: list[str], on: date) -> list[Data]:
    query = visible_assignments(actor).where(
        Assignment.unit_id.in_(units),
        Assignment.state.in_(OPEN),
        Assignment.due_on >= clock.shifted(on, -RECENT_DAYS),
        Assignment.due_on <= clock.shifted(on, RECENT_DAYS),
    )
    return [
        {"id": row.id, "unit_id": row.unit_id, "title": row.title, "due_on": f"{row.due_on}"}
        for row in db.session.scalars(query.order_by(Assignment.due_on, Assignment.id))
    ]


def _busy(actor: Actor, people: list[str], on: date) -> list[Data]:
    query = visible_assignments(actor).where(Assignment.state.in_(OPEN), Assignment.due_on == on)
    wanted = set(people)
    return [
        {"person_id": person, "title": row.title, "unit_id": row.unit_id}
        for row in db.session.scalars(query.order_by(Assignment.id))
        for person in row.inspector_ids
        if person in wanted
    ]


def _day(on: date) -> Data:
    holiday = calendars.holiday_on(on)
    return {
        "off": calendars.is_day_off(on),
        "holiday": None if holiday is None else {"key": holiday.key, "name": holiday.name},
    }
