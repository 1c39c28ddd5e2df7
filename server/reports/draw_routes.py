"""The certificate of a draw as PDF."""

from urllib.parse import quote

from flask import Response, current_app, request

from server.access.rules import Actor
from server.draws import queries, service
from server.kernel.db import transaction
from server.kernel.settings import Settings
from server.reports.draw_certificate import gather_certificate, render_certificate
from server.reports.registry import REPORTS
from server.web.api import ApiBlueprint

bp = ApiBlueprint("draw_papers", __name__, url_prefix="/api/draws")


@bp.get(
    "/<draw_id>/certificate.pdf",
    permission=REPORTS["draw-certificate"].permission,
    transactional=False,
)
def certificate(actor: Actor, draw_id: str) -> Response:
    """Return the certificate; that of a sealed draw is noted in the draw's own log."""
    settings: Settings = current_app.extensions["settings"]
    address = settings.public_url or request.url_root.rstrip("/")
    with transaction(write=False):
        told = gather_certificate(actor, draw_id, address, demo=settings.demo)
        secret = service.is_secret(queries.get_draw(actor, draw_id))
    if secret:
        with transaction():
            service.note_printed(actor, draw_id)
    response = Response(render_certificate(told), mimetype="application/pdf")
    name = f"{REPORTS['draw-certificate'].name_zh}_{told.code}.pdf"
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response
