"""The end of a draw's secrecy: not while anything depends on it, and by itself when all is over."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import undefer

from server.access.rules import Actor
from server.audit.service import record
from server.draws import log
from server.draws.models import Draw
from server.draws.publish import places_of, publish
from server.kernel import clock
from server.kernel.db import db

#: features above that hold a sealed draw back: id of the draw → how many reasons they have
Holder = Callable[[str], int]
#: features above that tell where something of a draw is over and known: id of the draw → unit ids
Teller = Callable[[str], set[str]]
_holders: list[Holder] = []
_tellers: list[Teller] = []


def add_holder(holder: Holder) -> None:
    """Let a feature above keep sealed draws from being released while it depends on them."""
    if holder not in _holders:
        _holders.append(holder)


def add_teller(teller: Teller) -> None:
    """Let a feature above tell which units of a draw everybody may know of by now."""
    if teller not in _tellers:
        _tellers.append(teller)


def is_secret(draw: Draw) -> bool:
    """Say whether a draw is still kept from everybody who was not told."""
    return draw.sealed and draw.released_at is None


def is_held(draw: Draw) -> bool:
    """Say whether something that is still secret depends on a draw."""
    return any(holder(draw.id) for holder in _holders) or any(map(is_secret, _after(draw)))


def let_go(actor: Actor | None, draw: Draw) -> None:
    """Publish what was sealed, and say in the audit log where the draw's own log ends."""
    draw.released_at = draw.published_at = clock.now()
    log.note(actor, draw, "released")
    record(actor, "draw.release", "draw", draw.id, details={"code": draw.code, **log.head(draw.id)})
    publish(draw)
    if draw.after_id is not None:
        db.session.flush()
        visits_over(draw.after_id)


def visits_over(draw_id: str) -> None:
    """
    Release a sealed draw when nothing depends on it and every unit in it is known; for features
    above. A unit that nobody has visited yet keeps the draw sealed, planned or not.
    """
    query = select(Draw).where(Draw.id == draw_id).options(undefer(Draw.snapshot))
    draw = db.session.scalars(query.with_for_update()).first()
    if draw is None or not is_secret(draw) or is_held(draw):
        return
    known = {slot for after in _after(draw) for slot in places_of(after)}
    known |= {unit for teller in _tellers for unit in teller(draw_id)}
    if known.issuperset(places_of(draw)):
        let_go(None, draw)


def _after(draw: Draw) -> list[Draw]:
    """Return the draws of people for the units of this one; a spoiled one sends nobody."""
    query = select(Draw).where(Draw.after_id == draw.id, Draw.state == "drawn")
    return list(db.session.scalars(query.options(undefer(Draw.snapshot)).order_by(Draw.id)))
