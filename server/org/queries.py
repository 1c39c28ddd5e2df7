"""Reading the organisation; load_actor turns a session token into an Actor."""

import hashlib
from datetime import date

from sqlalchemy import or_, select

from server.access.rules import Actor, Grant, Permission
from server.kernel import clock
from server.kernel.db import db
from server.org.models import LoginSession, Person, Region, Role, RoleGrant


def token_hash(token: str) -> str:
    """Return what is kept of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def subtree_ids(region_id: str) -> frozenset[str]:
    """Return the ids of a region and of all regions below it."""
    path = db.session.scalar(select(Region.path).where(Region.id == region_id))
    if path is None:
        return frozenset()
    return frozenset(db.session.scalars(select(Region.id).where(Region.path.startswith(path))))


def grants_of(person_id: str, today: date) -> tuple[Grant, ...]:
    """Return the grants that a person holds on *today*."""
    rows = db.session.execute(
        select(RoleGrant, Role)
        .join(Role, Role.key == RoleGrant.role)
        .where(
            RoleGrant.person_id == person_id,
            or_(RoleGrant.starts_on.is_(None), RoleGrant.starts_on <= today),
            or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= today),
        )
    ).all()
    known = {permission.value for permission in Permission}
    return tuple(
        Grant(
            role=role.key,
            permissions=frozenset(Permission(p) for p in role.permissions if p in known),
            unit_id=grant.unit_id,
            region_id=grant.region_id,
            region_ids=subtree_ids(grant.region_id) if grant.region_id else frozenset(),
        )
        for grant, role in rows
    )


def actor_of(person: Person, session_id: str | None = None) -> Actor:
    """Build the Actor of a person."""
    return Actor(
        user_id=person.id,
        name=person.name,
        grants=grants_of(person.id, clock.today()),
        unit_id=person.unit_id,
        session_id=session_id,
    )


def load_actor(token: str) -> Actor | None:
    """Return the actor of a live session, or None."""
    row = db.session.execute(
        select(LoginSession, Person)
        .join(Person, Person.id == LoginSession.person_id)
        .where(
            LoginSession.token_hash == token_hash(token),
            LoginSession.expires_at > clock.now(),
            Person.active,
        )
    ).first()
    if row is None:
        return None
    session, person = row
    return actor_of(person, session.token_hash)
