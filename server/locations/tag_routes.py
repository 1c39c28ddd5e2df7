"""Tags: lists, batches, claims."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.kernel.paging import Order, Page, page
from server.locations import queries, service, wire
from server.locations.models import Tag
from server.locations.rules import require_tag_code
from server.locations.schemas import BatchBody, ClaimBody, EndBody, TagFilter
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("tags", __name__, url_prefix="/api/tags")
Data = dict[str, Any]


@bp.get("", permission=Permission.PLACES_READ)
def list_tags(actor: Actor) -> Page:
    """List the visible tags, batch by batch."""
    args = query(TagFilter)
    found = queries.filtered_tags(
        actor, args.q, unit_id=args.unit_id, state=args.state, batch=args.batch
    )
    order = [Order(Tag.batch, descending=True), Order(Tag.code)]
    shown = page(found, order, cursor=args.cursor, limit=args.limit)
    return replace(shown, items=[wire.revised(row, wire.tag_data(row)) for row in shown.items])


@bp.get("/<code>", permission=Permission.PLACES_READ)
def get_tag(actor: Actor, code: str) -> Data:
    """Return a tag as typed or scanned, with the name of what it sticks on."""
    return wire.tag_detail(queries.get_tag(actor, require_tag_code(code)))


@bp.post("/batches", permission=Permission.TAGS_PRINT)
def issue_tags(actor: Actor) -> Data:
    """Make unclaimed tags to be printed."""
    given = body(BatchBody)
    batch, tags = service.issue_tags(
        actor, given.count, unit_id=given.unit_id, region_id=given.region_id
    )
    return {"batch": batch, "tags": [wire.tag_data(tag) for tag in tags]}


@bp.post("/<code>/claim", permission=Permission.TAGS_CLAIM)
def claim_tag(actor: Actor, code: str) -> Data:
    """Bind a tag to a place or a thing."""
    given = body(ClaimBody)
    tag = service.claim_tag(actor, code, given.target_kind, given.target_id)
    return wire.tag_detail(tag)


@bp.post("/<code>/void", permission=Permission.PLACES_MANAGE)
def void_tag(actor: Actor, code: str) -> Data:
    """Take a tag out of use."""
    return wire.tag_detail(service.void_tag(actor, code))


@bp.post("/<code>/end", permission=Permission.PLACES_MANAGE)
def end_tag(actor: Actor, code: str) -> Data:
    """Say that a tag was lost, removed, or replaced by another."""
    given = body(EndBody)
    return wire.tag_detail(service.void_tag(actor, code, given.why, given.replaced_by))


@bp.post("/<code>/reprint", permission=Permission.TAGS_PRINT)
def reprint_tag(actor: Actor, code: str) -> Data:
    """Print a tag anew; its square gets a new signature."""
    return wire.tag_detail(service.reprint_tag(actor, code))
