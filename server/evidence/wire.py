"""Photos as phones and desks receive them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from server.evidence.models import Photo
from server.kernel import clock
from server.kernel.db import db

Row = tuple[int, dict[str, Any]]
_PLAIN = (
    "id", "sha256", "size", "mime", "w", "h", "author_id", "origin", "position", "state",
    "purpose", "inspection_id", "target_id", "item_key", "hazard_id", "annotations", "original_id",
    "caption",
)  # fmt: skip


def photo_data(row: Photo) -> dict[str, Any]:
    """Return a photo's facts; its bytes are read under /api/photos/<id>."""
    data: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    data["taken_at"] = clock.to_ms(row.taken_at)
    return data


def load_photos(ids: Sequence[str]) -> dict[str, Row]:
    """Load photos."""
    rows = db.session.scalars(select(Photo).where(Photo.id.in_(ids)))
    return {row.id: (row.rev, photo_data(row)) for row in rows}


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {"photo": load_photos}
