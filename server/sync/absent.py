"""
Photos whose bytes never came.

Their facts did, and then the phone was lost or its storage thrown away. While a phone of the
author says that photos wait on it, they are waited for; else, after some days, they are given up
and a person is told. Should the bytes come after all, the photo is stored as any other.
"""

from sqlalchemy import Select, exists, select

from server.audit.service import record
from server.evidence.models import Photo
from server.flags.service import raise_flag
from server.kernel import clock
from server.kernel.db import db, transaction
from server.org.models import Person
from server.sync.models import SyncChange, SyncClient, SyncCommit
from server.sync.times import span

AT_ONCE = 500


def give_up() -> int:
    """Call photos lost that nobody has any more; return how many."""
    with transaction():
        photos = list(db.session.scalars(_absent().limit(AT_ONCE)))
        for photo in photos:
            photo.state = "lost"
            details = {"sha256": photo.sha256, "why": "never-came"}
            record(None, "photo.lost", "photo", photo.id, details=details)
            _tell(photo)
        return len(photos)


def _absent() -> Select[Photo]:
    """Select what is expected and was not touched for long: the store may have lost it lately."""
    since = clock.now() - span("photo")
    touched = (
        exists()
        .where(SyncChange.etype == "photo", SyncChange.eid == Photo.id)
        .where(SyncCommit.scope == SyncChange.scope, SyncCommit.version == SyncChange.version)
        .where(SyncCommit.at > since)
    )
    waits = SyncClient.queue["photos"].as_integer() > 0
    held = exists().where(
        SyncClient.person_id == Photo.author_id, SyncClient.seen_at > since, waits
    )
    query = select(Photo).where(Photo.state == "expected", Photo.received_at < since)
    return query.where(~touched, ~held).order_by(Photo.id)


def _tell(photo: Photo) -> None:
    author = db.session.get(Person, photo.author_id)
    last = select(SyncClient.device).where(SyncClient.person_id == photo.author_id)
    device = db.session.scalar(last.order_by(SyncClient.seen_at.desc()).limit(1))
    raise_flag(
        kind="photo-never-came",
        subject=("photo", photo.id),
        person_id=photo.author_id,
        inspection_id=photo.inspection_id,
        hazard_id=photo.hazard_id,
        unit_id=photo.unit_id,
        region_id=photo.region_id,
        details={"name": author.name if author else "", "device": device or ""},
    )
