"""Reading places, things and tags, as the actor may see them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from server.access.rules import Actor, Permission
from server.kernel.db import db
from server.locations.models import Asset, Location, Tag
from server.locations.rules import normal_code
from server.org.models import Region, Unit
from server.org.queries import one_of, searched

MODELS: dict[str, Any] = {"location": Location, "asset": Asset}


def _reachable(
    actor: Actor, model: Any, permission: Permission = Permission.PLACES_READ
) -> ColumnElement[bool]:
    return or_(
        model.region_id.in_(actor.regions_with(permission)),
        model.unit_id.in_(actor.units_with(permission)),
    )


def visible_locations(actor: Actor) -> Select[Location]:
    """Places of the units that the actor sees."""
    return select(Location).where(_reachable(actor, Location))


def visible_assets(actor: Actor) -> Select[Asset]:
    """Things of the units that the actor sees."""
    return select(Asset).where(_reachable(actor, Asset))


def visible_tags(actor: Actor) -> Select[Tag]:
    """Tags of the units and of the regions' pools that the actor sees."""
    return select(Tag).where(_reachable(actor, Tag))


def printable_tags(
    actor: Actor, *, batch: str | None = None, codes: Sequence[str] | None = None
) -> Select[Tag]:
    """Tags of a batch, or some by their codes, whose labels the actor may print; no void ones."""
    query = select(Tag).where(_reachable(actor, Tag, Permission.TAGS_PRINT), Tag.state != "void")
    if batch is not None:
        query = query.where(Tag.batch == batch)
    return query.where(Tag.code.in_(codes)) if codes is not None else query


def get_location(actor: Actor, location_id: str, *, for_update: bool = False) -> Location:
    """Return a place that the actor sees."""
    query = visible_locations(actor).where(Location.id == location_id)
    return one_of(query, for_update=for_update)


def get_asset(actor: Actor, asset_id: str, *, for_update: bool = False) -> Asset:
    """Return a thing that the actor sees."""
    return one_of(visible_assets(actor).where(Asset.id == asset_id), for_update=for_update)


def get_target(actor: Actor, kind: str, target_id: str) -> Location | Asset:
    """Return what a tag is to be bound to."""
    if kind == "location":
        return get_location(actor, target_id)
    return get_asset(actor, target_id)


def pool_regions(actor: Actor) -> Select[Any]:
    """
    Ids of the regions from whose pool the actor may take a label.

    A city prints for its counties and their units, so these are all regions above what one sees.
    """
    mine, above = aliased(Region), aliased(Region)
    units = select(Unit.region_id).where(Unit.id.in_(actor.units_with(Permission.PLACES_READ)))
    return (
        select(above.id)
        .join(mine, mine.path.startswith(above.path))
        .where(or_(mine.id.in_(actor.regions_with(Permission.PLACES_READ)), mine.id.in_(units)))
    )


def get_tag(actor: Actor, code: str, *, for_update: bool = False) -> Tag:
    """Return a tag by its code: a visible one, or an unclaimed one from a pool within reach."""
    pool = Tag.unit_id.is_(None) & Tag.region_id.in_(pool_regions(actor))
    query = select(Tag).where(Tag.code == code, or_(_reachable(actor, Tag), pool))
    return one_of(query, for_update=for_update)


def manageable_tag(actor: Actor, code: str) -> Tag:
    """Return a tag of the actor's own units or regions, locked."""
    return one_of(visible_tags(actor).where(Tag.code == code), for_update=True)


def is_within(region_id: str, above_id: str) -> bool:
    """Say whether a region is, or lies below, another."""
    mine, above = aliased(Region), aliased(Region)
    query = (
        select(func.count())
        .select_from(mine)
        .join(above, mine.path.startswith(above.path))
        .where(mine.id == region_id, above.id == above_id)
    )
    return bool(db.session.scalar(query))


def children_of(locations: Sequence[str]) -> list[Location]:
    """Return the places directly inside others."""
    return list(db.session.scalars(select(Location).where(Location.parent_id.in_(locations))))


def is_in_use(location: Location) -> bool:
    """Say whether a place holds places or things in use."""
    inside = select(Location.id).where(Location.parent_id == location.id, Location.active)
    things = select(Asset.id).where(Asset.location_id == location.id, Asset.active)
    return db.session.scalar(inside.limit(1)) is not None or (
        db.session.scalar(things.limit(1)) is not None
    )


def filtered_locations(
    actor: Actor,
    q: str | None,
    *,
    unit_id: str | None = None,
    parent_id: str | None = None,
    kind: str | None = None,
) -> Select[Location]:
    """Visible places by unit, by what they are in, by kind, by words."""
    query = visible_locations(actor)
    for column, value in (
        (Location.unit_id, unit_id),
        (Location.parent_id, parent_id),
        (Location.kind, kind),
    ):
        if value is not None:
            query = query.where(column == value)
    return searched(query, q, Location.name, Location.path, Location.code)


def filtered_assets(
    actor: Actor,
    q: str | None,
    *,
    unit_id: str | None = None,
    location_id: str | None = None,
    kind: str | None = None,
    due_before: date | None = None,
) -> Select[Asset]:
    """Visible things by unit, place, kind, words; `due_before` keeps those in use and due."""
    query = visible_assets(actor)
    for column, value in (
        (Asset.unit_id, unit_id),
        (Asset.location_id, location_id),
        (Asset.kind, kind),
    ):
        if value is not None:
            query = query.where(column == value)
    if due_before is not None:
        query = query.where(Asset.next_due_on < due_before, Asset.active)
    return searched(query, q, Asset.name, Asset.model, Asset.serial, Asset.reg_no)


def filtered_tags(
    actor: Actor,
    q: str | None,
    *,
    unit_id: str | None = None,
    state: str | None = None,
    batch: str | None = None,
) -> Select[Tag]:
    """Visible tags by unit, state, batch or the beginning of their code."""
    query = visible_tags(actor)
    for column, value in ((Tag.unit_id, unit_id), (Tag.state, state), (Tag.batch, batch)):
        if value is not None:
            query = query.where(column == value)
    if q:
        query = query.where(Tag.code.startswith(normal_code(q), autoescape=True))
    return query
