"""Who holds which role where."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import exists, select

from server.access.rules import Actor, Permission
from server.audit import service as audit
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Invalid, NotFound
from server.kernel.ids import new_id
from server.org.changes import announce
from server.org.models import Person, Region, Role, RoleGrant, Unit
from server.org.queries import get_person, get_region, get_unit, held_grants, permissions_of
from server.org.rules import LastAdministrator, require_reach

R = TypeVar("R")


class PlaceMissing(Invalid):
    """A person, or a role, belongs to exactly one unit or one region."""

    code = "org-place-missing"
    title = "Choose one unit or one region."
    title_zh = "请选择一个单位或一个区域。"


class UnknownRole(Invalid):
    """No such role."""

    code = "org-unknown-role"
    title = "There is no such role."
    title_zh = "没有这个角色。"


@dataclass(frozen=True)
class NewGrant:
    """A role for a person on one unit or on one region."""

    person_id: str
    role: str
    unit_id: str | None = None
    region_id: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None


def region_of_place(actor: Actor | None, unit_id: str | None, region_id: str | None) -> str:
    """Return the region of a place that the actor sees; exactly one of both is given."""
    if (unit_id is None) == (region_id is None):
        raise PlaceMissing()
    if unit_id is not None:
        unit = get_unit(actor, unit_id) if actor else db.session.get(Unit, unit_id)
        return _found(unit).region_id
    assert region_id is not None
    region = get_region(actor, region_id) if actor else db.session.get(Region, region_id)
    return _found(region).id


def _found(row: R | None) -> R:
    if row is None:
        raise NotFound()
    return row


def seen_person(actor: Actor | None, person_id: str) -> Person:
    """Return a person whom the actor (or the system) sees, locked."""
    if actor is not None:
        return get_person(actor, person_id, for_update=True)
    return _found(db.session.get(Person, person_id, with_for_update=True))


def grant_role(actor: Actor | None, new: NewGrant) -> RoleGrant:
    """Give a person a role; the same role at the same place twice is one grant."""
    region_id = region_of_place(actor, new.unit_id, new.region_id)
    person = seen_person(actor, new.person_id)
    role = db.session.get(Role, new.role)
    if role is None:
        raise UnknownRole(role=new.role)
    if actor is not None:
        require_reach(actor, permissions_of(role), new.unit_id, region_id)
    grant = _same_grant(new) or RoleGrant(
        id=new_id(),
        person_id=person.id,
        role=role.key,
        unit_id=new.unit_id,
        region_id=new.region_id,
    )
    grant.starts_on, grant.ends_on = new.starts_on, new.ends_on
    db.session.add(grant)
    _record(actor, "role.grant", person, grant)
    return grant


def revoke_role(actor: Actor | None, person_id: str, grant_id: str) -> None:
    """Take a role away from a person."""
    person = seen_person(actor, person_id)
    grant = _found(db.session.get(RoleGrant, grant_id))
    if grant.person_id != person.id:
        raise NotFound()
    if actor is not None:
        region_id = region_of_place(actor, grant.unit_id, grant.region_id)
        role = db.session.get_one(Role, grant.role)
        require_reach(actor, permissions_of(role), grant.unit_id, region_id)
    require_not_last(person, without=grant.id)
    db.session.delete(grant)
    _record(actor, "role.revoke", person, grant)


def require_manages(actor: Actor | None, person: Person) -> None:
    """Refuse unless the actor manages the person's home and everything the person may do."""
    if actor is None:
        return
    require_reach(actor, (), person.unit_id, person.region_id)
    for grant, role in held_grants([person.id], clock.today()):
        region_id = grant.region_id
        if grant.unit_id is not None:
            region_id = db.session.get_one(Unit, grant.unit_id).region_id
        require_reach(actor, permissions_of(role), grant.unit_id, region_id)


def require_not_last(person: Person, *, without: str | None = None) -> None:
    """Refuse to take away the last active person's right to administer."""
    keys = administrator_roles()
    mine = select(RoleGrant.id).where(RoleGrant.person_id == person.id, RoleGrant.role.in_(keys))
    losing = set(db.session.scalars(mine))
    if without is not None and losing != {without}:
        return
    if losing and person.active and not has_administrator(besides=person.id):
        raise LastAdministrator()


def administrator_roles() -> list[str]:
    """Return the keys of the roles that may administer the system."""
    roles = db.session.scalars(select(Role))
    return [role.key for role in roles if Permission.SYSTEM_ADMIN in permissions_of(role)]


def has_administrator(*, besides: str | None = None) -> bool:
    """Say whether an active person, other than *besides*, can log in and administer."""
    found = (
        exists()
        .where(RoleGrant.person_id == Person.id, RoleGrant.role.in_(administrator_roles()))
        .where(Person.active, Person.username.is_not(None))
    )
    if besides is not None:
        found = found.where(Person.id != besides)
    return bool(db.session.scalar(select(found)))


def _same_grant(new: NewGrant) -> RoleGrant | None:
    return db.session.scalars(
        select(RoleGrant).where(
            RoleGrant.person_id == new.person_id,
            RoleGrant.role == new.role,
            RoleGrant.unit_id == new.unit_id
            if new.unit_id
            else RoleGrant.region_id == new.region_id,
        )
    ).first()


def _record(actor: Actor | None, action: str, person: Person, grant: RoleGrant) -> None:
    db.session.flush()
    announce(person)
    details = {"role": grant.role, "unit_id": grant.unit_id, "region_id": grant.region_id}
    audit.record(actor, action, "person", person.id, unit_id=grant.unit_id, details=details)
