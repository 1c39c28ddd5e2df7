"""What looks odd: raised once for a subject and what it was compared with, decided by a person."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model


class Flag(Model):
    """
    One doubt. It blocks nothing and travels to no phone.

    `other_id` is what the subject was compared with, empty for nothing. `person_id` is whose work
    it is about. `decisions` keeps every decision; the columns beside hold the one that stands.
    """

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("kind", "subject_type", "subject_id", "other_id", name="uq_flag_about"),
        CheckConstraint("state IN ('open','dismissed','confirmed')", name="state"),
        Index("ix_flag_list", "region_id", "state", "created_at", "id"),
        Index("ix_flag_subject", "subject_type", "subject_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(80))
    other_id: Mapped[str] = mapped_column(String(80), default="")
    inspection_id: Mapped[str | None] = mapped_column(String(36), index=True)
    hazard_id: Mapped[str | None] = mapped_column(String(36), index=True)
    unit_id: Mapped[str | None] = mapped_column(String(36), index=True)
    region_id: Mapped[str | None] = mapped_column(String(36))
    person_id: Mapped[str | None] = mapped_column(String(36), index=True)
    details: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(36))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    decisions: Mapped[list[Any]] = mapped_column(default=list)
