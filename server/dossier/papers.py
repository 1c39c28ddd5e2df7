"""Papers of an inspection in the package: what was signed, what the server adds, the print."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import select

from server.evidence.models import Photo
from server.evidence.storage import Store
from server.evidence.wire import photo_data
from server.kernel.db import db
from server.kernel.errors import Problem
from server.papers.models import Paper, PaperSheet
from server.papers.queries import photos_named
from server.papers.wire import paper_data
from server.reports.inspection_record import Record
from server.reports.paper_sheet import lay_out, render_paper
from server.reports.render.pdf import RenderFailure

log = structlog.get_logger()


@dataclass(frozen=True)
class Issued:
    """A paper with its exact text and marks."""

    head: Paper
    sheet: PaperSheet


def papers_of(inspection_id: str) -> list[Issued]:
    """Return every paper of an inspection, corrected ones too, in the order of issue."""
    query = (
        select(Paper, PaperSheet)
        .join(PaperSheet, PaperSheet.id == Paper.id)
        .where(Paper.inspection_id == inspection_id)
        .order_by(Paper.issued_at, Paper.id)
    )
    return [Issued(row[0], row[1]) for row in db.session.execute(query)]


def photos_of(papers: Iterable[Issued], inspection_id: str) -> list[Photo]:
    """Return the photos of refusals: those taken after the submission are in no record."""
    named = sorted({photo for one in papers for photo in photos_named(one.sheet)})
    query = select(Photo).where(Photo.id.in_(named), Photo.inspection_id == inspection_id)
    return list(db.session.scalars(query.order_by(Photo.id)))


def papers_data(papers: Sequence[Issued], photos: Sequence[Photo]) -> dict[str, Any]:
    """Return papers.json: head, text and marks of each, and photos that stand nowhere else."""
    return {
        "papers": [
            {"head": paper_data(one.head), "body": one.sheet.body, "signing": one.sheet.signing}
            for one in papers
        ],
        "photos": [photo_data(photo) for photo in photos],
    }


def prints_of(papers: Sequence[Issued], address: str, *, demo: bool) -> dict[str, Record]:
    """Lay papers out while the database is at hand; they are set later, with nothing waiting."""
    return {one.head.code: lay_out(one.head, one.sheet, address, demo=demo) for one in papers}


def rendered(prints: dict[str, Record], store: Store) -> dict[str, bytes]:
    """Set every print; a paper that cannot be printed is in the package by its text alone."""
    found: dict[str, bytes] = {}
    for code, record in prints.items():
        try:
            found[f"papers/{code}.pdf"] = render_paper(record, store)
        except (Problem, RenderFailure) as failure:
            log.warning("paper_not_printed", paper=code, failure=repr(failure))
    return found
