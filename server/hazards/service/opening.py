"""Opening a hazard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.hazards import rules
from server.hazards.decision_times import decide_by
from server.hazards.models import Hazard, HazardStep
from server.hazards.queries import require_unit
from server.hazards.service.photos import attach_photos, usable_photos
from server.hazards.service.steps import remark
from server.hazards.workflow import HazardState
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from server.locations.models import Asset, Location
from server.org.models import Person, Region, Unit
from server.org.numbers import take_number

DUE = "due"


@dataclass(frozen=True)
class HazardDraft:
    """
    A hazard as found, before it has a number.

    Whoever passes an inspection has checked that it is the actor's: see
    inspections.service.open_finding.
    """

    id: str
    unit_id: str
    source: str
    title: str
    description: str = ""
    location_id: str | None = None
    asset_id: str | None = None
    inspection_id: str | None = None
    target_id: str | None = None
    item_key: str | None = None
    checklist_key: str | None = None
    suggestion: str | None = None
    basis: Sequence[Mapping[str, Any]] = ()
    category: str | None = None
    grade: str = "general"
    suspected_major: bool = False
    criterion: str | None = None
    criteria: Sequence[str] = ()
    due_on: date | None = None
    told_due_on: date | None = None
    assignee_id: str | None = None
    photos: Sequence[str] = ()
    step_id: str | None = None
    device_at: datetime | None = None


def open_hazard(actor: Actor, draft: HazardDraft) -> Hazard:
    """Enter a hazard into the ledger under its county's next number."""
    existing = db.session.get(Hazard, draft.id)
    if existing is not None:
        return _same_hazard(actor, existing, draft)
    unit = require_unit(actor, draft.unit_id, Permission.HAZARDS_REPORT)
    _require_places(draft)
    if draft.assignee_id:
        require_assignee(draft.assignee_id, draft.unit_id)
    hazard = _entry(actor, draft, unit)
    db.session.add(hazard)
    db.session.flush()
    step = _first_step(hazard, draft)
    step.received_from = actor.acting_for
    db.session.add(step)
    db.session.flush()
    attach_photos(hazard, step.id, usable_photos(actor, hazard, draft.photos))
    _note_due(actor, hazard, draft)
    record(actor, "hazard.open", "hazard", hazard.id, unit_id=unit.id, details=_facts(hazard))
    return hazard


def _note_due(actor: Actor, hazard: Hazard, draft: HazardDraft) -> None:
    """Show in the timeline that the due day is another one than the phone had reckoned."""
    if draft.told_due_on in (None, hazard.due_on):
        return
    words = f"{draft.told_due_on} → {hazard.due_on}"
    remark(actor, hazard, DUE, note=words, step_id=None, device_at=draft.device_at)


def require_assignee(person_id: str, unit_id: str) -> None:
    """Raise unless the person works at the unit."""
    person = db.session.get(Person, person_id)
    if person is None or not person.active or person.unit_id != unit_id:
        raise rules.AssigneeNotOfUnit()


def _same_hazard(actor: Actor, existing: Hazard, draft: HazardDraft) -> Hazard:
    if existing.opened_by != actor.user_id or existing.unit_id != draft.unit_id:
        raise rules.HazardIdTaken()
    return existing


def _require_places(draft: HazardDraft) -> None:
    location = db.session.get(Location, draft.location_id) if draft.location_id else None
    asset = db.session.get(Asset, draft.asset_id) if draft.asset_id else None
    for named, row in ((draft.location_id, location), (draft.asset_id, asset)):
        if named and (row is None or row.unit_id != draft.unit_id):
            raise rules.PlaceNotOfUnit()


def _entry(actor: Actor, draft: HazardDraft, unit: Unit) -> Hazard:
    if draft.source not in rules.SOURCES:
        raise rules.SourceUnknown(source=draft.source)
    grade, suspected = rules.opening_grade(draft.grade, suspected_major=draft.suspected_major)
    today = clock.today()
    return Hazard(
        id=draft.id,
        unit_id=unit.id,
        region_id=unit.region_id,
        source=draft.source,
        grade=grade,
        suspected_major=suspected,
        criteria=rules.checked_criteria(draft.criteria),
        decide_by=decide_by("suspected", _code(unit), today) if suspected else None,
        state=HazardState.OPEN,
        due_on=draft.due_on or rules.default_due_on(today, suspected_major=suspected),
        opened_by=actor.user_id,
        opened_at=clock.now(),
        basis=rules.checked_basis(draft.basis),
        **_where(draft),
        **_text(draft),
        # Last: the series' row stays locked from here to the commit.
        number=take_number("YH", unit.region_id, today.year),
    )


def _code(unit: Unit) -> str:
    return db.session.get_one(Region, unit.region_id).code


def _where(draft: HazardDraft) -> dict[str, Any]:
    return {
        "location_id": draft.location_id,
        "asset_id": draft.asset_id,
        "inspection_id": draft.inspection_id,
        "target_id": draft.target_id,
        "item_key": draft.item_key,
        "checklist_key": draft.checklist_key,
        "assignee_id": draft.assignee_id,
    }


def _text(draft: HazardDraft) -> dict[str, Any]:
    return {
        "title": rules.line("title", draft.title, required=True),
        "description": rules.words("description", draft.description),
        "suggestion": rules.words("suggestion", draft.suggestion) or None,
        "category": rules.line("category", draft.category) or None,
        "criterion": rules.words("criterion", draft.criterion) or None,
    }


def _first_step(hazard: Hazard, draft: HazardDraft) -> HazardStep:
    return HazardStep(
        id=draft.step_id or new_id(),
        hazard_id=hazard.id,
        action="open",
        from_state=None,
        to_state=HazardState.OPEN,
        by=hazard.opened_by,
        at=hazard.opened_at,
        device_at=draft.device_at,
        assignee_id=draft.assignee_id,
        due_on=hazard.due_on,
    )


def _facts(hazard: Hazard) -> dict[str, Any]:
    return {
        "number": hazard.number,
        "title": hazard.title,
        "suspected_major": hazard.suspected_major,
        "criteria": hazard.criteria,
        "due_on": hazard.due_on.isoformat(),
    }
