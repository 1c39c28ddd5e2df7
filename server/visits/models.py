"""
Sealed visits, their packages and their log.

None of these tables points at others with a foreign key, and none is pointed at: the database must
refuse nobody to delete or change a unit, a place or a person in another way, or at another pace,
because a visit is planned there.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model
from server.kernel.synced import Get, Synced


class Visit(Synced, Model):
    """
    A visit that nobody may foresee. It lives in a scope of its own, which only its team has.

    `arrival` says when, who, and by what it is believed. `wrapped` is the content key of the
    package, closed once for each device of the leader.
    """

    __tablename__ = "visit"
    __table_args__ = (
        CheckConstraint("state IN ('sealed','opened','arrived','ended','cancelled')", name="state"),
        CheckConstraint("key_release IN ('offline','online')", name="key_release"),
        Index("ix_visit_due", "released_at", "ends_at"),
    )
    sync_type = "visit"
    # Its rows must not be touched by those who move the unit; see where it lies in queries.py.
    follows_unit = False

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    region_id: Mapped[str] = mapped_column(String(36), index=True)
    unit_id: Mapped[str] = mapped_column(String(36), index=True)
    mode: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200), default="")
    checklist_keys: Mapped[list[str]]
    location_ids: Mapped[list[str]]
    note: Mapped[str] = mapped_column(Text, default="")
    leader_id: Mapped[str] = mapped_column(String(36))
    member_ids: Mapped[list[str]]
    opens_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))
    key_release: Mapped[str] = mapped_column(String(8))
    assignment_id: Mapped[str] = mapped_column(String(36), unique=True)
    campaign_id: Mapped[str | None] = mapped_column(String(36))
    draw_id: Mapped[str | None] = mapped_column(String(36))
    created_by: Mapped[str] = mapped_column(String(36))
    created_at: Mapped[datetime]
    package_sha256: Mapped[str] = mapped_column(String(64), default="")
    package_size: Mapped[int] = mapped_column(default=0)
    wrapped: Mapped[list[Any]] = mapped_column(default=list)
    opened_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    arrival: Mapped[dict[str, Any] | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_reason: Mapped[str | None] = mapped_column(Text)
    released_at: Mapped[datetime | None]
    number: Mapped[str | None] = mapped_column(String(40))

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """A scope of its own, whatever its state: no unit's and no region's."""
        return {f"visit:{get('id')}"}


class VisitPerson(Model):
    """
    Who has a part in a visit. `former`: led it or belonged to it once, and may still bring in work.
    """

    __tablename__ = "visit_person"
    __table_args__ = (
        CheckConstraint("part IN ('planner','knower','leader','member','former')", name="part"),
    )

    person_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    visit_id: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)
    part: Mapped[str] = mapped_column(String(8), primary_key=True)


class UnsentPlan(Model):
    """
    A plan that is still being written, for the eyes of whoever writes it.

    `subject` is "new", or the visit whose plan is being changed; `content` is the form.
    """

    __tablename__ = "unsent_plan"

    person_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subject: Mapped[str] = mapped_column(String(36), primary_key=True)
    content: Mapped[dict[str, Any]]
    begun_at: Mapped[datetime]
    saved_at: Mapped[datetime] = mapped_column(index=True)


class VisitPackage(Model):
    """
    The closed package as the team's phones fetch it, and the key that opens it.

    `earlier` keeps of packages that a changed plan has replaced what their keys prove and which
    checklists they named: a phone without a signal may still open one of them.
    """

    __tablename__ = "visit_package"

    visit_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    content_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    checklist_keys: Mapped[list[str]]
    earlier: Mapped[list[Any]] = mapped_column(default=list)


class VisitOpening(Model):
    """
    That a visit was opened: what an arrival waits for when it is the first to come.

    `checklist_keys`: those of an earlier plan that was opened instead of the present one.
    """

    __tablename__ = "visit_opening"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(36))
    opened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    checklist_keys: Mapped[list[str]] = mapped_column(default=list)


class VisitKnowledge(Model):
    """
    Who knew when: rows are only ever added, each tied to the one before it (rules.py).

    `at` is the server's time; what a phone says stands in the details, which are kept as text.
    """

    __tablename__ = "visit_knowledge"

    visit_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    person_id: Mapped[str | None] = mapped_column(String(36))
    how: Mapped[str] = mapped_column(String(12))
    by_id: Mapped[str | None] = mapped_column(String(36))
    details: Mapped[str] = mapped_column(Text)
    link: Mapped[bytes] = mapped_column(LargeBinary(32))
