"""Reading published definitions. A hash names its bytes for ever, so parsed ones are kept."""

import hashlib
import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import defer

from server.definitions.models import DefinitionVersion
from server.definitions.rules.shapes import Definition
from server.kernel.db import db
from server.kernel.errors import Invalid, NotFound
from server.kernel.settings import ROOT

APP_VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
CHECKLIST = "checklist"
WORDS = "words"
_parsed: dict[str, Any] = {}


class DefinitionUnknown(Invalid):
    """No checklist was ever published under this hash and key."""

    code = "definition-unknown"
    title = "This version of the checklist was never published here."
    title_zh = "服务器上没有这个版本的检查表。"


def body_of(digest: str) -> bytes:
    """Return the very bytes whose SHA-256 is *digest*."""
    body = db.session.scalar(select(DefinitionVersion.body).where(DefinitionVersion.hash == digest))
    if body is None:
        raise NotFound()
    return body.encode()


def parsed(digest: str) -> Any:
    """Return a published file as data."""
    if digest not in _parsed:
        _parsed[digest] = orjson.loads(body_of(digest))
    return _parsed[digest]


def definition(digest: str) -> Definition:
    """Return a published checklist as data. Callers read it and never change it."""
    return cast(Definition, parsed(digest))


def published_checklist(digest: str, key: str) -> Definition:
    """Return the checklist *key* in the version named by *digest*, or raise DefinitionUnknown."""
    known = db.session.scalar(
        select(DefinitionVersion.key).where(
            DefinitionVersion.hash == digest, DefinitionVersion.kind == CHECKLIST
        )
    )
    if known != key:
        raise DefinitionUnknown(checklist_key=key)
    return definition(digest)


def versions(kind: str) -> Sequence[DefinitionVersion]:
    """Return every published version of a kind, newest first, without bodies."""
    query = select(DefinitionVersion).where(DefinitionVersion.kind == kind)
    ordered = query.order_by(DefinitionVersion.published_at.desc(), DefinitionVersion.hash)
    return db.session.scalars(ordered.options(defer(DefinitionVersion.body))).all()


def _newest(rows: Iterable[DefinitionVersion], today: date) -> list[DefinitionVersion]:
    """Choose one version a key: the newest in force, or the newest when none is in force yet."""
    chosen: dict[str, DefinitionVersion] = {}
    for row in sorted(rows, key=lambda row: row.effective_from <= today, reverse=True):
        chosen.setdefault(row.key, row)
    return [chosen[key] for key in sorted(chosen)]


def current_checklists(today: date) -> list[DefinitionVersion]:
    """Return the checklists to be used on a day, one version each, in the order of their keys."""
    return _newest(versions(CHECKLIST), today)


def words(key: str, today: date) -> Any:
    """Return the newest published list of words, for example the categories of hazards."""
    found = [row for row in _newest(versions(WORDS), today) if row.key == key]
    return parsed(found[0].hash) if found else None


def category_names(today: date) -> dict[str, str]:
    """Return the Chinese names of the categories of hazards."""
    data = words("categories", today) or {"categories": []}
    return {entry["key"]: entry["label"]["zh"] for entry in data["categories"]}


def etag_of(content: Any) -> str:
    """Return a mark that changes exactly when the content does."""
    digest = hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return f'"{digest[:24]}"'


def manifest(today: date) -> dict[str, Any]:
    """Return the list of files a phone should hold; its mark changes with its content alone."""
    sizes = _sizes()
    checklists = [_entry(row, sizes[row.hash]) for row in current_checklists(today)]
    content: dict[str, Any] = {
        "definitions": checklists,
        "words": [_link(row, sizes[row.hash]) for row in _newest(versions(WORDS), today)],
        "workflow_url": "/api/ref/workflow.json",
        "answer_types_url": "/api/ref/answer-types.json",
        "app": APP_VERSION,
    }
    return {"etag": etag_of(content), **content}


def _sizes() -> dict[str, int]:
    size = func.octet_length(DefinitionVersion.body)
    return {row[0]: row[1] for row in db.session.execute(select(DefinitionVersion.hash, size))}


def _link(row: DefinitionVersion, size: int) -> dict[str, Any]:
    url = f"/api/ref/definitions/{row.hash}"
    return {"key": row.key, "hash": row.hash, "url": url, "bytes": size}


def _entry(row: DefinitionVersion, size: int) -> dict[str, Any]:
    return _link(row, size) | {
        "title": {"zh": row.title_zh, "en": row.title_en},
        "items": row.items,
        "minutes": row.minutes,
    }
