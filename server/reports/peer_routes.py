"""What was handed over and answered in a peer check, as PDF."""

from urllib.parse import quote

from flask import Response, current_app, request

from server.access.rules import Actor
from server.kernel import clock
from server.kernel.db import transaction
from server.kernel.settings import Settings
from server.reports.peer_reply import gather, render
from server.reports.registry import REPORTS
from server.web.api import ApiBlueprint

bp = ApiBlueprint("peer_papers", __name__, url_prefix="/api/peers")


@bp.get(
    "/pairings/<pairing_id>/reply.pdf",
    permission=REPORTS["peer-reply"].permission,
    transactional=False,
)
def reply_paper(actor: Actor, pairing_id: str) -> Response:
    """Return findings, answers and rulings; no transaction waits while the paper is set."""
    settings: Settings = current_app.extensions["settings"]
    address = settings.public_url or request.url_root.rstrip("/")
    with transaction(write=False):
        paper = gather(actor, pairing_id, address, clock.now(), demo=settings.demo)
    content = render(paper, current_app.extensions["store"])
    response = Response(content, mimetype="application/pdf")
    name = f"{paper.data['title']}_{paper.name}.pdf"
    response.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "no-store"
    return response
