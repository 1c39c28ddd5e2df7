"""Assignments as phones and desks receive them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from server.campaigns.models import Assignment, Attendance, Campaign
from server.kernel import clock
from server.kernel.db import db

Data = dict[str, Any]
Row = tuple[int, Data]
_PLAIN = (
    "id", "title", "unit_id", "checklist_keys", "mode", "inspector_ids", "lead_id",
    "location_ids", "state", "note", "campaign_id", "leader_id",
)  # fmt: skip


def campaign_names(ids: Iterable[str | None]) -> dict[str | None, str]:
    """Return the names of campaigns: whoever holds a task of one knows what it belongs to."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    found = db.session.execute(select(Campaign.id, Campaign.name).where(Campaign.id.in_(wanted)))
    return {row.id: row.name for row in found}


def assignment_data(row: Assignment, names: Mapping[str | None, str] | None = None) -> Data:
    """Return an assignment; *names* holds those of campaigns when many are told at once."""
    known = campaign_names([row.campaign_id]) if names is None else names
    data: Data = {name: getattr(row, name) for name in _PLAIN}
    data["due_on"] = row.due_on.isoformat()
    data["campaign"] = known.get(row.campaign_id)
    data["created_at"] = clock.to_ms(row.created_at)
    return data


def attendance_data(row: Attendance) -> Data:
    """Return a leader's attendance; the signature itself stays with the record."""
    plain = (
        "id", "assignment_id", "inspection_id", "unit_id", "person_id", "title", "tag", "tag_fits",
        "distance",
    )  # fmt: skip
    return {name: getattr(row, name) for name in plain} | {
        "at": clock.to_ms(row.at),
        "received_at": clock.to_ms(row.received_at),
    }


def load_assignments(ids: Sequence[str]) -> dict[str, Row]:
    """Load assignments."""
    rows = db.session.scalars(select(Assignment).where(Assignment.id.in_(ids))).all()
    names = campaign_names(row.campaign_id for row in rows)
    return {row.id: (row.rev, assignment_data(row, names)) for row in rows}


def load_attendances(ids: Sequence[str]) -> dict[str, Row]:
    """Load attendances."""
    rows = db.session.scalars(select(Attendance).where(Attendance.id.in_(ids)))
    return {row.id: (row.rev, attendance_data(row)) for row in rows}


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {
    "assignment": load_assignments,
    "attendance": load_attendances,
}
