"""The audit log: rows are only ever added, each tied to the one before it."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Dialect, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from server.kernel.db import Model


class ExactJson(TypeDecorator[dict[str, Any]]):
    """
    JSON kept as the very text that was hashed.

    PostgreSQL's JSONB would put keys in another order and numbers in another form.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Text is taken as it is; anything else is written with its keys in order."""
        return value if value is None or isinstance(value, str) else exact_json(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, Any] | None:
        """Read the text."""
        return None if value is None else orjson.loads(value)


def exact_json(value: Any) -> str:
    """Write JSON in one form only."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


class AuditEntry(Model):
    """
    One act. `seq` counts without gaps; details hold what changed, never secrets.

    `link` ties the entry to all before it (rules.py). `salt` keeps the digest of an entry, which
    others may see in an excerpt, from being guessed.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_type", "subject_id"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[str | None] = mapped_column(String(36))
    actor_name: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(60), index=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80))
    unit_id: Mapped[str | None] = mapped_column(String(36), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(ExactJson)
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    link: Mapped[bytes] = mapped_column(LargeBinary(32))


class AuditHead(Model):
    """The end of the log on one day, signed by the server: what lay before it is fixed."""

    __tablename__ = "audit_head"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    link: Mapped[bytes] = mapped_column(LargeBinary(32))
    key_id: Mapped[str] = mapped_column(String(64))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
