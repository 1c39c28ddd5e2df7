"""Reading sealed visits: their knowers before release, and who may read there afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from server.access.rules import Actor, Permission
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Order, Page, page
from server.kernel.text import search_forms
from server.org.models import Unit
from server.visits import rules
from server.visits.models import Visit, VisitKnowledge, VisitPerson

_ORDER = (Order(Visit.opens_at, descending=True), Order(Visit.id, descending=True))
_TEAM = (rules.LEADER, rules.MEMBER)
_PLANNING = (rules.PLANNER, rules.KNOWER)


@dataclass(frozen=True)
class VisitFilter:
    """What a list may be narrowed by; None asks nothing."""

    state: tuple[str, ...] = ()
    unit_id: str | None = None
    campaign_id: str | None = None
    assignment_id: str | None = None
    q: str | None = None


def _has_part(person_id: str, parts: Sequence[str]) -> ColumnElement[bool]:
    own = select(VisitPerson.visit_id).where(
        VisitPerson.person_id == person_id, VisitPerson.part.in_(parts)
    )
    return Visit.id.in_(own)


def _planned_by(actor: Actor) -> ColumnElement[bool]:
    """
    Visits the actor plans or was told of, where they may still plan.

    A unit may be put under another region meanwhile: whoever planned it there can still call it
    off, and a planner of its new region can be told.
    """
    regions = sorted(actor.regions_with(Permission.VISITS_SEAL))
    if not regions:
        return false()
    there = or_(Visit.region_id.in_(regions), _lies_in(regions))
    return and_(there, _has_part(actor.user_id, _PLANNING))


def _lies_in(region_ids: Sequence[str]) -> ColumnElement[bool]:
    """The unit lies in one of these regions now."""
    return Visit.unit_id.in_(select(Unit.id).where(Unit.region_id.in_(region_ids)))


def _read_by(actor: Actor) -> ColumnElement[bool]:
    """Released visits where the actor reads inspections; a unit sees those that reached it."""
    regions = sorted(actor.regions_with(Permission.INSPECTIONS_READ))
    units = sorted(actor.units_with(Permission.INSPECTIONS_READ))
    came = and_(Visit.unit_id.in_(units), Visit.arrived_at.is_not(None)) if units else false()
    there = _lies_in(regions) if regions else false()
    return and_(Visit.released_at.is_not(None), or_(there, came))


def visible_visits(actor: Actor) -> Select[Visit]:
    """Select the visits that exist for the actor, whether or not they know the plan."""
    team = _has_part(actor.user_id, _TEAM)
    return select(Visit).where(or_(_planned_by(actor), team, _read_by(actor)))


def get_visit(actor: Actor, visit_id: str, *, for_update: bool = False) -> Visit:
    """Return a visit that exists for the actor."""
    return _one(visible_visits(actor).where(Visit.id == visit_id), for_update=for_update)


def planned_visit(actor: Actor, visit_id: str) -> Visit:
    """Return a visit that the actor plans, locked."""
    query = select(Visit).where(Visit.id == visit_id, _planned_by(actor))
    return _one(query, for_update=True)


def led_visit(actor: Actor, visit_id: str) -> Visit:
    """Return a visit that the actor leads, locked."""
    query = select(Visit).where(Visit.id == visit_id, _has_part(actor.user_id, (rules.LEADER,)))
    return _one(query, for_update=True)


def team_visit(person_id: str, visit_id: str) -> Visit:
    """Return a visit to whose team somebody belongs."""
    query = select(Visit).where(Visit.id == visit_id, _has_part(person_id, _TEAM))
    return _one(query, for_update=False)


def visit_of(person_id: str, visit_id: str, parts: Sequence[str] = _TEAM) -> Visit:
    """Return a visit in which somebody has one of these parts, locked."""
    query = select(Visit).where(Visit.id == visit_id, _has_part(person_id, parts))
    return _one(query, for_update=True)


def _one(query: Select[Visit], *, for_update: bool) -> Visit:
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = db.session.scalars(query).one_or_none()
    if row is None:
        raise NotFound()
    return row


def list_visits(
    actor: Actor, wanted: VisitFilter, *, cursor: str | None = None, limit: int | None = None
) -> Page:
    """
    Return one page of visits, the latest opening first.

    What narrows by the plan finds only where the actor knows it: a leader must not learn the place
    by asking for one place after the other.
    """
    query = visible_visits(actor)
    if wanted.state:
        query = query.where(Visit.state.in_(wanted.state))
    asked = _by_plan(wanted)
    if asked:
        query = query.where(knowing(actor), *asked)
    return page(query, _ORDER, cursor=cursor, limit=limit)


def _by_plan(wanted: VisitFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if wanted.unit_id is not None:
        asked.append(Visit.unit_id == wanted.unit_id)
    if wanted.campaign_id is not None:
        asked.append(Visit.campaign_id == wanted.campaign_id)
    if wanted.assignment_id is not None:
        asked.append(Visit.assignment_id == wanted.assignment_id)
    forms = search_forms(wanted.q or "")
    if forms:
        named = [Unit.name.icontains(form, autoescape=True) for form in forms]
        titled = [Visit.title.icontains(form, autoescape=True) for form in forms]
        numbered = [Visit.number.icontains(form, autoescape=True) for form in forms]
        asked.append(or_(Visit.unit_id.in_(select(Unit.id).where(or_(*named))), *titled, *numbered))
    return asked


def knowing(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that the actor may read the plan of a visit."""
    told = or_(Visit.opened_at.is_not(None), Visit.released_at.is_not(None))
    team = and_(_has_part(actor.user_id, _TEAM), told)
    return or_(_planned_by(actor), team, _read_by(actor))


