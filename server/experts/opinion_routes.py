"""Written opinions, and what people say of themselves, over HTTP."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.experts import lists, opinions, places, service, wire
from server.experts.models import Opinion
from server.experts.queries import certificates_of
from server.experts.schemas import (
    OpinionArguments,
    OpinionBody,
    OpinionPatch,
    ReasonBody,
    RecusalBody,
    Revocation,
    SignBody,
)
from server.kernel.paging import Page
from server.web.api import ApiBlueprint, body, query
from server.web.schemas import Paging

bp = ApiBlueprint("opinions", __name__, url_prefix="/api/opinions")
me_bp = ApiBlueprint("own_recusals", __name__, url_prefix="/api/me")
Data = dict[str, Any]
READ = Permission.HAZARDS_READ


def _told(actor: Actor, row: Opinion) -> Data:
    return wire.opinions_data(actor, [row])[0] | {"hand": (row.signer or {}).get("hand")}


@bp.get("", permission=READ)
def list_opinions(actor: Actor) -> Page:
    """List one's own opinions and signed ones on what one may see."""
    args = query(OpinionArguments)
    found = lists.list_opinions(
        actor, subject_id=args.subject_id, mine=args.mine, cursor=args.cursor, limit=args.limit
    )
    return replace(found, items=wire.opinions_data(actor, found.items))


@bp.get("/<opinion_id>", permission=READ)
def get_one(actor: Actor, opinion_id: str) -> Data:
    """Return one opinion."""
    return _told(actor, opinions.get_opinion(actor, opinion_id))


@bp.post("", permission=READ)
def begin_opinion(actor: Actor) -> Data:
    """Begin an opinion; only people of the pool may."""
    given = body(OpinionBody)
    row = opinions.begin_opinion(
        actor, given.subject_type, given.subject_id, given.words(), given.id
    )
    return _told(actor, row)


@bp.patch("/<opinion_id>", permission=READ)
def patch_opinion(actor: Actor, opinion_id: str) -> Data:
    """Write on one's own draft."""
    given = body(OpinionPatch)
    return _told(actor, opinions.change_opinion(actor, opinion_id, given.rev, given.changes()))


@bp.post("/<opinion_id>/sign", permission=READ)
def sign_opinion(actor: Actor, opinion_id: str) -> Data:
    """Stand by what one wrote, with one's own hand."""
    given = body(SignBody)
    row = opinions.sign_opinion(actor, opinion_id, given.rev, given.hand())
    return _told(actor, row)


@bp.post("/<opinion_id>/withdraw", permission=READ)
def withdraw_opinion(actor: Actor, opinion_id: str) -> Data:
    """Take one's own opinion back; it stays readable."""
    given = body(Revocation)
    return _told(actor, opinions.withdraw_opinion(actor, opinion_id, given.rev, given.reason))


@me_bp.get("/recusals", permission=Permission.ORG_READ)
def own_recusals(actor: Actor) -> Data:
    """Return what one stands aside from, and one's own papers."""
    papers = certificates_of([actor.user_id])[actor.user_id]
    return {
        "recusals": wire.recusals_data(wire.recusals_of([actor.user_id])),
        "certificates": [wire.certificate_data(paper) for paper in papers],
    }


@me_bp.get("/recusals/places", permission=Permission.ORG_READ)
def find_places(actor: Actor) -> Data:
    """Find units and regions by name, to stand aside from."""
    return {"items": places.find(actor, query(Paging).q)}


@me_bp.post("/recusals", permission=Permission.ORG_READ)
def declare_own(actor: Actor) -> Data:
    """Say what one stands aside from."""
    draft = service.RecusalDraft(**body(RecusalBody).model_dump())
    return wire.recusals_data([service.declare_recusal(actor, actor.user_id, draft)])[0]


@me_bp.post("/recusals/<recusal_id>/withdraw", permission=Permission.ORG_READ)
def withdraw_own(actor: Actor, recusal_id: str) -> Data:
    """Take one's own word back; it stays visible."""
    row = service.withdraw_recusal(actor, recusal_id, body(ReasonBody).reason)
    return wire.recusals_data([row])[0]
