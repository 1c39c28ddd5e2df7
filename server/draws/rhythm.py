"""What happens by the calendar, draws or no draws: seeds ahead, and the end of every secret."""

from datetime import timedelta

from sqlalchemy import select

from server.draws import log, seeds
from server.draws.models import Draw
from server.draws.publish import publish
from server.draws.release import let_go
from server.draws.rules.seeds import RHYTHM
from server.kernel import clock
from server.kernel.db import db


def keep() -> dict[str, int]:
    """Do what is due today; doing it again changes nothing. Return what was done."""
    return {
        "made": seeds.keep_ahead(),
        "released": _release(),
        "published": _publish(),
        "settled": _settle(),
    }


def _release() -> int:
    """No draw stays sealed for longer than the rhythm says, visits or no visits."""
    before = clock.now() - timedelta(days=int(RHYTHM["seal_days"]))
    query = select(Draw).where(Draw.sealed, Draw.released_at.is_(None), Draw.drawn_at < before)
    due = list(db.session.scalars(query.order_by(Draw.drawn_at, Draw.id)))
    for draw in due:
        let_go(None, draw)
    return len(due)


def _publish() -> int:
    """An open draw that nobody published is published anyway."""
    before = clock.now() - timedelta(days=int(RHYTHM["publish_days"]))
    query = select(Draw).where(
        Draw.sealed.is_(False), Draw.published_at.is_(None), Draw.drawn_at < before
    )
    due = list(db.session.scalars(query.order_by(Draw.drawn_at, Draw.id)))
    for draw in due:
        log.note(None, draw, "published")
        publish(draw)
    return len(due)


def _settle() -> int:
    """Tell the last secret of a week: then anybody checks that no seed was skipped."""
    due = seeds.due_to_settle()
    for batch in due:
        batch.settled_at = clock.now()
    return len(due)
