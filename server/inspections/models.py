"""An inspection: a set of answers against one definition version at one place."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    event,
    inspect,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model
from server.kernel.synced import Get, Synced


class Inspection(Synced, Model):
    """
    One visit with one checklist. It keeps the definition it was made with.

    A draft travels to its team only; once submitted, the header travels to the unit and its region.
    `targets` maps a repeated section or item to the places or devices it is answered for.
    `style` is full or quick; `sections` is the part taken on and `deep_items` what was drawn, both
    null for everything; `deep_checked` are the deep items that were settled, for the next draw.
    `lead_claims` maps a member to the others who want that member to lead, until there are enough.
    """

    __tablename__ = "inspection"
    __table_args__ = (
        CheckConstraint("state IN ('draft','submitted')", name="state"),
        CheckConstraint("style IN ('full','quick')", name="style"),
        Index("ix_inspection_list", "region_id", "started_at", "id"),
    )
    sync_type = "inspection"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    assignment_id: Mapped[str | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"))
    location_id: Mapped[str | None] = mapped_column(ForeignKey("location.id"))
    checklist_key: Mapped[str] = mapped_column(String(60), index=True)
    definition: Mapped[str] = mapped_column(ForeignKey("definition_version.hash"))
    mode: Mapped[str] = mapped_column(String(20))
    style: Mapped[str] = mapped_column(String(8), default="full")
    sections: Mapped[list[str] | None]
    deep_items: Mapped[list[str] | None]
    deep_checked: Mapped[list[str] | None]
    state: Mapped[str] = mapped_column(String(20), index=True)
    lead_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    member_ids: Mapped[list[str]]
    lead_claims: Mapped[dict[str, Any]] = mapped_column(default=dict)
    targets: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tag: Mapped[str | None] = mapped_column(String(8))
    started_at: Mapped[datetime]
    device_started_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    device_submitted_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    submitted_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    summary: Mapped[str | None] = mapped_column(Text)
    score: Mapped[dict[str, Any] | None]
    counts: Mapped[dict[str, Any] | None]

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """Team first; the unit and its region after submission."""
        scopes = {f"insp:{get('id')}"} | {f"user:{p}" for p in get("member_ids") or ()}
        if get("state") == "submitted":
            scopes |= {f"unit:{get('unit_id')}", f"region:{get('region_id')}"}
        return scopes


class InspectionMember(Model):
    """
    The team once more, for queries by person.

    `closed_at` repeats when the visit was submitted: every phone asks for what its person still
    works on, and years of visits must not be read for that.
    """

    __tablename__ = "inspection_member"
    __table_args__ = (Index("ix_inspection_member_person", "person_id", "closed_at"),)

    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    closed_at: Mapped[datetime | None]


@event.listens_for(Inspection, "after_update")
def _close_for_members(_mapper: Any, connection: Connection, row: Inspection) -> None:
    """Repeat the end of a visit, or its reopening, where its members are looked up."""
    if not inspect(row).attrs.state.history.has_changes():
        return
    closed = row.submitted_at if row.state == "submitted" else None
    members = update(InspectionMember).where(InspectionMember.inspection_id == row.id)
    connection.execute(members.values(closed_at=closed))


class InspectionPart(Synced, Model):
    """
    Who takes on a section, a place or a device; nobody when it was given back.

    `part` is "section:" or "target:" and what it names. The latest word stands, whichever arrives
    first.
    """

    __tablename__ = "inspection_part"
    sync_type = "part"

    id: Mapped[str] = mapped_column(String(180), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    part: Mapped[str] = mapped_column(String(140))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    said_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """Who does what is the team's."""
        return {f"insp:{get('inspection_id')}"}


class ItemTiming(Model):
    """
    How long an item took at recent visits, in seconds; an empty item stands for whole visits.

    `samples` holds the newest ones only, `seconds` is their median.
    """

    __tablename__ = "item_timing"

    checklist_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    item_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    samples: Mapped[list[Any]]
    seconds: Mapped[int]


class Answer(Model):
    """
    The fields of one item at one target: {field: {v, rev, by, at, how}}.

    Written in bulk by the sync path, which touches the inspection's scope itself.
    """

    __tablename__ = "answer"

    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    target_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    item_key: Mapped[str] = mapped_column(String(120), primary_key=True)
    rev: Mapped[int] = mapped_column(Integer)
    fields: Mapped[dict[str, Any]]


