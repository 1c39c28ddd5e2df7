"""Small things that every writing function of the organisation does."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified

from server.access.rules import Actor, Permission
from server.kernel.db import Base, db
from server.kernel.errors import Forbidden, Problem
from server.kernel.synced import touch
from server.org.models import Person
from server.org.rules import IdTaken, holds


def require_free_id(model: type[Base], wanted: str) -> str:
    """Return an identifier made elsewhere, unless it stands for something already."""
    if db.session.get(model, wanted) is not None:
        raise IdTaken()
    return wanted


def flush_or(problem: Problem) -> None:
    """Write now; a second writer who was faster with the same unique value becomes *problem*."""
    try:
        db.session.flush()
    except IntegrityError as exc:
        raise problem from exc


def apply_changes(
    row: Base, changes: Mapping[str, Any], *, hidden: Collection[str] = ()
) -> dict[str, Any]:
    """Set what differs; return {field: [before, after]} for the log, without personal data."""
    details: dict[str, Any] = {}
    for name, value in changes.items():
        before = getattr(row, name)
        if before != value:
            setattr(row, name, value)
            details[name] = None if name in hidden else [before, value]
    return details


def announce(person: Person) -> None:
    """Make phones read a person, and the person's own `me`, again."""
    flag_modified(person, "name")
    touch(f"user:{person.id}", "me", person.id)


def require_manages_place(actor: Actor | None, unit_id: str | None, region_id: str) -> None:
    """Refuse unless the actor (or the system) manages the organisation at a place."""
    if actor is not None and not holds(actor, Permission.ORG_MANAGE, unit_id, region_id):
        raise Forbidden(permission=Permission.ORG_MANAGE.value)
