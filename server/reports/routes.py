"""Reports over HTTP."""

import tempfile
from typing import Any
from urllib.parse import quote

from flask import Response, current_app, request

from server.access.rules import Actor, Permission
from server.hazards.schemas import HazardArguments
from server.kernel import clock
from server.kernel.db import transaction
from server.kernel.settings import Settings
from server.reports.downloads import XLSX, download
from server.reports.exports import log_export
from server.reports.hazard_ledger import LedgerOrder, write_ledger
from server.reports.inspection_record import gather, render
from server.reports.overview import overview
from server.reports.record_sheet import write_record
from server.reports.registry import REPORTS
from server.web.api import ApiBlueprint, query

bp = ApiBlueprint("reports", __name__, url_prefix="/api")


@bp.get("/overview", permission=Permission.ORG_READ)
def get_overview(actor: Actor) -> dict[str, Any]:
    """Return the desk's numbers; whoever may read nothing gets none."""
    return {"as_of": clock.now_ms(), **overview(actor, clock.today())}


@bp.get("/hazards/export.xlsx", permission=REPORTS["hazard-ledger"].permission, transactional=False)
def export_hazards(actor: Actor) -> Response:
    """Hand out the ledger as a workbook, narrowed like the list."""
    wanted = query(HazardArguments).wanted()
    settings: Settings = current_app.extensions["settings"]
    log_export(actor, "hazards.export", "xlsx", wanted)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        order = LedgerOrder(actor, wanted, clock.now(), settings.demo)
        with transaction(write=False, snapshot=True):
            write_ledger(order, file)
    except BaseException:
        file.close()
        raise
    return download(file, XLSX, f"{REPORTS['hazard-ledger'].name_zh}_{order.today}.xlsx")


@bp.get(
    "/inspections/<inspection_id>/record.xlsx", permission=REPORTS["inspection-lines"].permission
)
def inspection_lines(actor: Actor, inspection_id: str) -> Response:
    """Hand out every line of an inspection with who found it, as a workbook."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        number = write_record(actor, inspection_id, clock.now(), file)
    except BaseException:
        file.close()
        raise
    return download(file, XLSX, f"{REPORTS['inspection-lines'].name_zh}_{number}.xlsx")


@bp.get(
    "/inspections/<inspection_id>/record.pdf",
    permission=REPORTS["inspection-record"].permission,
    transactional=False,
)
def inspection_record(actor: Actor, inspection_id: str) -> Response:
    """Return the record of an inspection; no transaction waits while the paper is set."""
    settings: Settings = current_app.extensions["settings"]
    address = settings.public_url or request.url_root.rstrip("/")
    with transaction(write=False):
        record = gather(actor, inspection_id, address, clock.now(), demo=settings.demo)
    response = Response(render(record, current_app.extensions["store"]), mimetype="application/pdf")
    name = f"{REPORTS['inspection-record'].name_zh}_{record.data['number']}.pdf"
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response
