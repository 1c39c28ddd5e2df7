"""Papers of inspections as PDF."""

from urllib.parse import quote

from flask import Response, current_app, request

from server.access.rules import Actor
from server.kernel.db import transaction
from server.kernel.settings import Settings
from server.reports.paper_sheet import gather_paper, render_paper
from server.reports.registry import REPORTS
from server.web.api import ApiBlueprint

bp = ApiBlueprint("paper-sheets", __name__, url_prefix="/api/papers")


@bp.get("/<paper_id>/paper.pdf", permission=REPORTS["paper"].permission, transactional=False)
def paper(actor: Actor, paper_id: str) -> Response:
    """Return a paper as PDF; no transaction waits while it is set."""
    settings: Settings = current_app.extensions["settings"]
    address = settings.public_url or request.url_root.rstrip("/")
    with transaction(write=False):
        record = gather_paper(actor, paper_id, address, demo=settings.demo)
    content = render_paper(record, current_app.extensions["store"])
    response = Response(content, mimetype="application/pdf")
    name = f"{record.data['title']}_{record.data['number']}.pdf"
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response
