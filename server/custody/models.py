"""Device keys, seals, repeated links, the server's keys and its receipts."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model
from server.kernel.synced import Get, Synced

CLUSTERED = {"sqlite_with_rowid": False}


class DeviceKey(Model):
    """The public key of one client; the private one never leaves the browser that made it."""

    __tablename__ = "device_key"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    client_id: Mapped[str] = mapped_column(String(36), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    registered_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class SealingKey(Model):
    """
    The public key of one client, to which the server closes what only that device may open.

    The private half never leaves the browser that made it. It signs nothing.
    """

    __tablename__ = "sealing_key"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    client_id: Mapped[str] = mapped_column(String(36), index=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    registered_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Seal(Model):
    """
    What a device signed of one push, or that it signed nothing.

    `prev` and `head` are the server's own links: before the first mutation that was new to it
    (number `after` + 1) and after the last one sent (`mid`). `claim` keeps what the phone sent
    where that is something else.
    """

    __tablename__ = "seal"
    __table_args__ = (
        CheckConstraint("state IN ('ok','broken','unknown-key','absent')", name="state"),
        Index("ix_seal_person", "person_id", "received_at"),
        CLUSTERED,
    )

    client_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    mid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    after: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[str] = mapped_column(String(36))
    key_id: Mapped[str | None] = mapped_column(String(32))
    prev: Mapped[bytes] = mapped_column(LargeBinary(32))
    head: Mapped[bytes] = mapped_column(LargeBinary(32))
    signature: Mapped[bytes | None] = mapped_column(LargeBinary(64))
    claim: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    received_at: Mapped[datetime]


class ChainRepeat(Model):
    """
    A link over a mutation that came before under another client id.

    Its words are kept there; here only the place that it has in this client's chain.
    """

    __tablename__ = "chain_repeat"
    __table_args__ = (CLUSTERED,)

    client_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    mid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    mutation_id: Mapped[str] = mapped_column(String(36), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    link: Mapped[bytes] = mapped_column(LargeBinary(32))


class ServerKey(Model):
    """A public key of this server and the time in which it was in use; the other half is a file."""

    __tablename__ = "server_key"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    use: Mapped[str] = mapped_column(String(20), index=True)
    algorithm: Mapped[str] = mapped_column(String(20))
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Receipt(Synced, Model):
    """
    What the server answers for: it had these bytes, or this record, at this moment.

    `payload` is the exact text that was signed. A photo's receipt travels with its inspection, or
    to its author when there is none; a submission's to the author and the team.
    """

    __tablename__ = "receipt"
    __table_args__ = (
        CheckConstraint("kind IN ('photo','submission')", name="kind"),
        Index("ix_receipt_subject", "subject_id", "kind"),
    )
    sync_type = "receipt"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[str] = mapped_column(String(36))
    inspection_id: Mapped[str | None] = mapped_column(String(36), index=True)
    person_id: Mapped[str] = mapped_column(String(36))
    payload: Mapped[str] = mapped_column(Text)
    key_id: Mapped[str] = mapped_column(String(32))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    at: Mapped[datetime]

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """The inspection's team; the author of what belongs to none, and of a submission."""
        inspection = get("inspection_id")
        scopes = {f"insp:{inspection}"} if inspection else set()
        if not inspection or get("kind") == "submission":
            scopes.add(f"user:{get('person_id')}")
        return scopes
