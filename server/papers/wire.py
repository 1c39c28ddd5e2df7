"""Papers as phones and desks receive them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from server.kernel import clock
from server.kernel.db import db
from server.papers.models import Paper, PaperOffice, PaperSheet

Row = tuple[int, dict[str, Any]]
_PAPER = (
    "id", "inspection_id", "unit_id", "layout", "version", "track", "code", "hash", "office",
    "number", "edition", "replaces_id", "replaced_by_id", "reason", "outcome", "issued_by",
    "released",
)  # fmt: skip


def paper_data(row: Paper) -> dict[str, Any]:
    """Return the head of a paper."""
    moments = {name: clock.to_ms(getattr(row, name)) for name in ("issued_at", "made_at")}
    return {name: getattr(row, name) for name in _PAPER} | moments


def sheet_data(row: PaperSheet) -> dict[str, Any]:
    """Return a paper's text and marks."""
    names = ("id", "inspection_id", "body", "signing")
    return {name: getattr(row, name) for name in names}


def office_data(row: PaperOffice) -> dict[str, Any]:
    """Return an authority; its id is its region."""
    return {"id": row.id, "name": row.name, "short_name": row.short_name}


def load_papers(ids: Sequence[str]) -> dict[str, Row]:
    """Load the heads of papers."""
    rows = db.session.scalars(select(Paper).where(Paper.id.in_(ids)))
    return {row.id: (row.rev, paper_data(row)) for row in rows}


def load_sheets(ids: Sequence[str]) -> dict[str, Row]:
    """Load texts and marks."""
    rows = db.session.scalars(select(PaperSheet).where(PaperSheet.id.in_(ids)))
    return {row.id: (row.rev, sheet_data(row)) for row in rows}


def load_offices(ids: Sequence[str]) -> dict[str, Row]:
    """Load authorities."""
    rows = db.session.scalars(select(PaperOffice).where(PaperOffice.id.in_(ids)))
    return {row.id: (row.rev, office_data(row)) for row in rows}


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {
    "paper": load_papers,
    "sheet": load_sheets,
    "office": load_offices,
}
