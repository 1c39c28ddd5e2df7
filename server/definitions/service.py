"""Publishing definitions: a new content is a new version, an old version never changes."""

import hashlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from server.audit.service import record
from server.definitions.models import DefinitionVersion
from server.definitions.queries import CHECKLIST, WORDS
from server.kernel import clock, strict_json
from server.kernel.db import db

_ALWAYS = date(2000, 1, 1)


@dataclass(frozen=True)
class Published:
    """What a publication did."""

    added: tuple[str, ...]
    unchanged: tuple[str, ...]


def canonical(content: Any) -> bytes:
    """Return the one serialisation of a file's content: layout and key order do not count."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def publish(folder: Path) -> Published:
    """Publish every JSON file of a folder whose content has no version yet."""
    added: list[str] = []
    unchanged: list[str] = []
    for path in sorted(folder.glob("*.json")):
        content = strict_json.loads(path.read_bytes())
        (added if _publish(path.stem, content) else unchanged).append(path.stem)
    return Published(tuple(added), tuple(unchanged))


def _publish(key: str, content: Any) -> bool:
    body = canonical(content)
    digest = hashlib.sha256(body).hexdigest()
    if db.session.get(DefinitionVersion, digest) is not None:
        return False
    row = _checklist(content) if "sections" in content else _words(key)
    row.hash, row.body, row.published_at = digest, body.decode(), clock.now()
    db.session.add(row)
    record(None, "definition.publish", "definition", digest, details={"key": row.key})
    return True


def _checklist(content: Any) -> DefinitionVersion:
    return DefinitionVersion(
        kind=CHECKLIST,
        key=content["key"],
        title_zh=content["title"]["zh"],
        title_en=content["title"]["en"],
        items=sum(len(section["items"]) for section in content["sections"]),
        minutes=content["minutes"],
        effective_from=date.fromisoformat(content["effective_from"]),
    )


def _words(key: str) -> DefinitionVersion:
    return DefinitionVersion(
        kind=WORDS, key=key, title_zh=key, title_en=key, items=0, minutes=0, effective_from=_ALWAYS
    )
