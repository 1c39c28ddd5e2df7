"""Reading the ledger. Everything starts from what the actor may see; hidden is absent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from server.access.rules import Actor, Permission, UnitLike
from server.hazards.models import Hazard, HazardPhoto, HazardStep
from server.hazards.rules import ENDED
from server.hazards.workflow import HazardState, Outcome
from server.kernel import clock, driver
from server.kernel.db import db, is_sqlite
from server.kernel.errors import Forbidden, NotFound
from server.kernel.paging import Order, Page, page
from server.kernel.text import fold, search_forms
from server.org.ended import closed_units
from server.org.models import Unit

U = TypeVar("U", bound=UnitLike)
ZONE = ZoneInfo("Asia/Shanghai")
_NUMBER = re.compile(r"(?:[A-Za-z]{2}-)[0-9-]*|[0-9]{4,}(?:-[0-9]*)*")
ALIVE = tuple(state.value for state in HazardState if state not in ENDED)
ORDERS: dict[str, tuple[Order, ...]] = {
    "due": (Order(Hazard.due_on), Order(Hazard.id)),
    "newest": (Order(Hazard.opened_at, descending=True), Order(Hazard.id, descending=True)),
}


@dataclass(frozen=True)
class HazardFilter:
    """What a list of hazards may be narrowed by; None asks nothing."""

    unit_id: str | None = None
    region_id: str | None = None
    location_id: str | None = None
    asset_id: str | None = None
    inspection_id: str | None = None
    state: tuple[str, ...] = ()
    grade: str | None = None
    suspected_major: bool | None = None
    to_decide: bool | None = None
    category: str | None = None
    checklist_key: str | None = None
    assignee_id: str | None = None
    overdue: bool | None = None
    due_before: date | None = None
    open: bool | None = None
    opened_from: date | None = None
    opened_to: date | None = None
    q: str | None = None


@dataclass(frozen=True)
class Site:
    """A unit, for those who need to know no more than where it is."""

    unit_id: str
    region_id: str


def require_unit(actor: Actor, unit_id: str, permission: Permission) -> Unit:
    """Return a unit on which the actor holds *permission*; hidden is absent."""
    return _permitted(actor, db.session.get(Unit, unit_id), permission)


def require_site(actor: Actor, unit_id: str, permission: Permission) -> Site:
    """Return where a unit is on which the actor holds *permission*; hidden is absent."""
    found = driver.rows("SELECT id, region_id FROM unit WHERE id = :unit", unit=unit_id)
    return _permitted(actor, Site(*found[0]) if found else None, permission)


def _permitted(actor: Actor, unit: U | None, permission: Permission) -> U:
    if unit is None or not actor.may(Permission.ORG_READ, on=unit):
        raise NotFound()
    if not actor.may(permission, on=unit):
        raise Forbidden(permission=permission.value)
    return unit


def in_sight(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a hazard is visible; who may read none sees what they opened."""
    regions = actor.regions_with(Permission.HAZARDS_READ)
    units = actor.units_with(Permission.HAZARDS_READ)
    if not regions and not units:
        closed = sorted(closed_units(actor))
        return and_(Hazard.opened_by == actor.user_id, Hazard.unit_id.not_in(closed))
    return or_(
        Hazard.region_id.in_(sorted(regions)) if regions else false(),
        Hazard.unit_id.in_(sorted(units)) if units else false(),
    )


def visible_hazards(actor: Actor) -> Select[Hazard]:
    """Select the hazards that the actor may see."""
    return select(Hazard).where(in_sight(actor))


