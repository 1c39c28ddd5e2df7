"""Hazards as phones and desks receive them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from server.hazards.models import Hazard, HazardStep
from server.hazards.queries import photo_links, steps_of
from server.kernel import clock
from server.kernel.db import db

Row = tuple[int, dict[str, Any]]
_PLAIN = (
    "id", "number", "closure_number", "unit_id", "location_id", "asset_id", "source",
    "inspection_id", "target_id", "item_key", "checklist_key", "title", "description",
    "suggestion", "basis", "category", "grade", "suspected_major", "criterion", "criteria",
    "decision", "state", "rev",
    "merged_into_id", "assignee_id", "opened_by", "rectified_by", "verified_by", "closed_by",
)  # fmt: skip
_MOMENTS = ("opened_at", "rectified_at", "verified_at", "closed_at")


def _step(step: HazardStep, photo_ids: list[str]) -> dict[str, Any]:
    return {
        "id": step.id,
        "action": step.action,
        "by": step.by,
        "at": clock.to_ms(step.at),
        "note": step.note,
        "photo_ids": photo_ids,
        "assignee_id": step.assignee_id,
        "due_on": step.due_on.isoformat() if step.due_on else None,
        "decision": step.decision,
        "received_from": step.received_from,
    }


def _data(hazard: Hazard, steps: list[dict[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {name: getattr(hazard, name) for name in _PLAIN}
    data["due_on"] = hazard.due_on.isoformat()
    data["decide_by"] = hazard.decide_by.isoformat() if hazard.decide_by else None
    for name in _MOMENTS:
        moment = getattr(hazard, name)
        data[name] = clock.to_ms(moment) if moment else None
    data["steps"] = steps
    return data


def hazard_data(hazards: Sequence[Hazard]) -> list[dict[str, Any]]:
    """Return hazards with their steps, in two queries for any number of them."""
    ids = [hazard.id for hazard in hazards]
    if not ids:
        return []
    photos: dict[str | None, list[str]] = {}
    for link in photo_links(ids):
        photos.setdefault(link.step_id, []).append(link.photo_id)
    steps = steps_of(ids)
    return [_data(h, [_step(s, photos.get(s.id, [])) for s in steps[h.id]]) for h in hazards]


def load_hazards(ids: Sequence[str]) -> dict[str, Row]:
    """Load hazards for the wire."""
    rows = list(db.session.scalars(select(Hazard).where(Hazard.id.in_(ids))))
    return {row.id: (row.rev, data) for row, data in zip(rows, hazard_data(rows), strict=True)}


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {"hazard": load_hazards}
