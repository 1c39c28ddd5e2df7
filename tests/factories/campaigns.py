"""Assignments as the office plans them."""

from datetime import date
from typing import Any

from server.campaigns.models import Assignment
from server.campaigns.service import AssignmentDraft, create_assignment
from server.kernel.ids import new_id
from tests.factories.definitions import make_definition
from tests.support.actors import Actors


def plan(actors: Actors, **given: Any) -> AssignmentDraft:
    """A check of the hospital's wards by the inspector."""
    make_definition()
    inspector = actors.person("inspector").id
    values: dict[str, Any] = {
        "id": new_id(),
        "title": "十一月病房检查",
        "unit_id": actors.world.hospital.id,
        "checklist_keys": ["ward"],
        "mode": "spot",
        "due_on": date(2026, 11, 30),
        "inspector_ids": [inspector],
        "lead_id": inspector,
    }
    return AssignmentDraft(**values | given)


def make_assignment(actors: Actors, **given: Any) -> Assignment:
    """The same, planned."""
    return create_assignment(actors["bureau_office"], plan(actors, **given))
