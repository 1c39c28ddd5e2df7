"""Writing the audit log."""

from typing import Any

from server.access.rules import Actor
from server.audit.models import AuditEntry
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
    """Add one act to the log, in the transaction of the act itself. No actor: the system."""
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=actor.user_id if actor else None,
            actor_name=actor.name if actor else "system",
            action=action,
            subject_type=subject_type,
            subject_id=subject_id,
            unit_id=unit_id,
            details=details or {},
        )
    )
