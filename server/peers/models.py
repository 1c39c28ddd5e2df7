"""A round of peer checks: who inspects whom, where, with which people, and what came of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model
from server.kernel.synced import Get, Synced


class PeerRound(Model):
    """
    A round below one region, planned by that region's office.

    `definitions` pins one version of each checklist for everybody, by hash; `region_ids` take
    part; `seed` and `barred` are all that the pairing was made from: pairs of rounds before, and
    with a third word those whose guests must all stand aside. `appeal_days` is how long a finding
    may be appealed. A round that is not `announced` is made of sealed visits and hidden until one
    has arrived.
    """

    __tablename__ = "peer_round"
    __table_args__ = (
        CheckConstraint("state IN ('draft','open','closed')", name="state"),
        CheckConstraint("starts_on <= ends_on", name="period"),
        Index("ix_peer_round_list", "starts_on", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    document: Mapped[str] = mapped_column(String(100), default="")
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    announced: Mapped[bool] = mapped_column(default=True)
    region_ids: Mapped[list[str]]
    cycle: Mapped[int] = mapped_column(default=0)
    seed: Mapped[str] = mapped_column(String(64), default="")
    barred: Mapped[list[Any]] = mapped_column(default=list)
    checklist_keys: Mapped[list[str]]
    definitions: Mapped[dict[str, Any]]
    appeal_days: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(20))
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]


class PeerPairing(Synced, Model):
    """
    People of one region inspect units of another within a window.

    It travels to its team once it is released; `definitions` repeats what the round pins, so that a
    phone knows the version without the round. `draw_id` names the draw of its units; `changes`
    tells who left the team after it was sent, and why.
    """

    __tablename__ = "peer_pairing"
    __table_args__ = (
        UniqueConstraint("round_id", "guest_region_id", name="uq_peer_pairing_guest"),
        UniqueConstraint("round_id", "home_region_id", name="uq_peer_pairing_home"),
        CheckConstraint(
            "state IN ('planned','released','handed','answered','withdrawn')", name="state"
        ),
        CheckConstraint("guest_region_id <> home_region_id", name="not_itself"),
        CheckConstraint("starts_at IS NULL OR starts_at < ends_at", name="window"),
    )
    sync_type = "peer"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("peer_round.id"), index=True)
    guest_region_id: Mapped[str] = mapped_column(ForeignKey("region.id"), index=True)
    home_region_id: Mapped[str] = mapped_column(ForeignKey("region.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    lead_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    member_ids: Mapped[list[str]] = mapped_column(default=list)
    draw_id: Mapped[str | None] = mapped_column(String(36))
    changes: Mapped[list[Any]] = mapped_column(default=list)
    unsealed_at: Mapped[datetime | None]
    handed_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    handed_at: Mapped[datetime | None]
    handed_note: Mapped[str] = mapped_column(Text, default="")
    reply_document: Mapped[str] = mapped_column(String(100), default="")
    reply: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """A released pairing travels to its team; one of sealed visits once it is unsealed."""
        if get("unsealed_at") is None:
            return set()
        return {f"user:{person}" for person in get("member_ids") or ()}


class PeerTarget(Model):
    """A unit that a guest team inspects: by an open task, or by a sealed visit."""

    __tablename__ = "peer_target"
    __table_args__ = (UniqueConstraint("pairing_id", "unit_id", name="uq_peer_target_unit"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    pairing_id: Mapped[str] = mapped_column(ForeignKey("peer_pairing.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    assignment_id: Mapped[str | None] = mapped_column(String(36), index=True)
    visit_id: Mapped[str | None] = mapped_column(String(36), index=True)


class PeerFinding(Model):
    """A hazard as handed over: what the home region says to it, and what the arbiter rules."""

    __tablename__ = "peer_finding"
    __table_args__ = (
        CheckConstraint("verdict IN ('accepted','appealed')", name="verdict"),
        CheckConstraint("ruling IN ('upheld','lifted')", name="ruling"),
        CheckConstraint("ruling IS NULL OR verdict = 'appealed'", name="ruled_on_appeal"),
        Index("ix_peer_finding_pairing", "pairing_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    pairing_id: Mapped[str] = mapped_column(ForeignKey("peer_pairing.id"))
    hazard_id: Mapped[str] = mapped_column(ForeignKey("hazard.id"), unique=True)
    handed_at: Mapped[datetime]
    verdict: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    photo_ids: Mapped[list[str]] = mapped_column(default=list)
    said_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime | None]
    ruling: Mapped[str | None] = mapped_column(String(20))
    ruling_reason: Mapped[str] = mapped_column(Text, default="")
    ruled_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    ruled_at: Mapped[datetime | None]


class PeerReturn(Model):
    """
    A return visit planned from a pairing: the task that was made for it.

    Of a sealed visit it is the identifier of the task that its arrival will make.
    """

    __tablename__ = "peer_return"

    assignment_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    pairing_id: Mapped[str] = mapped_column(ForeignKey("peer_pairing.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
