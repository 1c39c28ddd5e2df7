"""Published definitions: content-hashed, never changed."""

from datetime import date, datetime

from sqlalchemy import Date, Index, String, Text
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
