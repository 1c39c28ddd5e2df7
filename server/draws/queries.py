"""Reading draws: a sealed one is absent for everybody who was not told, until it is released."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import undefer

from server.access.rules import Actor, Permission
from server.draws.models import Draw, DrawBatch, DrawEvent, DrawKnower
from server.draws.rules.seeds import period
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Order, Page, page
from server.org.models import Region

_ORDER = (Order(Draw.drawn_at, descending=True), Order(Draw.id, descending=True))
_PUBLISHED = (Order(Draw.published_at, descending=True), Order(Draw.id, descending=True))


@dataclass(frozen=True)
class DrawFilter:
    """What a list of draws may be narrowed by; None asks nothing."""

    kind: str | None = None
    state: str | None = None
    q: str | None = None


def in_sight(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a draw is visible."""
    regions = sorted(actor.regions_with(Permission.DRAWS_RUN))
    told = select(DrawKnower.draw_id).where(DrawKnower.person_id == actor.user_id)
    open_now = or_(Draw.sealed.is_(False), Draw.released_at.is_not(None))
    return and_(Draw.region_id.in_(regions), or_(open_now, Draw.id.in_(told)))


def visible_draws(actor: Actor) -> Select[Draw]:
    """Select the draws that the actor may see."""
    return select(Draw).where(in_sight(actor))


def get_draw(actor: Actor, draw_id: str, *, for_update: bool = False) -> Draw:
    """Return one visible draw with everything in it."""
    query = visible_draws(actor).where(Draw.id == draw_id)
    query = query.options(undefer(Draw.snapshot))
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    draw = db.session.scalars(query).first()
    if draw is None:
        raise NotFound()
    return draw


def list_draws(actor: Actor, wanted: DrawFilter, *, cursor: str | None, limit: int | None) -> Page:
    """Return one page of draws, the newest first."""
    query = visible_draws(actor)
    if wanted.kind is not None:
        query = query.where(Draw.kind == wanted.kind)
    if wanted.state is not None:
        query = query.where(Draw.state == wanted.state)
    if wanted.q and wanted.q.strip():
        text = wanted.q.strip()
        named = Draw.purpose.icontains(text, autoescape=True)
        query = query.where(or_(named, Draw.code.icontains(text, autoescape=True)))
    return page(query, _ORDER, cursor=cursor, limit=limit)


def events_of(draw_id: str) -> Sequence[DrawEvent]:
    """Return what happened to a draw, in order."""
    query = select(DrawEvent).where(DrawEvent.draw_id == draw_id).order_by(DrawEvent.seq)
    return db.session.scalars(query).all()


def knowers_of(draw_id: str) -> Sequence[DrawKnower]:
    """Return who was told of a sealed draw, in order."""
    query = select(DrawKnower).where(DrawKnower.draw_id == draw_id)
    return db.session.scalars(query.order_by(DrawKnower.added_at, DrawKnower.person_id)).all()


def published_file(code: str) -> str:
    """Return the published text of a draw; anything else is absent."""
    query = select(Draw.file).where(Draw.code == code.upper(), Draw.published_at.is_not(None))
    text = db.session.scalars(query).first()
    if text is None:
        raise NotFound()
    return text


def list_published(*, cursor: str | None, limit: int | None) -> Page:
    """Return one page of what was published, the newest first."""
    query = select(Draw).where(Draw.published_at.is_not(None))
    return page(query, _PUBLISHED, cursor=cursor, limit=limit)


def public_regions(code: str | None) -> list[Region]:
    """Return the regions that have seeds; one by its code, or by the id that files name."""
    query = select(Region).where(Region.id.in_(select(DrawBatch.region_id)))
    if code is not None:
        query = query.where(or_(Region.code == code, Region.id == code))
    return list(db.session.scalars(query.order_by(Region.code)))


def public_batches(region_id: str, wanted: str | None) -> list[DrawBatch]:
    """Return the batches of one week, or those of this week and ahead."""
    query = select(DrawBatch).where(DrawBatch.region_id == region_id)
    if wanted is None:
        query = query.where(DrawBatch.period >= period(clock.today()))
    else:
        query = query.where(DrawBatch.period == wanted)
    return list(db.session.scalars(query.order_by(DrawBatch.period)))
