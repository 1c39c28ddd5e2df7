"""Roles as shipped, laid beside what an administrator made of them."""

import hashlib
import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from server.kernel.db import db
from server.org.changes import announce
from server.org.models import Person, Role, RoleGrant, Setting

SHIPPED = Path(__file__).resolve().parents[1] / "access" / "roles.json"
_MEMORY = "roles.shipped"


def _digest(row: dict[str, Any]) -> str:
    fields = [row["name_zh"], row["name_en"], sorted(row["permissions"])]
    return hashlib.sha256(json.dumps(fields).encode()).hexdigest()


def _present(role: Role) -> dict[str, Any]:
    return {
        "name_zh": role.name_zh,
        "name_en": role.name_en,
        "permissions": role.permissions,
    }


def seed_roles(path: Path = SHIPPED) -> list[str]:
    """
    Bring roles to what this version ships; return the keys that changed.

    A role that differs from what was shipped last was edited by an administrator and stays.
    """
    memory = db.session.get(Setting, _MEMORY) or Setting(key=_MEMORY, value={})
    shipped = {row["key"]: row for row in json.loads(path.read_text("utf-8"))}
    changed = [key for key, row in shipped.items() if _lay(row, memory.value.get(key))]
    memory.value = memory.value | {key: _digest(row) for key, row in shipped.items()}
    db.session.add(memory)
    db.session.flush()
    _announce_holders(changed)
    return changed


def _lay(row: dict[str, Any], last_shipped: str | None) -> bool:
    """Write one shipped role unless it is edited or the same; say whether anything changed."""
    role = db.session.get(Role, row["key"])
    if role is None:
        db.session.add(Role(**row))
        return True
    now = _digest(_present(role))
    if now == _digest(row) or now != last_shipped:
        return False
    role.name_zh, role.name_en = row["name_zh"], row["name_en"]
    role.permissions = row["permissions"]
    return True


def _announce_holders(keys: list[str]) -> None:
    holders = select(RoleGrant.person_id).where(RoleGrant.role.in_(keys))
    for person in db.session.scalars(select(Person).where(Person.id.in_(holders))):
        announce(person)
