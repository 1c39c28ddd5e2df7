"""Deleting a picture of a report for good: the row stays and says who did so and why."""

from server.access.rules import Actor
from server.evidence.storage import Store
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.tips import drawn, quarantine, rules
from server.tips.models import Tip, TipPicture
from server.tips.pictures import REMOVED, WAITING
from server.tips.queries import get_tip
from server.tips.service import steps


def remove_picture(actor: Actor, store: Store, tip_id: str, picture_id: str, reason: str) -> Tip:
    """Delete a picture; a photo that a hazard shows by now stays the hazard's."""
    tip = get_tip(actor, tip_id, for_update=True)
    picture = db.session.get(TipPicture, picture_id, with_for_update=True)
    if picture is None or picture.tip_id != tip.id:
        raise NotFound()
    why = rules.text("reason", reason)
    if not why:
        raise rules.TipWords(field="reason")
    if picture.state != REMOVED:
        details = {"picture": picture.id, "reason": why}
        steps.note(actor, tip, "remove-picture", details, steps.snapshot(tip))
        forget_picture(store, picture)
    return tip


def forget_picture(store: Store, picture: TipPicture) -> None:
    """Delete a picture's bytes, wherever they are."""
    if picture.state == WAITING:
        quarantine.drop(picture.id)
    sha256 = picture.sha256
    picture.state, picture.sha256 = REMOVED, None
    db.session.flush()
    if sha256 is not None:
        drawn.forget(store, sha256)
