"""People: who they are and where they are at home."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.access.rules import Actor
from server.audit import service as audit
from server.kernel.db import db
from server.kernel.errors import Invalid
from server.kernel.ids import new_id
from server.kernel.text import one_line
from server.org import sessions
from server.org.changes import announce, apply_changes, flush_or, require_free_id
from server.org.credentials import keep_password
from server.org.grants import region_of_place, require_manages, require_not_last, seen_person
from server.org.models import Department, Person
from server.org.queries import find_account
from server.org.rules import (
    UsernameTaken,
    require_good_username,
    require_name,
    require_reach,
    require_rev,
)


class DepartmentElsewhere(Invalid):
    """The department belongs to another unit than the person."""

    code = "org-department-elsewhere"
    title = "This department belongs to another unit."
    title_zh = "该科室属于其他单位。"


@dataclass(frozen=True)
class NewPerson:
    """What is known of somebody at first; `unit_id` or `region_id` says where they are at home."""

    name: str
    unit_id: str | None = None
    region_id: str | None = None
    username: str | None = None
    title: str | None = None
    phone: str | None = None
    department_id: str | None = None
    id: str | None = None


def create_person(
    actor: Actor | None, new: NewPerson, *, password: str | None = None, must_change: bool = True
) -> Person:
    """Add somebody; without a password they cannot log in yet. No actor: the system."""
    region_id = region_of_place(actor, new.unit_id, new.region_id)
    if actor is not None:
        require_reach(actor, (), new.unit_id, region_id)
    person = Person(
        id=require_free_id(Person, new.id) if new.id else new_id(),
        name=require_name(new.name, 60),
        title=_line(new.title, 60),
        unit_id=new.unit_id,
        region_id=region_id,
        department_id=new.department_id,
        phone=_line(new.phone, 40),
        username=_free_username(new.username) if new.username else None,
        must_change_password=must_change and password is not None,
        active=True,
    )
    if new.department_id is not None:
        _require_department(new.department_id, new.unit_id)
    if password is not None:
        keep_password(person, password)
    db.session.add(person)
    flush_or(UsernameTaken())
    announce(person)
    audit.record(actor, "person.create", "person", person.id, unit_id=person.unit_id)
    return person


def patch_person(
    actor: Actor | None, person_id: str, rev: int, changes: Mapping[str, Any]
) -> Person:
    """Change what is kept of a person; `changes` holds only what is to change."""
    person = seen_person(actor, person_id)
    require_manages(actor, person)
    require_rev(person.rev, rev)
    wanted = _cleaned(actor, person, changes)
    if wanted.get("active") is False and person.active:
        require_not_last(person)
        sessions.end_sessions_of(person.id)
    details = apply_changes(person, wanted, hidden=("phone",))
    announce(person)
    flush_or(UsernameTaken())
    audit.record(
        actor, "person.change", "person", person.id, unit_id=person.unit_id, details=details
    )
    return person


def deactivate(actor: Actor | None, person_id: str) -> Person:
    """Take somebody's access away at once, everywhere."""
    person = seen_person(actor, person_id)
    return patch_person(actor, person_id, person.rev, {"active": False})


def _cleaned(actor: Actor | None, person: Person, changes: Mapping[str, Any]) -> dict[str, Any]:
    wanted = dict(changes)
    if "name" in wanted:
        wanted["name"] = require_name(wanted["name"], 60)
    for key, longest in (("title", 60), ("phone", 40)):
        if key in wanted:
            wanted[key] = _line(wanted[key], longest)
    if wanted.get("username"):
        wanted["username"] = _free_username(wanted["username"], person.id)
    if "unit_id" in wanted or "region_id" in wanted:
        wanted = _new_home(actor, wanted.get("unit_id"), wanted.get("region_id")) | {
            key: value for key, value in wanted.items() if key not in ("unit_id", "region_id")
        }
    if wanted.get("department_id"):
        _require_department(wanted["department_id"], wanted.get("unit_id", person.unit_id))
    return wanted


def _new_home(actor: Actor | None, unit_id: str | None, region_id: str | None) -> dict[str, Any]:
    home = region_of_place(actor, unit_id, region_id)
    if actor is not None:
        require_reach(actor, (), unit_id, home)
    return {"unit_id": unit_id, "region_id": home, "department_id": None}


def _line(text: str | None, longest: int) -> str | None:
    return (one_line(text)[:longest] or None) if text else None


def _require_department(department_id: str, unit_id: str | None) -> None:
    department = db.session.get(Department, department_id)
    if department is None or department.unit_id != unit_id:
        raise DepartmentElsewhere()


def _free_username(username: str, owner: str | None = None) -> str:
    name = require_good_username(username)
    taken = find_account(name)
    if taken is not None and taken.id != owner:
        raise UsernameTaken()
    return name
