"""Places, the things that stand there, and the printed tags bound to either."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model
from server.kernel.synced import Get, Synced, UnitOwned

LOCATION_KINDS = ("campus", "building", "floor", "room")


class Location(UnitOwned, Model):
    """A campus, building, floor or room; `path` is the way there: 门诊楼 / 3层 / 药房."""

    __tablename__ = "location"
    __table_args__ = (CheckConstraint("kind IN ('campus','building','floor','room')", name="kind"),)
    sync_type = "location"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"), index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("location.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))
    code: Mapped[str | None] = mapped_column(String(40))
    path: Mapped[str] = mapped_column(String(500))
    attributes: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)


class Asset(UnitOwned, Model):
    """A thing with its own due dates: `due` = [{kind, name, due_on}]; `next_due_on` the nearest."""

    __tablename__ = "asset"
    sync_type = "asset"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"), index=True)
    location_id: Mapped[str | None] = mapped_column(ForeignKey("location.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(100))
    model: Mapped[str | None] = mapped_column(String(100))
    serial: Mapped[str | None] = mapped_column(String(100))
    reg_no: Mapped[str | None] = mapped_column(String(100))
    due: Mapped[list[Any]] = mapped_column(default=list)
    next_due_on: Mapped[date | None] = mapped_column(Date, index=True)
    active: Mapped[bool] = mapped_column(default=True)


class Tag(Synced, Model):
    """
    A printed code. Unclaimed ones wait in a region's pool; bound ones belong to a unit.

    Its life is printed, placed, then lost, replaced or removed (`ended_why`). `issue` grows when
    the same code is printed anew: what its square signs is the newest print.
    """

    __tablename__ = "tag"
    __table_args__ = (
        CheckConstraint("state IN ('unclaimed','bound','void')", name="state"),
        CheckConstraint("state <> 'bound' OR target_id IS NOT NULL", name="bound"),
        CheckConstraint("ended_why IN ('lost','replaced','removed')", name="ended_why"),
        Index("ix_tag_target", "target_kind", "target_id"),
    )
    sync_type = "tag"
    sync_id = "code"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"), index=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    target_kind: Mapped[str | None] = mapped_column(String(20))
    target_id: Mapped[str | None] = mapped_column(String(36))
    batch: Mapped[str] = mapped_column(String(36), index=True)
    issue: Mapped[int] = mapped_column(default=1)
    printed_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None] = mapped_column(String(12))
    replaced_by: Mapped[str | None] = mapped_column(String(8))

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """A tag travels in its region's scope and, once it has a unit, in the unit's."""
        scopes = {f"region:{get('region_id')}"}
        if get("unit_id"):
            scopes.add(f"unit:{get('unit_id')}")
        return scopes
