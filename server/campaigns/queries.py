"""Reading assignments: an inspector sees their own, the office those of its regions."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, or_, select

from server.access.rules import Actor, Permission
from server.campaigns.models import Assignment, AssignmentInspector
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Order, Page, page
from server.org.models import Unit

_ORDER = (Order(Assignment.due_on), Order(Assignment.id))


@dataclass(frozen=True)
class AssignmentFilter:
    """What a list of assignments may be narrowed by; None asks nothing."""

    state: tuple[str, ...] = ()
    unit_id: str | None = None
    inspector_id: str | None = None
    campaign_id: str | None = None
    q: str | None = None


def _held_by(person_id: str) -> ColumnElement[bool]:
    held = select(AssignmentInspector.assignment_id).where(
        AssignmentInspector.person_id == person_id
    )
    return Assignment.id.in_(held)


def visible_assignments(actor: Actor) -> Select[Assignment]:
    """
    Select the assignments that the actor may see.

    Holding a region with the right to manage shows all of it; otherwise only one's own, so that a
    unit never sees a visit coming.
    """
    regions = actor.regions_with(Permission.ASSIGNMENTS_MANAGE)
    managed = Assignment.region_id.in_(sorted(regions)) if regions else false()
    leads = Assignment.leader_id == actor.user_id
    return select(Assignment).where(or_(managed, leads, _held_by(actor.user_id)))


def get_assignment(actor: Actor, assignment_id: str, *, for_update: bool = False) -> Assignment:
    """Return one visible assignment, locked when it is about to change."""
    query = visible_assignments(actor).where(Assignment.id == assignment_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    assignment = db.session.scalars(query).first()
    if assignment is None:
        raise NotFound()
    return assignment


def _search(text: str) -> ColumnElement[bool]:
    named = select(Unit.id).where(Unit.name.icontains(text, autoescape=True))
    return or_(Assignment.title.icontains(text, autoescape=True), Assignment.unit_id.in_(named))


def list_assignments(
    actor: Actor, wanted: AssignmentFilter, *, cursor: str | None = None, limit: int | None = None
) -> Page:
    """Return one page of assignments, nearest due day first."""
    query = visible_assignments(actor)
    if wanted.state:
        query = query.where(Assignment.state.in_(wanted.state))
    if wanted.unit_id is not None:
        query = query.where(Assignment.unit_id == wanted.unit_id)
    if wanted.inspector_id is not None:
        query = query.where(_held_by(wanted.inspector_id))
    if wanted.campaign_id is not None:
        query = query.where(Assignment.campaign_id == wanted.campaign_id)
    if wanted.q:
        query = query.where(_search(wanted.q.strip()))
    return page(query, _ORDER, cursor=cursor, limit=limit)
