"""Assignments: who inspects what, when, in which mode."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model
from server.kernel.synced import Get, Synced

MODES = ("self-check", "expert", "spot", "cross", "surprise")


class Assignment(Synced, Model):
    """An inspection task. It travels to its inspectors only: a unit never sees it coming."""

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("state IN ('planned','started','done','cancelled')", name="state"),
        CheckConstraint("mode IN ('self-check','expert','spot','cross','surprise')", name="mode"),
    )
    sync_type = "assignment"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"), index=True)
    checklist_keys: Mapped[list[str]]
    location_ids: Mapped[list[str]] = mapped_column(default=list)
    mode: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date] = mapped_column(Date, index=True)
    lead_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    inspector_ids: Mapped[list[str]]
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), index=True)
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """An assignment travels to each of its inspectors."""
        return {f"user:{person}" for person in get("inspector_ids") or ()}


class AssignmentInspector(Model):
    """The inspectors of an assignment once more, for queries by person."""

    __tablename__ = "assignment_inspector"

    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignment.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
