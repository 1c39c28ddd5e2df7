"""What was done with a report: each act with what was before it."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.audit.service import record
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from server.tips import rules
from server.tips.models import Tip, TipContact, TipStep

_KEPT = ("state", "reason", "answer", "spam", "same_as_id")


def require_rev(tip: Tip, rev: int) -> None:
    """Raise unless the report is still what the actor has seen."""
    if tip.rev != rev:
        raise rules.TipMoved()


def require_standing(tip: Tip) -> None:
    """Raise when another report stands for this one: that one is dealt with."""
    if tip.same_as_id is not None:
        raise rules.TipNotPossible()


def snapshot(tip: Tip) -> dict[str, Any]:
    """Return what an act may change."""
    closed = clock.to_ms(tip.closed_at) if tip.closed_at else None
    return {name: getattr(tip, name) for name in _KEPT} | {"closed_at": closed}


def restore(tip: Tip, before: dict[str, Any]) -> None:
    """Put back what an act has changed."""
    for name in _KEPT:
        setattr(tip, name, before[name])
    closed = before["closed_at"]
    tip.closed_at = clock.from_ms(closed) if closed else None
    keep_contact_until(tip)


def change(actor: Actor, tip: Tip, action: str, details: dict[str, Any], **values: Any) -> TipStep:
    """Change a report and note who did so; the audit log learns it too."""
    before = snapshot(tip)
    for name, value in values.items():
        setattr(tip, name, value)
    is_ended = tip.state in rules.ENDED
    tip.closed_at = (tip.closed_at or clock.now()) if is_ended else None
    keep_contact_until(tip)
    return note(actor, tip, action, details, before)


def note(
    actor: Actor, tip: Tip, action: str, details: dict[str, Any], before: dict[str, Any]
) -> TipStep:
    """Note an act; one on a report that the unit must not see is noted under no unit."""
    step = TipStep(
        id=new_id(),
        tip_id=tip.id,
        action=action,
        by=actor.user_id,
        at=_next_moment(tip),
        details=details,
        before=before,
    )
    db.session.add(step)
    db.session.flush()
    unit = tip.unit_id if tip.audience == rules.UNIT else None
    record(actor, f"tip.{action}", "tip", tip.id, unit_id=unit, details=details)
    return step


def last_step(tip: Tip) -> TipStep | None:
    """Return the newest act that stands."""
    query = select(TipStep).where(TipStep.tip_id == tip.id, TipStep.undone.is_(False))
    return db.session.scalars(query.order_by(TipStep.at.desc(), TipStep.id.desc())).first()


def _next_moment(tip: Tip) -> datetime:
    """Return the present, or just after the last act: their order is their time."""
    query = select(TipStep.at).where(TipStep.tip_id == tip.id).order_by(TipStep.at.desc())
    last = db.session.scalars(query.limit(1)).first()
    now = clock.now()
    return now if last is None else max(now, last + timedelta(milliseconds=1))


def keep_contact_until(tip: Tip) -> None:
    """Settle when the contact is deleted: some days after the end, and never later than at most."""
    contact = db.session.get(TipContact, tip.id)
    if contact is None:
        return
    keep = rules.RULES["keep"]
    last = tip.received_at + timedelta(days=keep["contact_at_most_days"])
    ends = tip.closed_at + timedelta(days=keep["contact_days"]) if tip.closed_at else last
    contact.delete_at = min(last, ends)
