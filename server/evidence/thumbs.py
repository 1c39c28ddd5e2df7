"""Small pictures, made when first asked for and kept beside the store."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from server.evidence import drawing, marks
from server.evidence.rules import ImageUnreadable
from server.evidence.storage import Store, plainly
from server.kernel.aside import aside
from server.kernel.errors import Unavailable

TIMEOUT_S = 20
_HEIF = frozenset({"image/heic", "image/heif"})


def thumbnail(store: Store, sha256: str, mime: str, *, side: int = drawing.SIDE) -> Path:
    """Return a small picture of stored bytes; raises ImageUnreadable, FileNotFoundError."""
    target = store.derived(sha256, f"-{side}.jpg")
    if not target.is_file():
        with store.open(sha256) as handle:
            source = Path(handle.name)
        with plainly():
            target.parent.mkdir(parents=True, exist_ok=True)
            aside(lambda: _make(source, target, mime, side))
    return target


def marked(
    store: Store, sha256: str, mime: str, drawn: Sequence[Any], *, side: int = drawing.SIDE
) -> Path:
    """Return a small picture with what was drawn on it; raises as thumbnail() does."""
    plain = thumbnail(store, sha256, mime, side=side)
    known = marks.readable(drawn)
    if not known:
        return plain
    target = store.derived(sha256, f"-{side}-{marks.digest(known)}.jpg")
    if not target.is_file():
        with plainly():
            aside(lambda: marks.draw(plain, target, known))
    return target


def _make(source: Path, target: Path, mime: str, side: int) -> None:
    try:
        if mime in _HEIF or drawing.is_heavy(source):
            _draw_apart(source, target, side)
        else:
            drawing.draw(source, target, side=side)
    except drawing.Undrawable as exc:
        raise ImageUnreadable(str(exc)) from exc


def _draw_apart(source: Path, target: Path, side: int) -> None:
    """Decode in a child: a crash or a runaway there is only an unreadable photo here."""
    command = [sys.executable, "-I", drawing.__file__, str(source), str(target), str(side)]
    try:
        done = subprocess.run(command, timeout=TIMEOUT_S, capture_output=True, check=False)
    except subprocess.TimeoutExpired as exc:
        raise drawing.Undrawable("too complex") from exc
    if done.returncode == drawing.UNWRITTEN:
        raise Unavailable(retry_after=60)
    if done.returncode != 0:
        raise drawing.Undrawable("unreadable")
