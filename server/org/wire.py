"""Regions, units, departments, people and the caller, as they travel."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from flask import current_app
from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.kernel import clock
from server.kernel.db import db
from server.org.models import AccessPass, Department, Person, Region, Role, RoleGrant, Unit
from server.org.passes import passes_of
from server.org.queries import all_grants, held_grants, permissions_of
from server.org.rules import holds

Data = dict[str, Any]
Loaded = dict[str, tuple[int, Data]]


def region_data(row: Region) -> Data:
    """Return a region as it travels."""
    return {
        "id": row.id,
        "parent_id": row.parent_id,
        "code": row.code,
        "name": row.name,
        "level": row.level,
    }


def unit_data(row: Unit) -> Data:
    """Return a unit as it travels."""
    return {
        "id": row.id,
        "region_id": row.region_id,
        "name": row.name,
        "short_name": row.short_name,
        "tier": row.tier,
        "uscc": row.uscc,
        "institution_code": row.institution_code,
        "address": row.address,
        "phone": row.phone,
        "beds": row.beds,
        "attributes": row.attributes,
        "lat": row.lat,
        "lon": row.lon,
        "active": row.active,
    }


def department_data(row: Department) -> Data:
    """Return a department as it travels."""
    return {"id": row.id, "unit_id": row.unit_id, "name": row.name}


def person_data(row: Person, roles: Iterable[str]) -> Data:
    """Return a person as everybody may see them: no phone number, no user name."""
    return {
        "id": row.id,
        "name": row.name,
        "title": row.title,
        "unit_id": row.unit_id,
        "roles": sorted(set(roles)),
        "active": row.active,
    }


def grant_data(grant: RoleGrant, role: Role) -> Data:
    """Return one held role with its names."""
    return {
        "role": role.key,
        "unit_id": grant.unit_id,
        "region_id": grant.region_id,
        "name_zh": role.name_zh,
        "name_en": role.name_en,
    }


def pass_data(given: AccessPass, role: Role) -> Data:
    """Return a pass as its holder sees it; times in milliseconds."""
    return {
        "role": role.key,
        "unit_id": given.unit_id,
        "starts_at": clock.to_ms(given.starts_at),
        "ends_at": clock.to_ms(given.ends_at),
    }


def me_data(row: Person, held: Sequence[tuple[RoleGrant, Role]]) -> Data:
    """Return the caller: what the app needs to know of its own user."""
    passes = passes_of(row.id)
    now = clock.now()
    roles = [role for _, role in held] + [role for given, role in passes if given.starts_at <= now]
    permissions = {p.value for role in roles for p in permissions_of(role)}
    return {
        "id": row.id,
        "username": row.username,
        "name": row.name,
        "title": row.title,
        "unit_id": row.unit_id,
        "roles": [grant_data(grant, role) for grant, role in held],
        "passes": [pass_data(given, role) for given, role in passes],
        "permissions": sorted(permissions),
        "must_change_password": row.must_change_password,
        "demo": current_app.extensions["settings"].demo,
    }


def role_data(row: Role) -> Data:
    """Return a role and what it allows."""
    return {
        "key": row.key,
        "name_zh": row.name_zh,
        "name_en": row.name_en,
        "permissions": row.permissions,
    }


def held_by(person_ids: Iterable[str]) -> dict[str, list[tuple[RoleGrant, Role]]]:
    """Return today's grants of each person."""
    held: dict[str, list[tuple[RoleGrant, Role]]] = defaultdict(list)
    for grant, role in held_grants(person_ids, clock.today()):
        held[grant.person_id].append((grant, role))
    return held


def people_data(rows: Sequence[Person]) -> list[Data]:
    """Return people with their roles, in two queries however many they are."""
    held = held_by(row.id for row in rows)
    return [person_data(row, (role.key for _, role in held[row.id])) for row in rows]


def revised(row: Any, data: Data) -> Data:
    """Add the version that a change has to name."""
    return data | {"rev": row.rev}


def contact_data(row: Person) -> Data:
    """Return what only those who manage people see of a person."""
    return {
        "username": row.username,
        "phone": row.phone,
        "department_id": row.department_id,
        "region_id": row.region_id,
        "must_change_password": row.must_change_password,
    }


def people_for(actor: Actor, rows: Sequence[Person]) -> list[Data]:
    """Return people as this actor may see them."""
    return [
        revised(row, data | (contact_data(row) if _manages(actor, row) else {}))
        for row, data in zip(rows, people_data(rows), strict=True)
    ]


def person_detail(actor: Actor, row: Person) -> Data:
    """Return one person; with all grants for those who manage people."""
    (data,) = people_for(actor, [row])
    if not _manages(actor, row):
        return data
    grants = [
        grant_data(grant, role)
        | {"id": grant.id, "starts_on": grant.starts_on, "ends_on": grant.ends_on}
        for grant, role in all_grants(row.id)
    ]
    return data | {"grants": grants}


def _manages(actor: Actor, row: Person) -> bool:
    return holds(actor, Permission.PEOPLE_MANAGE, row.unit_id, row.region_id)


def _rows(model: Any, ids: Sequence[str]) -> Sequence[Any]:
    return db.session.scalars(select(model).where(model.id.in_(list(ids)))).all()


def _simple(model: Any, data: Callable[[Any], Data]) -> Callable[[Sequence[str]], Loaded]:
    return lambda ids: {row.id: (row.rev, data(row)) for row in _rows(model, ids)}


def _people(ids: Sequence[str]) -> Loaded:
    rows = _rows(Person, ids)
    return {row.id: (row.rev, data) for row, data in zip(rows, people_data(rows), strict=True)}


def _me(ids: Sequence[str]) -> Loaded:
    held = held_by(ids)
    return {row.id: (row.rev, me_data(row, held[row.id])) for row in _rows(Person, ids)}


LOADERS: dict[str, Callable[[Sequence[str]], Loaded]] = {
    "region": _simple(Region, region_data),
    "unit": _simple(Unit, unit_data),
    "department": _simple(Department, department_data),
    "person": _people,
    "me": _me,
}
