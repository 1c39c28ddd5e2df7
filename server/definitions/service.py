"""
Publishing definitions: a new content is a new version, an old version never changes.

Files and the desk publish into one history, in which the latest act holds. A file acts only when
its content differs from what it brought last: reading the same files again never takes back what
was published at the desk in between, and a file that is changed afterwards does.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.audit.service import record
from server.definitions.load import BASIS, CRITERIA, WORD_FILES, Loaded, canonical, load
from server.definitions.models import DefinitionPublication, DefinitionVersion
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
    checklists = map(version_of, load(folder))
    for row in [*checklists, *_words(folder), *_criteria(folder), _law(folder)]:
        (added if _publish(row) else unchanged).append(row.key)
    return Published(tuple(added), tuple(unchanged))


@dataclass(frozen=True)
class Act:
    """Who puts a version into use, where and why."""

    source: str
    region_id: str | None = None
    author_name: str = ""
    reviewer_name: str = ""
    note: str = ""
    draft_id: str | None = None
    base_hash: str | None = None
    overlay: dict[str, Any] | None = field(default=None, hash=False)


def put_into_use(actor: Actor | None, row: DefinitionVersion, act: Act) -> DefinitionPublication:
    """Keep a version, if its content is new, and let it hold from now on."""
    if db.session.get(DefinitionVersion, row.hash) is None:
        db.session.add(row)
        db.session.flush()
    publication = DefinitionPublication(
        hash=row.hash, kind=row.kind, key=row.key, at=clock.now(), **vars(act)
    )
    db.session.add(publication)
    told = {"key": row.key, "source": act.source, "region_id": act.region_id, "note": act.note}
    record(actor, "definition.publish", "definition", row.hash, details=told)
    return publication


def _publish(row: DefinitionVersion) -> bool:
    if _last_of_file(row) == row.hash:
        return False
    put_into_use(None, row, Act("file"))
    return True


def _last_of_file(row: DefinitionVersion) -> str | None:
    acts = select(DefinitionPublication.hash).where(
        DefinitionPublication.kind == row.kind,
        DefinitionPublication.key == row.key,
        DefinitionPublication.source == "file",
    )
    return db.session.scalar(acts.order_by(DefinitionPublication.seq.desc()).limit(1))


def version_of(loaded: Loaded) -> DefinitionVersion:
    """Return the row of a sound checklist; it is not kept yet."""
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
        content = strict_json.loads((folder / name).read_bytes())
        key = name.removesuffix(".json")
        yield _words_version(key, content, _ALWAYS, {"zh": key, "en": key})


def _criteria(folder: Path) -> Iterator[DefinitionVersion]:
    """Lists of criteria travel like words: a phone shows them without signal."""
    for path in sorted((folder / CRITERIA).glob("*.json")):
        content = strict_json.loads(path.read_bytes())
        begin = date.fromisoformat(content["effective_from"])
        yield _words_version(f"{CRITERIA}-{content['key']}", content, begin, content["title"])


def _law(folder: Path) -> DefinitionVersion:
    """All records of the law are one file: a phone holds the whole law or none of it."""
    found = [strict_json.loads(path.read_bytes()) for path in (folder / BASIS).glob("*.json")]
    content = {"key": BASIS, "records": {record["key"]: record for record in found}}
    return _words_version(BASIS, content, _ALWAYS, {"zh": "依据", "en": "Basis"})


def _words_version(
    key: str, content: Any, effective_from: date, title: dict[str, str]
) -> DefinitionVersion:
    body = canonical(content)
    return DefinitionVersion(
        hash=hashlib.sha256(body.encode()).hexdigest(),
        kind=WORDS,
        key=key,
        title_zh=title["zh"],
        title_en=title["en"],
        items=0,
        minutes=0,
        effective_from=effective_from,
        published_at=clock.now(),
        body=body,
    )
