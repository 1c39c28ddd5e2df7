"""Raising flags and deciding on them. Raising never refuses anything and never says guilty."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.flags.models import Flag
from server.flags.queries import get_flag
from server.flags.rules import (
    DISMISSED,
    KINDS,
    OPEN,
    FlagDecided,
    FlagOwnWork,
    FlagReason,
    require_decidable,
)
from server.kernel import clock
from server.kernel.db import db, is_sqlite
from server.kernel.errors import Forbidden
from server.kernel.ids import new_id
from server.kernel.text import clean
from server.org.models import Person, Unit

_ABOUT = ("kind", "subject_type", "subject_id", "other_id")


def raise_flag(
    *,
    kind: str,
    subject: tuple[str, str],
    other: str = "",
    person_id: str | None = None,
    inspection_id: str | None = None,
    hazard_id: str | None = None,
    unit_id: str | None = None,
    region_id: str | None = None,
    details: dict[str, Any] | None = None,
) -> bool:
    """
    Raise a doubt about *subject* (type and id), once for each kind and *other*; say whether anew.

    Where no region is given it is the unit's, else that of the person whose work it is.
    """
    assert kind in KINDS, f"kinds.json does not know {kind}"
    values: dict[str, Any] = {
        "id": new_id(),
        "kind": kind,
        "subject_type": subject[0],
        "subject_id": subject[1],
        "other_id": other,
        "inspection_id": inspection_id,
        "hazard_id": hazard_id,
        "unit_id": unit_id,
        "region_id": region_id or _region(unit_id, person_id),
        "person_id": person_id,
        "details": details or {},
        "state": OPEN,
        "created_at": clock.now(),
        "decisions": [],
    }
    if not _insert(values):
        return False
    about = {"kind": kind, "subject": list(subject), "other": other}
    record(None, "flag.raise", "flag", values["id"], unit_id=unit_id, details=about)
    return True


def note_word(
    actor: Actor,
    *,
    kind: str,
    subject: tuple[str, str],
    state: str,
    reason: str,
    details: dict[str, Any],
) -> bool:
    """
    Note what somebody concerned says about a doubt there is; say whether there was one.

    What takes the cause away closes it; what makes it worse opens what was dismissed.
    """
    query = select(Flag).where(
        Flag.kind == kind,
        Flag.subject_type == subject[0],
        Flag.subject_id == subject[1],
        Flag.other_id == "",
    )
    flag = db.session.scalars(query.with_for_update()).first()
    if flag is None:
        return False
    flag.details = details
    if flag.state == OPEN or (state == OPEN and flag.state == DISMISSED):
        _note(flag, actor, state, reason)
    return True


def _insert(values: dict[str, Any]) -> bool:
    insert = (sqlite if is_sqlite() else postgresql).insert(Flag)
    wanted = insert.values(values).on_conflict_do_nothing(index_elements=_ABOUT)
    return db.session.execute(wanted.returning(Flag.id)).first() is not None


def _region(unit_id: str | None, person_id: str | None) -> str | None:
    """Return the region in which a doubt is looked at."""
    if unit_id is None and person_id is not None:
        home = select(Person.unit_id, Person.region_id).where(Person.id == person_id)
        unit_id, region_id = db.session.execute(home).first() or (None, None)
        if region_id is not None:
            return str(region_id)
    if unit_id is None:
        return None
    return db.session.scalar(select(Unit.region_id).where(Unit.id == unit_id))


def decide_flag(actor: Actor, flag_id: str, state: str, reason: str) -> Flag:
    """Say of a doubt that it is none or that it holds, or open it again; always with a reason."""
    flag = get_flag(actor, flag_id, for_update=True)
    if flag.region_id not in actor.regions_with(Permission.FLAGS_DECIDE):
        raise Forbidden(permission=Permission.FLAGS_DECIDE.value)
    if flag.person_id == actor.user_id:
        raise FlagOwnWork()
    words = clean(reason)
    if not words:
        raise FlagReason()
    if _is_repeated(flag, actor, state, words):
        return flag
    require_decidable(flag.state, state)
    _note(flag, actor, state, words)
    details = {"state": state, "reason": words, "kind": flag.kind}
    record(actor, "flag.decide", "flag", flag.id, unit_id=flag.unit_id, details=details)
    return flag


def _is_repeated(flag: Flag, actor: Actor, state: str, reason: str) -> bool:
    """Say whether this is the last decision sent once more: its answer was lost on the way."""
    last = flag.decisions[-1] if flag.decisions else {}
    return (last.get("by"), last.get("state"), last.get("reason")) == (
        actor.user_id,
        state,
        reason,
    )


def _note(flag: Flag, actor: Actor, state: str, reason: str) -> None:
    now = clock.now()
    said = {"state": state, "by": actor.user_id, "at": clock.to_ms(now), "reason": reason}
    flag.decisions = [*flag.decisions, said]
    flag.state = state
    decided = state != OPEN
    flag.decided_by = actor.user_id if decided else None
    flag.decided_at = now if decided else None
    flag.reason = reason if decided else None
    db.session.flush()


__all__ = ["FlagDecided", "decide_flag", "note_word", "raise_flag"]
