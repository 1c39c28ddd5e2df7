"""What the server answers for of a record, as the paper says it."""

from typing import Any

import orjson
from sqlalchemy import func, select

from server.custody import rules
from server.custody.models import Receipt
from server.hazards.queries import ZONE
from server.inspections.models import Inspection
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db

# Clocks that differ by less are not worth a word.
_SAME_CLOCK_MS = 60_000


def receipt_of(inspection: Inspection) -> dict[str, Any] | None:
    """Return the receipt of the record as it stands; None for one that is not submitted."""
    query = select(Receipt).where(Receipt.subject_id == inspection.id, Receipt.kind == "submission")
    row = db.session.scalars(query.order_by(Receipt.at.desc(), Receipt.id.desc())).first()
    if row is None or inspection.state != SUBMITTED:
        return None
    said = orjson.loads(row.payload)
    device, done = said["device_submitted_at"], said["done_at"]
    is_off = abs(device - done) >= _SAME_CLOCK_MS
    is_late = said["submitted_at"] - done >= _SAME_CLOCK_MS
    return {
        "id": row.id,
        "at": _moment(said["submitted_at"]),
        "done": _moment(done) if is_off or is_late else "",
        "phone": _moment(device) if is_off else "",
        "record": said["record"],
        "photos": said["photos"],
        "photo_receipts": _photo_receipts(inspection.id),
        "phones": len(said["chains"]),
        "key": row.key_id,
        "signature": rules.to_base64(row.signature),
    }


def _moment(milliseconds: int) -> str:
    return f"{clock.from_ms(milliseconds).astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def _photo_receipts(inspection_id: str) -> int:
    query = select(func.count(Receipt.subject_id.distinct())).where(
        Receipt.inspection_id == inspection_id, Receipt.kind == "photo"
    )
    return db.session.scalar(query) or 0
