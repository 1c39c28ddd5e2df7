"""Words and photos that leave a hazard's state as it is."""

from collections.abc import Sequence
from datetime import datetime

from server.access.rules import Actor
from server.audit.service import record
from server.hazards import rules
from server.hazards.models import Hazard, HazardStep
from server.hazards.queries import get_hazard
from server.hazards.service.photos import attach_photos, usable_photos
from server.hazards.service.steps import remark
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
    step_id: str | None = None,
    device_at: datetime | None = None,
) -> Hazard | None:
    """Keep what a refused move brought along as a late remark; None when it brought nothing."""
    note = rules.words("note", note)
    if not note and not photos:
        return None
    return _remark(actor, hazard_id, LATE, note, photos, step_id, device_at)


def _remark(
    actor: Actor,
    hazard_id: str,
    action: str,
    note: str,
    photos: Sequence[str],
    step_id: str | None,
    device_at: datetime | None,
) -> Hazard:
    hazard = get_hazard(actor, hazard_id, for_update=True)
    if step_id and db.session.get(HazardStep, step_id) is not None:
        return hazard
    found = usable_photos(actor, hazard, photos)
    step = remark(actor, hazard, action, note=note, step_id=step_id, device_at=device_at)
    attach_photos(hazard, step.id, found)
    details = {"note": step.note, "photos": len(found)}
    record(actor, f"hazard.{action}", "hazard", hazard.id, unit_id=hazard.unit_id, details=details)
    return hazard
