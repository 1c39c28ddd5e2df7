"""Reading the organisation; load_actor turns a session token into an Actor."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

import orjson
from sqlalchemy import Row, Select, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from server.access.rules import WITHOUT_ROLE, Actor, Grant, Permission
from server.kernel import clock, driver
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.text import search_forms
from server.org.models import Department, Person, Region, Role, RoleGrant, Unit

T = TypeVar("T")
_KNOWN = {permission.value for permission in Permission}


def token_hash(token: str) -> str:
    """Return what is kept of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


# Every request asks these; built once, they cost a third.
_SUBTREE = """
    SELECT r.id FROM region root
    JOIN region r ON BYTES(r.path) >= root.path AND BYTES(r.path) < root.path || '~'
    WHERE root.id = :region
"""
_ON_THE_DAY = (
    or_(RoleGrant.starts_on.is_(None), RoleGrant.starts_on <= bindparam("today")),
    or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= bindparam("today")),
)
_HELD = (
    select(RoleGrant, Role)
    .join(Role, Role.key == RoleGrant.role)
    .where(RoleGrant.person_id.in_(bindparam("people", expanding=True)), *_ON_THE_DAY)
    .order_by(RoleGrant.person_id, RoleGrant.role, RoleGrant.id)
)
_GRANTED = """
    SELECT g.role, TEXT(r.permissions), g.unit_id, g.region_id, g.id
    FROM role_grant g JOIN role r ON r."key" = g.role
    WHERE g.person_id = :person AND (g.starts_on IS NULL OR g.starts_on <= :today)
      AND (g.ends_on IS NULL OR g.ends_on >= :today)
    UNION ALL
    SELECT a.role, TEXT(r.permissions), a.unit_id, NULL, a.id
    FROM access_pass a JOIN role r ON r."key" = a.role
    WHERE a.person_id = :person AND a.ends_at > :now AND a.starts_at <= :now
      AND a.revoked_at IS NULL
    ORDER BY 1, 5
"""
# Who asks, and all that they hold: one statement, as every request begins with it. Who holds
# nothing has one row without a role.
_LIVE = """
    SELECT s.token_hash, p.id, p.name, p.unit_id, p.must_change_password,
      g.role, TEXT(r.permissions), g.unit_id, g.region_id,
      (SELECT string_agg(b.id, ' ') FROM region a
       JOIN region b ON BYTES(b.path) >= a.path AND BYTES(b.path) < a.path || '~'
       WHERE a.id = g.region_id), g.id
    FROM login_session s JOIN person p ON p.id = s.person_id
    LEFT JOIN role_grant g ON g.person_id = p.id AND (g.starts_on IS NULL OR g.starts_on <= :today)
      AND (g.ends_on IS NULL OR g.ends_on >= :today)
    LEFT JOIN role r ON r."key" = g.role
    WHERE s.token_hash = :token AND s.expires_at > :now AND p.active
    UNION ALL
    SELECT s.token_hash, p.id, p.name, p.unit_id, p.must_change_password,
      l.role, TEXT(r.permissions), l.unit_id, NULL, NULL, l.id
    FROM login_session s JOIN person p ON p.id = s.person_id
    JOIN access_pass l ON l.person_id = p.id AND l.ends_at > :now AND l.starts_at <= :now
      AND l.revoked_at IS NULL
    JOIN role r ON r."key" = l.role
    WHERE s.token_hash = :token AND s.expires_at > :now AND p.active
    ORDER BY 6, 11
"""


def subtree_ids(region_id: str) -> frozenset[str]:
    """Return the ids of a region and of all regions below it."""
    return frozenset(row[0] for row in driver.rows(_SUBTREE, region=region_id))


def permissions_of(role: Role) -> frozenset[Permission]:
    """Return the permissions of a role that this version knows."""
    return frozenset(Permission(name) for name in role.permissions if name in _KNOWN)


@lru_cache(maxsize=256)
def _permissions(names: str) -> frozenset[Permission]:
    """Read the permissions of a role as the database keeps them."""
    return frozenset(Permission(name) for name in orjson.loads(names) if name in _KNOWN)


def held_grants(person_ids: Iterable[str], today: date) -> Sequence[Row[RoleGrant, Role]]:
    """Return the grants that people hold on *today*, each with its role."""
    return db.session.execute(_HELD, {"people": list(person_ids), "today": today}).all()


def all_grants(person_id: str) -> Sequence[Row[RoleGrant, Role]]:
    """Return every grant of a person, past and future ones too."""
    statement = (
        select(RoleGrant, Role)
        .join(Role, Role.key == RoleGrant.role)
        .where(RoleGrant.person_id == person_id)
        .order_by(RoleGrant.role, RoleGrant.id)
    )
    return db.session.execute(statement).all()


def grants_of(person_id: str, today: date) -> tuple[Grant, ...]:
    """Return the grants that a person holds on *today*, and the passes that count just now."""
    return tuple(
        Grant(
            role=role,
            permissions=_permissions(permissions),
            unit_id=unit_id,
            region_id=region_id,
            region_ids=subtree_ids(region_id) if region_id else frozenset(),
        )
        for role, permissions, unit_id, region_id, _ in driver.rows(
            _GRANTED, person=person_id, today=today.isoformat(), now=clock.now_ms()
        )
    )


