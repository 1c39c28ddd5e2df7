"""Plans that are still being written: on the server, for whoever writes them and nobody else."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from server.access.rules import Actor
from server.kernel import clock
from server.kernel.db import db
from server.visits import rules
from server.visits.models import UnsentPlan

NEW = "new"


def unsent(actor: Actor, subject: str) -> UnsentPlan | None:
    """Return what somebody has written of a plan, a new one or a change of one."""
    return db.session.get(UnsentPlan, (actor.user_id, subject))


def keep_unsent(actor: Actor, subject: str, content: dict[str, Any]) -> UnsentPlan:
    """Keep a form as it stands; whether the visit that it names is there is nobody's question."""
    row = unsent(actor, subject)
    if row is None:
        held = select(func.count()).where(UnsentPlan.person_id == actor.user_id)
        if (db.session.scalar(held) or 0) >= rules.UNSENT_MOST:
            raise rules.UnsentTooMany()
        row = UnsentPlan(person_id=actor.user_id, subject=subject, begun_at=clock.now())
        db.session.add(row)
    row.content, row.saved_at = content, clock.now()
    db.session.flush()
    return row


def drop_unsent(actor: Actor, subject: str) -> datetime | None:
    """Forget what was written; return when it was begun."""
    row = unsent(actor, subject)
    if row is None:
        return None
    db.session.delete(row)
    db.session.flush()
    return row.begun_at


def forget_unsent() -> None:
    """Forget what nobody has touched for long; run at night."""
    old = UnsentPlan.saved_at < clock.now() - rules.UNSENT_KEPT
    db.session.execute(delete(UnsentPlan).where(old))
