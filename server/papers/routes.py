"""Papers over HTTP; they are issued by the phone's command only."""

from dataclasses import replace
from typing import Annotated, Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.inspections.queries import get_inspection
from server.kernel import clock
from server.kernel.db import db
from server.kernel.paging import Page
from server.papers import queries, service, wire
from server.papers.certificates import officers_of
from server.papers.hands import elsewhere_of
from server.papers.models import PaperOffice
from server.papers.schemas import OfficeBody, PaperArguments
from server.papers.verifying import tell
from server.web.api import ApiBlueprint, Who, body, query
from server.web.schemas import Arguments, Asked, Word

bp = ApiBlueprint("papers", __name__, url_prefix="/api")
Data = dict[str, Any]


class VerifyArguments(Arguments):
    """What stands on the paper."""

    h: Annotated[Word | None, Asked] = None


@bp.get("/inspections/<inspection_id>/papers", permission=Permission.INSPECTIONS_READ)
def list_papers(actor: Actor, inspection_id: str) -> Data:
    """List the papers of an inspection; corrected ones stay in the list."""
    get_inspection(actor, inspection_id)
    return {"items": [wire.paper_data(row) for row in queries.papers_of(actor, inspection_id)]}


@bp.get("/inspections/<inspection_id>/officers", permission=Permission.PAPERS_ISSUE)
def list_officers(actor: Actor, inspection_id: str) -> Data:
    """List the team with the numbers of their certificates, for a phone to remember."""
    inspection = get_inspection(actor, inspection_id)
    return {"items": officers_of(inspection.member_ids, clock.today())}


@bp.get("/papers", permission=Permission.INSPECTIONS_READ)
def search_papers(actor: Actor) -> Page:
    """List papers, the newest first."""
    args = query(PaperArguments)
    found = queries.list_papers(actor, args.wanted(), cursor=args.cursor, limit=args.limit)
    return replace(found, items=[wire.paper_data(row) for row in found.items])


@bp.get("/papers/<paper_id>", permission=Permission.INSPECTIONS_READ)
def get_paper(actor: Actor, paper_id: str) -> Data:
    """Return a paper with its text and marks."""
    paper, sheet = queries.get_paper(actor, paper_id)
    return {
        "paper": wire.paper_data(paper),
        "sheet": wire.sheet_data(sheet),
        **elsewhere_of(paper, sheet),
    }


@bp.get("/offices", permission=Permission.ORG_READ)
def list_offices(actor: Actor) -> Data:
    """List the authorities of the actor's regions."""
    regions = sorted(actor.regions_with(Permission.ORG_READ))
    rows = db.session.scalars(select(PaperOffice).where(PaperOffice.id.in_(regions)))
    return {"items": [wire.office_data(row) for row in rows]}


@bp.put("/offices/<region_id>", permission=Permission.ORG_MANAGE)
def name_office(actor: Actor, region_id: str) -> Data:
    """Say how the authority of a region is called on its papers."""
    given = body(OfficeBody)
    return wire.office_data(service.name_office(actor, region_id, given.name, given.short_name))


@bp.get("/public/papers/<code>", permission=Who.ANYONE)
def verify_paper(_actor: None, code: str) -> Data:
    """Tell of a paper in the hand what may be told."""
    return tell(code, query(VerifyArguments).h or "")
