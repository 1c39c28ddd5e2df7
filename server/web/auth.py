"""From a cookie to an Actor. create_app hands in the loader, so that web need not know org."""

from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request

from server.access.rules import Actor
from server.kernel.errors import Forbidden, Unauthenticated

COOKIE = "anxun_session"
Loader = Callable[[str], Actor | None]


class ForeignOrigin(Forbidden):
    """A page of another site sent this request."""

    code = "foreign-origin"
    title = "This request came from another site and was not carried out."
    title_zh = "请求来自其他网站，未予执行。"


def init_app(app: Flask, load_actor: Loader) -> None:
    """Remember how to find the actor behind a session token."""
    app.extensions["load_actor"] = load_actor


def current_actor() -> Actor:
    """Return who is asking; raise Unauthenticated when nobody is logged in."""
    token = request.cookies.get(COOKIE)
    load: Loader = current_app.extensions["load_actor"]
    actor = load(token) if token else None
    if actor is None:
        raise Unauthenticated()
    return actor


def require_same_origin() -> None:
    """Refuse unsafe requests that a browser sent from elsewhere."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise ForeignOrigin()
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise ForeignOrigin()


def set_session_cookie(response: Response, token: str, max_age: int) -> None:
    """Put the session token where scripts cannot read it."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=max_age,
        httponly=True,
        secure=request.is_secure,
        samesite="Strict",
        path="/",
    )


def clear_session_cookie(response: Response) -> None:
    """Take the session token away."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
