"""Inspections over HTTP."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.evidence.queries import standing
from server.inspections import queries, service, wire
from server.inspections.coverage import list_coverage
from server.inspections.schemas import InspectionArguments, Reopening, Resolution
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


@bp.get("/<inspection_id>", permission=Permission.INSPECTIONS_READ)
def get_inspection(actor: Actor, inspection_id: str) -> Data:
    """Return one inspection with its answers, signatures and contradictions."""
    row = queries.get_inspection(actor, inspection_id)
    return wire.inspection_data(row) | {
        "answers": [wire.answer_data(a) for a in queries.answers_of(row.id)],
        "signatures": [wire.signature_data(s) for s in queries.signatures_of(row.id)],
        "conflicts": [wire.conflict_data(c) for c in queries.conflicts_of(row.id)],
        "photos": {
            key: [photo.id for photo in standing(photos)]
            for key, photos in queries.by_line(queries.photos_of(row.id)).items()
        },
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
    value = body(Resolution).value
    row = service.resolve_conflict(actor, inspection_id, conflict_id, value)
    db.session.flush()
    return wire.conflict_data(row)
