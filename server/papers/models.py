"""Papers of an inspection: what was issued, and the exact text and marks of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model
from server.kernel.synced import Get, Synced


class Paper(Synced, Model):
    """
    A paper that was issued: its number, code and fingerprint; the text is in its sheet.

    It is the team's until the inspection is submitted (`released`), then the unit's and its
    region's too. A correction is a new row with the same number and the next `edition`; the row
    before it stays and names what replaced it.
    """

    __tablename__ = "paper"
    __table_args__ = (
        CheckConstraint("track IN ('supervision','enforcement')", name="track"),
        Index("ix_paper_number", "number", "edition", unique=True),
        Index("ix_paper_list", "region_id", "issued_at", "id"),
    )
    sync_type = "paper"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    region_id: Mapped[str] = mapped_column(ForeignKey("region.id"))
    layout: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    track: Mapped[str] = mapped_column(String(12))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    hash: Mapped[str] = mapped_column(String(64))
    office: Mapped[str] = mapped_column(String(60))
    number: Mapped[str] = mapped_column(String(60))
    edition: Mapped[int]
    replaces_id: Mapped[str | None] = mapped_column(ForeignKey("paper.id"), unique=True)
    replaced_by_id: Mapped[str | None] = mapped_column(String(36))
    reason: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(12))
    issued_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]
    made_at: Mapped[datetime]
    released: Mapped[bool]

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """The team's; once released also the unit's and its region's."""
        scopes = {f"insp:{get('inspection_id')}"}
        if get("released"):
            scopes |= {f"unit:{get('unit_id')}", f"region:{get('region_id')}"}
        return scopes


class PaperSheet(Synced, Model):
    """The text and the marks of a paper, byte for byte as the phone sent them."""

    __tablename__ = "paper_sheet"
    sync_type = "sheet"

    id: Mapped[str] = mapped_column(ForeignKey("paper.id"), primary_key=True)
    inspection_id: Mapped[str] = mapped_column(ForeignKey("inspection.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    signing: Mapped[str] = mapped_column(Text)

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """Only the team's phones keep the whole of it."""
        return {f"insp:{get('inspection_id')}"}


class PaperOffice(Synced, Model):
    """The authority of a region, as its papers name it."""

    __tablename__ = "paper_office"
    sync_type = "office"

    id: Mapped[str] = mapped_column(ForeignKey("region.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    short_name: Mapped[str] = mapped_column(String(20))

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """It travels with its region."""
        return {f"region:{get('id')}"}
