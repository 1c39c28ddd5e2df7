"""Reference files: immutable by hash, or small and marked with an ETag."""

from typing import Any

from flask import Response, request

from server.access.rules import Actor
from server.definitions import queries
from server.definitions.rules import export_answer_types
from server.kernel import clock
from server.web.api import ApiBlueprint, Who
from server.web.replies import json_bytes

bp = ApiBlueprint("definitions", __name__, url_prefix="/api/ref")


def _marked(content: Any, etag: str) -> Response:
    response = Response(json_bytes(content), mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.set_etag(etag.strip('"'))
    response.make_conditional(request)
    return response


@bp.get("/manifest", permission=Who.LOGGED_IN)
def manifest(_actor: Actor) -> Response:
    """Give the list of reference files."""
    content = queries.manifest(clock.today())
    return _marked(content, content["etag"])


@bp.get("/manifest.json", permission=Who.LOGGED_IN)
def manifest_file(actor: Actor) -> Response:
    """Give the same under the name of a file."""
    return manifest(actor)


@bp.get("/definitions/<digest>", permission=Who.LOGGED_IN)
def definition(_actor: Actor, digest: str) -> Response:
    """Give the very bytes whose SHA-256 is in the address."""
    response = Response(queries.body_of(digest), mimetype="application/json")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.set_etag(digest)
    response.make_conditional(request)
    return response


@bp.get("/answer-types.json", permission=Who.LOGGED_IN)
def answer_types(_actor: Actor) -> Response:
    """Give the answer types that this server knows."""
    content = export_answer_types()
    return _marked(content, queries.etag_of(content))
