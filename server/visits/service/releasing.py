"""The moment from which everybody who may read there sees a visit."""

from datetime import timedelta, timezone

from server.access.rules import Actor
from server.audit.service import record
from server.draws import service as draws
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Unit
from server.org.numbers import take_number
from server.visits import queries, rules
from server.visits.models import Visit
from server.visits.service import knowledge
from server.visits.service.doubting import tell_doubts

PREFIX = "AF"
_ZONE = timezone(timedelta(hours=8))


def release(visit: Visit, why: str, by: Actor | None) -> None:
    """Make a locked visit visible: number and audit entry, with the head of the log in it."""
    if visit.released_at is not None:
        return
    now = clock.now()
    knowledge.note(visit, "released", by.user_id if by else None, why=why)
    visit.released_at = now
    unit = db.session.get_one(Unit, visit.unit_id)
    visit.number = take_number(PREFIX, unit.region_id, now.astimezone(_ZONE).year)
    seq, head = knowledge.head_of(visit.id)
    told = {
        "why": why,
        "number": visit.number,
        "state": visit.state,
        "planned_by": visit.created_by,
        "planned_at": clock.to_ms(visit.created_at),
        "opened_at": clock.to_ms(visit.opened_at) if visit.opened_at else None,
        "arrived_at": clock.to_ms(visit.arrived_at) if visit.arrived_at else None,
        "lines": seq,
        "head": head.hex(),
    }
    record(by, "visit.release", "visit", visit.id, unit_id=visit.unit_id, details=told)
    tell_doubts(visit)
    if visit.draw_id is not None:
        db.session.flush()
        draws.visits_over(visit.draw_id)


def release_visit(actor: Actor, visit_id: str, reason: str) -> Visit:
    """Make a visit visible by hand."""
    visit = queries.planned_visit(actor, visit_id)
    release(visit, reason, actor)
    return visit


def release_due() -> int:
    """Release what nobody came for in time; run at night, and whenever visits are read."""
    ids = queries.due_ids(clock.now())
    for visit_id in ids:
        visit = db.session.get_one(Visit, visit_id, with_for_update=True, populate_existing=True)
        if visit.released_at is None and rules.is_due(visit.state, visit.ends_at, clock.now()):
            if visit.state != rules.CANCELLED:
                visit.state = rules.ENDED
            release(visit, "cancelled" if visit.state == rules.CANCELLED else "ended", None)
    return len(ids)


draws.add_holder(queries.unreleased_of_draw)
draws.add_teller(queries.released_units_of_draw)
