"""Flags as the desk reads them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.flags.models import Flag
from server.flags.queries import subjects
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, Unit

_PLAIN = (
    "id", "kind", "subject_type", "subject_id", "other_id", "inspection_id", "hazard_id",
    "unit_id", "region_id", "person_id", "details", "state", "decided_by", "reason", "decisions",
)  # fmt: skip


def flags_data(actor: Actor, flags: Sequence[Flag]) -> list[dict[str, Any]]:
    """Return flags with the names of whom they concern and what may be known of both sides."""
    told = subjects(actor, flags)
    people = _names(Person, {flag.person_id for flag in flags} | _deciders(flags))
    units = _names(Unit, {flag.unit_id for flag in flags})
    return [
        _flag(flag)
        | {
            "unit_name": units.get(flag.unit_id),
            "person_name": people.get(flag.person_id),
            "decisions": [_decision(said, people) for said in flag.decisions],
            "subject": told.get((flag.subject_type, flag.subject_id)),
            "other": told.get((flag.subject_type, flag.other_id)),
            "may_decide": may_decide(actor, flag),
        }
        for flag in flags
    ]


def may_decide(actor: Actor, flag: Flag) -> bool:
    """Say whether a decision of this actor would be taken."""
    if flag.person_id == actor.user_id:
        return False
    return flag.region_id in actor.regions_with(Permission.FLAGS_DECIDE)


def _flag(flag: Flag) -> dict[str, Any]:
    data = {name: getattr(flag, name) for name in _PLAIN}
    data["created_at"] = clock.to_ms(flag.created_at)
    data["decided_at"] = clock.to_ms(flag.decided_at) if flag.decided_at else None
    return data


def _decision(said: dict[str, Any], people: dict[str | None, str]) -> dict[str, Any]:
    return said | {"name": people.get(said["by"])}


def _deciders(flags: Sequence[Flag]) -> set[str | None]:
    return {said["by"] for flag in flags for said in flag.decisions}


def _names(model: type[Person] | type[Unit], ids: set[str | None]) -> dict[str | None, str]:
    known = sorted(one for one in ids if one)
    rows = db.session.execute(select(model.id, model.name).where(model.id.in_(known)))
    return {key: name for key, name in rows}  # noqa: C416  (rows are no pairs to mypy)
