"""The citations that wait for a person, over HTTP."""

import tempfile
from typing import Annotated, Any

from flask import Response

from server.access.rules import Actor, Permission
from server.definitions.queries import law_records
from server.kernel import clock
from server.kernel.paging import DEFAULT_LIMIT, BadCursor, Page
from server.reports.citation_list import (
    TITLE,
    CitationFilter,
    CitationOrder,
    all_open,
    as_data,
    counted,
    narrowed,
    write_citations,
)
from server.reports.downloads import XLSX, download
from server.web.api import ApiBlueprint, query
from server.web.schemas import Asked, Paging, Word

bp = ApiBlueprint("citations", __name__, url_prefix="/api/citations")


class CitationArguments(Paging):
    """What the list may be narrowed by."""

    checklist_key: Annotated[Word | None, Asked] = None
    law: Annotated[Word | None, Asked] = None
    tag: Annotated[Word | None, Asked] = None

    def wanted(self) -> CitationFilter:
        """Return the filter that the list understands."""
        return CitationFilter(self.checklist_key, self.law, self.tag, self.q)


@bp.get("", permission=Permission.DEFINITIONS_READ)
def list_citations(_actor: Actor) -> Page:
    """List what is open today; the mark of a page is the number of its first row."""
    args = query(CitationArguments)
    rows = narrowed(all_open(clock.today()), args.wanted())
    start = _row_of(args.cursor)
    end = start + (args.limit or DEFAULT_LIMIT)
    mark = str(end) if end < len(rows) else None
    return Page([as_data(row) for row in rows[start:end]], mark, len(rows))


def _row_of(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdecimal() or len(cursor) > 6:
        raise BadCursor()
    return int(cursor)


@bp.get("/counts", permission=Permission.DEFINITIONS_READ)
def count_citations(_actor: Actor) -> dict[str, Any]:
    """Count what is open by checklist, law and state."""
    today = clock.today()
    return counted(all_open(today), law_records(today))


@bp.get("/export.xlsx", permission=Permission.DEFINITIONS_READ)
def export_citations(actor: Actor) -> Response:
    """Hand out the list as a workbook, narrowed like the list."""
    order = CitationOrder(actor, query(CitationArguments).wanted(), clock.now())
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write_citations(order, file)
    except BaseException:
        file.close()
        raise
    return download(file, XLSX, f"{TITLE}_{order.today}.xlsx")
