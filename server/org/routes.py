"""Regions, units, departments and roles."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.kernel.db import db
from server.kernel.paging import Order, Page, page
from server.org import queries, service, wire
from server.org.models import Department, Region, Unit
from server.org.schemas import (
    DepartmentBody,
    DepartmentFilter,
    DepartmentPatch,
    RegionBody,
    RegionPatch,
    UnitBody,
    UnitFilter,
    UnitPatch,
)
from server.web.api import ApiBlueprint, body, query
from server.web.schemas import Paging

bp = ApiBlueprint("org", __name__, url_prefix="/api")
Data = dict[str, Any]


@bp.get("/regions", permission=Permission.ORG_READ)
def list_regions(actor: Actor) -> Page:
    """List the visible regions, parents first."""
    args = query(Paging)
    found = queries.searched(queries.visible_regions(actor), args.q, Region.name, Region.code)
    shown = page(found, [Order(Region.path)], cursor=args.cursor, limit=args.limit)
    return replace(shown, items=[wire.revised(r, wire.region_data(r)) for r in shown.items])


@bp.get("/regions/<region_id>", permission=Permission.ORG_READ)
def get_region(actor: Actor, region_id: str) -> Data:
    """Return one region."""
    row = queries.get_region(actor, region_id)
    return wire.revised(row, wire.region_data(row))


@bp.post("/regions", permission=Permission.ORG_MANAGE)
def create_region(actor: Actor) -> Data:
    """Add a region."""
    row = service.create_region(actor, service.NewRegion(**body(RegionBody).model_dump()))
    return wire.revised(row, wire.region_data(row))


@bp.patch("/regions/<region_id>", permission=Permission.ORG_MANAGE)
def patch_region(actor: Actor, region_id: str) -> Data:
    """Change a region."""
    given = body(RegionPatch)
    row = service.patch_region(actor, region_id, given.rev, given.changes())
    return wire.revised(row, wire.region_data(row))


@bp.get("/units", permission=Permission.ORG_READ)
def list_units(actor: Actor) -> Page:
    """List the visible units by name."""
    args = query(UnitFilter)
    found = queries.filtered_units(actor, region_id=args.region_id, tier=args.tier)
    words = (Unit.name, Unit.short_name, Unit.uscc, Unit.institution_code)
    found = queries.searched(found, args.q, *words)
    order = [Order(Unit.name), Order(Unit.id)]
    shown = page(found, order, cursor=args.cursor, limit=args.limit)
    return replace(shown, items=[wire.revised(r, wire.unit_data(r)) for r in shown.items])


@bp.get("/units/<unit_id>", permission=Permission.ORG_READ)
def get_unit(actor: Actor, unit_id: str) -> Data:
    """Return one unit."""
    row = queries.get_unit(actor, unit_id)
    return wire.revised(row, wire.unit_data(row))


@bp.post("/units", permission=Permission.ORG_MANAGE)
def create_unit(actor: Actor) -> Data:
    """Register a unit."""
    row = service.create_unit(actor, service.NewUnit(**body(UnitBody).model_dump()))
    return wire.revised(row, wire.unit_data(row))


@bp.patch("/units/<unit_id>", permission=Permission.ORG_MANAGE)
def patch_unit(actor: Actor, unit_id: str) -> Data:
    """Change a unit."""
    given = body(UnitPatch)
    row = service.patch_unit(actor, unit_id, given.rev, given.changes())
    return wire.revised(row, wire.unit_data(row))


@bp.get("/departments", permission=Permission.ORG_READ)
def list_departments(actor: Actor) -> Page:
    """List the visible departments by name."""
    args = query(DepartmentFilter)
    found = queries.searched(queries.visible_departments(actor), args.q, Department.name)
    if args.unit_id is not None:
        found = found.where(Department.unit_id == args.unit_id)
    order = [Order(Department.name), Order(Department.id)]
    shown = page(found, order, cursor=args.cursor, limit=args.limit)
    return replace(shown, items=[wire.revised(r, wire.department_data(r)) for r in shown.items])


@bp.get("/departments/<department_id>", permission=Permission.ORG_READ)
def get_department(actor: Actor, department_id: str) -> Data:
    """Return one department."""
    row = queries.get_department(actor, department_id)
    return wire.revised(row, wire.department_data(row))


@bp.post("/departments", permission=Permission.ORG_MANAGE)
def create_department(actor: Actor) -> Data:
    """Add a department."""
    given = body(DepartmentBody)
    row = service.create_department(actor, given.unit_id, given.name, department_id=given.id)
    return wire.revised(row, wire.department_data(row))


@bp.patch("/departments/<department_id>", permission=Permission.ORG_MANAGE)
def patch_department(actor: Actor, department_id: str) -> Data:
    """Rename a department."""
    given = body(DepartmentPatch)
    row = service.patch_department(actor, department_id, given.rev, given.name)
    return wire.revised(row, wire.department_data(row))


@bp.get("/roles", permission=Permission.ORG_READ)
def list_roles(_actor: Actor) -> Data:
    """List all roles and what they allow."""
    rows = db.session.scalars(queries.all_roles()).all()
    return {"items": [wire.role_data(row) for row in rows], "next": None, "total": len(rows)}
