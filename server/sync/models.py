"""The protocol's memory: scopes, their commits and changes, clients, mutations, problems."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.kernel.db import Model
from server.kernel.synced import Get, Synced

# Rows kept in the order of their key: one tree to write instead of two.
CLUSTERED = {"sqlite_with_rowid": False}


class SyncScope(Model):
    """A unit of permission and of ordering; `version` grows as the last act of a transaction."""

    __tablename__ = "sync_scope"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    horizon: Mapped[int] = mapped_column(BigInteger, default=0)


class SyncCommit(Model):
    """The random tag of one version: it tells a restored server from the one before."""

    __tablename__ = "sync_commit"
    __table_args__ = (CLUSTERED,)

    scope: Mapped[str] = mapped_column(String(60), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    tag: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


class SyncChange(Model):
    """The newest change of each row in each scope."""

    __tablename__ = "sync_change"
    __table_args__ = (Index("ix_sync_change_version", "scope", "version"), CLUSTERED)

    scope: Mapped[str] = mapped_column(String(60), primary_key=True)
    etype: Mapped[str] = mapped_column(String(20), primary_key=True)
    eid: Mapped[str] = mapped_column(String(200), primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    op: Mapped[str] = mapped_column(String(3))


class SyncClient(Model):
    """One browser profile of one person."""

    __tablename__ = "sync_client"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    device: Mapped[str] = mapped_column(String(200), default="")
    app: Mapped[str] = mapped_column(String(40), default="")
    last_mid: Mapped[int] = mapped_column(BigInteger, default=0)
    skew_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    queue: Mapped[dict[str, Any] | None]
    state: Mapped[str] = mapped_column(String(20), default="active")
    seen_at: Mapped[datetime]
    # The last link of its chain, how its last push was sealed, and what its clocks said then.
    head: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    seal: Mapped[str | None] = mapped_column(String(12))
    tick: Mapped[dict[str, Any] | None]


class SyncMutation(Model):
    """
    Every mutation answered: its identity, what became of it, and what it said.

    `args` are the bytes as received: they are the history of the answers. `sha256` is the digest
    of docs/custody.md: it covers id, name, version, device time, args and blobs (hashes joined by
    commas), not the mid, which a phone may hand out anew. `link` is its place in the chain.
    """

    __tablename__ = "sync_mutation"
    __table_args__ = (UniqueConstraint("id"), CLUSTERED)

    client_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    mid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[str] = mapped_column(String(36))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    name: Mapped[str] = mapped_column(String(40))
    v: Mapped[int]
    status: Mapped[str] = mapped_column(String(10))
    result: Mapped[dict[str, Any] | None]
    args: Mapped[str | None] = mapped_column(Text)
    blobs: Mapped[str | None] = mapped_column(Text)
    link: Mapped[bytes] = mapped_column(LargeBinary(32))
    device_at: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime]


class SyncProblem(Synced, Model):
    """
    A mutation that did not simply apply: kept whole until a person deals with it.

    open: the author's turn. handed: the lead's. told: decided by somebody else, the author has yet
    to read it. handled: over. Cases with one `head_id` are one decision; a head has none. `former`:
    the author holds no role any more where the work was done.
    """

    __tablename__ = "sync_problem"
    __table_args__ = (
        CheckConstraint("kind IN ('merged','rejected','held','parked')", name="kind"),
        CheckConstraint("state IN ('open','handed','told','handled')", name="state"),
        Index("ix_sync_problem_waiting", "kind", "state", "waits_for"),
        Index("ix_sync_problem_list", "lead_region_id", "state", "received_at"),
    )
    sync_type = "outcome"
    sync_id = "mutation_id"

    mutation_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    client_id: Mapped[str] = mapped_column(String(36))
    mid: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    lead_region_id: Mapped[str | None] = mapped_column(String(36))
    unit_id: Mapped[str | None] = mapped_column(String(36))
    subject: Mapped[str | None] = mapped_column(String(60), index=True)
    head_id: Mapped[str | None] = mapped_column(String(36), index=True)
    former: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    envelope: Mapped[dict[str, Any]]
    waits_for: Mapped[str | None] = mapped_column(String(80))
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="open")
    handled_by: Mapped[str | None] = mapped_column(String(36))
    handled_at: Mapped[datetime | None]
    handling: Mapped[dict[str, Any] | None]
    history: Mapped[list[Any]] = mapped_column(default=list)

    @classmethod
    def sync_scopes(cls, get: Get) -> set[str]:
        """The author sees it on every device, until it is over."""
        return set() if get("state") == "handled" else {f"user:{get('person_id')}"}


class SyncProblemPhoto(Model):
    """A photo that a case speaks of: whoever decides the case sees it, and its bytes stay."""

    __tablename__ = "sync_problem_photo"

    mutation_id: Mapped[str] = mapped_column(
        ForeignKey("sync_problem.mutation_id"), primary_key=True
    )
    photo_id: Mapped[str] = mapped_column(String(36), primary_key=True, index=True)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
