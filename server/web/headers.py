"""Headers that every answer carries."""

import time

import structlog
from flask import Flask, Response, current_app, g, request
from prometheus_client import Histogram

from server.kernel import ids
from server.kernel.redaction import is_secret

log = structlog.get_logger()
CSP = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; worker-src 'self'; connect-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_seconds = Histogram(
    "anxun_request_seconds", "Time to answer, by route and status", ["route", "method", "status"]
)


def _start() -> None:
    g.started = time.perf_counter()
    g.request_id = ids.new_id()


def _finish(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(self), microphone=()")
    headers["X-Request-Id"] = g.request_id
    # Only where a public address was settled: elsewhere it would bind all ports of a machine.
    if current_app.extensions["settings"].public_url.startswith("https://"):
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    route = request.url_rule.rule if request.url_rule else "-"
    if is_secret(route):  # how often a visit was planned or opened is nobody's business
        route = "-"
    taken = time.perf_counter() - g.started
    _seconds.labels(route, request.method, response.status_code).observe(taken)
    return response


def init_app(app: Flask) -> None:
    """Put the headers on and keep the time."""
    app.before_request(_start)
    app.after_request(_finish)
