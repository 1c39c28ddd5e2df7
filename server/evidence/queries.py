"""Reading photos: whoever sees what a photo proves sees the photo."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from server.access.rules import Actor, Permission
from server.evidence.marks import blurs
from server.evidence.models import Blob, Photo, Upload
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.org.ended import closed_units

Viewer = Callable[[Actor], ColumnElement[bool]]
_viewers: list[Viewer] = []


def add_viewer(viewer: Viewer) -> None:
    """Let a feature above say which further photos an actor may see."""
    if viewer not in _viewers:
        _viewers.append(viewer)


def visible_photos(actor: Actor) -> Select[Photo]:
    """Select the actor's own photos, those of visible hazards, and what the viewers add."""
    regions = actor.regions_with(Permission.HAZARDS_READ)
    units = actor.units_with(Permission.HAZARDS_READ)
    of_hazards = and_(
        Photo.in_unit,
        or_(
            Photo.region_id.in_(sorted(regions)) if regions else false(),
            Photo.unit_id.in_(sorted(units)) if units else false(),
        ),
    )
    others = [viewer(actor) for viewer in _viewers]
    return select(Photo).where(or_(_still_own(actor), of_hazards, *others))


def _still_own(actor: Actor) -> ColumnElement[bool]:
    """One's own photos, but for those of units that an ended pass had opened."""
    own = Photo.author_id == actor.user_id
    closed = closed_units(actor)
    if not closed:
        return own
    return and_(own, or_(Photo.unit_id.is_(None), Photo.unit_id.not_in(sorted(closed))))


def own_photos_at(actor: Actor, units: Collection[str]) -> frozenset[str]:
    """Return the actor's own photos that were taken at units."""
    query = select(Photo.id).where(
        Photo.author_id == actor.user_id, Photo.unit_id.in_(sorted(units))
    )
    return frozenset(db.session.scalars(query))


def drawn_on(photos: Iterable[Photo]) -> dict[str, list[Any]]:
    """
    Return what is to be drawn on each photo: its own marks, and the faces that a copy of it hides.

    Whoever made a face unrecognisable on a copy meant it for every picture that is shown of it.
    """
    drawn = {photo.id: list(photo.annotations) for photo in photos}
    owner = {photo_id: photo_id for photo_id in drawn}
    waiting = list(drawn)
    while waiting:
        copies = select(Photo.id, Photo.original_id, Photo.annotations).where(
            Photo.original_id.in_(waiting), Photo.state != "removed"
        )
        waiting = []
        for copy_id, original_id, annotations in db.session.execute(copies.order_by(Photo.id)):
            drawn[owner[original_id]] += blurs(annotations)
            if copy_id not in owner:
                owner[copy_id] = owner[original_id]
                waiting.append(copy_id)
    return drawn


def standing(photos: Sequence[Photo]) -> list[Photo]:
    """Leave out the photos for which a marked copy stands."""
    originals = {photo.original_id for photo in photos}
    return [photo for photo in photos if photo.id not in originals]


def get_photo(actor: Actor, photo_id: str, *, for_update: bool = False) -> Photo:
    """Return one visible photo."""
    query = visible_photos(actor).where(Photo.id == photo_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    photo = db.session.scalars(query).first()
    if photo is None:
        raise NotFound()
    return photo


def holds_bytes(actor: Actor, sha256: str) -> bool:
    """
    Say whether the actor has brought these bytes or may see a photo that shows them.

    To know a hash is not enough: it would let anybody read any photo whose hash they have heard of.
    """
    if db.session.get(Blob, sha256) is None:
        return False  # as of nearly every photo whose facts come: the bytes follow
    shown = visible_photos(actor).where(Photo.sha256 == sha256, Photo.state == "stored")
    brought = select(Upload.id).where(
        Upload.person_id == (actor.acting_for or actor.user_id),
        Upload.sha256 == sha256,
        Upload.finished_at.is_not(None),
    )
    either = or_(shown.with_only_columns(Photo.id).exists(), brought.exists())
    return bool(db.session.scalar(select(either)))


def wanted_blobs(actor: Actor, confirm: Sequence[str], limit: int = 200) -> list[str]:
    """
    Return the hashes that this person's phones should send.

    Only the person's own photos and uploads count: otherwise a hash could be used to ask whether
    somebody else's photo exists.
    """
    expected = select(Photo.sha256).where(
        Photo.author_id == actor.user_id, Photo.state == "expected"
    )
    wanted = set(db.session.scalars(expected.order_by(Photo.id).limit(limit)))
    asked = set(confirm)
    if asked:
        wanted |= asked - _own_stored(actor, asked)
    return sorted(wanted)


def _own_stored(actor: Actor, hashes: set[str]) -> set[str]:
    photos = select(Photo.sha256).where(
        Photo.author_id == actor.user_id, Photo.state == "stored", Photo.sha256.in_(hashes)
    )
    uploads = select(Upload.sha256).where(
        Upload.person_id == actor.user_id,
        Upload.finished_at.is_not(None),
        Upload.sha256.in_(hashes),
    )
    return set(db.session.scalars(photos)) | set(db.session.scalars(uploads))
