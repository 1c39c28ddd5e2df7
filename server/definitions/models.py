"""Published definitions: content-hashed, never changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model


class DefinitionVersion(Model):
    """A checklist as published. `body` is its canonical JSON; `hash` the SHA-256 of those bytes."""

    __tablename__ = "definition_version"
    __table_args__ = (Index("ix_definition_version_key", "key", "published_at"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(60))
    title_zh: Mapped[str] = mapped_column(String(100))
    title_en: Mapped[str] = mapped_column(String(100))
    items: Mapped[int]
    minutes: Mapped[int]
    effective_from: Mapped[date] = mapped_column(Date)
    published_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)


class DefinitionPublication(Model):
    """
    One act of putting a version into use, for everybody or for one region; the latest act holds.

    The content and the act are apart: a content may be used again after another one, and two
    regions may use the same. `overlay` is what a region laid over `base_hash`.
    """

    __tablename__ = "definition_publication"
    __table_args__ = (
        CheckConstraint("source IN ('file','desk')", name="source"),
        Index("ix_definition_publication_use", "kind", "key", "region_id"),
    )

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    hash: Mapped[str] = mapped_column(ForeignKey("definition_version.hash"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(60))
    region_id: Mapped[str | None] = mapped_column(ForeignKey("region.id"))
    source: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    author_name: Mapped[str] = mapped_column(String(200), default="")
    reviewer_name: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    draft_id: Mapped[str | None] = mapped_column(String(36))
    base_hash: Mapped[str | None] = mapped_column(String(64))
    overlay: Mapped[dict[str, Any] | None]
