"""Reading published definitions. A hash names its bytes for ever, so parsed ones are kept."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import aliased, defer

from server.definitions.models import DefinitionPublication, DefinitionVersion
from server.definitions.rules.criteria import CriteriaList
from server.definitions.rules.law import Records
from server.definitions.rules.shapes import Definition
from server.kernel import driver
from server.kernel.db import db
from server.kernel.errors import Invalid, NotFound
from server.kernel.settings import ROOT
from server.org.models import Region

APP_VERSION: str = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
CHECKLIST = "checklist"
WORDS = "words"
_CRITERIA = "criteria-"
_KEY_OF = 'SELECT "key" FROM definition_version WHERE hash = :hash AND kind = :kind'
_parsed: dict[str, Any] = {}


class DefinitionUnknown(Invalid):
    """No checklist was ever published under this hash and key."""

    code = "definition-unknown"
    title = "This version of the checklist was never published here."
    title_zh = "服务器上没有这个版本的检查表。"


@dataclass(frozen=True)
class Use:
    """An act of publication and the version it put into use."""

    act: DefinitionPublication
    version: DefinitionVersion


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
    known = driver.rows(_KEY_OF, hash=digest, kind=CHECKLIST)
    if known != [(key,)]:
        raise DefinitionUnknown(checklist_key=key)
    return definition(digest)


def versions(kind: str) -> Sequence[DefinitionVersion]:
    """Return what was ever in use for everybody, the latest act first, without bodies."""
    return [use.version for use in uses(kind) if use.act.region_id is None]


def uses(kind: str, key: str | None = None) -> list[Use]:
    """Return the acts of publication of a kind, the latest first."""
    query = (
        select(DefinitionPublication, DefinitionVersion)
        .join(DefinitionVersion, DefinitionVersion.hash == DefinitionPublication.hash)
        .where(DefinitionPublication.kind == kind)
        .order_by(DefinitionPublication.seq.desc())
        .options(defer(DefinitionVersion.body))
    )
    if key is not None:
        query = query.where(DefinitionPublication.key == key)
    return [Use(*row) for row in db.session.execute(query)]


def _newest(rows: Iterable[DefinitionVersion], today: date) -> list[DefinitionVersion]:
    """Choose one version a key: the newest in force, or the newest when none is in force yet."""
    chosen: dict[str, DefinitionVersion] = {}
    for row in sorted(rows, key=lambda row: row.effective_from <= today, reverse=True):
        chosen.setdefault(row.key, row)
    return [chosen[key] for key in sorted(chosen)]


def current_checklists(today: date) -> list[DefinitionVersion]:
    """Return the checklists to be used on a day, one version each, in the order of their keys."""
    return _newest(versions(CHECKLIST), today)


def current_uses(today: date, key: str | None = None) -> list[Use]:
    """
    Return the act that holds on a day for every checklist and region, everybody's first.

    A region that laid nothing over a checklist any more follows everybody's.
    """
    acts = uses(CHECKLIST, key)
    chosen: dict[tuple[str, str], Use] = {}
    for use in sorted(acts, key=lambda use: use.version.effective_from <= today, reverse=True):
        chosen.setdefault((use.version.key, use.act.region_id or ""), use)
    return [chosen[place] for place in sorted(chosen) if not _has_ended(chosen[place].act)]


def _has_ended(act: DefinitionPublication) -> bool:
    return act.overlay is not None and changes_nothing(act.overlay)


def changes_nothing(overlay: Mapping[str, Any]) -> bool:
    """Say whether an overlay lays nothing over its checklist."""
    return not any(overlay.get(part) for part in ("title", "items", "sections", "added"))


def words(key: str, today: date) -> Any:
    """Return the newest published list of words, for example the categories of hazards."""
    found = [row for row in _newest(versions(WORDS), today) if row.key == key]
    return parsed(found[0].hash) if found else None


def law_records(today: date) -> Records:
    """Return the records of the law as they were published last."""
    found = words("basis", today) or {"records": {}}
    return cast(Records, found["records"])


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
    acts = current_uses(today)
    reach = _reach({use.act.region_id for use in acts if use.act.region_id}) if acts else {}
    checklists = [_entry(use, sizes[use.version.hash], reach) for use in acts]
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


def _entry(use: Use, size: int, reach: Mapping[str, list[str]]) -> dict[str, Any]:
    row, region = use.version, use.act.region_id
    return _link(row, size) | {
        "title": {"zh": row.title_zh, "en": row.title_en},
        "items": row.items,
        "minutes": row.minutes,
        "region_id": region,
        "region_ids": reach.get(region, []) if region else [],
    }


def _reach(regions: set[str]) -> dict[str, list[str]]:
    """Tell which regions lie in each: a phone knows its units' regions but not their ancestors."""
    if not regions:
        return {}
    outer = aliased(Region)
    query = (
        select(outer.id, Region.id)
        .join(Region, Region.path.startswith(outer.path))
        .where(outer.id.in_(sorted(regions)))
        .order_by(outer.id, Region.id)
    )
    found: dict[str, list[str]] = {}
    for above, below in db.session.execute(query):
        found.setdefault(above, []).append(below)
    return found


def criteria_lists(today: date) -> dict[str, CriteriaList]:
    """Return the published lists of criteria by the hash of their content."""
    rows = [row for row in _newest(versions(WORDS), today) if row.key.startswith(_CRITERIA)]
    return {row.hash: cast(CriteriaList, parsed(row.hash)) for row in rows}


def criteria_version(digest: str) -> CriteriaList | None:
    """Return the list of criteria of exactly this content, if it was ever published."""
    known = db.session.scalar(
        select(DefinitionVersion.key).where(
            DefinitionVersion.hash == digest, DefinitionVersion.kind == WORDS
        )
    )
    if known is None or not known.startswith(_CRITERIA):
        return None
    return cast(CriteriaList, parsed(digest))
