"""Drafts of checklists: work at the desk that nobody inspects with yet."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from server.kernel.db import Model

STATES = ("draft", "review", "returned", "published", "discarded")
OPEN = ("draft", "review", "returned")


class ChecklistDraft(Model):
    """
    A checklist, or what a region lays over one, while it is being written.

    `author_ids` names everybody who changed the content: none of them may publish it. `steps` is
    its history: what was done, by whom, when, with which words.
    """

    __tablename__ = "checklist_draft"
    __table_args__ = (
        CheckConstraint("kind IN ('checklist','overlay')", name="kind"),
        CheckConstraint(
            "state IN ('draft','review','returned','published','discarded')", name="state"
        ),
        CheckConstraint("(kind = 'overlay') = (region_id IS NOT NULL)", name="place"),
        Index("ix_checklist_draft_key", "key", "state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    rev: Mapped[int] = mapped_column(default=1)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(60))
    region_id: Mapped[str | None] = mapped_column(ForeignKey("region.id"), index=True)
    base_hash: Mapped[str | None] = mapped_column(String(64))
    body: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    author_ids: Mapped[list[str]]
    reviewer_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(60))
    published_hash: Mapped[str | None] = mapped_column(ForeignKey("definition_version.hash"))
    steps: Mapped[list[Any]]

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.rev}
