"""
Commands of photos. Facts and bytes arrive in either order; both orders end in `stored`.

A photo travels to its author first. Who owns what it proves then ties it: for an inspection
`inspections.service`, for a hazard `hazards.service.link_photo`, both called after add_photo().
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select, update

from server.access.rules import Actor
from server.audit.service import record
from server.custody import receipts
from server.custody.models import Receipt
from server.evidence.jobs import ask
from server.evidence.models import Blob, Photo, Upload
from server.evidence.queries import holds_bytes
from server.evidence.rules import MIMES, PURPOSES, PhotoIdTaken, PhotoType
from server.kernel import clock, driver
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound
from server.kernel.text import one_line

# Two phones may bring the same bytes at once: whoever is second changes nothing.
_KEEP = """
    INSERT INTO blob (sha256, size, mime, stored_at) VALUES (:sha256, :size, :mime, :at)
    ON CONFLICT DO NOTHING
"""
_IS_EXPECTED = """
    SELECT 1 FROM photo WHERE sha256 = :sha256 AND state IN ('expected', 'lost') LIMIT 1
"""


@dataclass(frozen=True)
class PhotoFacts:
    """A photo as captured, without its bytes."""

    id: str
    sha256: str
    size: int
    mime: str
    w: int
    h: int
    taken_at: datetime
    origin: str
    purpose: str
    position: Mapping[str, Any] | None = None
    annotations: Sequence[Any] = ()
    inspection_id: str | None = None
    target_id: str | None = None
    item_key: str | None = None
    hazard_id: str | None = None
    original_id: str | None = None
    caption: str | None = None
    added_at: datetime | None = None
    own: Mapping[str, Any] | None = None


def add_photo(actor: Actor, facts: PhotoFacts) -> Photo:
    """Note a photo that a phone has taken; `stored` at once when its bytes came first."""
    existing = db.session.get(Photo, facts.id)
    if existing is not None:
        if not actor.stands_for(existing.author_id) or existing.sha256 != facts.sha256:
            raise PhotoIdTaken()
        return existing
    if facts.mime not in MIMES or facts.purpose not in PURPOSES:
        raise PhotoType(mime=facts.mime)
    photo = _photo(actor, facts)
    db.session.add(photo)
    db.session.flush()
    if photo.state == "stored":
        _acknowledge(photo)
    details = {"sha256": facts.sha256, "purpose": facts.purpose, "origin": facts.origin}
    record(actor, "photo.add", "photo", facts.id, details=details)
    return photo


def _photo(actor: Actor, facts: PhotoFacts) -> Photo:
    now = clock.now()
    return Photo(
        id=facts.id,
        sha256=facts.sha256,
        size=facts.size,
        mime=facts.mime,
        w=facts.w,
        h=facts.h,
        taken_at=min(facts.taken_at, now),
        added_at=facts.added_at,
        own=dict(facts.own) if facts.own else None,
        received_at=now,
        author_id=actor.acting_for or actor.user_id,
        origin=facts.origin,
        purpose=facts.purpose,
        position=dict(facts.position) if facts.position else None,
        annotations=list(facts.annotations),
        original_id=facts.original_id,
        caption=one_line(facts.caption or "")[:300] or None,
        state="stored" if holds_bytes(actor, facts.sha256) else "expected",
        inspection_id=facts.inspection_id,
        target_id=facts.target_id,
        item_key=facts.item_key,
        hazard_id=facts.hazard_id,
    )


def remove_photo(actor: Actor, photo_id: str, reason: str) -> Photo:
    """Take a photo of one's own back; its facts stay, its bytes go once nothing names them."""
    photo = db.session.get(Photo, photo_id, with_for_update=True)
    if photo is None:
        raise NotFound()
    if not actor.stands_for(photo.author_id):
        raise Forbidden()
    if photo.state != "removed":
        _end_uploads(photo)
        photo.state = "removed"
        photo.removed_reason = one_line(reason)[:300]
        record(actor, "photo.remove", "photo", photo.id, details={"reason": photo.removed_reason})
    return photo


def _end_uploads(photo: Photo) -> None:
    """Take no more bytes of a photo that was taken back; the next night clears away what came."""
    own = (Upload.photo_id == photo.id, Upload.person_id == photo.author_id)
    unfinished = update(Upload).where(*own, Upload.finished_at.is_(None))
    db.session.execute(unfinished.values(expires_at=clock.now()))


def note_lost(actor: Actor, hashes: Sequence[str]) -> int:
    """Note that a phone has lost the bytes of photos that the server never received."""
    query = select(Photo).where(
        Photo.author_id == actor.user_id, Photo.state == "expected", Photo.sha256.in_(hashes)
    )
    photos = db.session.scalars(query).all() if hashes else []
    for photo in photos:
        photo.state = "lost"
        record(actor, "photo.lost", "photo", photo.id, details={"sha256": photo.sha256})
    return len(photos)


def note_stored(person_id: str, sha256: str, size: int, mime: str) -> None:
    """
    Note that somebody has brought these bytes.

    Their own photos of this hash are stored now, and copies that others made of them. Nobody
    else's: who merely knows a hash must bring the bytes before they may see them.
    """
    driver.run(_KEEP, sha256=sha256, size=size, mime=mime, at=clock.now_ms())
    ask(sha256, mime)
    if not driver.rows(_IS_EXPECTED, sha256=sha256):
        return  # the facts are still to come
    own = select(Photo.id).where(Photo.author_id == person_id, Photo.sha256 == sha256)
    waiting = select(Photo).where(
        Photo.sha256 == sha256,
        Photo.state.in_(("expected", "lost")),
        or_(Photo.author_id == person_id, Photo.original_id.in_(own)),
    )
    for photo in db.session.scalars(waiting.with_for_update()):
        photo.state = "stored"
        _acknowledge(photo)


def acknowledge_missing(count: int = 500) -> int:
    """Answer for stored photos that went without a receipt while the key could not be used."""
    answered = exists().where(Receipt.kind == receipts.PHOTO, Receipt.subject_id == Photo.id)
    query = select(Photo).where(Photo.state == "stored", ~answered).order_by(Photo.id.desc())
    waiting = list(db.session.scalars(query.limit(count)))
    for photo in waiting:
        _acknowledge(photo)
    db.session.flush()
    return len(waiting)


def _acknowledge(photo: Photo) -> None:
    """Answer for the bytes that lie in the store, by what they are and not by what was said."""
    blob = db.session.get_one(Blob, photo.sha256)
    receipts.acknowledge_photo(
        receipts.PhotoFacts(
            id=photo.id,
            sha256=blob.sha256,
            size=blob.size,
            mime=blob.mime,
            person_id=photo.author_id,
            inspection_id=photo.inspection_id,
            hazard_id=photo.hazard_id,
        )
    )
