"""Small pictures beside the store: where they lie, and drawing one at once for a document."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from server.evidence import apart, drawing, marks
from server.evidence.rules import ImageUnreadable
from server.evidence.storage import Store, plainly
from server.kernel.aside import aside
from server.kernel.errors import Unavailable

#: what the queue draws of every photo
SIDES = (drawing.SIDE, drawing.PRINTED, drawing.LARGE)


def place(store: Store, sha256: str, side: int) -> Path:
    """Return where a small picture lies."""
    return store.derived(sha256, f"-{side}.jpg")


def order(store: Store, sha256: str, mime: str, sides: Sequence[int] = SIDES) -> apart.Order:
    """Return the order to draw stored bytes; raises FileNotFoundError."""
    with store.open(sha256) as handle:
        source = Path(handle.name)
    targets = {side: place(store, sha256, side) for side in sides}
    for target in targets.values():
        target.parent.mkdir(parents=True, exist_ok=True)
    return apart.Order(source, mime, targets)


def thumbnail(store: Store, sha256: str, mime: str, *, side: int = drawing.SIDE) -> Path:
    """Return a small picture, drawn now if need be; raises ImageUnreadable, FileNotFoundError."""
    target = place(store, sha256, side)
    if not target.is_file():
        with plainly():
            wanted = order(store, sha256, mime, [side])
            _make(wanted, target, side)
    return target


def marked(
    store: Store, sha256: str, mime: str, drawn: Sequence[Any], *, side: int = drawing.SIDE
) -> Path:
    """Return a small picture with what was drawn on it; raises as thumbnail() does."""
    plain = thumbnail(store, sha256, mime, side=side)
    return with_marks(store, sha256, plain, drawn, side)


def with_marks(store: Store, sha256: str, plain: Path, drawn: Sequence[Any], side: int) -> Path:
    """Draw on our own small picture, unless nothing is to be drawn or it was done before."""
    known = marks.readable(drawn)
    if not known:
        return plain
    target = store.derived(sha256, f"-{side}-{marks.digest(known)}.jpg")
    if not target.is_file():
        with plainly():
            aside(lambda: marks.draw(plain, target, known))
    return target


def _make(wanted: apart.Order, target: Path, side: int) -> None:
    if wanted.mime not in apart.HEIF and not drawing.is_heavy(wanted.source):
        try:
            return aside(lambda: drawing.draw(wanted.source, target, side=side))
        except drawing.Undrawable as exc:
            raise ImageUnreadable(str(exc)) from exc
    done = apart.draw([wanted])[0]
    if done is None:
        raise ImageUnreadable(drawing.TOO_COMPLEX)
    if done.unwritten:
        raise Unavailable(retry_after=60)
    if done.refused:
        raise ImageUnreadable(done.refused)
