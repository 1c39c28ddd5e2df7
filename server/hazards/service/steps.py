"""The timeline: a step is added, never changed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from server.access.rules import Actor
from server.hazards.models import Hazard, HazardStep
from server.hazards.queries import last_step
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id

_TICK = timedelta(milliseconds=1)


def next_moment(hazard_id: str) -> datetime:
    """Return the present, or just after the last step: the order of steps is their time."""
    return max(clock.now(), last_step(hazard_id).at + _TICK)


def touch_hazard(hazard: Hazard) -> None:
    """Give the hazard a new revision although none of its columns changed: its steps did."""
    flag_modified(hazard, "state")


def remark(
    actor: Actor,
    hazard: Hazard,
    action: str,
    *,
    note: str,
    step_id: str | None,
    device_at: datetime | None,
    decision: dict[str, Any] | None = None,
) -> HazardStep:
    """Add a step that leaves the state as it is."""
    step = HazardStep(
        id=step_id or new_id(),
        hazard_id=hazard.id,
        action=action,
        from_state=hazard.state,
        to_state=hazard.state,
        by=actor.user_id,
        at=next_moment(hazard.id),
        device_at=device_at,
        note=note or None,
        decision=decision,
        received_from=actor.acting_for,
    )
    db.session.add(step)
    db.session.flush()
    touch_hazard(hazard)
    return step