def known_ids(actor: Actor, visit_ids: Iterable[str]) -> set[str]:
    """Return those of *visit_ids* whose plan the actor may read."""
    query = select(Visit.id).where(Visit.id.in_(list(visit_ids)), knowing(actor))
    return set(db.session.scalars(query))


def plans(actor: Actor, visit: Visit) -> bool:
    """Say whether the actor plans a visit or was told of it."""
    query = select(Visit.id).where(Visit.id == visit.id, _planned_by(actor))
    return db.session.scalar(query) is not None


def may_read_log(actor: Actor, visit: Visit) -> bool:
    """Say whether the log is shown: to planners always, after release to team and bureau."""
    if plans(actor, visit):
        return True
    if visit.released_at is None:
        return False
    if actor.user_id in (visit.leader_id, *visit.member_ids):
        return True
    return reads_region(actor, visit)


def reads_region(actor: Actor, visit: Visit) -> bool:
    """Say whether the actor reads inspections in the region where the unit lies now."""
    unit = db.session.get(Unit, visit.unit_id)
    return unit is not None and actor.may_in_region(Permission.INSPECTIONS_READ, unit.region_id)


def due_ids(now: datetime) -> list[str]:
    """Return the visits that must be released by now."""
    query = select(Visit.id, Visit.state, Visit.ends_at).where(
        Visit.released_at.is_(None), Visit.ends_at <= now
    )
    rows = db.session.execute(query.order_by(Visit.id))
    return [row[0] for row in rows if rules.is_due(row[1], row[2], now)]


def unreleased_of_draw(draw_id: str) -> int:
    """Count the visits of a sealed draw that nobody else may know of yet."""
    query = select(func.count()).where(Visit.draw_id == draw_id, Visit.released_at.is_(None))
    return db.session.scalar(query) or 0


def released_units_of_draw(draw_id: str) -> set[str]:
    """Return the units of a draw whose visits everybody may know of."""
    query = select(Visit.unit_id).where(Visit.draw_id == draw_id, Visit.released_at.is_not(None))
    return set(db.session.scalars(query))


def seen_lately(actor: Actor, visit_ids: Iterable[str]) -> set[str]:
    """Return the visits whose plan the actor has read a moment ago."""
    query = select(VisitKnowledge.visit_id).where(
        VisitKnowledge.visit_id.in_(list(visit_ids)),
        VisitKnowledge.person_id == actor.user_id,
        VisitKnowledge.how == "viewed",
        VisitKnowledge.at > clock.now() - rules.VIEWED_ONCE,
    )
    return set(db.session.scalars(query))


def sealed_tasks(assignment_ids: Iterable[str]) -> set[str]:
    """Return those tasks that are to come of visits nobody else may know of yet."""
    query = select(Visit.assignment_id).where(
        Visit.assignment_id.in_(list(assignment_ids)), Visit.released_at.is_(None)
    )
    return set(db.session.scalars(query))


def is_released(visit_id: str) -> bool:
    """Say whether a visit is there for everybody; one that never was is not."""
    query = select(Visit.id).where(Visit.id == visit_id, Visit.released_at.is_not(None))
    return db.session.scalar(query) is not None


def visit_of_task(assignment_id: str | None) -> Visit | None:
    """Return the released visit that a task came of."""
    if assignment_id is None:
        return None
    query = select(Visit).where(
        Visit.assignment_id == assignment_id, Visit.released_at.is_not(None)
    )
    return db.session.scalars(query).one_or_none()
