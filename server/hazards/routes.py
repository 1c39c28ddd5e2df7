"""The ledger over HTTP."""

from dataclasses import replace
from typing import Any

from flask import Response, request

from server.access.rules import Actor, Permission
from server.definitions.queries import etag_of
from server.hazards import queries, service, wire
from server.hazards.models import Hazard
from server.hazards.schemas import (
    HazardArguments,
    HazardComment,
    HazardMerge,
    HazardMove,
    HazardOpen,
)
from server.hazards.workflow import as_data
from server.kernel import clock
from server.kernel.db import db
from server.kernel.paging import Page
from server.web.api import ApiBlueprint, Who, body, query
from server.web.replies import json_bytes

bp = ApiBlueprint("hazards", __name__, url_prefix="/api")
Data = dict[str, Any]


def _told(hazard: Hazard) -> Data:
    db.session.flush()
    return wire.hazard_data([hazard])[0]


@bp.get("/hazards", permission=Permission.HAZARDS_READ)
def list_hazards(actor: Actor) -> Page:
    """List the ledger, nearest due day first."""
    args = query(HazardArguments)
    found = queries.list_hazards(
        actor, args.wanted(), clock.today(), order=args.order, cursor=args.cursor, limit=args.limit
    )
    return replace(found, items=wire.hazard_data(found.items))


@bp.get("/hazards/<hazard_id>", permission=Permission.HAZARDS_READ)
def get_hazard(actor: Actor, hazard_id: str) -> Data:
    """Return one hazard with its steps, and others that may be the same."""
    hazard = queries.get_hazard(actor, hazard_id)
    similar = queries.possible_duplicates(hazard)
    return _told(hazard) | {
        "possible_duplicates": [{"id": row.id, "number": row.number} for row in similar]
    }


@bp.post("/hazards", permission=Permission.HAZARDS_REPORT)
def open_hazard(actor: Actor) -> Data:
    """Report a hazard."""
    given = body(HazardOpen)
    return _told(service.open_hazard(actor, service.HazardDraft(**given.model_dump())))


@bp.post("/hazards/<hazard_id>/moves", permission=Permission.HAZARDS_READ)
def move_hazard(actor: Actor, hazard_id: str) -> Data:
    """Take one step of the workflow; which permission it needs is the workflow's matter."""
    given = body(HazardMove)
    moved = service.move_hazard(actor, hazard_id, given.action, **given.as_arguments())
    return _told(moved.hazard) | {"merged": moved.merged, "repeated": moved.repeated}


@bp.post("/hazards/<hazard_id>/comments", permission=Permission.HAZARDS_READ)
def comment_hazard(actor: Actor, hazard_id: str) -> Data:
    """Say something about a hazard."""
    given = body(HazardComment)
    return _told(service.comment_hazard(actor, hazard_id, given.note, given.photos))


@bp.post("/hazards/<hazard_id>/merge", permission=Permission.HAZARDS_VOID)
def merge_hazard(actor: Actor, hazard_id: str) -> Data:
    """Void one entry in favour of another that tells of the same danger."""
    given = body(HazardMerge)
    return _told(service.merge_hazard(actor, hazard_id, given.into, given.note))


@bp.get("/ref/workflow.json", permission=Who.ANYONE)
def workflow(_actor: None) -> Response:
    """Give the table from which buttons and diagram come."""
    content = as_data()
    response = Response(json_bytes(content), mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(etag_of(content).strip('"'))
    response.make_conditional(request)
    return response
