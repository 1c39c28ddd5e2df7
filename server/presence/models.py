"""Scans made at a visit, and what only somebody on the spot can know of a place."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model
from server.kernel.synced import UnitOwned


class Scan(Model):
    """
    A tag that somebody scanned: when, how, from where, and what they answered.

    `mark` says what the phone found of the square's signature. `verdict` is the server's
    comparison of the answer with what it knows. Nothing here is a finding about a person.
    """

    __tablename__ = "scan"
    __table_args__ = (
        CheckConstraint("how IN ('camera','photo','typed')", name="how"),
        CheckConstraint("mark IN ('signed','unsigned','other','unknown-key')", name="mark"),
        CheckConstraint("verdict IN ('same','differs','none')", name="verdict"),
        Index("ix_scan_inspection", "inspection_id", "at"),
        Index("ix_scan_code", "code", "at"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str | None] = mapped_column(String(36))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    region_id: Mapped[str | None] = mapped_column(ForeignKey("region.id"))
    code: Mapped[str] = mapped_column(String(8))
    target_kind: Mapped[str | None] = mapped_column(String(20))
    target_id: Mapped[str | None] = mapped_column(String(36))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    client_id: Mapped[str] = mapped_column(String(36))
    how: Mapped[str] = mapped_column(String(8))
    mark: Mapped[str] = mapped_column(String(12))
    position: Mapped[dict[str, Any] | None]
    fact_id: Mapped[str | None] = mapped_column(String(36))
    answer: Mapped[str | None] = mapped_column(String(120))
    verdict: Mapped[str] = mapped_column(String(8), default="none")
    at: Mapped[datetime]
    received_at: Mapped[datetime]


class PlaceFact(UnitOwned, Model):
    """
    A question that only somebody on the spot can answer; the answer stays on the server.

    Phones get the question alone. A fact that no longer holds is retired and a new one is made.
    """

    __tablename__ = "place_fact"
    __table_args__ = (
        CheckConstraint("target_kind IN ('location','asset')", name="target_kind"),
        Index("ix_place_fact_target", "target_kind", "target_id"),
    )
    sync_type = "ask"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"))
    target_kind: Mapped[str] = mapped_column(String(20))
    target_id: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(20))
    ask: Mapped[str] = mapped_column(String(120))
    expected: Mapped[dict[str, Any]]
    made_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    active: Mapped[bool] = mapped_column(default=True)
