"""
An upload from its announcement to the stored photo.

No transaction is open while bytes arrive. At the end: bytes synced, hash compared, renamed into the
store, folder synced; only then the database learns of it, and only after its commit the phone does.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from server.access.rules import Actor
from server.evidence import parts
from server.evidence.models import Upload
from server.evidence.parts import Part
from server.evidence.rules import (
    Announced,
    HashMismatch,
    StoreFull,
    UploadExpired,
)
from server.evidence.service import note_stored
from server.evidence.storage import Store
from server.kernel import clock, driver
from server.kernel.aside import aside
from server.kernel.db import db, transaction
from server.kernel.errors import NotFound, Problem, TooMany, Unavailable

LIFETIME = timedelta(days=7)
MAX_OPEN = 500
RESERVE = 64 * 1024 * 1024


_FINISH = """
    INSERT INTO upload
        (id, person_id, sha256, mime, photo_id, length, created_at, expires_at, finished_at)
    VALUES (:id, :person_id, :sha256, :mime, :photo_id, :length, :now, :expires_at, :now)
    ON CONFLICT (id) DO UPDATE SET finished_at = excluded.finished_at
"""


@dataclass(frozen=True)
class Transfer:
    """What a request needs to know of an upload, read before its bytes are."""

    id: str
    person_id: str
    announced: Announced
    expires_at: int
    finished: bool

    @property
    def length(self) -> int:
        """How many bytes it will have."""
        return self.announced.length


def begin(actor: Actor, announced: Announced, store: Store) -> Transfer:
    """Accept an announcement. Nothing is written yet: most photos arrive in the same request."""
    if store.room() < announced.length + RESERVE:
        raise StoreFull(retry_after=600)
    expires = clock.to_ms(clock.now() + LIFETIME)
    return Transfer(parts.new_name(), actor.user_id, announced, expires, finished=False)


def note_begun(transfer: Transfer) -> None:
    """Remember an upload that will be continued by another request."""
    with transaction():
        open_ones = select(func.count()).where(
            Upload.person_id == transfer.person_id, Upload.finished_at.is_(None)
        )
        if (db.session.scalar(open_ones) or 0) >= MAX_OPEN:
            raise TooMany(retry_after=3600)
        db.session.add(_row(transfer))


def _row(transfer: Transfer) -> Upload:
    announced = transfer.announced
    return Upload(
        id=transfer.id,
        person_id=transfer.person_id,
        sha256=announced.sha256,
        mime=announced.mime,
        photo_id=announced.photo_id,
        length=announced.length,
        created_at=clock.now(),
        expires_at=clock.from_ms(transfer.expires_at),
    )


def find(actor: Actor, name: str) -> Transfer:
    """Return an upload of the actor's own; anybody else's is absent."""
    with transaction(write=False):
        row = db.session.get(Upload, name) if parts.is_name(name) else None
        if row is None or row.person_id != actor.user_id:
            raise NotFound()
        if row.finished_at is None and row.expires_at <= clock.now():
            raise UploadExpired()
        announced = Announced(row.sha256, row.mime, row.length, row.photo_id)
        expires = clock.to_ms(row.expires_at)
        return Transfer(row.id, row.person_id, announced, expires, row.finished_at is not None)


def finish(transfer: Transfer, part: Part, store: Store) -> None:
    """Check the bytes and make them a stored photo; wrong ones are thrown away."""
    announced = transfer.announced
    try:
        # The disk's time belongs to others: two syncs can last longer than all the rest.
        is_announced = aside(part.seal) == announced.sha256
        if is_announced:
            store.keep(part.path, announced.sha256)
    except FileNotFoundError as exc:
        raise Unavailable(retry_after=1) from exc  # another request finishes it in this moment
    if not is_announced:
        forget(transfer, part)
        raise HashMismatch()
    with transaction():
        if not store.has(announced.sha256):
            raise Unavailable(retry_after=2)  # swept away as unused in this very moment
        _note_finished(transfer)
        note_stored(transfer.person_id, announced.sha256, announced.length, announced.mime)


def finish_at_once(transfer: Transfer, part: Part, store: Store) -> None:
    """Finish what came whole in one request: a phone that is told "later" has no address for it."""
    try:
        finish(transfer, part, store)
    except Problem:
        part.remove()
        raise


def _note_finished(transfer: Transfer) -> None:
    """Nearly every photo comes whole in one request, and its upload is noted here at first."""
    announced, now = transfer.announced, clock.now_ms()
    driver.run(
        _FINISH,
        id=transfer.id,
        person_id=transfer.person_id,
        sha256=announced.sha256,
        mime=announced.mime,
        photo_id=announced.photo_id,
        length=announced.length,
        now=now,
        expires_at=transfer.expires_at,
    )


def forget(transfer: Transfer, part: Part) -> None:
    """End an upload without a photo."""
    part.remove()
    with transaction():
        row = db.session.get(Upload, transfer.id)
        if row is not None:
            db.session.delete(row)
