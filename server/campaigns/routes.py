"""Assignments over HTTP."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.campaigns import queries, service
from server.campaigns.models import Assignment
from server.campaigns.schemas import AssignmentArguments, AssignmentBody, AssignmentPatch
from server.campaigns.wire import assignment_data, campaign_names
from server.kernel.db import db
from server.kernel.paging import Page
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("campaigns", __name__, url_prefix="/api/assignments")
Data = dict[str, Any]


def _told(row: Assignment) -> Data:
    db.session.flush()
    return assignment_data(row) | {"rev": row.rev}


@bp.get("", permission=Permission.ASSIGNMENTS_READ)
def list_assignments(actor: Actor) -> Page:
    """List tasks, nearest due day first."""
    args = query(AssignmentArguments)
    found = queries.list_assignments(actor, args.wanted(), cursor=args.cursor, limit=args.limit)
    names = campaign_names(row.campaign_id for row in found.items)
    told = [assignment_data(row, names) | {"rev": row.rev} for row in found.items]
    return replace(found, items=told)


@bp.get("/<assignment_id>", permission=Permission.ASSIGNMENTS_READ)
def get_assignment(actor: Actor, assignment_id: str) -> Data:
    """Return one task."""
    return _told(queries.get_assignment(actor, assignment_id))


@bp.post("", permission=Permission.ASSIGNMENTS_MANAGE)
def create_assignment(actor: Actor) -> Data:
    """Plan an inspection."""
    given = body(AssignmentBody)
    return _told(service.create_assignment(actor, service.AssignmentDraft(**given.model_dump())))


@bp.patch("/<assignment_id>", permission=Permission.ASSIGNMENTS_MANAGE)
def patch_assignment(actor: Actor, assignment_id: str) -> Data:
    """Change a task or call it off."""
    given = body(AssignmentPatch)
    if given.state == "cancelled":
        return _told(service.cancel_assignment(actor, assignment_id, given.rev))
    return _told(service.change_assignment(actor, assignment_id, given.rev, given.changes()))
