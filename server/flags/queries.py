"""Reading flags: for those who oversee a region, and never for people of the inspected unit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from server.access.rules import Actor, Permission
from server.flags.models import Flag
from server.flags.rules import OPEN
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Order, Page, page
from server.org.models import Person, Region, Unit
from server.org.queries import subtree_ids

ORDER = (Order(Flag.created_at, descending=True), Order(Flag.id, descending=True))
#: subject type → what the actor may know of such subjects, by id
Teller = Callable[[Actor, Sequence[str]], dict[str, dict[str, Any]]]
_tellers: dict[str, Teller] = {}


@dataclass(frozen=True)
class FlagFilter:
    """What a list of flags may be narrowed by; None asks nothing."""

    state: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    unit_id: str | None = None
    region_id: str | None = None
    person_id: str | None = None
    inspection_id: str | None = None
    hazard_id: str | None = None
    raised_from: datetime | None = None
    raised_to: datetime | None = None
    q: str | None = None


def add_teller(subject_type: str, teller: Teller) -> None:
    """Let a feature above tell of what its flags are about."""
    _tellers[subject_type] = teller


def in_sight(actor: Actor) -> ColumnElement[bool]:
    """
    Return the condition that a flag is visible.

    Only a region's oversight counts: a grant on the unit itself opens nothing, and whoever works
    at the unit is shown nothing of it even when they oversee its region. What has no region is
    shown to those who oversee a root.
    """
    regions = sorted(actor.regions_with(Permission.FLAGS_READ))
    roots = select(Region.id).where(Region.id.in_(regions), Region.parent_id.is_(None))
    seen = or_(Flag.region_id.in_(regions), and_(Flag.region_id.is_(None), roots.exists()))
    if actor.unit_id is None:
        return seen
    return and_(seen, or_(Flag.unit_id.is_(None), Flag.unit_id != actor.unit_id))


def visible_flags(actor: Actor) -> Select[Flag]:
    """Select the flags that the actor may see."""
    return select(Flag).where(in_sight(actor))


def get_flag(actor: Actor, flag_id: str, *, for_update: bool = False) -> Flag:
    """Return one visible flag."""
    query = visible_flags(actor).where(Flag.id == flag_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    flag = db.session.scalars(query).first()
    if flag is None:
        raise NotFound()
    return flag


def list_flags(
    actor: Actor, wanted: FlagFilter, *, cursor: str | None = None, limit: int | None = None
) -> Page:
    """Return one page of flags, the newest first."""
    query = visible_flags(actor).where(*_conditions(wanted))
    return page(query, ORDER, cursor=cursor, limit=limit)


def count_open(actor: Actor) -> int:
    """Return how many flags wait for somebody to look."""
    waiting = visible_flags(actor).where(Flag.state == OPEN).subquery()
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0


def _conditions(wanted: FlagFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = [
        getattr(Flag, name) == value
        for name in ("unit_id", "person_id", "inspection_id", "hazard_id")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.region_id is not None:
        asked.append(Flag.region_id.in_(sorted(subtree_ids(wanted.region_id))))
    if wanted.state:
        asked.append(Flag.state.in_(wanted.state))
    if wanted.kind:
        asked.append(Flag.kind.in_(wanted.kind))
    if wanted.raised_from is not None:
        asked.append(Flag.created_at >= wanted.raised_from)
    if wanted.raised_to is not None:
        asked.append(Flag.created_at < wanted.raised_to)
    if wanted.q and wanted.q.strip():
        asked.append(_search(wanted.q.strip()))
    return asked


def _search(text: str) -> ColumnElement[bool]:
    """Look for a unit or for whose work it is about."""
    units = select(Unit.id).where(Unit.name.icontains(text, autoescape=True))
    people = select(Person.id).where(Person.name.icontains(text, autoescape=True))
    return or_(Flag.unit_id.in_(units), Flag.person_id.in_(people))


def subjects(actor: Actor, flags: Sequence[Flag]) -> dict[tuple[str, str], dict[str, Any]]:
    """Return what the actor may know of what the flags are about; hidden is absent."""
    wanted: dict[str, set[str]] = {}
    for flag in flags:
        ids = {flag.subject_id, flag.other_id} - {""}
        wanted.setdefault(flag.subject_type, set()).update(ids)
    return {
        (kind, key): told
        for kind, ids in wanted.items()
        if kind in _tellers
        for key, told in _tellers[kind](actor, sorted(ids)).items()
    }
