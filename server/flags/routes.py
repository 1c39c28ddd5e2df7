"""Flags over HTTP."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.flags import queries, service
from server.flags.schemas import FlagArguments, FlagDecision
from server.flags.wire import flags_data
from server.kernel.paging import Page
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("flags", __name__, url_prefix="/api/flags")
Data = dict[str, Any]


@bp.get("", permission=Permission.FLAGS_READ)
def list_flags(actor: Actor) -> Page:
    """List what looks odd, the newest first."""
    args = query(FlagArguments)
    found = queries.list_flags(actor, args.wanted(), cursor=args.cursor, limit=args.limit)
    return replace(found, items=flags_data(actor, found.items))


@bp.get("/<flag_id>", permission=Permission.FLAGS_READ)
def get_flag(actor: Actor, flag_id: str) -> Data:
    """Return one flag with both sides."""
    return flags_data(actor, [queries.get_flag(actor, flag_id)])[0]


@bp.post("/<flag_id>/decision", permission=Permission.FLAGS_DECIDE)
def decide_flag(actor: Actor, flag_id: str) -> Data:
    """Decide on a flag, or open it again."""
    given = body(FlagDecision)
    return flags_data(actor, [service.decide_flag(actor, flag_id, given.state, given.reason)])[0]
