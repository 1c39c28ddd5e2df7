"""
Looking for pictures that were used before, and for files that contradict what is claimed of them.

The search reads few rows however many there are: each fingerprint is kept in three bands, and two
that differ in up to eight bits differ in at most two bits of one band (fingerprint.SURE).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import CompoundSelect, select, union_all

from server.evidence import checks, doubts, fingerprint, jobs
from server.evidence.doubts import Shown
from server.evidence.models import Photo, Picture, PictureView
from server.flags.service import raise_flag
from server.kernel import clock
from server.kernel.db import db, transaction
from server.org.models import Unit

AT_ONCE = 8
_BANDS = (PictureView.band_1, PictureView.band_2, PictureView.band_3)
Flagged = dict[str, Any]


def work(limit: int = AT_ONCE) -> int:
    """Compare some photos that wait; return how many were taken."""
    taken = checks.take(limit)
    for photo_id in taken:
        compare(photo_id)
    return len(taken)


def compare(photo_id: str) -> int:
    """Compare one photo with all others and with its own file; return how many flags are new."""
    with transaction(write=False):
        found = list(_doubts_of(photo_id))
    with transaction():
        new = sum(raise_flag(**flag) for flag in found)
        checks.done(photo_id)
    return new


def _doubts_of(photo_id: str) -> Iterable[Flagged]:
    photo = db.session.get(Photo, photo_id)
    if photo is None or photo.state != "stored":
        return
    picture = db.session.get(Picture, photo.sha256)
    if picture is None or picture.state == jobs.WAITING:
        return  # whoever draws it asks again
    if picture.state != jobs.MADE:
        yield _flag(photo, "photo-unreadable", details={"why": picture.reason})
        return
    yield from _own_words(photo, picture)
    yield from _likenesses(photo)


def _flag(photo: Photo, kind: str, **more: Any) -> Flagged:
    about = {
        "kind": kind,
        "subject": ("photo", photo.id),
        "person_id": photo.author_id,
        "inspection_id": photo.inspection_id,
        "hazard_id": photo.hazard_id,
        "unit_id": photo.unit_id,
        "region_id": photo.region_id,
    }
    return about | more


def _own_words(photo: Photo, picture: Picture) -> Iterable[Flagged]:
    """A picture of the app's own camera says nothing; one from elsewhere may contradict."""
    if photo.origin == "camera":
        return
    for own in (photo.own, picture.told):
        if own and "at" in own:
            added = photo.added_at or photo.received_at
            if said := doubts.time_doubt(clock.from_ms(own["at"]), photo.taken_at, added):
                yield _flag(photo, "photo-exif-time", details=said)
        if own and "lat" in own and (place := _claimed_place(photo)):
            position = {"lat": own["lat"], "lon": own["lon"]}
            if said := doubts.place_doubt(position, place):
                yield _flag(photo, "photo-exif-place", details=said)


def _claimed_place(photo: Photo) -> Mapping[str, float] | None:
    """Return where the unit is; where nobody entered that, where the photo says it was taken."""
    unit = db.session.get(Unit, photo.unit_id) if photo.unit_id else None
    if unit is not None and unit.lat is not None and unit.lon is not None:
        return {"lat": unit.lat, "lon": unit.lon}
    said = photo.position
    return {"lat": said["lat"], "lon": said["lon"]} if said else None


def _likenesses(photo: Photo) -> Iterable[Flagged]:
    """Yield one flag for the strongest doubt, on whichever of the two photos came later."""
    near: dict[str, int] = alike(photo.sha256)
    near[photo.sha256] = 0
    found = []
    for other in _photos(near, photo):
        distance = near[other.sha256]
        if kind := doubts.doubt(_shown(photo), _shown(other), distance):
            found.append((doubts.STRONGEST.index(kind), distance, other.received_at, other))
    if not found:
        return
    rank, distance, _, other = min(found, key=lambda one: (*one[:3], one[3].id))
    first, last = sorted((photo, other), key=lambda one: _shown(one).place_in_time)
    details: dict[str, Any] = {"distance": distance, "same_bytes": first.sha256 == last.sha256}
    details |= {"others": len(found) - 1, "other_unit_id": first.unit_id}
    yield _flag(last, doubts.STRONGEST[rank], other=first.id, details=details)


def _photos(hashes: Iterable[str], photo: Photo) -> Sequence[Photo]:
    query = select(Photo).where(
        Photo.sha256.in_(sorted(hashes)),
        Photo.state == "stored",
        Photo.id != photo.id,
        Photo.in_inspection | Photo.in_unit,
    )
    limit = fingerprint.RULES["candidates"]
    return db.session.scalars(query.order_by(Photo.received_at, Photo.id).limit(limit)).all()


def _shown(photo: Photo) -> Shown:
    return Shown(**{name: getattr(photo, name) for name in Shown.__dataclass_fields__})


def alike(sha256: str) -> dict[str, int]:
    """Return the pictures that look like this one, each with the bits in which it differs."""
    mine = select(PictureView.view, PictureView.bits).where(PictureView.sha256 == sha256)
    views = {view: bits for view, bits in db.session.execute(mine)}  # noqa: C416
    found: dict[str, int] = {}
    for view in (*fingerprint.ASKED, "mirrored"):
        if view in views:
            for other, bits in candidates(views[view]):
                apart = fingerprint.distance(views[view], bits)
                if other != sha256 and apart <= fingerprint.SURE:
                    found[other] = min(apart, found.get(other, apart))
    return found


def candidates(bits: int) -> Sequence[tuple[str, int]]:
    """Return the pictures that share a band with a fingerprint, up to two bits of it."""
    return [(sha256, found) for sha256, found in db.session.execute(search(bits))]


def search(bits: int) -> CompoundSelect[Any]:
    """Build the search: each band looks its neighbours up in an index of its own."""
    pieces = zip(_BANDS, fingerprint.bands(bits), fingerprint.BANDS, strict=True)
    return union_all(
        *(
            select(PictureView.sha256, PictureView.bits).where(
                band.in_(list(fingerprint.near(piece, width))), PictureView.view != "mirrored"
            )
            for band, piece, width in pieces
        )
    )