class AnswerPhoto(Model):
    """A photo proves an answer."""

    __tablename__ = "answer_photo"
    __table_args__ = (Index("ix_answer_photo_answer", "inspection_id", "target_id", "item_key"),)

    photo_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"))
    target_id: Mapped[str] = mapped_column(String(36))
    item_key: Mapped[str] = mapped_column(String(120))


class AnswerConflict(Synced, Model):
    """
    Two different answers to one question: both are kept, the lead decides.

    When one person gave both, on two phones, it is that person's alone.
    """

    __tablename__ = "answer_conflict"
    __table_args__ = (CheckConstraint("state IN ('open','resolved')", name="state"),)
    sync_type = "conflict"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    target_id: Mapped[str] = mapped_column(String(36))
    item_key: Mapped[str] = mapped_column(String(120))
    field: Mapped[str] = mapped_column(String(60))
    values: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(String(20))
    resolution: Mapped[dict[str, Any] | None]

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """A conflict is the team's, or its only author's."""
        authors = {value["by"] for value in get("values")}
        if len(authors) == 1:
            return {f"user:{author}" for author in authors}
        return {f"insp:{get('inspection_id')}"}

    def concerns(self, person_id: str) -> bool:
        """Say whether somebody who sees the inspection sees this too."""
        authors = {value["by"] for value in self.values}
        return len(authors) > 1 or authors == {person_id}


class Signature(Synced, Model):
    """
    A signature as vector strokes, or a refusal with its reason, photo and witness.

    With `item_key` it answers that item at `target_id`; without, it stands under the record.
    """

    __tablename__ = "signature"
    __table_args__ = (CheckConstraint("party IN ('inspector','unit')", name="party"),)
    sync_type = "signature"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    party: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str | None] = mapped_column(String(60))
    refused: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str | None] = mapped_column(Text)
    witness: Mapped[str | None] = mapped_column(String(60))
    strokes: Mapped[list[Any]]
    width: Mapped[int]
    height: Mapped[int]
    signed_at: Mapped[datetime]
    received_at: Mapped[datetime]
    photo_ids: Mapped[list[str]] = mapped_column(default=list)
    target_id: Mapped[str | None] = mapped_column(String(36))
    item_key: Mapped[str | None] = mapped_column(String(120))
    captured_by: Mapped[str] = mapped_column(ForeignKey("person.id"))

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """A signature is the team's."""
        return {f"insp:{get('inspection_id')}"}


class Hand(Synced, Model):
    """
    A mark that an inspector left on a colleague's phone, and what its owner says of it.

    One for each such signature under a record (with the signature's id) and under a paper (the
    paper's id, a colon, the place of the mark). Nobody can be asked where no account is named.
    Strokes are a copy, for whoever is asked may have no other row of the visit any more. `words`
    keeps everything that was said, `mine` is what stands.
    """

    __tablename__ = "hand"
    sync_type = "hand"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    paper_id: Mapped[str | None] = mapped_column(String(36))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    captured_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    signed_at: Mapped[datetime]
    strokes: Mapped[list[Any]]
    width: Mapped[int]
    height: Mapped[int]
    words: Mapped[list[Any]] = mapped_column(default=list)
    mine: Mapped[bool | None]

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """Only whoever is named is asked."""
        return {f"user:{get('person_id')}"} if get("person_id") else set()

    @property
    def word(self) -> dict[str, Any] | None:
        """Return what stands: the latest word, whichever arrived first."""
        return max(self.words, key=lambda said: (said["at"], said["id"]), default=None)

    @property
    def is_settled(self) -> bool:
        """Say whether its owner calls it the own, and never said otherwise."""
        return bool(self.words) and all(said["mine"] for said in self.words)


class JointPerson(Synced, Model):
    """
    Somebody of another agency who inspects with the team: no account, named in the record.

    `shown` says that the certificate was seen on the spot.
    """

    __tablename__ = "joint_person"
    sync_type = "joint"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    agency: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(60), default="")
    certificate: Mapped[str] = mapped_column(String(80), default="")
    shown: Mapped[bool] = mapped_column(default=False)
    added_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[datetime]

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """Who came along is the team's, and part of the record."""
        return {f"insp:{get('inspection_id')}"}
