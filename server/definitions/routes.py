"""Reference files: immutable by hash, or small and marked with an ETag."""

from typing import Any

from flask import Response, request

from server.definitions import queries
from server.definitions.hant import published_hant
from server.definitions.rules import export_answer_types
from server.kernel import clock
from server.web.api import ApiBlueprint, Who
from server.web.replies import json_bytes

bp = ApiBlueprint("definitions", __name__, url_prefix="/api/ref")


def _marked(content: Any, etag: str) -> Response:
    response = Response(json_bytes(content), mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    response.set_etag(etag.strip('"'))
    response.make_conditional(request)
    return response


@bp.get("/manifest", permission=Who.ANYONE)
def manifest(_actor: None) -> Response:
    """Give the list of reference files."""
    content = queries.manifest(clock.today())
    return _marked(content, content["etag"])


@bp.get("/manifest.json", permission=Who.ANYONE)
def manifest_file(actor: None) -> Response:
    """Give the same under the name of a file."""
    return manifest(actor)


@bp.get("/definitions/<digest>", permission=Who.ANYONE)
def definition(_actor: None, digest: str) -> Response:
    """Give the very bytes whose SHA-256 is in the address."""
    response = Response(queries.body_of(digest), mimetype="application/json")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.set_etag(digest)
    response.make_conditional(request)
    return response


@bp.get("/answer-types.json", permission=Who.ANYONE)
def answer_types(_actor: None) -> Response:
    """Give the answer types that this server knows."""
    content = export_answer_types()
    return _marked(content, queries.etag_of(content))


@bp.get("/hant.json", permission=Who.ANYONE)
def hant(_actor: None) -> Response:
    """Give the Traditional form of every published Chinese text; only phones that show it ask."""
    texts = published_hant()
    return _marked({"texts": texts}, queries.etag_of(texts))
