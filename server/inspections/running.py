"""Unfinished inspections as the bureau sees them: who leads, and what came last from whom."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, false, select

from server.access.rules import Actor, Permission
from server.inspections.models import Answer, Inspection
from server.inspections.queries import InspectionFilter, conditions
from server.inspections.rules import DRAFT
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Order, Page, page

_ORDER = (Order(Inspection.started_at, descending=True), Order(Inspection.id, descending=True))


def list_running(
    actor: Actor, *, q: str | None = None, cursor: str | None = None, limit: int | None = None
) -> Page:
    """Return one page of the drafts in the actor's regions: a lead's phone may have died there."""
    query = _running(actor).where(*conditions(InspectionFilter(q=q)))
    return page(query, _ORDER, cursor=cursor, limit=limit)


def get_running(actor: Actor, inspection_id: str) -> Inspection:
    """Return one of them."""
    row = db.session.scalars(_running(actor).where(Inspection.id == inspection_id)).first()
    if row is None:
        raise NotFound()
    return row


def _running(actor: Actor) -> Select[Inspection]:
    regions = sorted(actor.regions_with(Permission.INSPECTIONS_REOPEN))
    here = Inspection.region_id.in_(regions) if regions else false()
    return select(Inspection).where(Inspection.state == DRAFT, here)


def last_words(inspection_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return for each inspection how many answers everybody gave, and when the last of them."""
    query = select(Answer.inspection_id, Answer.fields).where(
        Answer.inspection_id.in_(inspection_ids)
    )
    found: dict[str, dict[str, Any]] = {}
    for inspection_id, fields in db.session.execute(query):
        said = found.setdefault(inspection_id, {})
        for person, at in _authors(fields).items():
            entry = said.setdefault(person, {"answers": 0, "at": 0})
            entry["answers"] += 1
            entry["at"] = max(entry["at"], at)
    return found


def _authors(fields: dict[str, Any]) -> dict[str, int]:
    words = [word for state in fields.values() for word in state.get("candidates") or [state]]
    authors: dict[str, int] = {}
    for word in words:
        authors[word["by"]] = max(authors.get(word["by"], 0), word["at"])
    return authors
