"""Checklists and their drafts over HTTP."""

from typing import Any

from flask import current_app

from server.access.rules import Actor, Permission
from server.authoring import checking, queries, service, wire
from server.authoring.models import ChecklistDraft
from server.authoring.schemas import (
    CompareArguments,
    DraftArguments,
    DraftBody,
    DraftPatch,
    ListArguments,
    StepBody,
)
from server.definitions.queries import Use, published_checklist
from server.definitions.rules.checks import Words
from server.definitions.rules.compare import compare
from server.kernel.db import db
from server.kernel.paging import Page
from server.kernel.text import fold
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("authoring", __name__, url_prefix="/api")
Data = dict[str, Any]
READ, AUTHOR = Permission.DEFINITIONS_READ, Permission.DEFINITIONS_AUTHOR


def _words() -> Words:
    return checking.known_words(current_app.extensions["settings"].checklists)


def _told(actor: Actor, draft: ChecklistDraft) -> Data:
    db.session.flush()
    return wire.draft_data(actor, draft, checking.check_draft(draft, _words()))


def _holds(use: Use, words: str) -> bool:
    version = use.version
    return any(words in fold(text) for text in (version.key, version.title_zh, version.title_en))


@bp.get("/checklists", permission=READ)
def list_checklists(actor: Actor) -> Page:
    """List every checklist with what holds, what regions lay over it, and open drafts."""
    uses, drafts = queries.holding(), queries.open_drafts(actor)
    regions = queries.region_names()
    words = fold(query(ListArguments).q or "")
    keys = sorted({use.version.key for use in uses if _holds(use, words)})
    items = [
        wire.checklist_data(
            actor,
            [use for use in uses if use.version.key == key],
            [draft for draft in drafts if draft.key == key],
            regions,
        )
        for key in keys
    ]
    return Page(items=items, next=None, total=len(items))


@bp.get("/checklists/<key>", permission=READ)
def get_checklist(actor: Actor, key: str) -> Data:
    """Return one checklist and its whole history."""
    history, holding = queries.history(key), queries.holding(key)
    regions = queries.region_names()
    told = wire.checklist_data(actor, holding, queries.open_drafts(actor, key), regions)
    return told | {"versions": [wire.use_data(use, regions, holding) for use in history]}


@bp.get("/checklists/<key>/versions", permission=READ)
def list_versions(_actor: Actor, key: str) -> Page:
    """List every act of publication of a checklist, the latest first."""
    history, holding = queries.history(key), queries.holding(key)
    regions = queries.region_names()
    items = [wire.use_data(use, regions, holding) for use in history]
    return Page(items=items, next=None, total=len(items))


@bp.get("/checklists/<key>/compare", permission=READ)
def compare_versions(_actor: Actor, key: str) -> Data:
    """Tell what one version does differently from another."""
    asked = query(CompareArguments)
    before = published_checklist(asked.from_, key) if asked.from_ else None
    return dict(compare(before, published_checklist(asked.to, key)))


@bp.get("/drafts", permission=AUTHOR)
def list_drafts(actor: Actor) -> Page:
    """List the drafts that are being worked on."""
    drafts, regions = queries.open_drafts(actor, query(DraftArguments).key), queries.region_names()
    items = [wire.draft_head(actor, draft, regions) for draft in drafts]
    return Page(items=items, next=None, total=len(items))


@bp.post("/drafts", permission=AUTHOR)
def create_draft(actor: Actor) -> Data:
    """Begin a draft."""
    new = service.NewDraft(**body(DraftBody).model_dump())
    return _told(actor, service.create_draft(actor, new))


@bp.get("/drafts/<draft_id>", permission=READ)
def get_draft(actor: Actor, draft_id: str) -> Data:
    """Return a draft with its mistakes and its difference from the version in use."""
    return _told(actor, queries.get_draft(actor, draft_id))


@bp.patch("/drafts/<draft_id>", permission=AUTHOR)
def save_draft(actor: Actor, draft_id: str) -> Data:
    """Keep what a draft says now."""
    given = body(DraftPatch)
    draft = service.save_draft(actor, draft_id, given.rev, **given.model_dump(exclude={"rev"}))
    db.session.flush()
    return wire.saved_data(draft, checking.check_draft(draft, _words()))


@bp.delete("/drafts/<draft_id>", permission=AUTHOR)
def delete_draft(actor: Actor, draft_id: str) -> None:
    """Put a draft away as it stands now."""
    draft = queries.get_draft(actor, draft_id)
    service.discard_draft(actor, draft_id, draft.rev)


@bp.post("/drafts/<draft_id>/submit", permission=AUTHOR)
def submit_draft(actor: Actor, draft_id: str) -> Data:
    """Hand a draft to a second person."""
    step = body(StepBody)
    return _told(actor, service.submit_draft(actor, draft_id, step.rev, step.note, _words()))


@bp.post("/drafts/<draft_id>/return", permission=READ)
def return_draft(actor: Actor, draft_id: str) -> Data:
    """Give a draft back with words, or take back one's own."""
    step = body(StepBody)
    return _told(actor, service.return_draft(actor, draft_id, step.rev, step.note))


@bp.post("/drafts/<draft_id>/publish", permission=Permission.DEFINITIONS_REVIEW)
def publish_draft(actor: Actor, draft_id: str) -> Data:
    """Put a reviewed draft into use."""
    step = body(StepBody)
    return _told(actor, service.publish_draft(actor, draft_id, step.rev, step.note, _words()))


@bp.post("/drafts/<draft_id>/discard", permission=AUTHOR)
def discard_draft(actor: Actor, draft_id: str) -> Data:
    """Put a draft away."""
    step = body(StepBody)
    return _told(actor, service.discard_draft(actor, draft_id, step.rev, step.note))
