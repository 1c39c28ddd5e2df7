"""Photos of hazards: which may be used, and how they come to travel with the hazard."""

from collections.abc import Sequence

from sqlalchemy import select

from server.access.rules import Actor
from server.evidence.models import Photo
from server.hazards.models import Hazard, HazardPhoto, HazardStep
from server.hazards.queries import get_hazard, survivor_of
from server.hazards.rules import PhotoUnusable
from server.hazards.service.steps import touch_hazard
from server.kernel.db import db

_USABLE = ("expected", "stored")


def usable_photos(actor: Actor, hazard: Hazard, photo_ids: Sequence[str]) -> list[Photo]:
    """Return the photos named: the actor's own, or ones that the unit shows already."""
    wanted = list(dict.fromkeys(photo_ids))
    if not wanted:
        return []
    rows = {row.id: row for row in db.session.scalars(select(Photo).where(Photo.id.in_(wanted)))}
    for photo_id in wanted:
        row = rows.get(photo_id)
        if row is None or row.state not in _USABLE or not _may_show(actor, hazard, row):
            raise PhotoUnusable(photo=photo_id)
    return [rows[photo_id] for photo_id in wanted]


def _may_show(actor: Actor, hazard: Hazard, photo: Photo) -> bool:
    shown = photo.in_unit and photo.unit_id == hazard.unit_id
    same_visit = photo.inspection_id is not None and photo.inspection_id == hazard.inspection_id
    return actor.stands_for(photo.author_id) or shown or same_visit


def attach_photos(hazard: Hazard, step_id: str | None, photos: Sequence[Photo]) -> None:
    """Tie photos to a step; from now on they travel to the hazard's unit and region."""
    for photo in photos:
        link = db.session.get(HazardPhoto, (hazard.id, photo.id))
        if link is None:
            db.session.add(HazardPhoto(hazard_id=hazard.id, photo_id=photo.id, step_id=step_id))
        elif link.step_id is None:
            link.step_id = step_id
        photo.unit_id, photo.region_id, photo.in_unit = hazard.unit_id, hazard.region_id, True
        photo.hazard_id = photo.hazard_id or hazard.id


def link_photo(actor: Actor, hazard_id: str, photo: Photo) -> None:
    """Tie a photo that arrives by itself: one of the find joins the opening, others wait."""
    hazard = survivor_of(actor, get_hazard(actor, hazard_id, for_update=True))
    usable_photos(actor, hazard, [photo.id])
    step_id = _opening(hazard.id) if photo.purpose == "found" else None
    attach_photos(hazard, step_id, [photo])
    touch_hazard(hazard)


def _opening(hazard_id: str) -> str | None:
    query = select(HazardStep.id).where(
        HazardStep.hazard_id == hazard_id, HazardStep.action == "open"
    )
    return db.session.scalars(query).first()
