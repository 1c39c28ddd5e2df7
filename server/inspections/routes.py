"""Inspections over HTTP."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.evidence.queries import standing
from server.inspections import queries, service, wire
from server.inspections.coverage import list_coverage
from server.inspections.rules import ConflictSettled
from server.inspections.running import get_running as running_of
from server.inspections.running import last_words, list_running
from server.inspections.schemas import (
    InspectionArguments,
    LeadHandover,
    Reopening,
    Resolution,
    TeamChange,
)
from server.kernel import clock
from server.kernel.db import db
from server.kernel.paging import Page
from server.web.api import ApiBlueprint, body, query
from server.web.schemas import Paging

bp = ApiBlueprint("inspections", __name__, url_prefix="/api/inspections")
Data = dict[str, Any]


@bp.get("", permission=Permission.INSPECTIONS_READ)
def list_inspections(actor: Actor) -> Page:
    """List inspections, newest first."""
    args = query(InspectionArguments)
    found = queries.list_inspections(actor, args.wanted(), cursor=args.cursor, limit=args.limit)
    return replace(found, items=[wire.inspection_data(row) for row in found.items])


@bp.get("/coverage", permission=Permission.INSPECTIONS_READ)
def coverage(actor: Actor) -> Page:
    """List units with the last inspection by checklist."""
    args = query(Paging)
    return list_coverage(actor, clock.today(), q=args.q, cursor=args.cursor, limit=args.limit)


@bp.get("/timings", permission=Permission.INSPECTIONS_READ)
def timings(_actor: Actor) -> Data:
    """Return how long the items of each checklist took at recent visits."""
    return {"checklists": service.measured_times()}


@bp.get("/running", permission=Permission.INSPECTIONS_REOPEN)
def running(actor: Actor) -> Page:
    """List unfinished inspections of the office's regions with who said what was last, and when."""
    args = query(Paging)
    found = list_running(actor, q=args.q, cursor=args.cursor, limit=args.limit)
    last = last_words([row.id for row in found.items])
    items = [wire.inspection_data(row) | {"last": last.get(row.id, {})} for row in found.items]
    return replace(found, items=items)


@bp.get("/running/<inspection_id>", permission=Permission.INSPECTIONS_REOPEN)
def get_running(actor: Actor, inspection_id: str) -> Data:
    """Return the team of an unfinished inspection, its parts and what it disagrees on."""
    row = running_of(actor, inspection_id)
    return wire.inspection_data(row) | {
        "last": last_words([row.id]).get(row.id, {}),
        "conflicts": [
            wire.conflict_data(c) for c in queries.conflicts_of(row.id) if c.concerns(actor.user_id)
        ],
        "parts": [wire.part_data(p) for p in queries.parts_of(row.id)],
    }


@bp.get("/<inspection_id>", permission=Permission.INSPECTIONS_READ)
def get_inspection(actor: Actor, inspection_id: str) -> Data:
    """Return one inspection with its answers, signatures and contradictions."""
    row = queries.get_inspection(actor, inspection_id)
    taken, signed = queries.photos_of(row.id), queries.signatures_of(row.id)
    return wire.inspection_data(row) | {
        "answers": [wire.answer_data(a) for a in queries.answers_of(row.id)],
        "signatures": [wire.signature_data(s) for s in signed],
        "unconfirmed": [s.id for s in service.unconfirmed(row, signed)],
        "said": {
            hand.id: {"mine": hand.mine, "at": hand.word["at"]}
            for hand in service.hands_of([s.id for s in signed]).values()
            if hand.word
        },
        "conflicts": [
            wire.conflict_data(c) for c in queries.conflicts_of(row.id) if c.concerns(actor.user_id)
        ],
        "parts": [wire.part_data(p) for p in queries.parts_of(row.id)],
        "joint": [wire.joint_data(p) for p in queries.joint_of(row.id)],
        "photos": {
            key: [photo.id for photo in standing(photos)]
            for key, photos in queries.by_line(taken).items()
        },
        "photo_authors": {photo.id: photo.author_id for photo in taken},
        "photo_origins": {photo.id: photo.origin for photo in taken},
    }


@bp.post("/<inspection_id>/reopen", permission=Permission.INSPECTIONS_READ)
def reopen_inspection(actor: Actor, inspection_id: str) -> Data:
    """Let the team write again; only the lead and the office may."""
    row = service.reopen_inspection(actor, inspection_id, body(Reopening).reason)
    db.session.flush()
    return wire.inspection_data(row)


@bp.post("/<inspection_id>/conflicts/<conflict_id>/resolve", permission=Permission.INSPECTIONS_READ)
def resolve_conflict(actor: Actor, inspection_id: str, conflict_id: str) -> Data:
    """Decide between two answers; only the lead and the office may."""
    said = body(Resolution)
    decision = service.Decision(said.value, said.reason, said.base)
    row, stands = service.resolve_conflict(actor, inspection_id, conflict_id, decision)
    if not stands:
        raise ConflictSettled()
    db.session.flush()
    return wire.conflict_data(row)


@bp.post("/<inspection_id>/lead", permission=Permission.INSPECTIONS_READ)
def hand_lead(actor: Actor, inspection_id: str) -> Data:
    """Let another member lead; the lead and the office may, members by agreement."""
    said = body(LeadHandover)
    row = service.hand_lead(actor, inspection_id, said.person_id, said.reason)
    db.session.flush()
    return wire.inspection_data(row)


@bp.post("/<inspection_id>/members", permission=Permission.INSPECTIONS_READ)
def add_member(actor: Actor, inspection_id: str) -> Data:
    """Take somebody into the team of an unfinished inspection."""
    row = service.add_member(actor, inspection_id, body(TeamChange).person_id)
    db.session.flush()
    return wire.inspection_data(row)
