"""Cases over HTTP: for the desk that decides, and for an author on another device."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.kernel.db import db
from server.kernel.paging import Page
from server.sync import problems_deciding as deciding
from server.sync import problems_queries as queries
from server.sync import problems_wire as wire
from server.sync.problems_schemas import CaseArguments, Decision
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("problems", __name__, url_prefix="/api/problems")
Data = dict[str, Any]


def _told(actor: Actor, case_id: str) -> Data:
    db.session.flush()
    return wire.case_detail(queries.get_case(actor, case_id), actor)


@bp.get("", permission=Permission.PROBLEMS_DECIDE)
def list_cases(actor: Actor) -> Page:
    """List what waits for a decision, the longest waiting first."""
    args = query(CaseArguments)
    found = queries.list_cases(actor, args.wanted(), cursor=args.cursor, limit=args.limit)
    return replace(found, items=wire.case_data(found.items, actor))


@bp.get("/<case_id>", permission=Permission.SYNC_USE)
def get_case(actor: Actor, case_id: str) -> Data:
    """Return one case whole."""
    return _told(actor, case_id)


@bp.post("/<case_id>/accept", permission=Permission.PROBLEMS_DECIDE)
def accept(actor: Actor, case_id: str) -> Data:
    """Take the work over under one's own name."""
    accepted = deciding.accept(actor, case_id, body(Decision).reason)
    left = [
        {"id": piece, "code": verdict.code, "params": dict(verdict.params)}
        for piece, verdict in accepted.left.items()
    ]
    return _told(actor, case_id) | {"accepted": len(accepted.done), "left": left}


@bp.post("/<case_id>/return", permission=Permission.PROBLEMS_DECIDE)
def give_back(actor: Actor, case_id: str) -> Data:
    """Send it back to its author with a word."""
    told = wire.case_detail(queries.get_case(actor, case_id), actor)
    deciding.give_back(actor, case_id, body(Decision).reason)
    return told | {"state": "open", "list": "own"}


@bp.post("/<case_id>/discard", permission=Permission.PROBLEMS_DECIDE)
def discard(actor: Actor, case_id: str) -> Data:
    """Give it up with a reason."""
    deciding.discard(actor, case_id, body(Decision).reason)
    return _told(actor, case_id)


@bp.post("/<case_id>/retry", permission=Permission.PROBLEMS_DECIDE)
def retry(actor: Actor, case_id: str) -> Data:
    """Try held or parked work again now."""
    told = wire.case_detail(queries.get_case(actor, case_id), actor)
    return told | {"done": deciding.retry(actor, case_id)}
