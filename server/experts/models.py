"""Experts and inspectors: what they know, hold, may not look at, have done, and their opinions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from server.kernel.db import Model


class Revised:
    """Mixin: `rev` grows with every write and guards against lost updates; nothing travels."""

    rev: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.rev}


class Company(Revised, Model):
    """A third party that inspects for the bureau or works for units."""

    __tablename__ = "company"
    __table_args__ = (Index("ix_company_list", "region_id", "name", "id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"))
    name: Mapped[str] = mapped_column(String(200))
    uscc: Mapped[str | None] = mapped_column(String(18))
    contact: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    qualification: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Expert(Revised, Model):
    """
    A person in the pool of a region.

    `kind` says in which of the two libraries: experts advise, inspectors inspect. The employer is
    the person's unit, a company, or words. `shared` lends an expert to the regions below.
    """

    __tablename__ = "expert"
    __table_args__ = (
        CheckConstraint("kind IN ('expert','inspector')", name="kind"),
        Index("ix_expert_list", "region_id", "active", "person_id"),
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"))
    kind: Mapped[str] = mapped_column(String(20))
    fields: Mapped[list[str]]
    title: Mapped[str] = mapped_column(String(60), default="")
    employer: Mapped[str] = mapped_column(String(200), default="")
    company_id: Mapped[str | None] = mapped_column(ForeignKey("company.id"), index=True)
    shared: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]


class Certificate(Revised, Model):
    """A paper that says what a person may do, and until when; none of them is ever deleted."""

    __tablename__ = "certificate"
    __table_args__ = (
        Index("ix_certificate_person", "person_id", "kind"),
        Index("ix_certificate_expiry", "expires_on"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[str] = mapped_column(String(80))
    issuer: Mapped[str] = mapped_column(String(120), default="")
    issued_on: Mapped[date | None] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    revoked_on: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")


class Recusal(Model):
    """Where a person stands aside, and why. A withdrawn one stays, with who withdrew it."""

    __tablename__ = "recusal"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN unit_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN region_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN company_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_place",
        ),
        CheckConstraint(
            "kind IN ('employer','former-employer','contract','relation','region','other')",
            name="kind",
        ),
        Index("ix_recusal_person", "person_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    region_id: Mapped[str | None] = mapped_column(ForeignKey("region.id"))
    company_id: Mapped[str | None] = mapped_column(ForeignKey("company.id"))
    kind: Mapped[str] = mapped_column(String(20))
    since: Mapped[date | None] = mapped_column(Date)
    until: Mapped[date | None] = mapped_column(Date)
    note: Mapped[str] = mapped_column(Text, default="")
    declared_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime]
    withdrawn_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(Text, default="")


class Engagement(Revised, Model):
    """
    Something a person did for the bureau, noted by hand, or what is added to a visit.

    With `source_id` it lays fee and rating beside a visit that the program knows; without, it is
    the only trace. `fee` is in fen.
    """

    __tablename__ = "engagement"
    __table_args__ = (
        CheckConstraint("begins_on <= ends_on", name="order"),
        CheckConstraint("fee IS NULL OR fee >= 0", name="fee"),
        Index("ix_engagement_person", "person_id", "begins_on"),
        Index("ix_engagement_source", "source_id", "person_id", unique=True),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    source_id: Mapped[str | None] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    begins_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    half_days: Mapped[int]
    fee: Mapped[int | None]
    rating: Mapped[dict[str, Any] | None]
    rating_note: Mapped[str] = mapped_column(Text, default="")
    rated_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    rated_at: Mapped[datetime | None]
    noted_by: Mapped[str] = mapped_column(ForeignKey("person.id"))


class Contract(Revised, Model):
    """What a company was hired for. No client unit: the bureau hired it. `fee` is in fen."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="order"),
        CheckConstraint("fee IS NULL OR fee >= 0", name="fee"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    client_unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"), index=True)
    number: Mapped[str] = mapped_column(String(80), default="")
    title: Mapped[str] = mapped_column(String(200))
    scope: Mapped[str] = mapped_column(Text, default="")
    fields: Mapped[list[str]] = mapped_column(default=list)
    unit_ids: Mapped[list[str]] = mapped_column(default=list)
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    fee: Mapped[int | None]


class QualityReview(Revised, Model):
    """
    A second look at a sample of what a company's people found.

    `sample` is [{hazard_id, verdict, note}], drawn by the program; a finished one stays as it is.
    """

    __tablename__ = "quality_review"
    __table_args__ = (
        CheckConstraint("state IN ('draft','done')", name="state"),
        CheckConstraint("score IS NULL OR (score >= 0 AND score <= 100)", name="score"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"), index=True)
    contract_id: Mapped[str] = mapped_column(ForeignKey("contract.id"))
    state: Mapped[str] = mapped_column(String(20))
    sample: Mapped[list[Any]]
    candidates: Mapped[int]
    score: Mapped[int | None]
    reasons: Mapped[str] = mapped_column(Text, default="")
    reviewer_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Opinion(Revised, Model):
    """A written expert opinion on a visit or a hazard; once signed, its words never change."""

    __tablename__ = "opinion"
    __table_args__ = (
        CheckConstraint("state IN ('draft','signed','withdrawn')", name="state"),
        CheckConstraint("subject_type IN ('inspection','hazard')", name="subject_type"),
        Index("ix_opinion_subject", "subject_type", "subject_id"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[str] = mapped_column(String(36))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    author_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[str] = mapped_column(String(20))
    facts: Mapped[str] = mapped_column(Text, default="")
    judgement: Mapped[str] = mapped_column(Text, default="")
    advice: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    signer: Mapped[dict[str, Any] | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[str] = mapped_column(Text, default="")
