"""Draws over HTTP, for those who make them."""

from dataclasses import replace
from typing import Any

from server.access.rules import Actor, Permission
from server.draws import log, queries, service
from server.draws.models import Draw
from server.draws.schemas import (
    ChoiceBody,
    DrawArguments,
    DrawBody,
    KnowerBody,
    ReasonBody,
    ReplacementBody,
)
from server.draws.wire import draw_detail, draws_data, formula_data, look_data
from server.kernel.db import db, transaction
from server.kernel.paging import Page
from server.web.api import ApiBlueprint, body, query

bp = ApiBlueprint("draws", __name__, url_prefix="/api/draws")
Data = dict[str, Any]


def _told(actor: Actor, draw: Draw) -> Data:
    db.session.flush()
    return draw_detail(actor, queries.get_draw(actor, draw.id))


@bp.get("", permission=Permission.DRAWS_RUN)
def list_draws(actor: Actor) -> Page:
    """List draws, the newest first."""
    args = query(DrawArguments)
    found = queries.list_draws(actor, args.wanted(), cursor=args.cursor, limit=args.limit)
    return replace(found, items=draws_data(actor, found.items))


@bp.get("/formulas", permission=Permission.DRAWS_RUN)
def formulas(_actor: Actor) -> Data:
    """Return the formulas and cycles to choose from."""
    return formula_data()


@bp.post("/preview", permission=Permission.DRAWS_RUN, transactional=False)
def preview(actor: Actor) -> Data:
    """Show who would be drawn from, with weights and reasons; nothing is stored."""
    choice = body(ChoiceBody).wanted()
    with transaction(write=False):
        return look_data(service.look(actor, choice))


@bp.post("", permission=Permission.DRAWS_RUN)
def make_draw(actor: Actor) -> Data:
    """Draw."""
    return _told(actor, service.make_draw(actor, body(DrawBody).order()))


@bp.get("/<draw_id>", permission=Permission.DRAWS_RUN, transactional=False)
def get_draw(actor: Actor, draw_id: str) -> Data:
    """Return one draw; who sees a sealed one for the first time is noted in its own log."""
    with transaction(write=False):
        draw = queries.get_draw(actor, draw_id)
        fresh = service.is_secret(draw) and not log.is_known_to(draw.id, actor.user_id)
        told = draw_detail(actor, draw)
    if fresh:
        with transaction():
            service.note_viewed(actor, draw_id)
    return told


@bp.post("/<draw_id>/replacements", permission=Permission.DRAWS_RUN)
def replace_drawn(actor: Actor, draw_id: str) -> Data:
    """Let the next in reserve come in."""
    given = body(ReplacementBody)
    return _told(actor, service.replace(actor, draw_id, given.slot, given.out, given.reason))


@bp.post("/<draw_id>/spoil", permission=Permission.DRAWS_RUN)
def spoil(actor: Actor, draw_id: str) -> Data:
    """Declare a draw void."""
    return _told(actor, service.spoil(actor, draw_id, body(ReasonBody).reason))


@bp.post("/<draw_id>/publish", permission=Permission.DRAWS_RUN)
def publish(actor: Actor, draw_id: str) -> Data:
    """Make an open draw public."""
    return _told(actor, service.publish_draw(actor, draw_id))


@bp.post("/<draw_id>/release", permission=Permission.DRAWS_RUN)
def release(actor: Actor, draw_id: str) -> Data:
    """End the secrecy of a sealed draw."""
    return _told(actor, service.release_draw(actor, draw_id))


@bp.post("/<draw_id>/knowers", permission=Permission.DRAWS_RUN)
def add_knower(actor: Actor, draw_id: str) -> Data:
    """Tell somebody of a sealed draw."""
    return _told(actor, service.add_knower(actor, draw_id, body(KnowerBody).person_id))
