"""The desk's overview: a few numbers, each with the list that stands behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select

from server.access.rules import Actor, Permission
from server.campaigns.models import Assignment
from server.campaigns.queries import visible_assignments
from server.hazards.models import Hazard
from server.hazards.queries import ALIVE, in_sight, waiting_for_decision
from server.hazards.rules import SOON_DAYS
from server.hazards.workflow import HazardState
from server.inspections.models import Inspection
from server.inspections.queries import visible_inspections
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Unit

PERIOD_DAYS = 30
TOP_UNITS = 20
#: the overdue ladder: days late, from and to
RUNGS: tuple[tuple[int, int | None], ...] = ((1, 7), (8, 30), (31, 90), (91, None))


@dataclass(frozen=True)
class Figure:
    """A number, the same number a period earlier, and where its records are listed."""

    key: str
    value: int
    list: str
    filter: Mapping[str, Any]
    previous: int | None = None


def overview(actor: Actor, today: date) -> dict[str, Any]:
    """Return what the actor may know at a glance."""
    told: dict[str, Any] = {
        "figures": [],
        "by_state": {},
        "by_grade": {},
        "ladder": [],
        "units": [],
    }
    if actor.may(Permission.HAZARDS_READ):
        told["figures"] += _hazard_figures(actor, today)
        told["by_state"] = _by_state(actor)
        told["by_grade"] = _by_grade(actor)
        told["ladder"] = _ladder(actor, today)
        told["units"] = _units(actor, today)
    if actor.may(Permission.INSPECTIONS_READ):
        told["figures"].append(_inspections(actor, today))
    if actor.may(Permission.ASSIGNMENTS_READ):
        told["figures"].append(_assignments(actor, today))
    return told


def _alive(actor: Actor) -> ColumnElement[bool]:
    return and_(in_sight(actor), Hazard.state.in_(ALIVE))


def _count(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _hazard_figures(actor: Actor, today: date) -> list[Figure]:
    soon = today + timedelta(days=SOON_DAYS + 1)
    late, near = Hazard.due_on < today, and_(Hazard.due_on >= today, Hazard.due_on < soon)
    row = db.session.execute(
        select(
            func.count(),
            _count(late),
            _count(near),
            _count(Hazard.suspected_major.is_(True)),
            _count(waiting_for_decision()),
        ).where(_alive(actor))
    ).one()
    upto = {"open": True, "overdue": False, "due_before": soon.isoformat()}
    return [
        Figure("open", row[0], "hazards", {"open": True}),
        Figure("overdue", row[1], "hazards", {"overdue": True}),
        Figure("due_soon", row[2], "hazards", upto),
        Figure("suspected_major", row[3], "hazards", {"open": True, "suspected_major": True}),
        Figure("to_decide", row[4], "hazards", {"to_decide": True}),
        _opened(actor, today),
    ]


def _opened(actor: Actor, today: date) -> Figure:
    """Count what was found in this period and in the one before it."""
    start = today - timedelta(days=PERIOD_DAYS - 1)
    now, before = _between(Hazard.opened_at, start)
    row = db.session.execute(
        select(_count(now), _count(before)).where(
            in_sight(actor), Hazard.opened_at >= clock.midnight(start - timedelta(days=PERIOD_DAYS))
        )
    ).one()
    return Figure("opened", row[0], "hazards", {"from": start.isoformat()}, row[1])


def _between(column: Any, start: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    earlier = clock.midnight(start - timedelta(days=PERIOD_DAYS))
    return column >= clock.midnight(start), and_(column >= earlier, column < clock.midnight(start))


def _by_state(actor: Actor) -> dict[str, int]:
    query = select(Hazard.state, func.count()).where(in_sight(actor)).group_by(Hazard.state)
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {state.value: found.get(state.value, 0) for state in HazardState}


def _by_grade(actor: Actor) -> dict[str, int]:
    """Count open hazards by grade; one that is only suspected to be major counts as suspected."""
    grade = case(
        (Hazard.grade == "major", "major"),
        (Hazard.suspected_major.is_(True), "suspected"),
        else_="general",
    ).label("grade")
    graded = select(grade).where(_alive(actor)).subquery()
    query = select(graded.c.grade, func.count()).group_by(graded.c.grade)
    found = {row[0]: row[1] for row in db.session.execute(query)}
    return {name: found.get(name, 0) for name in ("general", "suspected", "major")}


def _ladder(actor: Actor, today: date) -> list[dict[str, Any]]:
    rungs = [
        _count(and_(Hazard.due_on <= today - timedelta(days=first), _not_later(today, last)))
        for first, last in RUNGS
    ]
    row = db.session.execute(select(*rungs).where(_alive(actor), Hazard.due_on < today)).one()
    return [
        {"from_days": first, "to_days": last, "value": value}
        for (first, last), value in zip(RUNGS, row, strict=True)
    ]


def _not_later(today: date, last: int | None) -> ColumnElement[bool]:
    return Hazard.due_on >= (today - timedelta(days=last) if last else date.min)


def _units(actor: Actor, today: date) -> list[dict[str, Any]]:
    late = _count(Hazard.due_on < today)
    counted = (
        select(Hazard.unit_id, func.count().label("open"), late.label("late"))
        .where(_alive(actor))
        .group_by(Hazard.unit_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Unit.id, Unit.name, Unit.short_name, counted.c.open, counted.c.late)
        .join(counted, counted.c.unit_id == Unit.id)
        .order_by(counted.c.late.desc(), counted.c.open.desc(), Unit.name, Unit.id)
        .limit(TOP_UNITS)
    )
    names = ("unit_id", "name", "short_name", "open", "overdue")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _inspections(actor: Actor, today: date) -> Figure:
    start = today - timedelta(days=PERIOD_DAYS - 1)
    seen = visible_inspections(actor).where(Inspection.state == "submitted")
    now, before = _between(Inspection.started_at, start)
    row = db.session.execute(seen.with_only_columns(_count(now), _count(before))).one()
    asked = {"state": "submitted", "from": start.isoformat()}
    return Figure("inspections", row[0], "inspections", asked, row[1])


def _assignments(actor: Actor, today: date) -> Figure:
    waiting = visible_assignments(actor).where(Assignment.state.in_(("planned", "started")))
    value = db.session.scalar(waiting.with_only_columns(func.count())) or 0
    return Figure("assignments", value, "assignments", {"state": "planned,started"})
