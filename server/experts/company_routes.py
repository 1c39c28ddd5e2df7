"""Third parties over HTTP."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.experts import companies, lists, wire
from server.experts.access import get_company
from server.experts.schemas import (
    CompanyArguments,
    CompanyBody,
    CompanyPatch,
    ContractBody,
    ContractPatch,
    FinishBody,
    ReviewBody,
    VerdictsBody,
)
from server.kernel.paging import Page
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("companies", __name__, url_prefix="/api/companies")
Data = dict[str, Any]
READ, MANAGE = Permission.EXPERTS_READ, Permission.EXPERTS_MANAGE


@bp.get("", permission=READ)
def list_companies(actor: Actor) -> Page:
    """List companies by name."""
    args = query(CompanyArguments)
    found = lists.list_companies(
        actor, active=args.active, q=args.q, cursor=args.cursor, limit=args.limit
    )
    return replace(found, items=[wire.company_data(actor, row) for row in found.items])


@bp.get("/<company_id>", permission=READ)
def get_one(actor: Actor, company_id: str) -> Data:
    """Return a company with people and contracts."""
    return wire.company_detail(actor, get_company(actor, company_id))


@bp.post("", permission=MANAGE)
def add_company(actor: Actor) -> Data:
    """Enter a company."""
    given = body(CompanyBody)
    row = companies.add_company(actor, given.region_id, given.name, given.more())
    return wire.company_detail(actor, row)


@bp.patch("/<company_id>", permission=MANAGE)
def patch_company(actor: Actor, company_id: str) -> Data:
    """Change a company."""
    given = body(CompanyPatch)
    row = companies.change_company(actor, company_id, given.rev, given.changes())
    return wire.company_detail(actor, row)


@bp.post("/<company_id>/contracts", permission=MANAGE)
def add_contract(actor: Actor, company_id: str) -> Data:
    """Enter a contract."""
    draft = companies.ContractDraft(**body(ContractBody).model_dump())
    return wire.contract_data(companies.add_contract(actor, company_id, draft), True)


@bp.patch("/contracts/<contract_id>", permission=MANAGE)
def patch_contract(actor: Actor, contract_id: str) -> Data:
    """Put a contract right."""
    given = body(ContractPatch)
    row = companies.change_contract(actor, contract_id, given.rev, given.changes())
    return wire.contract_data(row, True)


@bp.post("/reviews", permission=MANAGE)
def begin_review(actor: Actor) -> Data:
    """Draw a sample of a contract's findings for a second look."""
    given = body(ReviewBody)
    row = companies.begin_review(actor, given.contract_id, given.size)
    return wire.review_data(actor, row)


@bp.patch("/reviews/<review_id>", permission=MANAGE)
def judge_sample(actor: Actor, review_id: str) -> Data:
    """Write down what the second look found."""
    given = body(VerdictsBody)
    said = [verdict.model_dump() for verdict in given.verdicts]
    return wire.review_data(actor, companies.judge_sample(actor, review_id, given.rev, said))


@bp.post("/reviews/<review_id>/finish", permission=MANAGE)
def finish_review(actor: Actor, review_id: str) -> Data:
    """Close a review with score and reasons."""
    given = body(FinishBody)
    row = companies.finish_review(actor, review_id, given.rev, given.score, given.reasons)
    return wire.review_data(actor, row)
