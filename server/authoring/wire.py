"""Drafts, versions and lists as the desk reads them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from server.access.rules import Actor
from server.authoring import queries
from server.authoring.checking import Checked
from server.authoring.models import ChecklistDraft
from server.authoring.queries import AUTHOR, REVIEW
from server.authoring.rules.overlay import own_prefix
from server.authoring.rules.review import WRITABLE
from server.authoring.rules.upstream import touched
from server.authoring.service import is_base_moved
from server.definitions.queries import Use, definition
from server.definitions.rules.compare import compare
from server.kernel.clock import to_ms
from server.kernel.db import db
from server.org.models import Region

Data = dict[str, Any]


def use_data(use: Use, regions: Mapping[str, str], holding: Sequence[Use]) -> Data:
    """Tell of one act of publication."""
    act, version = use.act, use.version
    return {
        "id": str(act.seq),
        "hash": version.hash,
        "title": {"zh": version.title_zh, "en": version.title_en},
        "items": version.items,
        "minutes": version.minutes,
        "effective_from": version.effective_from.isoformat(),
        "at": to_ms(act.at),
        "source": act.source,
        "author": act.author_name,
        "reviewer": act.reviewer_name,
        "note": act.note,
        "region_id": act.region_id,
        "region": regions.get(act.region_id or "", ""),
        "base_hash": act.base_hash,
        "in_use": any(one.act.seq == act.seq for one in holding),
    }


def checklist_data(
    actor: Actor, uses: Sequence[Use], drafts: Sequence[ChecklistDraft], regions: Mapping[str, str]
) -> Data:
    """Tell of one checklist: what holds for everybody and in regions, and who works on it."""
    general = next((use for use in uses if use.act.region_id is None), None)
    first = general or uses[0]
    tags = _tags(definition(first.version.hash))
    return {
        **use_data(first, regions, uses),
        "id": first.version.key,
        "key": first.version.key,
        "citations": sum(tags.values()),
        "unverified": sum(tags.values()) - tags["verified"],
        "regional": [
            use_data(use, regions, uses)
            | {
                "behind": general is not None and use.act.base_hash != general.version.hash,
                "may_edit": queries.covers(actor, AUTHOR, use.act.region_id),
            }
            for use in uses
            if use.act.region_id is not None
        ],
        "drafts": [draft_head(actor, draft, regions) for draft in drafts],
        "may_edit": queries.covers(actor, AUTHOR, None),
        "may_review": queries.covers(actor, REVIEW, None),
    }


def _tags(made: Any) -> Counter[str]:
    return Counter(
        basis["tag"]
        for section in made["sections"]
        for item in section["items"]
        for basis in item.get("basis", [])
    )


def draft_head(actor: Actor, draft: ChecklistDraft, regions: Mapping[str, str]) -> Data:
    """Tell of a draft without its content."""
    return {
        "id": draft.id,
        "rev": draft.rev,
        "kind": draft.kind,
        "key": draft.key,
        "title": _title(draft),
        "region_id": draft.region_id,
        "region": regions.get(draft.region_id or "", ""),
        "state": draft.state,
        "note": draft.note,
        "base_hash": draft.base_hash,
        "published_hash": draft.published_hash,
        "created_at": to_ms(draft.created_at),
        "changed_at": to_ms(draft.changed_at),
        "changed_by": draft.changed_by,
        "steps": draft.steps,
        "may": _may(actor, draft),
    }


def _title(draft: ChecklistDraft) -> Data:
    title = draft.body.get("title")
    if title is None and draft.base_hash is not None:
        return dict(definition(draft.base_hash)["title"])
    said = title if isinstance(title, dict) else {}
    return {name: str(said.get(name) or draft.key) for name in ("zh", "en")}


def _may(actor: Actor, draft: ChecklistDraft) -> Data:
    writes = queries.covers(actor, AUTHOR, draft.region_id)
    reviews = queries.covers(actor, REVIEW, draft.region_id)
    own = actor.user_id in draft.author_ids
    return {
        "write": writes and draft.state in WRITABLE,
        "take_back": own and draft.state == "review",
        "review": reviews and not own and draft.state == "review",
        "own": own,
    }


def draft_data(actor: Actor, draft: ChecklistDraft, checked: Checked) -> Data:
    """Tell all of a draft: content, mistakes, difference, and what moved below it."""
    moved = is_base_moved(draft)
    return draft_head(actor, draft, queries.region_names()) | {
        "body": draft.body,
        "mistakes": checked.mistakes,
        **_views(draft, checked),
        "base_moved": moved,
        "upstream": _upstream(draft) if moved else None,
        "prefix": _prefix(draft),
    }


def saved_data(draft: ChecklistDraft, checked: Checked) -> Data:
    """Tell what saving changed."""
    return {
        "rev": draft.rev,
        "state": draft.state,
        "changed_at": to_ms(draft.changed_at),
        "base_hash": draft.base_hash,
        "mistakes": checked.mistakes,
        **_views(draft, checked),
    }


def _views(draft: ChecklistDraft, checked: Checked) -> Data:
    """Return the composed checklist of an overlay, and the difference once there is no mistake."""
    use = queries.in_use(draft.key, draft.region_id) or queries.in_use(draft.key, None)
    before = use.version.hash if use else None
    sound = checked.definition is not None and not checked.faults
    is_overlay = draft.kind == "overlay"
    return {
        "composed": checked.definition if is_overlay else None,
        "compared_with": before,
        "difference": _difference(draft, before, checked.definition) if sound else None,
    }


def _difference(draft: ChecklistDraft, before: str | None, made: Any) -> Any:
    old = definition(before) if before else None
    published = [definition(one) for one in queries.every_hash(draft.key, draft.region_id)]
    return compare(old, made, published)


def _upstream(draft: ChecklistDraft) -> Data | None:
    now = queries.in_use(draft.key, None)
    if now is None or draft.base_hash is None:
        return None
    old, new = definition(draft.base_hash), definition(now.version.hash)
    parts = touched(old, new, draft.body) if draft.kind == "overlay" else []
    return {"hash": now.version.hash, "parts": parts, "difference": compare(old, new)}


def _prefix(draft: ChecklistDraft) -> str | None:
    if draft.region_id is None:
        return None
    return own_prefix(db.session.get_one(Region, draft.region_id).code)
