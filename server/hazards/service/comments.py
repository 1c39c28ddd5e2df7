"""Words and photos that leave a hazard's state as it is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from server.access.rules import Actor
from server.audit.service import record
from server.hazards import rules
from server.hazards.models import Hazard, HazardStep
from server.hazards.queries import get_hazard, survivor_of
from server.hazards.service.deciding import DECIDING
from server.hazards.service.photos import attach_photos, usable_photos
from server.hazards.service.steps import remark
from server.hazards.workflow import TRANSITIONS, HazardAction
from server.kernel.db import db

COMMENT = "comment"
LATE = "late"


def comment_hazard(
    actor: Actor,
    hazard_id: str,
    note: str,
    photos: Sequence[str] = (),
    *,
    step_id: str | None = None,
    device_at: datetime | None = None,
) -> Hazard:
    """Add a remark; whoever sees the hazard may speak about it."""
    note = rules.words("note", note, required=not photos)
    return _remark(actor, hazard_id, COMMENT, note, photos, step_id, device_at)


def salvage_evidence(
    actor: Actor,
    hazard_id: str,
    note: str,
    photos: Sequence[str] = (),
    *,
    action: str | None = None,
    criterion: str | None = None,
    step_id: str | None = None,
    device_at: datetime | None = None,
) -> Hazard | None:
    """
    Keep what a refused move brought along as a late remark; None when it brought nothing.

    Of a refused decision the remark also tells what it would have been: both words are kept.
    """
    note = rules.words("note", note)
    if not note and not photos:
        return None
    meant = _meant(action, criterion)
    return _remark(actor, hazard_id, LATE, note, photos, step_id, device_at, meant)


def _meant(action: str | None, criterion: str | None) -> dict[str, Any] | None:
    if action not in DECIDING:
        return None
    outcome = TRANSITIONS[HazardAction(action)].outcome
    return {"outcome": outcome, "refused": True, "wanted": criterion}


def _remark(
    actor: Actor,
    hazard_id: str,
    action: str,
    note: str,
    photos: Sequence[str],
    step_id: str | None,
    device_at: datetime | None,
    meant: dict[str, Any] | None = None,
) -> Hazard:
    hazard = survivor_of(actor, get_hazard(actor, hazard_id, for_update=True))
    if step_id and db.session.get(HazardStep, step_id) is not None:
        return hazard
    found = usable_photos(actor, hazard, photos)
    step = remark(
        actor, hazard, action, note=note, step_id=step_id, device_at=device_at, decision=meant
    )
    attach_photos(hazard, step.id, found)
    details = {"note": step.note, "photos": len(found), "decision": meant}
    record(actor, f"hazard.{action}", "hazard", hazard.id, unit_id=hazard.unit_id, details=details)
    return hazard
