"""Writing, reviewing and publishing checklists at the desk."""

from dataclasses import dataclass
from typing import Any

from server.access.rules import Actor
from server.audit.service import record
from server.authoring import checking, queries
from server.authoring.models import OPEN, ChecklistDraft
from server.authoring.queries import AUTHOR, REVIEW
from server.authoring.rules import review
from server.authoring.rules.overlay import empty_overlay
from server.definitions.load import loaded
from server.definitions.queries import changes_nothing, definition
from server.definitions.rules.checks import Words
from server.definitions.service import Act, put_into_use, version_of
from server.kernel import clock
from server.kernel.db import db
from server.kernel.text import clean
from server.org.models import Person
from server.org.queries import get_region

Data = dict[str, Any]


@dataclass(frozen=True)
class NewDraft:
    """A draft as it is begun."""

    id: str
    key: str
    kind: str = "checklist"
    region_id: str | None = None
    body: Data | None = None
    note: str = ""


def create_draft(actor: Actor, new: NewDraft) -> ChecklistDraft:
    """Begin a draft, from the version in use unless a content is given."""
    known = db.session.get(ChecklistDraft, new.id)
    if known is not None:
        return queries.get_draft(actor, known.id)
    region_id = new.region_id if new.kind == "overlay" else None
    if new.kind == "overlay":
        region_id = get_region(actor, new.region_id or "").id
    _require_reach(actor, AUTHOR, region_id)
    base = queries.in_use(new.key, None)
    if base is None and (new.kind == "overlay" or new.body is None):
        raise review.DraftChecklistUnknown(checklist_key=new.key)
    base_hash = base.version.hash if base else None
    draft = ChecklistDraft(
        id=new.id,
        kind=new.kind,
        key=new.key,
        region_id=region_id,
        base_hash=base_hash,
        body=new.body if new.body is not None else _start(new.key, base_hash, region_id),
        state="draft",
        note=clean(new.note),
        author_id=actor.user_id,
        author_ids=[actor.user_id],
        created_at=clock.now(),
        changed_at=clock.now(),
        changed_by=actor.name,
        steps=[],
    )
    db.session.add(draft)
    _step(actor, draft, "create", draft.note)
    return draft


def save_draft(
    actor: Actor, draft_id: str, rev: int, *, body: Data | None, note: str | None, accept_base: bool
) -> ChecklistDraft:
    """Keep what a draft says now; `rev` names the version it was written on."""
    draft = _held(actor, draft_id, rev, AUTHOR)
    review.require_state(draft.state, *review.WRITABLE)
    if body is not None:
        draft.body = body
    if note is not None:
        draft.note = clean(note)
    if accept_base:
        draft.base_hash = _present_base(draft)
    if actor.user_id not in draft.author_ids:
        draft.author_ids = [*draft.author_ids, actor.user_id]
    draft.state = "draft"
    _touch(actor, draft)
    return draft


def submit_draft(actor: Actor, draft_id: str, rev: int, note: str, words: Words) -> ChecklistDraft:
    """Hand a draft without mistakes to a second person, saying why it is needed."""
    draft = _held(actor, draft_id, rev, AUTHOR)
    review.require_state(draft.state, *review.WRITABLE)
    draft.note = clean(note) or draft.note
    review.require_words(draft.note)
    _require_publishable(draft, words)
    draft.state = "review"
    _step(actor, draft, "submit", draft.note)
    return draft


def return_draft(actor: Actor, draft_id: str, rev: int, note: str) -> ChecklistDraft:
    """Give a draft back with words; an author may take back their own without."""
    draft = _held(actor, draft_id, rev, None)
    review.require_state(draft.state, "review")
    said = clean(note)
    if actor.user_id in draft.author_ids:
        draft.state = "draft"
        _step(actor, draft, "take-back", said)
        return draft
    _require_reach(actor, REVIEW, draft.region_id)
    review.require_words(said)
    draft.state, draft.reviewer_id = "returned", actor.user_id
    _step(actor, draft, "return", said)
    return draft


