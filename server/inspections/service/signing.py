"""Signatures and refusals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from server.access.rules import Actor
from server.audit.service import record
from server.evidence.models import Photo
from server.inspections import rules
from server.inspections.models import Signature
from server.inspections.rules import SignatureFacts
from server.inspections.service.hands import SELF_CHECK, ask_owner, is_elsewhere, mark_of
from server.inspections.service.writing import writable_inspection
from server.kernel import clock
from server.kernel.db import db
from server.kernel.text import clean, one_line

Strokes = Sequence[Sequence[Sequence[float]]]


@dataclass(frozen=True)
class SignatureDraft:
    """A signature as drawn, or a refusal as noted."""

    id: str
    inspection_id: str
    party: str
    name: str
    signed_at: datetime
    refused: bool = False
    person_id: str | None = None
    title: str | None = None
    reason: str | None = None
    witness: str | None = None
    strokes: Strokes = ()
    width: float = 1000
    height: float = 1000
    photo_ids: Sequence[str] = ()
    target_id: str | None = None
    item_key: str | None = None


def add_signature(actor: Actor, draft: SignatureDraft) -> Signature:
    """Add a signature to an inspection that is still open."""
    existing = db.session.get(Signature, draft.id)
    if existing is not None and existing.captured_by == actor.user_id:
        return existing
    inspection = writable_inspection(actor, draft.inspection_id)
    if existing is not None:
        raise rules.InspectionIdTaken()
    row = _row(actor, draft)
    rules.check_signature(facts_of(row))
    if draft.party == "inspector" and draft.person_id not in (None, *inspection.member_ids):
        raise rules.SignatureInvalid()
    _require_photos(draft)
    db.session.add(row)
    db.session.flush()
    details = {"inspection": inspection.id, "party": row.party, "refused": row.refused}
    record(
        actor, "inspection.sign", "signature", row.id, unit_id=inspection.unit_id, details=details
    )
    if inspection.mode != SELF_CHECK and is_elsewhere(row):
        ask_owner(inspection.id, mark_of(row))
    return row


def facts_of(row: Signature) -> SignatureFacts:
    """Return what the rules need to know of a signature."""
    return SignatureFacts(
        party=row.party,
        refused=row.refused,
        name=row.name,
        reason=row.reason or "",
        witness=row.witness or "",
        points=sum(len(stroke) for stroke in row.strokes),
        photos=len(row.photo_ids),
    )


def _row(actor: Actor, draft: SignatureDraft) -> Signature:
    return Signature(
        id=draft.id,
        inspection_id=draft.inspection_id,
        party=draft.party,
        person_id=draft.person_id,
        name=one_line(draft.name)[:60],
        title=one_line(draft.title or "")[:60] or None,
        refused=draft.refused,
        reason=clean(draft.reason or "")[: rules.MAX_REASON] or None,
        witness=one_line(draft.witness or "")[:60] or None,
        strokes=[] if draft.refused else _strokes(draft.strokes),
        width=round(draft.width),
        height=round(draft.height),
        signed_at=draft.signed_at,
        received_at=clock.now(),
        photo_ids=list(dict.fromkeys(draft.photo_ids)),
        target_id=draft.target_id,
        item_key=draft.item_key,
        captured_by=actor.user_id,
    )


def _strokes(strokes: Strokes) -> list[Any]:
    """Return the strokes inside their box of a thousand by a thousand."""
    return [[[_within(x), _within(y)] for x, y in stroke] for stroke in strokes]


def _within(value: float) -> float:
    return min(1000, max(0, round(value, 1)))


def _require_photos(draft: SignatureDraft) -> None:
    """Photos of a refusal belong to the same inspection and were not taken back."""
    wanted = set(draft.photo_ids)
    query = select(func.count()).where(
        Photo.id.in_(wanted),
        Photo.inspection_id == draft.inspection_id,
        Photo.state != "removed",
    )
    if wanted and db.session.scalar(query) != len(wanted):
        raise rules.SignatureInvalid()
