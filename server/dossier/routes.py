"""GET /api/inspections/<id>/dossier.zip."""

from urllib.parse import quote

from flask import Response, current_app, request

from server.access.rules import Actor, Permission
from server.dossier.container import packed
from server.dossier.service import export_dossier
from server.kernel.settings import Settings
from server.web.api import ApiBlueprint

bp = ApiBlueprint("dossier", __name__, url_prefix="/api/inspections")


@bp.get("/<inspection_id>/dossier.zip", permission=Permission.SYNC_USE, transactional=False)
def show_dossier(actor: Actor, inspection_id: str) -> Response:
    """Send the evidence package; who may take it out is asked of the inspection itself."""
    settings: Settings = current_app.extensions["settings"]
    address = settings.public_url or request.url_root.rstrip("/")
    store = current_app.extensions["store"]
    dossier = export_dossier(actor, inspection_id, store, address, demo=settings.demo)
    response = Response(packed(dossier.members), mimetype="application/zip")
    response.content_length = dossier.length
    name = quote(dossier.name)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
