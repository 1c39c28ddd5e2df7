"""Is the process up, is it usable, and how is it doing."""

from flask import Blueprint, Response, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from server.kernel.db import db
from server.kernel.errors import NotFound
from server.web.replies import json_bytes

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """Say that the process answers."""
    return Response(json_bytes({"status": "up"}), mimetype="application/json")


def _database() -> str:
    try:
        db.session.execute(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return "unusable"
    finally:
        db.session.remove()
    return "ok"


def _store() -> str:
    try:
        return "ok" if current_app.extensions["store"].is_usable() else "unusable"
    except OSError:
        return "unusable"


@bp.get("/readyz")
def readyz() -> Response:
    """Say whether database and photo store can be used."""
    parts = {"database": _database(), "store": _store()}
    ready = all(value == "ok" for value in parts.values())
    return Response(json_bytes(parts), 200 if ready else 503, mimetype="application/json")


def _is_from_this_machine() -> bool:
    """Say whether nobody stands between: counts by route tell who is busy with what."""
    passed_on = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.remote_addr in ("127.0.0.1", "::1") and not passed_on


@bp.get("/metrics")
def metrics() -> Response:
    """Give this machine the process's counters in the Prometheus text form."""
    if not _is_from_this_machine():
        raise NotFound()
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