def publish_draft(actor: Actor, draft_id: str, rev: int, note: str, words: Words) -> ChecklistDraft:
    """Put a reviewed draft into use; never by who wrote it."""
    draft = _held(actor, draft_id, rev, REVIEW)
    review.require_state(draft.state, "review")
    review.require_second(draft.author_ids, actor.user_id)
    version = version_of(loaded(_require_publishable(draft, words)))
    is_overlay = draft.kind == "overlay"
    act = Act(
        "desk",
        region_id=draft.region_id,
        author_name=_names(draft.author_ids),
        reviewer_name=actor.name,
        note=draft.note,
        draft_id=draft.id,
        base_hash=draft.base_hash,
        overlay=draft.body if is_overlay else None,
    )
    put_into_use(actor, version, act)
    draft.state, draft.reviewer_id, draft.published_hash = "published", actor.user_id, version.hash
    _step(actor, draft, "publish", clean(note))
    return draft


def discard_draft(actor: Actor, draft_id: str, rev: int, note: str = "") -> ChecklistDraft:
    """Put a draft away; it stays readable."""
    draft = _held(actor, draft_id, rev, AUTHOR)
    review.require_state(draft.state, *review.WRITABLE)
    draft.state = "discarded"
    _step(actor, draft, "discard", clean(note))
    return draft


def is_base_moved(draft: ChecklistDraft) -> bool:
    """Tell whether another version was put into use since the draft was begun."""
    return draft.state in OPEN and _present_base(draft) != draft.base_hash


def _require_publishable(draft: ChecklistDraft, words: Words) -> Any:
    if is_base_moved(draft):
        raise review.DraftBaseMoved(present=_present_base(draft), base=draft.base_hash)
    checked = checking.check_draft(draft, words)
    if checked.faults or checked.definition is None:
        raise review.DraftMistakes(mistakes=checked.mistakes)
    present = queries.in_use(draft.key, draft.region_id)
    if present is None and draft.kind == "overlay" and changes_nothing(draft.body):
        raise review.DraftUnchanged()
    made = loaded(checked.definition)
    is_same_base = draft.kind == "checklist" or (
        present is not None and present.act.base_hash == draft.base_hash
    )
    if present is not None and present.version.hash == made.hash and is_same_base:
        raise review.DraftUnchanged()
    return checked.definition


def _present_base(draft: ChecklistDraft) -> str | None:
    use = queries.in_use(draft.key, None)
    return use.version.hash if use else None


def _start(key: str, base_hash: str | None, region_id: str | None) -> Data:
    if region_id is None:
        assert base_hash is not None, "a new checklist comes with a content"
        return dict(definition(base_hash))
    last = queries.last_overlay(key, region_id)
    return last.overlay if last and last.overlay else empty_overlay(key)


def _held(actor: Actor, draft_id: str, rev: int, permission: Any) -> ChecklistDraft:
    draft = queries.get_draft(actor, draft_id, for_update=True)
    if permission is not None:
        _require_reach(actor, permission, draft.region_id)
    if draft.rev != rev:
        raise review.DraftStale(
            rev=draft.rev,
            given=rev,
            changed_by=draft.changed_by,
            changed_at=clock.to_ms(draft.changed_at),
        )
    return draft


def _require_reach(actor: Actor, permission: Any, region_id: str | None) -> None:
    if not queries.covers(actor, permission, region_id):
        raise review.DraftReach(permission=permission.value)


def _names(person_ids: list[str]) -> str:
    people = [db.session.get_one(Person, person_id).name for person_id in person_ids]
    return "、".join(people)[:200]


def _touch(actor: Actor, draft: ChecklistDraft) -> None:
    draft.changed_at, draft.changed_by = clock.now(), actor.name


def _step(actor: Actor, draft: ChecklistDraft, action: str, note: str) -> None:
    _touch(actor, draft)
    step = {"action": action, "by": actor.name, "at": clock.now_ms(), "note": note}
    draft.steps = [*draft.steps, step]
    told = {"key": draft.key, "region_id": draft.region_id, "note": note}
    record(actor, f"draft.{action}", "checklist_draft", draft.id, details=told)
