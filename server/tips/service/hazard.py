"""Making a hazard of a report. A report is a signal; only a person makes a hazard of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from server.access.rules import Actor
from server.evidence.models import Blob
from server.evidence.service import PhotoFacts, add_photo, note_stored
from server.hazards.models import Hazard
from server.hazards.service import HazardDraft, open_hazard
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from server.tips import rules
from server.tips.models import Tip, TipPicture
from server.tips.queries import get_tip
from server.tips.service import steps


@dataclass(frozen=True)
class HazardWish:
    """What the ledger is to say; the words are those of whoever makes the entry."""

    id: str
    title: str
    description: str = ""
    unit_id: str | None = None
    location_id: str | None = None
    category: str | None = None
    suspected_major: bool = False
    due_on: date | None = None
    pictures: Sequence[str] = ()


def make_hazard(actor: Actor, tip_id: str, *, rev: int, wish: HazardWish) -> Hazard:
    """Enter a hazard with the chosen pictures and tie both to each other."""
    tip = get_tip(actor, tip_id, for_update=True)
    if tip.hazard_id == wish.id:
        return db.session.get_one(Hazard, wish.id)
    steps.require_rev(tip, rev)
    steps.require_standing(tip)
    if tip.hazard_id is not None or tip.state == rules.DECLINED:
        raise rules.TipNotPossible()
    photos = [_photo(actor, tip, one) for one in _chosen(tip, wish.pictures)]
    hazard = open_hazard(actor, _draft(tip, wish, photos))
    if tip.unit_id is None:
        tip.unit_id, tip.region_id = hazard.unit_id, hazard.region_id
    details = {"hazard": hazard.id, "pictures": len(photos)}
    values = {"hazard_id": hazard.id, "state": rules.DOING, "reason": None}
    steps.change(actor, tip, "hazard", details, **values)
    db.session.flush()
    return hazard


def _draft(tip: Tip, wish: HazardWish, photos: Sequence[str]) -> HazardDraft:
    unit_id = wish.unit_id or tip.unit_id
    if unit_id is None:
        raise rules.TipNoUnit()
    is_there = unit_id == tip.unit_id
    return HazardDraft(
        id=wish.id,
        unit_id=unit_id,
        source="report",
        title=wish.title,
        description=wish.description,
        location_id=wish.location_id or (tip.location_id if is_there else None),
        asset_id=tip.asset_id if is_there else None,
        category=wish.category,
        suspected_major=wish.suspected_major,
        due_on=wish.due_on,
        photos=photos,
    )


def _chosen(tip: Tip, ids: Sequence[str]) -> list[TipPicture]:
    query = select(TipPicture).where(TipPicture.tip_id == tip.id, TipPicture.state == "kept")
    kept = {row.id: row for row in db.session.scalars(query.with_for_update())}
    if not set(ids) <= kept.keys():
        raise rules.TipPictureNotThere()
    return [kept[one] for one in dict.fromkeys(ids)]


def _photo(actor: Actor, tip: Tip, picture: TipPicture) -> str:
    """Carry a picture over as a photo of whoever makes the entry, not of the reporter."""
    assert picture.sha256 is not None
    blob = db.session.get_one(Blob, picture.sha256)
    facts = PhotoFacts(
        id=new_id(),
        sha256=blob.sha256,
        size=blob.size,
        mime=blob.mime,
        w=picture.w or 0,
        h=picture.h or 0,
        taken_at=_moment(tip),
        origin="file",
        purpose="found",
    )
    photo = add_photo(actor, facts)
    note_stored(actor.user_id, blob.sha256, blob.size, blob.mime)
    picture.photo_id = photo.id
    return photo.id


def _moment(tip: Tip) -> datetime:
    """The hour at most: the minute could tell the unit who stood there."""
    return tip.hour_at if tip.audience == rules.UNIT else clock.now()
