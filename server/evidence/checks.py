"""Photos that wait to be compared: asked for when their bytes are seen and when they are tied."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, event, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper

from server.evidence.models import Photo, PhotoCheck
from server.kernel import clock
from server.kernel.db import db, transaction

#: what may turn a photo into one that shows something else
_MATTERS = ("state", "in_inspection", "in_unit", "hazard_id", "inspection_id", "purpose")
TRIES = 3
LEASE = timedelta(seconds=120)


@event.listens_for(Photo, "after_insert")
def _is_new(_mapper: Mapper[Photo], connection: Connection, photo: Photo) -> None:
    if _is_ready(photo):
        _ask(connection, photo.id)


@event.listens_for(Photo, "after_update")
def _has_changed(_mapper: Mapper[Photo], connection: Connection, photo: Photo) -> None:
    state: Any = inspect(photo)
    if _is_ready(photo) and any(state.attrs[name].history.has_changes() for name in _MATTERS):
        _ask(connection, photo.id)


def _is_ready(photo: Photo) -> bool:
    """Say whether the photo's bytes are here and somebody else may see it."""
    return photo.state == "stored" and bool(photo.in_inspection or photo.in_unit)


def _ask(connection: Connection, photo_id: str) -> None:
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    values = {"photo_id": photo_id, "tries": 0, "due_at": clock.now()}
    wanted = dialect.insert(PhotoCheck).values(values)
    again = wanted.on_conflict_do_update(index_elements=["photo_id"], set_=values)
    connection.execute(again)


def ask_for_all(sha256: str) -> None:
    """Ask for every photo that shows these bytes, now that what they look like is known."""
    query = select(Photo).where(Photo.sha256 == sha256, Photo.state == "stored")
    for photo in db.session.scalars(query):
        if _is_ready(photo):
            _ask(db.session.connection(), photo.id)


def take(limit: int) -> list[str]:
    """Take photos that wait; one that was tried too often is let go."""
    now = clock.now()
    query = select(PhotoCheck.photo_id, PhotoCheck.tries, PhotoCheck.due_at)
    with transaction(write=False):
        due = query.where(PhotoCheck.due_at <= now).order_by(PhotoCheck.due_at).limit(limit)
        found = db.session.execute(due).all()
    if not found:
        return []
    with transaction():
        return [photo for photo, tries, due_at in found if _take(photo, tries, due_at)]


def _take(photo_id: str, tries: int, due_at: Any) -> bool:
    mine = (PhotoCheck.photo_id == photo_id, PhotoCheck.due_at == due_at)
    if tries >= TRIES:
        db.session.execute(delete(PhotoCheck).where(*mine))
        return False
    later = {"tries": tries + 1, "due_at": clock.now() + LEASE}
    done = db.session.execute(update(PhotoCheck).where(*mine).values(later))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def forget_all() -> None:
    """Let nothing wait any more: what was invented is not compared."""
    db.session.execute(delete(PhotoCheck))


def done(photo_id: str) -> None:
    """Forget a photo that was compared, unless it has changed meanwhile and waits anew."""
    taken = (PhotoCheck.photo_id == photo_id, PhotoCheck.due_at > clock.now())
    db.session.execute(delete(PhotoCheck).where(*taken))
