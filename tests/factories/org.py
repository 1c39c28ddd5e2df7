"""Regions, units, departments, people and their grants."""

import itertools
import json
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from server.access import rules as access
from server.kernel import ids
from server.kernel.db import db
from server.org.models import Department, Person, Region, Role, RoleGrant, Unit

_numbers = itertools.count(1)
Row = TypeVar("Row")
_ROLES = Path(access.__file__).with_name("roles.json")


def _kept(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row


def make_region(*, parent: Region | None = None, **given: Any) -> Region:
    """A region below *parent*, or a root."""
    number = next(_numbers)
    id_ = given.pop("id", None) or ids.new_id()
    values: dict[str, Any] = {
        "id": id_,
        "parent_id": parent.id if parent else None,
        "code": f"{330000 + number:06d}",
        "name": f"第{number}县",
        "level": "county" if parent else "city",
        "path": f"{parent.path if parent else '/'}{id_}/",
    }
    return _kept(Region(**values | given))


def make_unit(region: Region | None = None, **given: Any) -> Unit:
    """A hospital in *region*, or in a region of its own."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "region_id": (region or make_region()).id,
        "name": f"第{number}县人民医院",
        "short_name": f"{number}院",
        "tier": "hospital",
        "uscc": None,
        "institution_code": None,
        "address": f"人民路{number}号",
        "beds": 200,
        "attributes": [],
        "active": True,
    }
    return _kept(Unit(**values | given))


def make_department(unit: Unit | None = None, **given: Any) -> Department:
    """A department of *unit*."""
    unit = unit or make_unit()
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "unit_id": unit.id,
        "region_id": unit.region_id,
        "name": f"第{next(_numbers)}科室",
    }
    return _kept(Department(**values | given))


def make_person(
    *, role: str | None = None, unit: Unit | None = None, region: Region | None = None, **given: Any
) -> Person:
    """A person; with *role*, holding it on the unit if one is given, else on the region."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "name": f"张{number}",
        "unit_id": unit.id if unit else None,
        "region_id": region.id if region else unit.region_id if unit else None,
        "username": f"person{number}",
        "active": True,
    }
    person = _kept(Person(**values | given))
    if role is not None:
        make_grant(person, role, unit=unit, region=region)
    return person


def make_grant(
    person: Person,
    role: str,
    *,
    unit: Unit | None = None,
    region: Region | None = None,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> RoleGrant:
    """Give *person* a role on a unit or, without one, on a region."""
    assert unit is not None or region is not None, "a role is held somewhere"
    make_roles()
    return _kept(
        RoleGrant(
            id=ids.new_id(),
            person_id=person.id,
            role=role,
            unit_id=unit.id if unit else None,
            region_id=None if unit else region.id if region else None,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    )


def make_roles() -> None:
    """The roles that every installation starts with, unless they are there."""
    if db.session.get(Role, "administrator") is None:
        db.session.add_all(Role(**role) for role in json.loads(_ROLES.read_text()))
        db.session.flush()
