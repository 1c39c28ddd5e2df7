"""
Drawing the pictures of reports anew: a small queue of its own, one at a time, behind all others.

What arrived is deleted as soon as it is drawn. The drawn picture says nothing besides what it
shows; it alone is kept. A row in `tip_picture` is the job, as in the queue of the staff's photos.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from sqlalchemy import exists, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.evidence import apart, drawing, fingerprint, jobs, sweep, thumbs
from server.evidence.models import Blob, Photo, Picture, PictureView
from server.evidence.storage import Store, chunks_of, sha256_of
from server.kernel import clock
from server.kernel.aside import aside
from server.kernel.db import db, is_sqlite, transaction
from server.tips import quarantine, rules
from server.tips.models import TipPicture
from server.tips.pictures import KEPT, REFUSED, WAITING

_RULES = rules.RULES["pictures"]
_VEILED_SIDE = 12
_MIME = "image/jpeg"
sweep.add_keeper(lambda: exists().where(TipPicture.sha256 == Blob.sha256))


@dataclass(frozen=True)
class Job:
    """A picture that this worker has taken."""

    id: str
    mime: str
    tries: int


@dataclass(frozen=True)
class Made:
    """What came of one: the drawn picture, a refusal for good, or a disk that took nothing."""

    refused: str | None = None
    is_full: bool = False
    sha256: str | None = None
    size: int = 0
    w: int = 0
    h: int = 0
    views: dict[str, int] | None = None


def work(store: Store) -> int:
    """Draw one picture that waits; return how many were taken."""
    job = _take()
    if job is None:
        return 0
    made = _draw(store, job)
    with transaction():
        is_over = _note(job, made)
    if is_over:
        quarantine.drop(job.id)
    return 1


def work_all(store: Store) -> int:
    """Go on until nothing is due."""
    total = 0
    while done := work(store):
        total += done
    return total


def _take() -> Job | None:
    now = clock.now()
    due = (TipPicture.state == WAITING, TipPicture.due_at <= now)
    query = select(TipPicture.id, TipPicture.mime, TipPicture.tries, TipPicture.due_at).where(*due)
    with transaction(write=False):
        found = db.session.execute(query.order_by(TipPicture.due_at).limit(1)).first()
    if found is None:
        return None
    mine = (TipPicture.id == found.id, TipPicture.due_at == found.due_at, *due)
    later = {"tries": found.tries + 1, "due_at": now + timedelta(seconds=_RULES["lease_s"])}
    with transaction():
        done = db.session.execute(update(TipPicture).where(*mine).values(later))
        taken = bool(done.rowcount)  # type: ignore[attr-defined]
    return Job(found.id, found.mime, found.tries + 1) if taken else None


def _draw(store: Store, job: Job) -> Made | None:
    """Draw a picture in the child; None when it died over it."""
    source = quarantine.path(job.id)
    if not source.is_file():
        return Made(refused=drawing.DAMAGED)
    large, small = (quarantine.path(f"{job.id}-{n}.jpg") for n in (drawing.LARGE, drawing.SIDE))
    targets = {drawing.LARGE: large, drawing.SIDE: small}
    done = apart.draw([apart.Order(source, job.mime, targets)])[0]
    if done is None:
        return None
    if done.refused or done.unwritten:
        return Made(refused=done.refused, is_full=done.unwritten)
    try:
        return _keep(store, large, small, dict(done.found["views"]))
    except OSError:
        return Made(is_full=True)


def _keep(store: Store, large: Path, small: Path, views: dict[str, int]) -> Made:
    """Make the drawn picture stored bytes under their own hash, with its small twins beside."""
    with large.open("rb") as handle:
        sha256 = sha256_of(chunks_of(handle))
    with Image.open(large, formats=("JPEG",)) as image:
        wide, high = image.size
    size = large.stat().st_size
    beside = thumbs.place(store, sha256, drawing.SIDE)
    beside.parent.mkdir(parents=True, exist_ok=True)
    aside(lambda: _veil(small, veiled(store, sha256)))
    small.replace(beside)
    store.keep(large, sha256)
    return Made(sha256=sha256, size=size, w=wide, h=high, views=views)


def veiled(store: Store, sha256: str) -> Path:
    """Return where the picture lies that shows no more than light and colour."""
    return store.derived(sha256, "-veiled.jpg")


def _veil(small: Path, target: Path) -> None:
    with Image.open(small, formats=("JPEG",)) as image:
        image.thumbnail((_VEILED_SIDE, _VEILED_SIDE))
        drawing.write_whole(image.convert("RGB"), target, 60)


def _note(job: Job, made: Made | None) -> bool:
    """Write down what came of a picture; say whether its quarantine is over."""
    row = db.session.get(TipPicture, job.id, with_for_update=True)
    if row is None or row.state != WAITING:
        return True
    if made is not None and made.sha256 is not None:
        _enter(made.sha256, made)
        row.state, row.sha256, row.mime = KEPT, made.sha256, _MIME
        row.w, row.h = made.w, made.h
        return True
    why = made.refused if made is not None else None
    if why is None and (made is not None or job.tries < _RULES["tries"]):
        row.tries = job.tries - 1 if made is not None else job.tries
        row.due_at = clock.now() + timedelta(seconds=_RULES["retry_s"])
        return False
    row.state, row.reason = REFUSED, why or drawing.TOO_COMPLEX
    return True


def _enter(sha256: str, made: Made) -> None:
    """Note the bytes as the staff's queue would have: drawn, known by their looks, and bare."""
    now = clock.now()
    _insert(Blob, {"sha256": sha256, "size": made.size, "mime": _MIME, "stored_at": now})
    job = {"sha256": sha256, "mime": _MIME, "state": jobs.MADE, "tries": 1, "due_at": now}
    _insert(Picture, job | {"form": "JPEG", "bare": True, "told": None})
    for view, bits in (made.views or {}).items():
        bands = {f"band_{n}": band for n, band in enumerate(fingerprint.bands(bits), 1)}
        _insert(PictureView, {"sha256": sha256, "view": view, "bits": bits} | bands)


def _insert(model: Any, values: dict[str, Any]) -> None:
    insert = (sqlite if is_sqlite() else postgresql).insert(model)
    db.session.execute(insert.values(values).on_conflict_do_nothing())


def forget(store: Store, sha256: str) -> None:
    """Delete a picture's bytes at once, unless a photo or another report shows the same."""
    photo = exists().where(Photo.sha256 == sha256, Photo.state != "removed")
    other = exists().where(TipPicture.sha256 == sha256)
    if db.session.scalar(select(photo | other)):
        return
    blob = db.session.get(Blob, sha256)
    if blob is not None:
        db.session.delete(blob)
    jobs.forget([sha256])
    db.session.flush()
    store.remove(sha256)
