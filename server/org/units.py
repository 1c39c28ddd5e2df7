"""Inspected organisations and their departments."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.audit import service as audit
from server.kernel.db import Base, db
from server.kernel.errors import Conflict, Invalid, NotFound
from server.kernel.ids import new_id
from server.kernel.synced import Synced
from server.kernel.text import one_line
from server.org.changes import apply_changes, flush_or, require_free_id, require_manages_place
from server.org.codes import require_institution_code, require_uscc
from server.org.models import TIERS, Department, Region, Unit
from server.org.queries import get_department, get_region, get_unit
from server.org.rules import require_name, require_rev

_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_.-]{0,39}")
_MOST_ATTRIBUTES = 60


class UsccTaken(Conflict):
    """Another unit has this code."""

    code = "org-uscc-taken"
    title = "Another unit is registered with this unified social credit code."
    title_zh = "该统一社会信用代码已被其他单位登记。"


class BadUnit(Invalid):
    """A unit with facts that cannot be; `field` names the one."""

    code = "org-bad-unit"
    title = "Some facts of the unit are not possible."
    title_zh = "单位信息中有不合理的内容，请检查。"


@dataclass(frozen=True)
class NewUnit:
    """An organisation to be inspected."""

    region_id: str
    name: str
    tier: str
    short_name: str = ""
    uscc: str | None = None
    institution_code: str | None = None
    address: str = ""
    phone: str | None = None
    beds: int | None = None
    attributes: Sequence[str] = ()
    lat: float | None = None
    lon: float | None = None
    id: str | None = None


def create_unit(actor: Actor | None, new: NewUnit) -> Unit:
    """Register an organisation in a region."""
    if actor is not None:
        get_region(actor, new.region_id)
        require_manages_place(actor, None, new.region_id)
    elif db.session.get(Region, new.region_id) is None:
        raise NotFound()
    facts = asdict(new) | {"short_name": new.short_name or new.name[:60]}
    facts["id"] = require_free_id(Unit, new.id) if new.id else new_id()
    unit = Unit(active=True, **_cleaned(facts, None))
    db.session.add(unit)
    flush_or(UsccTaken())
    audit.record(actor, "unit.create", "unit", unit.id, unit_id=unit.id)
    return unit


def patch_unit(actor: Actor, unit_id: str, rev: int, changes: Mapping[str, Any]) -> Unit:
    """Change a unit's facts; a new region takes all of the unit's rows along."""
    unit = get_unit(actor, unit_id, for_update=True)
    require_manages_place(actor, unit.id, unit.region_id)
    require_rev(unit.rev, rev)
    wanted = _cleaned(changes, unit.id)
    region_id = wanted.pop("region_id", unit.region_id)
    details = apply_changes(unit, wanted, hidden=("phone",))
    if region_id != unit.region_id:
        details["region_id"] = [unit.region_id, region_id]
        move_unit(actor, unit, region_id)
    flush_or(UsccTaken())
    audit.record(actor, "unit.change", "unit", unit.id, unit_id=unit.id, details=details)
    return unit


def move_unit(actor: Actor | None, unit: Unit, region_id: str) -> None:
    """Put a unit under another region, with every row of it that names its region."""
    if actor is not None:
        get_region(actor, region_id)
        require_manages_place(actor, None, region_id)
    unit.region_id = region_id
    for model in models_of_units():
        for row in db.session.scalars(select(model).where(model.unit_id == unit.id)):
            row.region_id = region_id


def models_of_units() -> list[Any]:
    """
    Return the synced models whose rows keep unit and region side by side, of every feature.

    They are found by their columns, because this package knows none of the features above it.
    """
    return [
        mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Synced)
        and mapper.class_.follows_unit
        and {"unit_id", "region_id"} <= set(mapper.columns.keys())
    ]


def create_department(
    actor: Actor | None, unit_id: str, name: str, *, department_id: str | None = None
) -> Department:
    """Add a part of a unit."""
    unit = get_unit(actor, unit_id) if actor else db.session.get_one(Unit, unit_id)
    if actor is not None:
        require_manages_place(actor, unit.id, unit.region_id)
    department = Department(
        id=require_free_id(Department, department_id) if department_id else new_id(),
        unit_id=unit.id,
        region_id=unit.region_id,
        name=require_name(name, 100),
    )
    db.session.add(department)
    db.session.flush()
    audit.record(actor, "department.create", "department", department.id, unit_id=unit.id)
    return department


def patch_department(actor: Actor, department_id: str, rev: int, name: str) -> Department:
    """Rename a part of a unit."""
    department = get_department(actor, department_id, for_update=True)
    require_manages_place(actor, department.unit_id, department.region_id)
    require_rev(department.rev, rev)
    details = apply_changes(department, {"name": require_name(name, 100)})
    db.session.flush()
    audit.record(
        actor,
        "department.change",
        "department",
        department.id,
        unit_id=department.unit_id,
        details=details,
    )
    return department


def _cleaned(changes: Mapping[str, Any], owner: str | None) -> dict[str, Any]:
    """Return the facts in their kept form, or refuse those that cannot be."""
    wanted = dict(changes)
    for key, longest in (("name", 200), ("short_name", 60)):
        if key in wanted:
            wanted[key] = require_name(wanted[key], longest)
    for key, longest in (("address", 300), ("phone", 40)):
        if wanted.get(key):
            wanted[key] = one_line(wanted[key])[:longest]
    if "uscc" in wanted:
        wanted["uscc"] = _free_uscc(wanted["uscc"], owner) if wanted["uscc"] else None
    if "institution_code" in wanted:
        code = wanted["institution_code"]
        wanted["institution_code"] = require_institution_code(code) if code else None
    _require_possible(wanted)
    if "attributes" in wanted:
        wanted["attributes"] = sorted(set(wanted["attributes"]))
    return wanted


def _require_possible(facts: Mapping[str, Any]) -> None:
    if facts.get("tier", "other") not in TIERS:
        raise BadUnit(field="tier")
    for key, limit in (("beds", 20000), ("lat", 90), ("lon", 180)):
        value = facts.get(key)
        if value is not None and not (0 if key == "beds" else -limit) <= value <= limit:
            raise BadUnit(field=key)
    attributes = facts.get("attributes", ())
    if len(attributes) > _MOST_ATTRIBUTES or not all(map(_ATTRIBUTE.fullmatch, attributes)):
        raise BadUnit(field="attributes")


def _free_uscc(text: str, owner: str | None) -> str:
    uscc = require_uscc(text)
    taken = db.session.scalar(select(Unit.id).where(Unit.uscc == uscc))
    if taken is not None and taken != owner:
        raise UsccTaken()
    return uscc
