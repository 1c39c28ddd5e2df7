"""检查结果表 over HTTP: both files hold what the list of inspections shows, narrowed like it."""

import tempfile

from flask import Response, current_app

from server.access.rules import Actor
from server.inspections.schemas import InspectionArguments
from server.kernel import clock
from server.kernel.settings import Settings
from server.reports.comma_file import CSV
from server.reports.downloads import XLSX, download, hand_out
from server.reports.exports import log_export
from server.reports.inspection_table import TITLE, TableOrder
from server.reports.registry import REPORTS
from server.reports.table_files import comma_parts, write_table
from server.web.api import ApiBlueprint, query

EXPORT = "inspections.export"

bp = ApiBlueprint("inspection_tables", __name__, url_prefix="/api/inspections")


@bp.get("/export.csv", permission=REPORTS["inspections-csv"].permission, transactional=False)
def inspections_csv(actor: Actor) -> Response:
    """
    Send the table while it is read.

    The first part is ready before anything is sent: what goes wrong by then is told as a problem.
    """
    order = _order(actor, query(InspectionArguments))
    log_export(actor, EXPORT, "csv", order.wanted)
    return hand_out(comma_parts(order), CSV, f"{TITLE}_{order.today}.csv")


@bp.get("/export.xlsx", permission=REPORTS["inspections"].permission, transactional=False)
def inspections_xlsx(actor: Actor) -> Response:
    """Hand out the table as a workbook."""
    order = _order(actor, query(InspectionArguments))
    log_export(actor, EXPORT, "xlsx", order.wanted)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        write_table(order, file)
    except BaseException:
        file.close()
        raise
    return download(file, XLSX, f"{TITLE}_{order.today}.xlsx")


def _order(actor: Actor, args: InspectionArguments) -> TableOrder:
    settings: Settings = current_app.extensions["settings"]
    return TableOrder(actor, args.wanted(), clock.now(), settings.demo)
