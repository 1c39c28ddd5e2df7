"""
Receipts: what the server answers for, made in the transaction of what they acknowledge.

A key that cannot be read stops no work: the act stands without a receipt, and the log says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import structlog
from sqlalchemy import func, select

from server.custody import keys, rules
from server.custody.models import Receipt, Seal
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id

log = structlog.get_logger()
PHOTO, SUBMISSION = "photo", "submission"


@dataclass(frozen=True)
class Head:
    """Where a client's chain stands."""

    client: str
    mid: int
    head: str


@dataclass(frozen=True)
class PhotoFacts:
    """A photo whose bytes are in the store."""

    id: str
    sha256: str
    size: int
    mime: str
    person_id: str
    inspection_id: str | None
    hazard_id: str | None


@dataclass(frozen=True)
class SubmissionFacts:
    """A record that was closed."""

    inspection_id: str
    number: str | None
    unit_id: str
    checklist: str
    definition: str
    person_id: str
    submitted_at: datetime
    device_submitted_at: datetime
    done_at: datetime
    record: str
    photos: int


def acknowledge_photo(facts: PhotoFacts) -> Receipt | None:
    """Answer for a photo's bytes, once; None when that was done before or cannot be done now."""
    if _exists(PHOTO, facts.id):
        return None
    said = {
        "photo": facts.id,
        "sha256": facts.sha256,
        "size": facts.size,
        "mime": facts.mime,
        "inspection": facts.inspection_id,
        "hazard": facts.hazard_id,
    }
    return _issue(PHOTO, facts.id, facts.person_id, facts.inspection_id, said)


def acknowledge_submission(facts: SubmissionFacts, heads: Sequence[Head]) -> Receipt | None:
    """Answer for a record as it was submitted, and for the chains behind it."""
    said = {
        "inspection": facts.inspection_id,
        "number": facts.number,
        "unit": facts.unit_id,
        "checklist": facts.checklist,
        "definition": facts.definition,
        "submitted_at": clock.to_ms(facts.submitted_at),
        "device_submitted_at": clock.to_ms(facts.device_submitted_at),
        "done_at": clock.to_ms(facts.done_at),
        "record": facts.record,
        "photos": facts.photos,
        "chains": [{"client": h.client, "mid": h.mid, "head": h.head} for h in heads],
    }
    return _issue(SUBMISSION, facts.inspection_id, facts.person_id, facts.inspection_id, said)


def heads_of(person_ids: Sequence[str], since: datetime, now: Head | None) -> list[Head]:
    """
    Return where the chains of these people's phones stand that have sent since then.

    *now* is the chain of the push that is being applied; its seal is not written yet.
    """
    newest = (
        select(Seal.client_id, func.max(Seal.mid).label("mid"))
        .where(Seal.person_id.in_(person_ids), Seal.received_at >= since)
        .group_by(Seal.client_id)
        .subquery()
    )
    query = select(Seal.client_id, Seal.mid, Seal.head).join(
        newest, (Seal.client_id == newest.c.client_id) & (Seal.mid == newest.c.mid)
    )
    found = {row[0]: Head(row[0], row[1], row[2].hex()) for row in db.session.execute(query)}
    if now is not None:
        found[now.client] = now
    return [found[client] for client in sorted(found)]


def _exists(kind: str, subject_id: str) -> bool:
    query = select(Receipt.id).where(Receipt.subject_id == subject_id, Receipt.kind == kind)
    return db.session.scalar(query.limit(1)) is not None


def _issue(
    kind: str, subject_id: str, person_id: str, inspection_id: str | None, said: Mapping[str, Any]
) -> Receipt | None:
    try:
        key_id = keys.ensure()
        receipt_id, now = new_id(), clock.now()
        head = {"v": 1, "id": receipt_id, "kind": kind}
        tail = {"person": person_id, "at": clock.to_ms(now), "key": key_id}
        payload = orjson.dumps({**head, **said, **tail}).decode()
        key_id, signature = keys.sign(rules.receipt_text(payload))
    except OSError:
        log.exception("receipt_not_signed", kind=kind, subject=subject_id)
        return None
    receipt = Receipt(
        id=receipt_id,
        kind=kind,
        subject_id=subject_id,
        inspection_id=inspection_id,
        person_id=person_id,
        payload=payload,
        key_id=key_id,
        signature=signature,
        at=now,
    )
    db.session.add(receipt)
    return receipt
