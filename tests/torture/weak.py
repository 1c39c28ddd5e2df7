"""
The application with one of its safeties switched off, to show that the tests here would notice.

ANXUN_WEAK names the weakness. Nothing of this is reachable from the application itself.
"""

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import gevent
from flask import current_app

from server import create_app
from server.evidence import apart, drawing, storage, tus, uploads
from server.evidence.parts import Part
from server.kernel import db
from server.sync import exchange
from server.sync.push import Pushed

LATER_S = 0.5


def _later(work: Callable[[], object]) -> None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def run() -> None:
        gevent.sleep(LATER_S)
        with app.app_context():
            work()

    gevent.spawn(run)


def answer_before_commit() -> None:
    """Tell the phone that all is applied, and apply it a moment later."""
    real = exchange.push

    def push(actor: Any, request: Any, envelopes: Any) -> Pushed:
        _later(lambda: real(actor, request, envelopes))
        said = [{"id": e.id, "mid": e.mid, "status": "applied"} for e in envelopes]
        return Pushed(said, envelopes[-1].mid)

    exchange.push = push  # type: ignore[attr-defined]


def photo_before_commit() -> None:
    """Say that a photo is stored, and store it a moment later."""
    real = uploads.finish
    tus.uploads.finish = lambda *given: _later(lambda: real(*given))  # type: ignore[attr-defined]


def thumb_in_place() -> None:
    """Draw small pictures straight into the files from which they are served."""

    def draw(orders: Sequence[apart.Order]) -> list[apart.Drawn]:
        for order in orders:
            for side, target in order.targets.items():
                _draw_in_place(order.source, target, side)
        nothing = {"form": "JPEG", "told": None, "bare": False, "views": {}}
        return [apart.Drawn(nothing) for _ in orders]

    apart.draw = draw  # type: ignore[assignment]


def _draw_in_place(source: Path, target: Path, side: int) -> None:
    with drawing.Image.open(source) as image:
        image.thumbnail((side, side))
        whole = drawing.ImageOps.exif_transpose(image).convert("RGB")
    half = len(whole.tobytes()) // 2
    target.write_bytes(whole.tobytes()[:half])
    time.sleep(LATER_S)
    whole.save(target, "JPEG")


def normal() -> None:
    """SQLite in the mode that a power cut may set back by some commits."""
    db._PRAGMAS = tuple(p.replace("=FULL", "=NORMAL") for p in db._PRAGMAS)


def unsynced_photo() -> None:
    """Rename a finished photo into place without having synced its bytes."""

    def seal(part: Part) -> str:
        return hashlib.sha256(part.path.read_bytes()).hexdigest()

    Part.seal = seal  # type: ignore[method-assign]


def unsynced_folder() -> None:
    """Do not sync the folder into which a photo was renamed."""
    storage._sync_folder = lambda folder: None


WEAKNESSES: dict[str, Callable[[], None]] = {
    work.__name__.replace("_", "-"): work
    for work in (
        answer_before_commit,
        photo_before_commit,
        thumb_in_place,
        normal,
        unsynced_photo,
        unsynced_folder,
    )
}

if weakness := os.environ.get("ANXUN_WEAK"):
    WEAKNESSES[weakness]()
    app = create_app()
