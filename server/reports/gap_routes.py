"""The detection gap as a file, over HTTP."""

import tempfile

from flask import Response, current_app

from server.access.rules import Actor
from server.insight.schemas import GapArguments
from server.kernel import clock
from server.kernel.settings import Settings
from server.reports.downloads import XLSX, download
from server.reports.gap_sheet import GapOrder, write_gap
from server.reports.registry import REPORTS
from server.web.api import ApiBlueprint, query

bp = ApiBlueprint("gap_reports", __name__, url_prefix="/api/insight")


@bp.get("/gap.xlsx", permission=REPORTS["detection-gap"].permission)
def export_gap(actor: Actor) -> Response:
    """Hand out the gaps as a workbook, narrowed like the page."""
    args = query(GapArguments)
    settings: Settings = current_app.extensions["settings"]
    today = clock.today()
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        order = GapOrder(actor, args.wanted(today), args.by, clock.now(), settings.demo)
        write_gap(order, file)
    except BaseException:
        file.close()
        raise
    return download(file, XLSX, f"{REPORTS['detection-gap'].name_zh}_{today}.xlsx")
