"""
The record of an inspection as bytes: what a submission's receipt hashes and a package contains.

Only what a submission settles is in it: the same record gives the same bytes until somebody opens
it again. Whether a photo's bytes have come, or how a hazard went on, is told elsewhere.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from server.evidence.models import Photo
from server.inspections import queries
from server.inspections.models import (
    Answer,
    AnswerConflict,
    Inspection,
    JointPerson,
    Signature,
)
from server.kernel import clock

_HEADER = (
    "id", "number", "assignment_id", "unit_id", "location_id", "checklist_key", "definition",
    "mode", "style", "sections", "deep_items", "deep_checked", "state", "lead_id", "member_ids",
    "targets", "tag", "started_at", "device_started_at", "submitted_at", "device_submitted_at",
    "submitted_by", "summary", "score", "counts",
)  # fmt: skip
_PHOTO = (
    "id", "sha256", "size", "mime", "w", "h", "taken_at", "received_at", "author_id", "origin",
    "purpose", "position", "annotations", "original_id", "caption", "target_id", "item_key",
    "hazard_id",
)  # fmt: skip
_SIGNATURE = (
    "id", "party", "person_id", "name", "title", "refused", "reason", "witness", "strokes",
    "width", "height", "signed_at", "received_at", "photo_ids", "target_id", "item_key",
    "captured_by",
)  # fmt: skip
_JOINT = ("id", "name", "agency", "title", "certificate", "shown", "added_by", "added_at")
_ANSWER = ("target_id", "item_key", "rev", "fields")
_CONFLICT = ("id", "target_id", "item_key", "field", "values", "state", "resolution")


def record_of(inspection: Inspection) -> dict[str, Any]:
    """Return what is on record, in an order that never changes."""
    photos = sorted(queries.photos_of(inspection.id), key=lambda photo: photo.id)
    signatures = sorted(queries.signatures_of(inspection.id), key=lambda row: row.id)
    answers: Sequence[Answer] = queries.answers_of(inspection.id)
    conflicts: Sequence[AnswerConflict] = queries.conflicts_of(inspection.id)
    joint = [_plain(row, _JOINT) for row in queries.joint_of(inspection.id)]
    # Left out where nobody came along: records that were sealed before keep their bytes.
    others = {"joint": joint} if joint else {}
    return others | {
        "format": "anxun-record-1",
        "inspection": _plain(inspection, _HEADER),
        "answers": [_plain(row, _ANSWER) for row in answers],
        "photos": [_plain(row, _PHOTO) for row in photos],
        "signatures": [_plain(row, _SIGNATURE) for row in signatures],
        "conflicts": [_plain(row, _CONFLICT) for row in conflicts],
    }


def record_bytes(inspection: Inspection) -> bytes:
    """Return the record as JSON without spaces, keys in order."""
    return orjson.dumps(record_of(inspection), option=orjson.OPT_SORT_KEYS)


def _plain(
    row: Inspection | Answer | Photo | Signature | AnswerConflict | JointPerson,
    names: Sequence[str],
) -> dict[str, Any]:
    return {name: _value(getattr(row, name)) for name in names}


def _value(value: Any) -> Any:
    return clock.to_ms(value) if isinstance(value, datetime) else value
