"""The inbox of reports at the desk."""

from dataclasses import replace
from pathlib import Path

from flask import Response, current_app, send_file

from server.access.rules import Actor, Permission
from server.evidence import drawing, thumbs
from server.evidence.storage import Store
from server.hazards.wire import hazard_data
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Page
from server.tips import drawn, queries, removal, service, wire
from server.tips.models import TipPicture
from server.tips.schemas import (
    AnswerBody,
    DeclineBody,
    GroupBody,
    HazardBody,
    PictureArguments,
    ReasonBody,
    RevBody,
    TipArguments,
)
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("tips", __name__, url_prefix="/api/tips")
Data = wire.Data
TRIAGE = Permission.TIPS_TRIAGE


def _store() -> Store:
    store: Store = current_app.extensions["store"]
    return store


@bp.get("", permission=TRIAGE)
def list_tips(actor: Actor) -> Page:
    """List the reports, the newest first."""
    args = query(TipArguments)
    found = queries.list_tips(actor, args.wanted(), cursor=args.cursor, limit=args.limit)
    return replace(found, items=wire.tips_data(actor, found.items))


@bp.get("/<tip_id>", permission=TRIAGE)
def get_tip(actor: Actor, tip_id: str) -> Data:
    """Return one report with others that may tell of the same."""
    return wire.tip_detail(actor, queries.get_tip(actor, tip_id))


@bp.post("/<tip_id>/look", permission=TRIAGE)
def look(actor: Actor, tip_id: str) -> Data:
    """Note that somebody has looked."""
    return wire.tip_detail(actor, service.look_at_tip(actor, tip_id))


@bp.post("/<tip_id>/answer", permission=TRIAGE)
def answer(actor: Actor, tip_id: str) -> Data:
    """Tell the reporter something."""
    given = body(AnswerBody)
    tip = service.answer_tip(actor, tip_id, rev=given.rev, words=given.answer, done=given.done)
    return wire.tip_detail(actor, tip)


@bp.post("/<tip_id>/decline", permission=TRIAGE)
def decline(actor: Actor, tip_id: str) -> Data:
    """Not take a report up."""
    given = body(DeclineBody)
    tip = service.decline_tip(actor, tip_id, rev=given.rev, reason=given.reason, words=given.answer)
    return wire.tip_detail(actor, tip)


@bp.post("/<tip_id>/group", permission=TRIAGE)
def group(actor: Actor, tip_id: str) -> Data:
    """Let another report stand for this one."""
    given = body(GroupBody)
    return wire.tip_detail(actor, service.group_tip(actor, tip_id, rev=given.rev, into=given.into))


@bp.post("/<tip_id>/undo", permission=TRIAGE)
def undo(actor: Actor, tip_id: str) -> Data:
    """Take the last act back."""
    return wire.tip_detail(actor, service.undo_step(actor, tip_id, rev=body(RevBody).rev))


@bp.post("/<tip_id>/hazard", permission=TRIAGE)
def make_hazard(actor: Actor, tip_id: str) -> Data:
    """Enter a hazard and tie both to each other."""
    given = body(HazardBody)
    wish = service.HazardWish(**given.model_dump(exclude={"rev"}))
    hazard = service.make_hazard(actor, tip_id, rev=given.rev, wish=wish)
    db.session.flush()
    tip = wire.tip_detail(actor, queries.get_tip(actor, tip_id))
    return tip | {"entry": hazard_data([hazard])[0]}


@bp.post("/<tip_id>/contact", permission=Permission.TIPS_CONTACT)
def contact(actor: Actor, tip_id: str) -> Data:
    """Show how the reporter may be reached; who asked and why is kept."""
    return {"contact": service.read_contact(actor, tip_id, body(ReasonBody).reason)}


@bp.get("/<tip_id>/pictures/<picture_id>", permission=TRIAGE)
def show_picture(actor: Actor, tip_id: str, picture_id: str) -> Response:
    """Give a picture: veiled unless somebody wants to see it."""
    tip = queries.get_tip(actor, tip_id)
    row = db.session.get(TipPicture, picture_id)
    if row is None or row.tip_id != tip.id or row.sha256 is None:
        raise NotFound()
    return _jpeg(_file(row.sha256, query(PictureArguments).size))


def _file(sha256: str, size: str) -> Path:
    store = _store()
    if size == "veiled":
        return drawn.veiled(store, sha256)
    if size == "small":
        return thumbs.place(store, sha256, drawing.SIDE)
    with store.open(sha256) as handle:
        return Path(handle.name)


def _jpeg(path: Path) -> Response:
    try:
        response: Response = send_file(path, mimetype="image/jpeg", conditional=False, etag=False)
    except FileNotFoundError as exc:
        raise NotFound() from exc
    response.headers.remove("Last-Modified")  # it would tell the unit the minute
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@bp.post("/<tip_id>/pictures/<picture_id>/remove", permission=TRIAGE)
def remove_picture(actor: Actor, tip_id: str, picture_id: str) -> Data:
    """Delete a picture for good."""
    why = body(ReasonBody).reason
    return wire.tip_detail(actor, removal.remove_picture(actor, _store(), tip_id, picture_id, why))
