"""Campaigns, and assignments: who inspects what, when, in which mode; who attended."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from server.kernel.db import Model
from server.kernel.synced import Get, Synced


class Campaign(Model):
    """
    A programme of inspections (专项行动) under a numbered document.

    `phases`, `targets` and `quotas` are data of the shapes in schemas.py; `focus_keys` are
    checklists, `mode_keys` kinds of inspection. It is the office's paper and travels to no phone.
    """

    __tablename__ = "campaign"
    __table_args__ = (CheckConstraint("state IN ('draft','active','closed')", name="state"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    rev: Mapped[int] = mapped_column(default=1)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(100), default="")
    issuer: Mapped[str] = mapped_column(String(100), default="")
    preset: Mapped[str | None] = mapped_column(String(60))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    phases: Mapped[list[Any]] = mapped_column(default=list)
    focus_keys: Mapped[list[str]] = mapped_column(default=list)
    mode_keys: Mapped[list[str]] = mapped_column(default=list)
    targets: Mapped[dict[str, Any]] = mapped_column(default=dict)
    quotas: Mapped[list[Any]] = mapped_column(default=list)
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20), index=True)
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.rev}


class GoalMark(Model):
    """Somebody said a goal of a campaign is reached, or not after all; the latest word stands."""

    __tablename__ = "goal_mark"
    __table_args__ = (Index("ix_goal_mark_campaign", "campaign_id", "goal_key"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    campaign_id: Mapped[str] = mapped_column(ForeignKey("campaign.id"))
    goal_key: Mapped[str] = mapped_column(String(60))
    reached: Mapped[bool]
    evidence: Mapped[str] = mapped_column(Text)
    marked_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    marked_at: Mapped[datetime]


class Assignment(Synced, Model):
    """
    An inspection task. It travels to its inspectors only: a unit never sees it coming.

    `leader_id` leads it by attending (领导带队), without being one of the inspectors.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        CheckConstraint("state IN ('planned','started','done','cancelled')", name="state"),
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
    campaign_id: Mapped[str | None] = mapped_column(ForeignKey("campaign.id"), index=True)
    leader_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """An assignment travels to each of its inspectors and to who leads it."""
        people = {*(get("inspector_ids") or ()), *filter(None, [get("leader_id")])}
        return {f"user:{person}" for person in people}


class AssignmentInspector(Model):
    """The inspectors of an assignment once more, for queries by person."""

    __tablename__ = "assignment_inspector"

    assignment_id: Mapped[str] = mapped_column(ForeignKey("assignment.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Attendance(Synced, Model):
    """
    A leader was there: signed on the leader's own phone, with what speaks for the place.

    `tag_fits` says whether the scanned tag hangs in the unit; `distance` is metres to the unit.
    Neither decides anything: they are shown beside the signature.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        CheckConstraint("(assignment_id IS NULL) <> (inspection_id IS NULL)", name="one_subject"),
        Index("ix_attendance_unit", "region_id", "at"),
    )
    sync_type = "attendance"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    assignment_id: Mapped[str | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    inspection_id: Mapped[str | None] = mapped_column(String(36), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    title: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime]
    device_at: Mapped[datetime]
    received_at: Mapped[datetime]
    tag: Mapped[str | None] = mapped_column(String(8))
    tag_fits: Mapped[bool | None]
    lat: Mapped[float | None] = mapped_column(Float)
    lon: Mapped[float | None] = mapped_column(Float)
    accuracy: Mapped[float | None] = mapped_column(Float)
    distance: Mapped[int | None]
    strokes: Mapped[list[Any]]
    width: Mapped[int]
    height: Mapped[int]

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """It is shown on the leader's phone; the office reads it at the desk."""
        return {f"user:{get('person_id')}"}
