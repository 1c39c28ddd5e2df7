"""Files of unsent work brought to the desk, and what was done about phones that fell silent."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model


class RescueFile(Model):
    """
    One file on its way from a phone into the records.

    Its bytes lie in a folder named like it until they are imported or a week old; this row and the
    receipt stay.
    """

    __tablename__ = "rescue_file"
    __table_args__ = (
        CheckConstraint("state IN ('receiving','open','done','dropped')", name="state"),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    uploaded_by: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    uploaded_at: Mapped[datetime]
    size: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(10), default="receiving")
    tries: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str | None] = mapped_column(String(64))
    person_id: Mapped[str | None] = mapped_column(String(36), index=True)
    client_id: Mapped[str | None] = mapped_column(String(36), index=True)
    facts: Mapped[dict[str, Any] | None]
    receipt: Mapped[dict[str, Any] | None]
    done_at: Mapped[datetime | None]


class PhoneNote(Model):
    """What a lead did about a phone's unsent work; a queue that grows older asks anew."""

    __tablename__ = "phone_note"

    client_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    handled_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    handled_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    queue: Mapped[dict[str, Any]]
