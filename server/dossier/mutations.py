"""What phones said of one inspection, byte for byte."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import or_, select

from server.dossier.queries import Matter
from server.kernel import clock
from server.kernel.db import db
from server.sync.models import SyncMutation

# Work may arrive long before the visit that another phone began: it was held.
EARLIER = timedelta(days=60)
_BY_ID = (
    "photo.add", "photo.remove", "hazard.open", "hazard.move", "hazard.comment",
    "signature.confirm",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One mutation as it is kept."""

    client: str
    mid: int
    id: str
    link: bytes
    data: dict[str, Any]


def said_of(matter: Matter, clients: Mapping[str, str]) -> Iterator[Said]:
    """Return every mutation about the inspection, phone by phone in the order of sending."""
    since = min(matter.inspection.started_at, matter.inspection.device_started_at) - EARLIER
    ids, visit = matter.ids, matter.inspection.id
    for client in sorted(clients):
        query = (
            select(SyncMutation)
            .where(
                SyncMutation.client_id == client,
                SyncMutation.received_at >= since,
                or_(SyncMutation.args.contains(visit), SyncMutation.name.in_(_BY_ID)),
            )
            .order_by(SyncMutation.mid)
        )
        for row in db.session.scalars(query):
            if _is_about(row, ids, visit):
                yield _said(row)


def _is_about(row: SyncMutation, ids: set[str], visit: str) -> bool:
    args = orjson.loads(row.args or "{}")
    if not isinstance(args, dict):
        return False
    own = args.get("id") if row.name.partition(".")[0] in _OWN else None
    return args.get("inspection") == visit or own in ids


_OWN = ("inspection", "photo", "hazard", "signature", "conflict")


def _said(row: SyncMutation) -> Said:
    data = {
        "client": row.client_id,
        "mid": row.mid,
        "id": row.id,
        "name": row.name,
        "v": row.v,
        "at": row.device_at,
        "args": row.args or "",
        "blobs": row.blobs.split(",") if row.blobs else [],
        "link": row.link.hex(),
        "status": row.status,
        "received_at": clock.to_ms(row.received_at),
    }
    return Said(row.client_id, row.mid, row.id, row.link, data)
