"""What a command leaves behind beside its rows: news for phones, acts in the log."""

from sqlalchemy import select

from server.audit.models import AuditEntry
from server.kernel.db import db
from server.sync.models import SyncChange


def told(scope: str) -> set[tuple[str, str, str]]:
    """(op, type, id) of what a phone subscribed to *scope* would hear, after a commit."""
    db.session.commit()
    rows = db.session.scalars(select(SyncChange).where(SyncChange.scope == scope))
    return {(row.op, row.etype, row.eid) for row in rows}


def recorded() -> list[str]:
    """The acts in the log, in order, after a commit: only then they are written."""
    db.session.commit()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
