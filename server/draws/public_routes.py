"""What anybody may read of draws: hashes before, files after. Nothing tells of sealed ones."""

from dataclasses import replace

from flask import Response

from server.draws import queries
from server.draws.schemas import PublicArguments, SeedArguments
from server.draws.wire import published_data, seeds_data
from server.kernel.paging import Page
from server.web.api import ApiBlueprint, Who, query
from server.web.replies import json_bytes

bp = ApiBlueprint("draws_public", __name__, url_prefix="/api/public")


@bp.get("/draw-seeds", permission=Who.ANYONE)
def seeds(_actor: None) -> Response:
    """Give the hashes of the seeds of this week and those ahead, or of one week."""
    args = query(SeedArguments)
    regions = queries.public_regions(args.region)
    told = seeds_data(
        (region, queries.public_batches(region.id, args.period)) for region in regions
    )
    return _public(json_bytes(told))


@bp.get("/draws", permission=Who.ANYONE)
def published(_actor: None) -> Page:
    """List published draws, the newest first."""
    args = query(PublicArguments)
    found = queries.list_published(cursor=args.cursor, limit=args.limit)
    return replace(found, items=published_data(found.items))


@bp.get("/draws/<code>.json", permission=Who.ANYONE)
def published_file(_actor: None, code: str) -> Response:
    """Give the published file, byte by byte as it was signed."""
    return _public(queries.published_file(code).encode())


def _public(content: bytes) -> Response:
    response = Response(content, mimetype="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response
