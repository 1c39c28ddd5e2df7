"""
The queue of pictures to be drawn. It lives in the database, so it survives whatever dies.

A job is taken by moving its `due_at` into the future: should its worker die, it comes round again.
Every taking counts as a try, so that a picture that kills its workers is put aside in the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update

from server.evidence import apart, drawing, fingerprint
from server.evidence.checks import ask_for_all
from server.evidence.models import Photo, Picture, PictureView
from server.evidence.storage import Store
from server.evidence.thumbs import order
from server.flags.service import raise_flag
from server.kernel import clock, driver
from server.kernel.db import db, transaction
from server.kernel.errors import Unavailable

AT_ONCE = 8
WAITING, MADE, REFUSED, ASIDE = "waiting", "made", "refused", "aside"
_EFFORT = drawing.EFFORT


_ASK = """
    INSERT INTO picture (sha256, mime, state, tries, due_at, bare)
    VALUES (:sha256, :mime, :state, 0, :due_at, :bare) ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True)
class Job:
    """A picture that this worker has taken."""

    sha256: str
    mime: str
    tries: int


def ask(sha256: str, mime: str) -> None:
    """Ask for small pictures of stored bytes, in the transaction that notes the bytes."""
    due = clock.now_ms()
    driver.run(_ASK, sha256=sha256, mime=mime, state=WAITING, due_at=due, bare=False)


def ask_again(sha256: str, mime: str) -> None:
    """Ask for pictures that were drawn once and are gone, or that were never asked for."""
    with transaction():
        ask(sha256, mime)
        gone = update(Picture).where(Picture.sha256 == sha256, Picture.state == MADE)
        db.session.execute(gone.values(state=WAITING, tries=0, due_at=clock.now()))


def hurry(sha256: str) -> None:
    """Let another worker take a job up that has been in work for long: somebody is looking."""
    now = clock.now()
    long_ago = now + timedelta(seconds=_EFFORT["lease_s"] - _EFFORT["hurry_s"])
    mine = (Picture.sha256 == sha256, Picture.state == WAITING)
    taken = (*mine, Picture.due_at > now, Picture.due_at < long_ago)
    with transaction(write=False):
        is_slow = db.session.scalar(select(Picture.sha256).where(*taken)) is not None
    if is_slow:
        with transaction():
            db.session.execute(update(Picture).where(*taken).values(due_at=now))


def forget(hashes: Sequence[str]) -> None:
    """Forget what was made of bytes that are deleted."""
    for model in (PictureView, Picture):
        db.session.execute(delete(model).where(model.sha256.in_(hashes)))


def work(store: Store, limit: int = AT_ONCE) -> int:
    """Take some jobs, draw them apart, note what came of them; return how many were taken."""
    jobs = _take(limit)
    if jobs:
        with_bytes, absent = _sort_out(store, jobs)
        results = _in_turn([order for _, order in with_bytes])
        with transaction():
            for (job, _), result in zip(with_bytes, results, strict=True):
                _note(job, result)
            _drop(absent)
    return len(jobs)


def _take(limit: int) -> list[Job]:
    now = clock.now()
    due = (Picture.state == WAITING, Picture.due_at <= now)
    query = select(Picture.sha256, Picture.mime, Picture.tries, Picture.due_at).where(*due)
    with transaction(write=False):
        found = db.session.execute(query.order_by(Picture.due_at).limit(limit)).all()
    if not found:
        return []
    taken = []
    with transaction():
        for sha256, mime, tries, due_at in found:
            free = update(Picture).where(Picture.sha256 == sha256, Picture.due_at == due_at, *due)
            later = now + timedelta(seconds=_EFFORT["lease_s"])
            done = db.session.execute(free.values(tries=tries + 1, due_at=later))
            job = Job(sha256, mime, tries + 1)
            if job.tries > _EFFORT["takings"]:
                _refuse(job, ASIDE, drawing.TOO_COMPLEX)  # its workers die before they can say so
            elif done.rowcount:  # type: ignore[attr-defined]
                taken.append(job)
    return taken


