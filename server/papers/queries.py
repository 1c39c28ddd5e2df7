"""Reading papers: the team's own, and released ones where inspections may be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import orjson
from sqlalchemy import Select, and_, false, or_, select

from server.access.rules import Actor, Permission
from server.inspections.models import InspectionMember
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Order, Page, page
from server.org.models import Region
from server.papers.models import Paper, PaperOffice, PaperSheet

_NEWEST = (Order(Paper.issued_at, descending=True), Order(Paper.id, descending=True))


def visible_papers(actor: Actor) -> Select[Paper]:
    """Select papers of the actor's own inspections, and released ones of places in reach."""
    regions = actor.regions_with(Permission.INSPECTIONS_READ)
    units = actor.units_with(Permission.INSPECTIONS_READ)
    place = or_(
        Paper.region_id.in_(sorted(regions)) if regions else false(),
        Paper.unit_id.in_(sorted(units)) if units else false(),
    )
    own = select(InspectionMember.inspection_id).where(InspectionMember.person_id == actor.user_id)
    return select(Paper).where(or_(and_(Paper.released, place), Paper.inspection_id.in_(own)))


def get_paper(actor: Actor, paper_id: str) -> tuple[Paper, PaperSheet]:
    """Return a visible paper with its text."""
    paper = db.session.scalars(visible_papers(actor).where(Paper.id == paper_id)).first()
    if paper is None:
        raise NotFound()
    return paper, db.session.get_one(PaperSheet, paper_id)


def papers_of(actor: Actor, inspection_id: str) -> Sequence[Paper]:
    """Return the visible papers of an inspection in the order of their issue."""
    query = visible_papers(actor).where(Paper.inspection_id == inspection_id)
    return list(db.session.scalars(query.order_by(Paper.issued_at, Paper.id)))


@dataclass(frozen=True)
class PaperFilter:
    """What a list of papers may be narrowed by; None asks nothing."""

    unit_id: str | None = None
    layout: str | None = None
    outcome: str | None = None
    since: date | None = None
    until: date | None = None
    valid: bool | None = None
    q: str | None = None


def list_papers(
    actor: Actor, wanted: PaperFilter, *, cursor: str | None, limit: int | None
) -> Page:
    """Return one page of papers that were released, or are of the actor's own visits."""
    query = visible_papers(actor)
    columns = {"unit_id": Paper.unit_id, "layout": Paper.layout, "outcome": Paper.outcome}
    for name, column in columns.items():
        if (value := getattr(wanted, name)) is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(Paper.issued_at >= clock.midnight(wanted.since))
    if wanted.until is not None:
        query = query.where(Paper.issued_at < clock.midnight(clock.shifted(wanted.until, 1)))
    if wanted.valid:
        query = query.where(Paper.replaced_by_id.is_(None))
    if wanted.q and wanted.q.strip():
        text = wanted.q.strip()
        code = text.replace(" ", "").upper()
        named = Paper.number.icontains(text, autoescape=True)
        query = query.where(or_(named, Paper.code.startswith(code, autoescape=True)))
    return page(query, _NEWEST, cursor=cursor, limit=limit)


def is_on_paper(inspection_id: str, photo_id: str) -> bool:
    """Say whether a mark under a paper names the photo; its hash was signed too."""
    query = select(PaperSheet.id).where(
        PaperSheet.inspection_id == inspection_id, PaperSheet.signing.contains(photo_id)
    )
    return db.session.scalar(query.limit(1)) is not None


def photos_named(sheet: PaperSheet) -> set[str]:
    """Return the photos whose hashes were signed with a paper."""
    marks = orjson.loads(sheet.signing)["marks"]
    return {photo["id"] for mark in marks for photo in mark.get("photos") or ()}


def by_code(code: str) -> Paper | None:
    """Return the paper with this code, for whoever holds it in the hand."""
    return db.session.scalars(select(Paper).where(Paper.code == code)).first()


def office_of(region_id: str, *, wanted: str | None = None) -> PaperOffice | None:
    """
    Return the authority of a region, or the nearest one above it.

    The one that a paper names is taken when it stands on that way; a phone cannot use up the
    numbers of another county.
    """
    path = db.session.scalar(select(Region.path).where(Region.id == region_id)) or ""
    ids = [part for part in path.split("/") if part] or [region_id]
    found = {
        row.id: row
        for row in db.session.scalars(select(PaperOffice).where(PaperOffice.id.in_(ids)))
    }
    near = next((found[each] for each in reversed(ids) if each in found), None)
    return found.get(wanted, near) if wanted else near
