"""The plan of a sealed visit as a paper."""

from flask import Response, current_app

from server.access.rules import Actor
from server.kernel import clock
from server.kernel.db import transaction
from server.kernel.settings import Settings
from server.reports.render.pdf import render_pdf
from server.reports.visit_plan import gather_plan, printed_visit
from server.web.api import ApiBlueprint, Who

bp = ApiBlueprint("visit_papers", __name__, url_prefix="/api/visits")


@bp.get("/<visit_id>/plan.pdf", permission=Who.LOGGED_IN, transactional=False)
def get_plan(actor: Actor, visit_id: str) -> Response:
    """Return the plan for whoever knows it; that it was printed is written down."""
    settings: Settings = current_app.extensions["settings"]
    with transaction(write=False):
        printed_visit(actor, visit_id)
    with transaction():
        data = gather_plan(actor, visit_id, clock.now(), demo=settings.demo)
    response = Response(render_pdf("visit_plan", data), mimetype="application/pdf")
    # A file's name is read over shoulders and kept in lists of downloads: it names no unit.
    response.headers["Content-Disposition"] = "inline; filename=plan.pdf"
    response.headers["Cache-Control"] = "no-store"
    return response
