"""Housekeeping of photos: expired uploads, bytes that nothing names, bytes that went missing."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, or_, select, text

from server.evidence import jobs
from server.evidence.models import Blob, Photo, Upload
from server.evidence.parts import Part
from server.evidence.storage import Store
from server.kernel import clock
from server.kernel.db import db, is_sqlite, transaction

UNNAMED_FOR = timedelta(days=30)
AT_ONCE = 200
Keeper = Callable[[], ColumnElement[bool]]
_keepers: list[Keeper] = []


def add_keeper(keeper: Keeper) -> None:
    """Let a feature above say which further bytes are still needed."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def drop_uploads(store: Store) -> int:
    """Forget uploads that were never finished in time, and finished ones nobody asks about now."""
    with transaction():
        query = select(Upload).where(Upload.expires_at < clock.now())
        rows = db.session.scalars(query).all()
        for row in rows:
            Part(store.parts(), row.id).remove()
            db.session.delete(row)
        return len(rows)


def _unnamed() -> ColumnElement[bool]:
    named = exists().where(Photo.sha256 == Blob.sha256, Photo.state != "removed")
    needed = or_(named, *(keeper() for keeper in _keepers))
    return ~needed & (Blob.stored_at < clock.now() - UNNAMED_FOR)


def drop_blobs(store: Store) -> int:
    """
    Delete bytes that no photo has named for a month.

    The table stays locked until the files are gone: an upload of the same bytes that finishes in
    this moment waits, finds them missing, and is sent again.
    """
    with transaction():
        if not is_sqlite():
            db.session.execute(text("LOCK TABLE blob IN EXCLUSIVE MODE"))
        rows = db.session.scalars(select(Blob).where(_unnamed()).limit(AT_ONCE)).all()
        for row in rows:
            db.session.delete(row)
        jobs.forget([row.sha256 for row in rows])
        db.session.flush()
        for row in rows:
            store.remove(row.sha256)
        return len(rows)


def _all_hashes() -> list[str]:
    with transaction(write=False):
        return list(db.session.scalars(select(Blob.sha256).order_by(Blob.sha256)))


def send(store: Store) -> tuple[int, int]:
    """Look for every photo, which brings it to where it belongs; how many are there, and absent."""
    found = [store.has(sha256) for sha256 in _all_hashes()]
    return found.count(True), found.count(False)


def scrub(store: Store, share: int = 30) -> list[str]:
    """
    Read a part of the store again; what is missing or damaged is asked for once more.

    Each day another part: after *share* days everything has been read.
    """
    day = clock.today().toordinal() % share
    bad = [
        sha for sha in _all_hashes() if int(sha[:8], 16) % share == day and not store.is_sound(sha)
    ]
    for sha in bad:
        _ask_again(sha)
    return bad


def _ask_again(sha256: str) -> None:
    with transaction():
        jobs.forget([sha256])
        blob = db.session.get(Blob, sha256)
        if blob is not None:
            db.session.delete(blob)
        for upload in db.session.scalars(select(Upload).where(Upload.sha256 == sha256)):
            db.session.delete(upload)
        query = select(Photo).where(Photo.sha256 == sha256, Photo.state == "stored")
        for photo in db.session.scalars(query.with_for_update()):
            photo.state = "expected"
