"""The hazard ledger: one row a hazard, one row a step of its way, and the photos of each step."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.hazards.workflow import HazardState
from server.kernel.db import Model
from server.kernel.synced import UnitOwned

_STATES = ",".join(f"'{state.value}'" for state in HazardState)


class Hazard(UnitOwned, Model):
    """A numbered entry in the ledger. Only workflow.py says how `state` may change."""

    __tablename__ = "hazard"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state"),
        CheckConstraint("grade IN ('general','major')", name="grade"),
        CheckConstraint("decision IN ('major','general','experts')", name="decision"),
        CheckConstraint("grade <> 'major' OR decision IS NOT NULL", name="decided"),
        CheckConstraint("(state = 'closed') = (closure_number IS NOT NULL)", name="closure"),
        CheckConstraint("merged_into_id IS NULL OR state = 'void'", name="merged"),
        CheckConstraint("verified_by IS NULL OR verified_by <> rectified_by", name="independent"),
        Index("ix_hazard_list", "region_id", "state", "due_on", "id"),
        Index("ix_hazard_unit", "unit_id", "state", "due_on", "id"),
        Index("ix_hazard_opened", "opened_at", "id"),
        Index("ix_hazard_due", "region_id", "due_on", "id"),
        Index("ix_hazard_checklist", "region_id", "checklist_key", "due_on", "id"),
        Index("ix_hazard_grade", "region_id", "grade", "due_on", "id"),
    )
    sync_type = "hazard"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    closure_number: Mapped[str | None] = mapped_column(String(40), unique=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"))
    location_id: Mapped[str | None] = mapped_column(ForeignKey("location.id"), index=True)
    asset_id: Mapped[str | None] = mapped_column(ForeignKey("asset.id"), index=True)
    source: Mapped[str] = mapped_column(String(20))
    inspection_id: Mapped[str | None] = mapped_column(String(36), index=True)
    target_id: Mapped[str | None] = mapped_column(String(36))
    item_key: Mapped[str | None] = mapped_column(String(120))
    checklist_key: Mapped[str | None] = mapped_column(String(60), index=True)
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text)
    suggestion: Mapped[str | None] = mapped_column(Text)
    basis: Mapped[list[Any]] = mapped_column(default=list)
    category: Mapped[str | None] = mapped_column(String(60))
    grade: Mapped[str] = mapped_column(String(20))
    suspected_major: Mapped[bool] = mapped_column(default=False)
    criterion: Mapped[str | None] = mapped_column(Text)
    criteria: Mapped[list[Any]] = mapped_column(default=list)
    decision: Mapped[str | None] = mapped_column(String(20))
    decide_by: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(20))
    due_on: Mapped[date] = mapped_column(Date)
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    opened_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    rectified_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    rectified_at: Mapped[datetime | None]
    verified_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    verified_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]
    merged_into_id: Mapped[str | None] = mapped_column(ForeignKey("hazard.id"), index=True)


class HazardStep(Model):
    """
    One act on a hazard, in order: the timeline.

    `received_from`: whose work it was that `by` accepted under their own name.
    """

    __tablename__ = "hazard_step"
    __table_args__ = (Index("ix_hazard_step_hazard", "hazard_id", "at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    hazard_id: Mapped[str] = mapped_column(ForeignKey("hazard.id"))
    action: Mapped[str] = mapped_column(String(30))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    device_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(Text)
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    due_on: Mapped[date | None] = mapped_column(Date)
    decision: Mapped[dict[str, Any] | None]
    received_from: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class HazardPhoto(Model):
    """A photo shows a hazard as found or as rectified; with a step once the step is known."""

    __tablename__ = "hazard_photo"

    hazard_id: Mapped[str] = mapped_column(ForeignKey("hazard.id"), primary_key=True)
    photo_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    step_id: Mapped[str | None] = mapped_column(ForeignKey("hazard_step.id"), index=True)