def _sort_out(store: Store, jobs: Sequence[Job]) -> tuple[list[tuple[Job, apart.Order]], list[Job]]:
    """Return what can be drawn now and what has no bytes; the others wait for their store."""
    with_bytes, absent, waiting = [], [], []
    for job in jobs:
        try:
            with_bytes.append((job, order(store, job.sha256, job.mime)))
        except FileNotFoundError:
            absent.append(job)
        except Unavailable:
            waiting.append(job)
    if waiting:
        with transaction():
            for job in waiting:
                _try_later(job, is_fault=False)
    return with_bytes, absent


def _in_turn(orders: Sequence[apart.Order]) -> list[apart.Drawn | None]:
    """Draw all, beginning anew behind one that ended the child."""
    results: list[apart.Drawn | None] = []
    while len(results) < len(orders):
        answers = apart.draw(orders[len(results) :])
        told = next((n for n, answer in enumerate(answers) if answer is None), len(answers))
        results += answers[: told + 1]
    return results


def _drop(jobs: Sequence[Job]) -> None:
    """Forget jobs whose bytes are not here; whoever brings them again asks again."""
    if jobs:
        forget([job.sha256 for job in jobs])


def _note(job: Job, result: apart.Drawn | None) -> None:
    if result is None or result.unwritten:
        return _try_later(job, is_fault=result is None)
    if result.refused:
        return _refuse(job, REFUSED, result.refused)
    found = result.found
    is_new = _form(job) is None
    facts = {"form": found["form"], "told": found["told"], "bare": found["bare"]}
    _set(job, state=MADE, reason=None, **facts)
    _keep_views(job.sha256, found["views"])
    if is_new:  # drawn anew after the small pictures were lost, it looks as it did
        ask_for_all(job.sha256)


def _form(job: Job) -> str | None:
    return db.session.scalar(select(Picture.form).where(Picture.sha256 == job.sha256))


def _try_later(job: Job, *, is_fault: bool) -> None:
    """A full disk is not the picture's fault and does not count as a try."""
    if is_fault and job.tries >= _EFFORT["tries"]:
        return _refuse(job, ASIDE, drawing.TOO_COMPLEX)
    later = clock.now() + timedelta(seconds=_EFFORT["retry_s"] * job.tries)
    _set(job, tries=job.tries if is_fault else job.tries - 1, due_at=later)


def _refuse(job: Job, state: str, reason: str) -> None:
    """Put a picture aside and tell those who oversee the region; its bytes stay as they are."""
    _set(job, state=state, reason=reason)
    query = select(Photo).where(Photo.sha256 == job.sha256, Photo.state == "stored")
    for photo in db.session.scalars(query.order_by(Photo.id)):
        tell(photo, reason)


def tell(photo: Photo, reason: str) -> None:
    """Raise the flag of a photo that cannot be opened."""
    raise_flag(
        kind="photo-unreadable",
        subject=("photo", photo.id),
        person_id=photo.author_id,
        inspection_id=photo.inspection_id,
        hazard_id=photo.hazard_id,
        unit_id=photo.unit_id,
        region_id=photo.region_id,
        details={"why": reason},
    )


def _set(job: Job, **values: Any) -> None:
    db.session.execute(update(Picture).where(Picture.sha256 == job.sha256).values(values))


def _keep_views(sha256: str, views: dict[str, int]) -> None:
    db.session.execute(delete(PictureView).where(PictureView.sha256 == sha256))
    rows = []
    for view, bits in views.items():
        first, second, third = fingerprint.bands(bits)
        row = {"sha256": sha256, "view": view, "bits": bits}
        rows.append(row | {"band_1": first, "band_2": second, "band_3": third})
    if rows:
        db.session.execute(insert(PictureView), rows)
