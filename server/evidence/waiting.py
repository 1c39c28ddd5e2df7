"""Waiting for a picture that the queue draws."""

import time
from pathlib import Path

from server.evidence import jobs, worker
from server.evidence.models import Picture
from server.evidence.rules import ImageUnreadable, PictureWaiting
from server.evidence.storage import Store
from server.evidence.thumbs import place
from server.kernel.db import db, transaction
from server.kernel.errors import NotFound

PATIENCE_S = 2.0
STEP_S = 0.1


def for_picture(store: Store, sha256: str, mime: str, side: int) -> Path:
    """Return a small picture that the queue has drawn, or say why there is none."""
    target = place(store, sha256, side)
    if target.is_file():
        return target
    if not store.has(sha256):
        raise NotFound()
    if _state(sha256) != jobs.WAITING:
        jobs.ask_again(sha256, mime)
    jobs.hurry(sha256)
    worker.WORKER.nudge()
    for _ in range(round(PATIENCE_S / STEP_S) if worker.WORKER.is_here() else 1):
        _state(sha256)
        if target.is_file():
            return target
        time.sleep(STEP_S)  # under gevent only this request sleeps
    raise PictureWaiting(retry_after=3)


def _state(sha256: str) -> str | None:
    """Return what became of a picture so far; refuse one that cannot be drawn."""
    with transaction(write=False):
        picture = db.session.get(Picture, sha256)
        state, reason = (picture.state, picture.reason) if picture else (None, None)
    if state in (jobs.REFUSED, jobs.ASIDE):
        assert reason is not None
        raise ImageUnreadable(reason)
    return state
