"""Small checklists, published."""

import copy
import hashlib
from datetime import date
from typing import Any

from server.definitions.load import canonical
from server.definitions.models import DefinitionPublication, DefinitionVersion
from server.kernel import clock
from server.kernel.db import db

WARD: dict[str, Any] = {
    "key": "ward",
    "title": {"zh": "病房安全", "en": "Ward safety"},
    "header": {"facts": ["WARD-01"], "note": {"zh": "练习用", "en": "For practice"}, "omitted": []},
    "effective_from": "2026-11-01",
    "minutes": 10,
    "sections": [
        {
            "key": "rules",
            "title": {"zh": "制度", "en": "Rules"},
            "items": [
                {
                    "key": "ward.rules.posted",
                    "facts": ["WARD-01"],
                    "ask": {"zh": "制度是否上墙？", "en": "Are the rules posted?"},
                    "method": {"zh": "看", "en": "Look"},
                    "basis": [{"doc": "《消防法》", "clause": "第16条", "tag": "verified"}],
                    "answer": {"type": "pass-fail-na", "allow_na": True},
                    "photo": {"rule": "on-fail"},
                    "on_fail": {
                        "hazard": {
                            "title": {"zh": "制度未上墙", "en": "Rules not posted"},
                            "grade": "general",
                            "category": "institution",
                            "due_days": 7,
                            "suggest": {"zh": "张贴制度", "en": "Post the rules"},
                        }
                    },
                    "weight": 2,
                },
                {
                    "key": "ward.rules.drill",
                    "facts": ["WARD-01"],
                    "ask": {"zh": "半年内是否演练？", "en": "Was there a drill?"},
                    "method": {"zh": "查记录", "en": "Read"},
                    "basis": [{"doc": "《应急预案管理办法》", "tag": "to-verify"}],
                    "answer": {"type": "pass-fail-na"},
                    "photo": {"rule": "optional"},
                    "weight": 1,
                },
            ],
        },
        {
            "key": "rooms",
            "title": {"zh": "逐室检查", "en": "Room by room"},
            "repeat": {"over": "location"},
            "items": [
                {
                    "key": "ward.room.exit",
                    "facts": ["WARD-01"],
                    "ask": {"zh": "出口是否畅通？", "en": "Is the exit clear?"},
                    "method": {"zh": "推门", "en": "Push"},
                    "basis": [{"doc": "《消防法》", "tag": "document-only"}],
                    "answer": {"type": "pass-fail-na"},
                    "readings": [
                        {
                            "key": "width",
                            "type": "number",
                            "label": {"zh": "净宽", "en": "Width"},
                            "unit": {"zh": "米", "en": "m"},
                            "min": 1.1,
                        }
                    ],
                    "photo": {"rule": "on-fail"},
                    "weight": 3,
                }
            ],
        },
    ],
}


def make_definition(content: dict[str, Any] | None = None, **changed: Any) -> DefinitionVersion:
    """The ward's checklist, or another one, as published; the same content is one version."""
    definition = copy.deepcopy(content or WARD) | changed
    body = canonical(definition)
    digest = hashlib.sha256(body.encode()).hexdigest()
    known = db.session.get(DefinitionVersion, digest)
    if known is not None:
        return known
    row = DefinitionVersion(
        hash=digest,
        kind="checklist",
        key=definition["key"],
        title_zh=definition["title"]["zh"],
        title_en=definition["title"]["en"],
        items=sum(len(section["items"]) for section in definition["sections"]),
        minutes=definition["minutes"],
        effective_from=date.fromisoformat(definition["effective_from"]),
        published_at=clock.now(),
        body=body,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(
        DefinitionPublication(
            hash=digest, kind=row.kind, key=row.key, source="file", at=row.published_at
        )
    )
    db.session.flush()
    return row
