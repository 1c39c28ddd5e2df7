"""POST /api/sync/v1/exchange and /digest."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, request

from server.access.rules import Actor, Permission
from server.kernel.db import transaction
from server.kernel.line import Line
from server.sync import digest, intake, ledger
from server.sync.devices import device_name
from server.sync.downcasts import UpdateNeeded
from server.sync.exchange import exchange
from server.web import problems, replies
from server.web.api import ApiBlueprint

# A worker computes one thing at a time: more exchanges begun only keep each other from ending, and
# each holds a connection, locks and memory meanwhile. Nobody waits here who is still sending.
AT_ONCE = 4

bp = ApiBlueprint("sync", __name__, url_prefix="/api/sync/v1")
_at_work = Line(AT_ONCE)


@bp.after_request
def _ours(response: Response) -> Response:
    """Mark an answer as this protocol's: a guest network's page also says 200."""
    if response.status_code != 401:
        response.headers["X-Sync"] = "1"
    response.headers["Cache-Control"] = "no-store"
    # Data is never a page: it needs no more than this, and a phone asks all day.
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    return response


def _answered(view: Callable[[Actor], Any]) -> Callable[[Actor], Response]:
    """Write answers and refusals of the view in the protocol's form."""

    @wraps(view)
    def answer(actor: Actor) -> Response:
        try:
            _require_same_person(actor)
            return replies.reply(view(actor))
        except intake.WrongType as problem:
            return problems.reply(problem, 415)
        except UpdateNeeded as problem:
            return problems.reply(problem, 426)

    return answer


def _require_same_person(actor: Actor) -> None:
    """Refuse work that one person made and another one's session would send as theirs."""
    if request.headers.get("X-Anxun-User", actor.user_id) != actor.user_id:
        raise ledger.ClientNotYours()


@bp.post("/exchange", permission=Permission.SYNC_USE, transactional=False)
@_answered
def post_exchange(actor: Actor) -> dict[str, Any]:
    """Take what a phone brings, give what it may see."""
    parsed, envelopes = intake.parse_exchange(intake.read_body(request))
    parsed.device = parsed.device or device_name(request.headers.get("User-Agent", ""))
    with _at_work.place():
        return exchange(actor, parsed, envelopes)


@bp.post("/digest", permission=Permission.SYNC_USE, transactional=False)
@_answered
def post_digest(actor: Actor) -> dict[str, Any]:
    """Compare the phone's fingerprint of a scope with the server's."""
    parsed = intake.parse_digest(intake.read_body(request))
    with transaction(write=False, snapshot=True):
        return digest.compare(actor, parsed)
