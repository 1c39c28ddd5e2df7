"""Expert opinions as PDF."""

from urllib.parse import quote

from flask import Response, current_app, request

from server.access.rules import Actor
from server.kernel import clock
from server.kernel.db import transaction
from server.kernel.settings import Settings
from server.reports.opinion_sheet import gather_opinion, render_opinion
from server.reports.registry import REPORTS
from server.web.api import ApiBlueprint

bp = ApiBlueprint("opinion_sheets", __name__, url_prefix="/api/opinions")


@bp.get(
    "/<opinion_id>/opinion.pdf",
    permission=REPORTS["expert-opinion"].permission,
    transactional=False,
)
def opinion_paper(actor: Actor, opinion_id: str) -> Response:
    """Return a signed opinion as PDF; no transaction waits while it is set."""
    settings: Settings = current_app.extensions["settings"]
    address = settings.public_url or request.url_root.rstrip("/")
    with transaction(write=False):
        data = gather_opinion(actor, opinion_id, address, clock.now(), demo=settings.demo)
    response = Response(render_opinion(data), mimetype="application/pdf")
    name = f"{REPORTS['expert-opinion'].name_zh}_{data['unit']}.pdf"
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response