def get_hazard(actor: Actor, hazard_id: str, *, for_update: bool = False) -> Hazard:
    """Return one visible hazard, locked when it is about to change."""
    query = visible_hazards(actor).where(Hazard.id == hazard_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    hazard = db.session.scalars(query).first()
    if hazard is None:
        raise NotFound()
    return hazard


def survivor_of(actor: Actor, hazard: Hazard) -> Hazard:
    """Return the entry that stands for a merged one, locked; the hazard itself when it stands."""
    while hazard.merged_into_id is not None:
        hazard = get_hazard(actor, hazard.merged_into_id, for_update=True)
    return hazard


def _search(text: str) -> ColumnElement[bool]:
    """Look in the numbers for what looks like one, else in the words too."""
    numbers = (Hazard.number, Hazard.closure_number)
    words = () if _NUMBER.fullmatch(fold(text)) else (Hazard.title, Hazard.description)
    forms = search_forms(text)
    return or_(*(_holds(column, form) for column in (*numbers, *words) for form in forms))


def _holds(column: InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """Look for text in any case; SQLite's own LIKE does so without folding every row first."""
    if is_sqlite():
        return column.contains(text, autoescape=True)
    return column.icontains(text, autoescape=True)


def waiting_for_decision() -> ColumnElement[bool]:
    """Return the condition of rules.waits_for_decision."""
    undecided = or_(Hazard.decision.is_(None), Hazard.decision == Outcome.EXPERTS)
    return and_(Hazard.state.in_(ALIVE), Hazard.suspected_major.is_(True), undecided)


def conditions(wanted: HazardFilter, today: date) -> list[ColumnElement[bool]]:
    """Return what a filter asks, as conditions."""
    asked: list[ColumnElement[bool]] = [
        getattr(Hazard, name) == value
        for name in (
            "unit_id", "region_id", "location_id", "asset_id", "inspection_id", "grade",
            "suspected_major", "category", "checklist_key", "assignee_id",
        )
        if (value := getattr(wanted, name)) is not None
    ]  # fmt: skip
    alive = Hazard.state.in_(ALIVE)
    late = and_(alive, Hazard.due_on < today)
    if wanted.state:
        asked.append(Hazard.state.in_(wanted.state))
    if wanted.open is not None:
        asked.append(alive if wanted.open else ~alive)
    if wanted.overdue is not None:
        asked.append(late if wanted.overdue else ~late)
    if wanted.to_decide is not None:
        waiting = waiting_for_decision()
        asked.append(waiting if wanted.to_decide else ~waiting)
    if wanted.due_before is not None:
        asked.append(Hazard.due_on < wanted.due_before)
    if wanted.opened_from is not None:
        asked.append(Hazard.opened_at >= clock.midnight(wanted.opened_from))
    if wanted.opened_to is not None:
        asked.append(Hazard.opened_at < clock.midnight(clock.shifted(wanted.opened_to, 1)))
    if wanted.q:
        asked.append(_search(wanted.q))
    return asked


def list_hazards(
    actor: Actor,
    wanted: HazardFilter,
    today: date,
    *,
    order: str = "due",
    cursor: str | None = None,
    limit: int | None = None,
) -> Page:
    """Return one page of the ledger, nearest due day first."""
    query = visible_hazards(actor).where(*conditions(wanted, today))
    return page(query, ORDERS[order], cursor=cursor, limit=limit)


def steps_of(hazard_ids: Sequence[str]) -> dict[str, list[HazardStep]]:
    """Return the steps of hazards in the order in which they were taken."""
    found: dict[str, list[HazardStep]] = {hazard_id: [] for hazard_id in hazard_ids}
    query = select(HazardStep).where(HazardStep.hazard_id.in_(hazard_ids))
    for step in db.session.scalars(query.order_by(HazardStep.at, HazardStep.id)):
        found[step.hazard_id].append(step)
    return found


def photo_links(hazard_ids: Sequence[str]) -> list[HazardPhoto]:
    """Return the links between hazards and photos."""
    query = select(HazardPhoto).where(HazardPhoto.hazard_id.in_(hazard_ids))
    return list(db.session.scalars(query.order_by(HazardPhoto.photo_id)))


def last_step(hazard_id: str) -> HazardStep:
    """Return the newest step; opening is a step, so there always is one."""
    query = select(HazardStep).where(HazardStep.hazard_id == hazard_id)
    step = db.session.scalars(query.order_by(HazardStep.at.desc(), HazardStep.id.desc())).first()
    assert step is not None
    return step


def possible_duplicates(hazard: Hazard) -> list[Hazard]:
    """Suggest open hazards of the same item at the same place; only a person may merge them."""
    if hazard.item_key is None:
        return []
    query = select(Hazard).where(
        Hazard.unit_id == hazard.unit_id,
        Hazard.state.in_(ALIVE),
        Hazard.item_key == hazard.item_key,
        Hazard.location_id == hazard.location_id,
        Hazard.asset_id == hazard.asset_id,
        Hazard.id != hazard.id,
    )
    return list(db.session.scalars(query.order_by(Hazard.opened_at, Hazard.id).limit(5)))
