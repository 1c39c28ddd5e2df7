"""Two entries for one danger: a person says so, one of them stands, both stay readable."""

from collections.abc import Sequence

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.evidence.models import Photo
from server.hazards import rules
from server.hazards.models import Hazard, HazardPhoto
from server.hazards.queries import get_hazard
from server.hazards.service.moving import move_hazard
from server.hazards.service.photos import attach_photos
from server.hazards.service.steps import remark
from server.hazards.workflow import HazardAction
from server.kernel.db import db
from server.kernel.errors import Forbidden

ABSORB = "absorb"


def merge_hazard(actor: Actor, hazard_id: str, into_id: str, note: str) -> Hazard:
    """Void one entry in favour of another; its photos are shown there too."""
    if hazard_id == into_id:
        raise rules.MergeUnfit()
    for one in sorted((hazard_id, into_id)):
        get_hazard(actor, one, for_update=True)
    hazard, survivor = get_hazard(actor, hazard_id), get_hazard(actor, into_id)
    if not actor.may(Permission.HAZARDS_VOID, on=hazard):
        raise Forbidden(permission=Permission.HAZARDS_VOID.value)
    if hazard.merged_into_id == survivor.id:
        return survivor
    if survivor.unit_id != hazard.unit_id or survivor.state in rules.ENDED:
        raise rules.MergeUnfit()
    words = rules.words("note", note, required=True)
    move_hazard(actor, hazard.id, HazardAction.VOID.value, note=words)
    hazard.merged_into_id = survivor.id
    step = remark(actor, survivor, ABSORB, note=words, step_id=None, device_at=None)
    attach_photos(survivor, step.id, _photos(hazard.id))
    details = {"into": survivor.id, "number": survivor.number, "note": words}
    record(actor, "hazard.merge", "hazard", hazard.id, unit_id=hazard.unit_id, details=details)
    return survivor


def _photos(hazard_id: str) -> Sequence[Photo]:
    query = select(Photo).join(HazardPhoto, HazardPhoto.photo_id == Photo.id)
    return db.session.scalars(query.where(HazardPhoto.hazard_id == hazard_id)).all()
