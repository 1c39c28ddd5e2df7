"""Reports of people without an account. What could name them stands apart, or not at all."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model


class Tip(Model):
    """
    One report. It travels to no phone: the desk reads it, the reporter sees its public face.

    `client_hash` and `receipt_hash` stand for what the reporter alone holds; `body_hash` tells a
    repeated sending from another one. `net_key` names the sender's network for a day at most.
    `hour_at` is all that people of the unit learn of the time. `audience` `bureau`: the unit never
    sees it. `same_as_id`: a person found that another report tells of the same.
    """

    __tablename__ = "tip"
    __table_args__ = (
        CheckConstraint("state IN ('received','seen','doing','done','declined')", name="state"),
        CheckConstraint("audience IN ('unit','bureau')", name="audience"),
        CheckConstraint("same_as_id IS NULL OR same_as_id <> id", name="same"),
        Index("ix_tip_region_list", "region_id", "received_at", "id"),
        Index("ix_tip_unit_list", "unit_id", "hour_at", "id"),
        Index("ix_tip_tag", "tag_code", "received_at"),
        Index("ix_tip_net", "net_key"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    client_hash: Mapped[str] = mapped_column(String(64), unique=True)
    receipt_hash: Mapped[str] = mapped_column(String(64), unique=True)
    body_hash: Mapped[str] = mapped_column(String(64))
    tag_code: Mapped[str | None] = mapped_column(String(8))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    region_id: Mapped[str | None] = mapped_column(ForeignKey("region.id"))
    location_id: Mapped[str | None] = mapped_column(ForeignKey("location.id"))
    asset_id: Mapped[str | None] = mapped_column(ForeignKey("asset.id"))
    place: Mapped[str | None] = mapped_column(String(200))
    topics: Mapped[list[str]] = mapped_column(default=list)
    words: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[str] = mapped_column(String(10))
    pictures_announced: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))
    answer: Mapped[str | None] = mapped_column(Text)
    spam: Mapped[bool] = mapped_column(default=False)
    same_as_id: Mapped[str | None] = mapped_column(ForeignKey("tip.id"), index=True)
    hazard_id: Mapped[str | None] = mapped_column(ForeignKey("hazard.id"), index=True)
    net_key: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[datetime]
    hour_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    rev: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": rev}


class TipPicture(Model):
    """
    A picture of a report: what was made of it stays, what arrived does not.

    While `waiting` its bytes lie in quarantine; `mark` tells the same bytes again. `sha256` is that
    of the picture without metadata, which alone is kept.
    """

    __tablename__ = "tip_picture"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','kept','refused','removed')", name="state"),
        CheckConstraint("(state = 'kept') = (sha256 IS NOT NULL)", name="kept"),
        UniqueConstraint("tip_id", "place_no", name="uq_tip_picture_place"),
        Index("ix_tip_picture_due", "state", "due_at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    tip_id: Mapped[str] = mapped_column(ForeignKey("tip.id"))
    place_no: Mapped[int]
    mark: Mapped[str] = mapped_column(String(64))
    mime: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(20))
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    w: Mapped[int | None]
    h: Mapped[int | None]
    photo_id: Mapped[str | None] = mapped_column(String(36))


class TipContact(Model):
    """How the reporter may be reached: sealed, read with a reason, deleted in time."""

    __tablename__ = "tip_contact"

    tip_id: Mapped[str] = mapped_column(ForeignKey("tip.id"), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(32))
    sealed: Mapped[bytes]
    delete_at: Mapped[datetime] = mapped_column(index=True)


class TipStep(Model):
    """What somebody at the desk did, with what was before, so that it can be taken back."""

    __tablename__ = "tip_step"
    __table_args__ = (Index("ix_tip_step_tip", "tip_id", "at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    tip_id: Mapped[str] = mapped_column(ForeignKey("tip.id"))
    action: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    details: Mapped[dict[str, Any]]
    before: Mapped[dict[str, Any]]
    undone: Mapped[bool] = mapped_column(default=False)


class TipBudget(Model):
    """How much of a budget is used. The key tells nobody whose it is; old rows are deleted."""

    __tablename__ = "tip_budget"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    level: Mapped[float] = mapped_column(Float)
    at: Mapped[datetime] = mapped_column(index=True)
