"""Batches of committed seeds, draws, who knows of a sealed one, and what happened to each."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model


class DrawBatch(Model):
    """
    The seeds of one region and one week, made and published before anybody draws.

    All of them follow from one master, kept encrypted; `hashes` is what was published: lane → list.
    """

    __tablename__ = "draw_batch"

    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"), primary_key=True)
    period: Mapped[str] = mapped_column(String(8), primary_key=True, index=True)
    box: Mapped[bytes] = mapped_column(LargeBinary)
    vault: Mapped[str] = mapped_column(String(32))
    commitment: Mapped[str] = mapped_column(String(64))
    hashes: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class Draw(Model):
    """
    One use of one seed; none is ever removed.

    `sealed` keeps it to its knowers until it is released. `after_id` is the draw of the units that
    these people go to. `snapshot` is all that was fixed before,
    `result` what chance said, `replacements` what was changed afterwards and why, `file` the
    published text with its signature.
    """

    __tablename__ = "draw"
    __table_args__ = (
        CheckConstraint("kind IN ('units','people')", name="kind"),
        CheckConstraint("state IN ('drawn','spoiled')", name="state"),
        CheckConstraint("lane IN ('open','sealed')", name="lane"),
        Unique("region_id", "period", "lane", "number", name="uq_draw_seed"),
        Index("ix_draw_list", "region_id", "drawn_at", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    code: Mapped[str] = mapped_column(String(14), unique=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"))
    kind: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[bool]
    state: Mapped[str] = mapped_column(String(8))
    purpose: Mapped[str] = mapped_column(String(200))
    operator_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    operator_name: Mapped[str] = mapped_column(String(60))
    witness_name: Mapped[str] = mapped_column(String(60))
    witness_words: Mapped[str] = mapped_column(Text)
    period: Mapped[str] = mapped_column(String(8))
    lane: Mapped[str] = mapped_column(String(8))
    number: Mapped[int]
    seed_hash: Mapped[str] = mapped_column(String(64))
    after_id: Mapped[str | None] = mapped_column(ForeignKey("draw.id"), index=True)
    snapshot: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    snapshot_hash: Mapped[str] = mapped_column(String(64))
    result: Mapped[list[Any]]
    replacements: Mapped[list[Any]] = mapped_column(default=list)
    spoiled: Mapped[dict[str, Any] | None]
    drawn_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    file: Mapped[str | None] = mapped_column(Text, deferred=True)


class DrawKnower(Model):
    """Who may see a sealed draw before its release."""

    __tablename__ = "draw_knower"

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    added_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]


class DrawEvent(Model):
    """One thing that happened to a draw, linked to the one before: who knew what, when."""

    __tablename__ = "draw_event"

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[str | None] = mapped_column(String(36))
    what: Mapped[str] = mapped_column(String(20))
    details: Mapped[dict[str, Any]]
    link: Mapped[str] = mapped_column(String(64))


class DrawPair(Model):
    """A person drawn for a unit: what must not happen twice within a cycle. Kept as it stands."""

    __tablename__ = "draw_pair"
    __table_args__ = (Index("ix_draw_pair_unit", "unit_id", "at"),)

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    at: Mapped[datetime]
