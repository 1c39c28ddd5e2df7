"""Writing the audit log."""

from typing import Any

from server.access.rules import Actor
from server.audit.models import exact_json
from server.audit.sealing import Act, pending
from server.kernel import clock
from server.kernel.db import db


def record(
    actor: Actor | None,
    action: str,
    subject_type: str,
    subject_id: str,
    *,
    unit_id: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """
    Add one act to the log, in the transaction of the act itself. No actor: the system.

    The row is written when the transaction commits: only then its place in the chain is known.
    """
    pending(db.session()).append(
        Act(
            at=clock.now_ms(),
            actor_id=actor.user_id if actor else None,
            actor_name=actor.name if actor else "system",
            action=action,
            subject_type=subject_type,
            subject_id=subject_id,
            unit_id=unit_id,
            details=exact_json(details or {}),
        )
    )
