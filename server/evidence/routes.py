"""GET /api/photos/<id> and its small picture."""

from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from flask import Response, current_app, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import wrap_file

from server.access.rules import Actor, Permission
from server.evidence import thumbs
from server.evidence.models import Photo
from server.evidence.queries import get_photo
from server.evidence.rules import MIMES
from server.evidence.storage import Store
from server.kernel.db import transaction
from server.kernel.errors import NotFound
from server.web.api import ApiBlueprint

bp = ApiBlueprint("photos", __name__, url_prefix="/api/photos")
FOR_EVER = "private, max-age=31536000, immutable"


def _stored(actor: Actor, photo_id: str) -> tuple[str, str, datetime]:
    """Return hash, type and time of a photo whose bytes are here and visible."""
    with transaction(write=False):
        photo: Photo = get_photo(actor, photo_id)
        if photo.state != "stored":
            raise NotFound()
        return photo.sha256, photo.mime, photo.received_at


def _file(handle: BinaryIO, size: int, mime: str, etag: str) -> Response:
    response = Response(wrap_file(request.environ, handle), mimetype=mime, direct_passthrough=True)
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
    """Give the bytes as they were captured."""
    sha256, mime, _ = _stored(actor, photo_id)
    store: Store = current_app.extensions["store"]
    try:
        handle = store.open(sha256)
    except FileNotFoundError as exc:
        raise NotFound() from exc
    size = handle.seek(0, 2)
    handle.seek(0)
    return _file(handle, size, mime, sha256)


@bp.get("/<photo_id>/thumb", permission=Permission.SYNC_USE, transactional=False)
def show_small(actor: Actor, photo_id: str) -> Response:
    """Give a small upright JPEG."""
    sha256, mime, _ = _stored(actor, photo_id)
    store: Store = current_app.extensions["store"]
    try:
        handle, size = _open(thumbs.thumbnail(store, sha256, mime))
    except FileNotFoundError as exc:
        raise NotFound() from exc
    return _file(handle, size, "image/jpeg", f"{sha256}-320")
