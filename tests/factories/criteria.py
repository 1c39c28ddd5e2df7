"""Short lists of criteria, published."""

import hashlib
from datetime import date
from typing import Any

from server.definitions.load import canonical
from server.definitions.models import DefinitionPublication, DefinitionVersion
from server.kernel import clock
from server.kernel.db import db

SOURCE = {"doc": "《试行清单》", "clause": "第一项", "tag": "verified"}
TRIAL: dict[str, Any] = {
    "key": "trial",
    "concept": "major",
    "title": {"zh": "试行判定清单", "en": "Trial criteria"},
    "edition": "试〔2026〕1号",
    "region": "national",
    "effective_from": "2026-01-01",
    "complete": False,
    "incomplete": {"zh": "本清单不完整。", "en": "This list is incomplete."},
    "judged_by": {"zh": "主管部门", "en": "The office"},
    "at_once": [{"act": "report", "text": {"zh": "报告", "en": "Report"}, "source": SOURCE}],
    "entries": [
        {
            "key": key,
            "text": {"zh": f"情形{key}", "en": f"Case {key}"},
            "wording": "paraphrase",
            "source": SOURCE,
        }
        for key in ("1", "2")
    ],
}


def make_criteria(**changed: Any) -> DefinitionVersion:
    """The trial list, or a changed one, in use; the same content is one version."""
    content = TRIAL | changed
    body = canonical(content)
    digest = hashlib.sha256(body.encode()).hexdigest()
    known = db.session.get(DefinitionVersion, digest)
    if known is not None:
        return known
    row = DefinitionVersion(
        hash=digest,
        kind="words",
        key=f"criteria-{content['key']}",
        title_zh=content["title"]["zh"],
        title_en=content["title"]["en"],
        items=0,
        minutes=0,
        effective_from=date.fromisoformat(content["effective_from"]),
        published_at=clock.now(),
        body=body,
    )
    db.session.add(row)
    db.session.flush()
    act = DefinitionPublication(
        hash=digest, kind="words", key=row.key, source="file", at=row.published_at
    )
    db.session.add(act)
    db.session.flush()
    return row
