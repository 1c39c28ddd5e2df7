"""Passes: rights that a visit or a peer check lends to somebody, and that end by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, select

from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from server.kernel.synced import touch
from server.org.models import AccessPass, Role


@dataclass(frozen=True)
class Source:
    """What lends the rights: the kind of a thing and its id."""

    type: str
    id: str


def give_pass(
    source: Source,
    person_id: str,
    unit_id: str,
    starts_at: datetime,
    ends_at: datetime,
    *,
    role: str = "guest",
) -> AccessPass:
    """
    Lend a role on a unit from a moment to another, both UTC.

    Only the holder's own `me` tells of it. The caller has judged whether it may be given, and keeps
    a record of it: neither is done here, because a sealed visit keeps its own.
    """
    given = AccessPass(
        id=new_id(),
        person_id=person_id,
        role=role,
        unit_id=unit_id,
        starts_at=starts_at,
        ends_at=ends_at,
        source_type=source.type,
        source_id=source.id,
    )
    db.session.add(given)
    db.session.flush()
    touch(f"user:{person_id}", "me", person_id)
    return given


def revoke_passes(source: Source, *, person_id: str | None = None) -> list[AccessPass]:
    """End at once what a source has lent (to one person, or to all); return what was ended."""
    now = clock.now()
    query = select(AccessPass).where(
        AccessPass.source_type == source.type,
        AccessPass.source_id == source.id,
        AccessPass.revoked_at.is_(None),
        AccessPass.ends_at > now,
    )
    if person_id is not None:
        query = query.where(AccessPass.person_id == person_id)
    ended = list(db.session.scalars(query))
    for given in ended:
        given.revoked_at = now
        touch(f"user:{given.person_id}", "me", given.person_id)
    db.session.flush()
    return ended


def passes_of(person_id: str) -> Sequence[Row[AccessPass, Role]]:
    """Return the passes of a person that count now or will, the next to end first."""
    statement = (
        select(AccessPass, Role)
        .join(Role, Role.key == AccessPass.role)
        .where(
            AccessPass.person_id == person_id,
            AccessPass.revoked_at.is_(None),
            AccessPass.ends_at > clock.now(),
        )
        .order_by(AccessPass.ends_at, AccessPass.id)
    )
    return db.session.execute(statement).all()
