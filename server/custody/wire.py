"""Receipts as phones and desks receive them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from server.custody import rules
from server.custody.models import Receipt
from server.kernel import clock
from server.kernel.db import db

Row = tuple[int, dict[str, Any]]


def receipt_data(row: Receipt) -> dict[str, Any]:
    """Return a receipt; what it says is in its payload alone."""
    return {
        "id": row.id,
        "kind": row.kind,
        "subject_id": row.subject_id,
        "inspection_id": row.inspection_id,
        "person_id": row.person_id,
        "payload": row.payload,
        "key": row.key_id,
        "signature": rules.to_base64(row.signature),
        "at": clock.to_ms(row.at),
    }


def load_receipts(ids: Sequence[str]) -> dict[str, Row]:
    """Load receipts."""
    rows = db.session.scalars(select(Receipt).where(Receipt.id.in_(ids)))
    return {row.id: (row.rev, receipt_data(row)) for row in rows}


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {"receipt": load_receipts}
