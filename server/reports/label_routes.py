"""Sheets of labels to print."""

from typing import Annotated

from flask import Response, current_app, request

from server.access.rules import Actor, Permission
from server.kernel.db import transaction
from server.presence.seals import seals_of
from server.reports.labels import label_data, labels_of, render_labels
from server.web.api import ApiBlueprint, query
from server.web.schemas import Arguments, Asked, Several, Word

bp = ApiBlueprint("labels", __name__, url_prefix="/api/tags")


class LabelArguments(Arguments):
    """Which labels: a batch, or some by their codes."""

    batch: Annotated[Word | None, Asked] = None
    ids: Annotated[list[Word] | None, Several, Asked] = None


@bp.get("/labels.pdf", permission=Permission.TAGS_PRINT, transactional=False)
def labels(actor: Actor) -> Response:
    """Return the labels as PDF; no transaction waits while the sheet is set."""
    args = query(LabelArguments)
    with transaction(write=False):
        tags = labels_of(actor, batch=args.batch, codes=args.ids)
        data, seals = label_data(tags), seals_of(tags)
    address = current_app.extensions["settings"].public_url or request.url_root.rstrip("/")
    response = Response(render_labels(data, address, seals), mimetype="application/pdf")
    response.headers["Content-Disposition"] = "inline; filename=labels.pdf"
    response.headers["Cache-Control"] = "no-store"
    return response
