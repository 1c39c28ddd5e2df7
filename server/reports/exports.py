"""Who took which list out of the system, and how it was narrowed."""

from typing import Any

from server.access.rules import Actor
from server.audit.service import record
from server.kernel.db import transaction


def log_export(actor: Actor, act: str, kind: str, wanted: Any) -> None:
    """Note an export in the log of acts, before anything of it leaves; opens a transaction."""
    asked = {
        name: str(value) for name, value in vars(wanted).items() if value not in (None, (), [])
    }
    with transaction():
        record(actor, act, "person", actor.user_id, details={"kind": kind, "wanted": asked})
