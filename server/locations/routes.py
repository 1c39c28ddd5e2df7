"""Places and things."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.kernel.paging import Order, Page, page
from server.locations import queries, service, wire
from server.locations.models import Asset, Location
from server.locations.schemas import (
    AssetBody,
    AssetFilter,
    AssetPatch,
    LocationBody,
    LocationFilter,
    LocationPatch,
)
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("locations", __name__, url_prefix="/api")
Data = dict[str, Any]


def _location(row: Location) -> Data:
    return wire.revised(row, wire.location_data(row))


def _asset(row: Asset) -> Data:
    return wire.revised(row, wire.asset_data(row))


@bp.get("/locations", permission=Permission.PLACES_READ)
def list_locations(actor: Actor) -> Page:
    """List the visible places in the order of their ways."""
    args = query(LocationFilter)
    found = queries.filtered_locations(
        actor, args.q, unit_id=args.unit_id, parent_id=args.parent_id, kind=args.kind
    )
    order = [Order(Location.unit_id), Order(Location.path), Order(Location.id)]
    shown = page(found, order, cursor=args.cursor, limit=args.limit)
    return replace(shown, items=[_location(row) for row in shown.items])


@bp.get("/locations/<location_id>", permission=Permission.PLACES_READ)
def get_location(actor: Actor, location_id: str) -> Data:
    """Return one place."""
    return _location(queries.get_location(actor, location_id))


@bp.post("/locations", permission=Permission.PLACES_MANAGE)
def add_location(actor: Actor) -> Data:
    """Add a place."""
    given = body(LocationBody).model_dump()
    return _location(service.add_location(actor, service.NewLocation(**given)))


@bp.patch("/locations/<location_id>", permission=Permission.PLACES_MANAGE)
def patch_location(actor: Actor, location_id: str) -> Data:
    """Rename, move, describe or retire a place."""
    given = body(LocationPatch)
    return _location(service.patch_location(actor, location_id, given.rev, given.changes()))


@bp.get("/assets", permission=Permission.PLACES_READ)
def list_assets(actor: Actor) -> Page:
    """List the visible things by name, or by their next day when asked what is due."""
    args = query(AssetFilter)
    found = queries.filtered_assets(
        actor,
        args.q,
        unit_id=args.unit_id,
        location_id=args.location_id,
        kind=args.kind,
        due_before=args.due_before,
    )
    first = Order(Asset.next_due_on) if args.due_before else Order(Asset.name)
    shown = page(found, [first, Order(Asset.id)], cursor=args.cursor, limit=args.limit)
    return replace(shown, items=[_asset(row) for row in shown.items])


@bp.get("/assets/<asset_id>", permission=Permission.PLACES_READ)
def get_asset(actor: Actor, asset_id: str) -> Data:
    """Return one thing."""
    return _asset(queries.get_asset(actor, asset_id))


@bp.post("/assets", permission=Permission.PLACES_MANAGE)
def add_asset(actor: Actor) -> Data:
    """Add a thing."""
    given = body(AssetBody).model_dump()
    return _asset(service.add_asset(actor, service.NewAsset(**given)))


@bp.patch("/assets/<asset_id>", permission=Permission.PLACES_MANAGE)
def patch_asset(actor: Actor, asset_id: str) -> Data:
    """Move, describe or retire a thing, or set its due dates."""
    given = body(AssetPatch)
    return _asset(service.patch_asset(actor, asset_id, given.rev, given.changes()))
