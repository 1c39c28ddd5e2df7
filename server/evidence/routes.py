"""GET /api/photos/<id> and its small picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from flask import Response, current_app, request
from sqlalchemy import select
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from server.access.rules import Actor, Permission
from server.evidence import flagged, marks, thumbs, waiting
from server.evidence.drawing import LARGE, SIDE
from server.evidence.models import Photo, Picture
from server.evidence.queries import drawn_on, get_photo
from server.evidence.rules import MIMES
from server.evidence.schemas import MarkedArguments
from server.evidence.storage import Store
from server.kernel.db import db, transaction
from server.kernel.errors import NotFound
from server.web.api import ApiBlueprint, query

bp = ApiBlueprint("photos", __name__, url_prefix="/api/photos")
flagged.install()
PIECE = 64 * 1024
FOR_EVER = "private, max-age=31536000, immutable"


@dataclass(frozen=True)
class _Stored:
    """A photo whose bytes are here and visible, and what is drawn on it where that is asked."""

    sha256: str
    mime: str
    drawn: Sequence[Any]
    may_have_bytes: bool

    def name(self, side: int, drawn: Sequence[Any]) -> str:
        return f"{self.sha256}-{side}" + (f"-{marks.digest(drawn)}" if drawn else "")


def _stored(actor: Actor, photo_id: str, *, as_captured: bool = False) -> _Stored:
    with transaction(write=False):
        photo: Photo = get_photo(actor, photo_id)
        if photo.state != "stored":
            raise NotFound()
        may = as_captured and (photo.author_id == actor.user_id or _is_bare(photo.sha256))
        drawn = () if may else drawn_on([photo])[photo.id]
        return _Stored(photo.sha256, photo.mime, drawn, may)


def _is_bare(sha256: str) -> bool:
    """Say whether bytes are known to hold nothing but the picture."""
    return db.session.scalar(select(Picture.bare).where(Picture.sha256 == sha256)) is True


def _file(handle: BinaryIO, size: int, mime: str, etag: str) -> Response:
    # The server's own wrapper would send pieces of 8 KiB, one turn of a green thread each.
    response = Response(FileWrapper(handle, PIECE), mimetype=mime, direct_passthrough=True)
    response.content_length = size
    response.set_etag(etag)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Content-Disposition"] = (
        f'inline; filename="{etag[:16]}.{MIMES[mime]}"' if mime in MIMES else "attachment"
    )
    try:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        handle.close()  # no response will do it
        raise
    return response


def _open(path: Path) -> tuple[BinaryIO, int]:
    return path.open("rb"), path.stat().st_size


@bp.get("/<photo_id>", permission=Permission.SYNC_USE, transactional=False)
def show(actor: Actor, photo_id: str) -> Response:
    """
    Give the bytes as they were captured, or a large picture without what they tell besides.

    The author has them as they are; others only when they hold nothing but the picture.
    """
    found = _stored(actor, photo_id, as_captured=True)
    store: Store = current_app.extensions["store"]
    if not found.may_have_bytes:
        return _derived(found, LARGE, marks.blurs(found.drawn))
    try:
        handle = store.open(found.sha256)
    except FileNotFoundError as exc:
        raise NotFound() from exc
    size = handle.seek(0, 2)
    handle.seek(0)
    return _file(handle, size, found.mime, found.sha256)


@bp.get("/<photo_id>/thumb", permission=Permission.SYNC_USE, transactional=False)
def show_small(actor: Actor, photo_id: str) -> Response:
    """Give a small upright JPEG; hidden faces are hidden, other marks the phone lays over it."""
    found = _stored(actor, photo_id)
    return _derived(found, SIDE, marks.blurs(found.drawn))


@bp.get("/<photo_id>/marked", permission=Permission.SYNC_USE, transactional=False)
def show_marked(actor: Actor, photo_id: str) -> Response:
    """Give an upright JPEG with everything drawn on it, small with `size=small`."""
    found = _stored(actor, photo_id)
    side = SIDE if query(MarkedArguments).size == "small" else LARGE
    return _derived(found, side, marks.readable(found.drawn))


def _derived(found: _Stored, side: int, drawn: Sequence[Any]) -> Response:
    """Give what the queue has drawn; wait a moment for it, and never draw the original here."""
    store: Store = current_app.extensions["store"]
    plain = waiting.for_picture(store, found.sha256, found.mime, side)
    try:
        path = thumbs.with_marks(store, found.sha256, plain, drawn, side)
        handle, size = _open(path)
    except FileNotFoundError as exc:
        raise NotFound() from exc
    return _file(handle, size, "image/jpeg", found.name(side, drawn))