def actor_of(person: Person) -> Actor:
    """Build the Actor of a person."""
    grants = grants_of(person.id, clock.today())
    return Actor(person.id, person.name, grants, unit_id=person.unit_id)


def load_actor(token: str) -> Actor | None:
    """
    Return the actor of a live session, or None.

    Whoever must change an initial password, which somebody else has seen, holds nothing until then.
    Who has no role any more may still hand in what is on the phone.
    """
    today = clock.today().isoformat()
    found = driver.rows(_LIVE, token=token_hash(token), now=clock.now_ms(), today=today)
    if not found:
        return None
    session, person, name, unit_id, must_change_password = found[0][:5]
    held = () if must_change_password else tuple(_grant(*row[5:10]) for row in found if row[5])
    if not held and not must_change_password:
        held = (WITHOUT_ROLE,)
    return Actor(person, name, held, unit_id=unit_id, session_id=session)


def _grant(
    role: str, permissions: str, unit_id: str | None, region_id: str | None, below: str | None
) -> Grant:
    return Grant(
        role=role,
        permissions=_permissions(permissions),
        unit_id=unit_id,
        region_id=region_id,
        region_ids=frozenset(below.split()) if below else frozenset(),
    )


def all_roles() -> Select[Role]:
    """Every role: what one may hold is no secret."""
    return select(Role).order_by(Role.key)


def visible_regions(actor: Actor) -> Select[Region]:
    """Regions under the actor's grants, and the regions of the actor's units."""
    units = select(Unit.region_id).where(Unit.id.in_(actor.units_with(Permission.ORG_READ)))
    return select(Region).where(
        or_(Region.id.in_(actor.regions_with(Permission.ORG_READ)), Region.id.in_(units))
    )


def visible_units(actor: Actor) -> Select[Unit]:
    """Units on which, or on whose region, the actor may read."""
    return select(Unit).where(
        or_(
            Unit.region_id.in_(actor.regions_with(Permission.ORG_READ)),
            Unit.id.in_(actor.units_with(Permission.ORG_READ)),
        )
    )


def visible_departments(actor: Actor) -> Select[Department]:
    """Departments of the visible units."""
    return select(Department).where(
        or_(
            Department.region_id.in_(actor.regions_with(Permission.ORG_READ)),
            Department.unit_id.in_(actor.units_with(Permission.ORG_READ)),
        )
    )


def visible_people(actor: Actor) -> Select[Person]:
    """People at home in a visible region or unit, and the actor."""
    return select(Person).where(
        or_(
            Person.region_id.in_(actor.regions_with(Permission.ORG_READ)),
            Person.unit_id.in_(actor.units_with(Permission.ORG_READ)),
            Person.id == actor.user_id,
        )
    )


def one_of(query: Select[T], *, for_update: bool = False) -> T:
    """Return the one row of a query that starts from an actor, or raise NotFound."""
    row = db.session.scalars(query.with_for_update() if for_update else query).one_or_none()
    if row is None:
        raise NotFound()
    return row


def filtered_units(
    actor: Actor, *, region_id: str | None = None, tier: str | None = None
) -> Select[Unit]:
    """Visible units of a region with all below it, of a tier."""
    query = visible_units(actor)
    if region_id is not None:
        query = query.where(Unit.region_id.in_(subtree_ids(region_id)))
    return query.where(Unit.tier == tier) if tier is not None else query


def filtered_people(
    actor: Actor, *, unit_id: str | None = None, role: str | None = None
) -> Select[Person]:
    """Visible people of a unit, holding a role."""
    query = visible_people(actor)
    if unit_id is not None:
        query = query.where(Person.unit_id == unit_id)
    if role is not None:
        holders = select(RoleGrant.person_id).where(RoleGrant.role == role)
        query = query.where(Person.id.in_(holders))
    return query


def get_region(actor: Actor, region_id: str, *, for_update: bool = False) -> Region:
    """Return a region that the actor sees."""
    return one_of(visible_regions(actor).where(Region.id == region_id), for_update=for_update)


def get_unit(actor: Actor, unit_id: str, *, for_update: bool = False) -> Unit:
    """Return a unit that the actor sees."""
    return one_of(visible_units(actor).where(Unit.id == unit_id), for_update=for_update)


def get_department(actor: Actor, department_id: str, *, for_update: bool = False) -> Department:
    """Return a department that the actor sees."""
    return one_of(
        visible_departments(actor).where(Department.id == department_id), for_update=for_update
    )


def get_person(actor: Actor, person_id: str, *, for_update: bool = False) -> Person:
    """Return a person whom the actor sees."""
    return one_of(visible_people(actor).where(Person.id == person_id), for_update=for_update)


def searched(query: Select[T], q: str | None, *columns: InstrumentedAttribute[Any]) -> Select[T]:
    """Keep the rows where a column holds the words: as typed, in plain width, in Simplified."""
    forms = search_forms(q or "")
    if not forms:
        return query
    tests = [column.icontains(form, autoescape=True) for column in columns for form in forms]
    return query.where(or_(*tests))


def find_account(username: str) -> Person | None:
    """Return whoever logs in with a name given in its normal form."""
    return db.session.scalars(select(Person).where(Person.username == username)).one_or_none()
