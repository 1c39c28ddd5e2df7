"""The pool over HTTP."""

from collections import Counter
from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.experts import engagements, lists, service, wire
from server.experts.queries import get_expert
from server.experts.schemas import (
    CertificateBody,
    CertificatePatch,
    EngagementBody,
    EngagementPatch,
    ExpertArguments,
    ExpertBody,
    ExpertPatch,
    ExpiryArguments,
    RatingBody,
    ReasonBody,
    RecusalBody,
    Revocation,
)
from server.kernel import clock
from server.kernel.paging import Page
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("experts", __name__, url_prefix="/api/experts")
Data = dict[str, Any]
READ, MANAGE = Permission.EXPERTS_READ, Permission.EXPERTS_MANAGE


def _detail(actor: Actor, person_id: str) -> Data:
    return wire.expert_detail(actor, get_expert(actor, person_id))


@bp.get("", permission=READ)
def list_experts(actor: Actor) -> Page:
    """List the pool."""
    args = query(ExpertArguments)
    found = lists.list_experts(actor, args.wanted(), cursor=args.cursor, limit=args.limit)
    return replace(found, items=wire.experts_data(actor, found.items))


@bp.get("/expiring", permission=READ)
def list_expiring(actor: Actor) -> Data:
    """List papers that have run out or soon will, the most urgent first."""
    found = lists.expiring(actor, query(ExpiryArguments).days)
    items = [
        wire.certificate_data(paper) | {"person_name": name, "kind_of_expert": expert.kind}
        for paper, expert, name in found
    ]
    counts = Counter(item["state"] for item in items)
    return {"as_of": clock.now_ms(), "items": items, "counts": counts}


@bp.post("", permission=MANAGE)
def add_expert(actor: Actor) -> Data:
    """Take somebody into the pool."""
    row = service.add_expert(actor, service.ExpertDraft(**body(ExpertBody).model_dump()))
    return _detail(actor, row.person_id)


@bp.get("/<person_id>", permission=READ)
def get_one(actor: Actor, person_id: str) -> Data:
    """Return one expert with papers, recusals and work."""
    return _detail(actor, person_id)


@bp.patch("/<person_id>", permission=MANAGE)
def patch_expert(actor: Actor, person_id: str) -> Data:
    """Change what the pool knows of somebody."""
    given = body(ExpertPatch)
    service.change_expert(actor, person_id, given.rev, given.changes())
    return _detail(actor, person_id)


@bp.post("/<person_id>/certificates", permission=MANAGE)
def add_certificate(actor: Actor, person_id: str) -> Data:
    """Enter a paper."""
    draft = service.CertificateDraft(**body(CertificateBody).model_dump())
    return wire.certificate_data(service.add_certificate(actor, person_id, draft))


@bp.patch("/certificates/<certificate_id>", permission=MANAGE)
def patch_certificate(actor: Actor, certificate_id: str) -> Data:
    """Put a paper right, or lengthen it."""
    given = body(CertificatePatch)
    row = service.change_certificate(actor, certificate_id, given.rev, given.changes())
    return wire.certificate_data(row)


@bp.post("/certificates/<certificate_id>/revoke", permission=MANAGE)
def revoke_certificate(actor: Actor, certificate_id: str) -> Data:
    """Say that a paper does not hold any more."""
    given = body(Revocation)
    row = service.revoke_certificate(actor, certificate_id, given.rev, given.reason)
    return wire.certificate_data(row)


@bp.post("/<person_id>/recusals", permission=MANAGE)
def declare_for(actor: Actor, person_id: str) -> Data:
    """Enter what somebody stands aside from."""
    draft = service.RecusalDraft(**body(RecusalBody).model_dump())
    return wire.recusals_data([service.declare_recusal(actor, person_id, draft)])[0]


@bp.post("/recusals/<recusal_id>/withdraw", permission=MANAGE)
def withdraw_for(actor: Actor, recusal_id: str) -> Data:
    """Take back what somebody stood aside from."""
    row = service.withdraw_recusal(actor, recusal_id, body(ReasonBody).reason)
    return wire.recusals_data([row])[0]


@bp.post("/<person_id>/engagements", permission=MANAGE)
def note_engagement(actor: Actor, person_id: str) -> Data:
    """Write down a piece of work, or open the entry beside a visit."""
    draft = engagements.EngagementDraft(**body(EngagementBody).model_dump())
    return wire.engagement_data(engagements.note_engagement(actor, person_id, draft), True)


@bp.patch("/engagements/<engagement_id>", permission=MANAGE)
def patch_engagement(actor: Actor, engagement_id: str) -> Data:
    """Put an entry right."""
    given = body(EngagementPatch)
    row = engagements.change_engagement(actor, engagement_id, given.rev, given.changes())
    return wire.engagement_data(row, True)


@bp.post("/engagements/<engagement_id>/rating", permission=MANAGE)
def rate_engagement(actor: Actor, engagement_id: str) -> Data:
    """Say how well it was done."""
    given = body(RatingBody)
    row = engagements.rate_engagement(actor, engagement_id, given.rating, given.note)
    return wire.engagement_data(row, True)
