"""Logging in and out, who I am, my password."""

from contextlib import suppress
from typing import Any

from flask import Response, request

from server.access.rules import Actor
from server.kernel.db import transaction
from server.kernel.errors import Unavailable
from server.org import login, sessions, wire
from server.org.schemas import Login, PasswordChange
from server.org.service import change_own_password
from server.web import auth, caller, replies
from server.web.api import ApiBlueprint, Who, body

bp = ApiBlueprint("auth", __name__, url_prefix="/api/auth")
MAX_BODY = 8 * 1024
#: what every client calls now and then; elsewhere a session costs no look at all
RENEWING = frozenset({"/api/auth/me", "/api/sync/v1/exchange"})


def _me(person_id: str) -> dict[str, Any]:
    _, data = wire.LOADERS["me"]([person_id])[person_id]
    return data


@bp.post("/login", permission=Who.ANYONE, transactional=False)
def log_in(_actor: None) -> Response:
    """Open a session for the right password."""
    request.max_content_length = MAX_BODY
    given = body(Login)
    token, person_id = login.log_in(
        given.username,
        given.password,
        address=caller.address(),
        device=request.user_agent.string,
    )
    with transaction(write=False):
        response = replies.reply({"user": _me(person_id)})
    auth.set_session_cookie(response, token, sessions.COOKIE_SECONDS)
    return response


@bp.post("/logout", permission=Who.LOGGED_IN)
def log_out(actor: Actor) -> Response:
    """End this browser's session."""
    assert actor.session_id is not None
    sessions.end_session(actor.session_id)
    response = Response(status=204)
    auth.clear_session_cookie(response)
    return response


@bp.get("/me", permission=Who.LOGGED_IN)
def me(actor: Actor) -> dict[str, Any]:
    """Return the caller with roles and permissions."""
    return _me(actor.user_id)


@bp.post("/password", permission=Who.LOGGED_IN, transactional=False)
def change_password(actor: Actor) -> None:
    """Replace the caller's password and log other browsers out."""
    request.max_content_length = MAX_BODY
    given = body(PasswordChange)
    login.confirm_password(actor.user_id, given.old)
    with transaction():
        change_own_password(actor, given.old, given.new)


@bp.after_app_request
def _prolong(response: Response) -> Response:
    """Let a session in use live on: one small write in half a day."""
    token = request.cookies.get(auth.COOKIE)
    if not token or response.status_code >= 400 or request.path not in RENEWING:
        return response
    if not sessions.was_checked(token):
        with suppress(Unavailable):  # what was asked for is done; this waits for the next time
            _renew(response, token)
    return response


def _renew(response: Response, token: str) -> None:
    with transaction(write=False):
        due = sessions.is_renewal_due(token)
    if due:
        with transaction():
            sessions.renew(token)
        auth.set_session_cookie(response, token, sessions.COOKIE_SECONDS)
