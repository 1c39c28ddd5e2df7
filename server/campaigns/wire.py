"""Assignments as phones and desks receive them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from server.campaigns.models import Assignment
from server.kernel import clock
from server.kernel.db import db

Row = tuple[int, dict[str, Any]]
_PLAIN = (
    "id", "title", "unit_id", "checklist_keys", "mode", "inspector_ids", "lead_id",
    "location_ids", "state", "note",
)  # fmt: skip


def assignment_data(row: Assignment) -> dict[str, Any]:
    """Return an assignment."""
    data: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    data["due_on"] = row.due_on.isoformat()
    data["campaign"] = None
    data["created_at"] = clock.to_ms(row.created_at)
    return data


def load_assignments(ids: Sequence[str]) -> dict[str, Row]:
    """Load assignments."""
    rows = db.session.scalars(select(Assignment).where(Assignment.id.in_(ids)))
    return {row.id: (row.rev, assignment_data(row)) for row in rows}


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {"assignment": load_assignments}
