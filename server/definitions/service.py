"""Publishing definitions: a new content is a new version, an old version never changes."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from server.audit.service import record
from server.definitions.load import WORD_FILES, Loaded, canonical, load
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


def publish(folder: Path) -> Published:
    """Publish every file of a sound folder whose content has no version yet."""
    added: list[str] = []
    unchanged: list[str] = []
    for row in [*map(_checklist, load(folder)), *_words(folder)]:
        (added if _publish(row) else unchanged).append(row.key)
    return Published(tuple(added), tuple(unchanged))


def _publish(row: DefinitionVersion) -> bool:
    if db.session.get(DefinitionVersion, row.hash) is not None:
        return False
    db.session.add(row)
    record(None, "definition.publish", "definition", row.hash, details={"key": row.key})
    return True


def _checklist(loaded: Loaded) -> DefinitionVersion:
    content = loaded.definition
    return DefinitionVersion(
        hash=loaded.hash,
        kind=CHECKLIST,
        key=loaded.key,
        title_zh=content["title"]["zh"],
        title_en=content["title"]["en"],
        items=loaded.items,
        minutes=content["minutes"],
        effective_from=date.fromisoformat(content["effective_from"]),
        published_at=clock.now(),
        body=loaded.body,
    )


def _words(folder: Path) -> Iterator[DefinitionVersion]:
    """Words that checklists share are published beside them, so that phones can name things."""
    for name in WORD_FILES:
        body = canonical(strict_json.loads((folder / name).read_bytes()))
        key = name.removesuffix(".json")
        yield DefinitionVersion(
            hash=hashlib.sha256(body.encode()).hexdigest(),
            kind=WORDS,
            key=key,
            title_zh=key,
            title_en=key,
            items=0,
            minutes=0,
            effective_from=_ALWAYS,
            published_at=clock.now(),
            body=body,
        )
