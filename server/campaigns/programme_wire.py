"""Campaigns as desks receive them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from server.campaigns.models import Campaign, GoalMark
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person

_PLAIN = (
    "id", "rev", "region_id", "name", "document", "issuer", "preset", "phases", "focus_keys",
    "mode_keys", "targets", "quotas", "note", "state",
)  # fmt: skip


def campaign_data(row: Campaign) -> dict[str, Any]:
    """Return a campaign."""
    data: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    return data | {
        "starts_on": row.starts_on.isoformat(),
        "ends_on": row.ends_on.isoformat(),
        "created_at": clock.to_ms(row.created_at),
    }


def marks_data(marks: Sequence[GoalMark]) -> list[dict[str, Any]]:
    """Return what was said about goals, with the names of who said it."""
    wanted = {mark.marked_by for mark in marks}
    people = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    names = {row.id: row.name for row in people} if wanted else {}
    return [
        {
            "id": mark.id,
            "goal": mark.goal_key,
            "reached": mark.reached,
            "evidence": mark.evidence,
            "by_name": names.get(mark.marked_by),
            "at": clock.to_ms(mark.marked_at),
        }
        for mark in marks
    ]
