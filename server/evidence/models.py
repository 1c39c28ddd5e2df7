"""Photos as objects: bytes, hash, capture facts. What they prove is the owner's link table."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model
from server.kernel.synced import Get, Synced


class Blob(Model):
    """Stored bytes under their SHA-256."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    mime: Mapped[str] = mapped_column(String(60))
    stored_at: Mapped[datetime]


class Picture(Model):
    """
    What was made of stored bytes: the job that makes it, then its outcome.

    `waiting` until made, refused by a rule, or put aside after too many tries. `due_at` is when
    somebody may next take the job up; taking it moves that moment, so that a job whose worker died
    comes round again. `told` is what the file says of itself; `bare` says that it says nothing.
    """

    __tablename__ = "picture"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','made','refused','aside')", name="state"),
        Index("ix_picture_due", "state", "due_at"),
    )

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    mime: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(20))
    form: Mapped[str | None] = mapped_column(String(10))
    bare: Mapped[bool] = mapped_column(default=False)
    told: Mapped[dict[str, Any] | None]


class PictureView(Model):
    """The fingerprint of one view of a picture, and its three bands for the search."""

    __tablename__ = "picture_view"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    view: Mapped[str] = mapped_column(String(12), primary_key=True)
    bits: Mapped[int] = mapped_column(BigInteger)
    band_1: Mapped[int] = mapped_column(index=True)
    band_2: Mapped[int] = mapped_column(index=True)
    band_3: Mapped[int] = mapped_column(index=True)


class PhotoCheck(Model):
    """A photo that waits to be compared with the others."""

    __tablename__ = "photo_check"

    photo_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)


class Upload(Model):
    """
    A resumable transfer; only its creator may go on with it.

    A finished one stays for a while: who missed the last answer can still ask how far it came.
    """

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    mime: Mapped[str] = mapped_column(String(60))
    photo_id: Mapped[str | None] = mapped_column(String(36))
    length: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]


class Photo(Synced, Model):
    """
    One image with its capture facts. `state` tells whether the bytes are here.

    `inspection_id`, `unit_id` and `region_id` say where it travels. `target_id`, `item_key` and
    `hazard_id` are what it was taken for; the tables answer_photo and hazard_photo say what it
    proves.
    """

    __tablename__ = "photo"
    __table_args__ = (
        CheckConstraint("state IN ('expected','stored','lost','removed')", name="state"),
        CheckConstraint("origin IN ('camera','gallery','file')", name="origin"),
        Index("ix_photo_sha256_state", "sha256", "state"),
        Index("ix_photo_author_state", "author_id", "state"),
    )
    sync_type = "photo"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    mime: Mapped[str] = mapped_column(String(60))
    w: Mapped[int]
    h: Mapped[int]
    taken_at: Mapped[datetime]
    added_at: Mapped[datetime | None]
    #: what the file said of itself before the phone wrote it anew: {at, lat, lon}
    own: Mapped[dict[str, Any] | None]
    received_at: Mapped[datetime]
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    origin: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(20))
    position: Mapped[dict[str, Any] | None]
    annotations: Mapped[list[Any]] = mapped_column(default=list)
    original_id: Mapped[str | None] = mapped_column(String(36))
    caption: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(20))
    removed_reason: Mapped[str | None] = mapped_column(String(300))
    inspection_id: Mapped[str | None] = mapped_column(String(36), index=True)
    target_id: Mapped[str | None] = mapped_column(String(36))
    item_key: Mapped[str | None] = mapped_column(String(120))
    hazard_id: Mapped[str | None] = mapped_column(String(36))
    unit_id: Mapped[str | None] = mapped_column(String(36), index=True)
    region_id: Mapped[str | None] = mapped_column(String(36))
    in_inspection: Mapped[bool] = mapped_column(default=False)
    in_unit: Mapped[bool] = mapped_column(default=False)

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """The author always; the inspection's team; the unit and region once it shows a hazard."""
        scopes = {f"user:{get('author_id')}"}
        if get("in_inspection"):
            scopes.add(f"insp:{get('inspection_id')}")
        if get("in_unit"):
            scopes |= {f"unit:{get('unit_id')}", f"region:{get('region_id')}"}
        return scopes
