"""The draw's own log: who did or learned what, when; each entry linked to the one before."""

import hashlib
from typing import Any

from server.access.rules import Actor
from server.draws.models import Draw, DrawEvent
from server.draws.queries import events_of
from server.draws.rules import canonical
from server.kernel import clock
from server.kernel.db import db

_BEGIN = b"anxun-draw-log-1\n"


def note(actor: Actor | None, draw: Draw, what: str, details: dict[str, Any] | None = None) -> None:
    """Add one entry, in the transaction of what it tells of. No actor: the rhythm itself."""
    before = events_of(draw.id)
    last = before[-1].link if before else origin(draw.id)
    event = DrawEvent(
        draw_id=draw.id,
        seq=len(before) + 1,
        at=clock.from_ms(clock.now_ms()),
        person_id=actor.user_id if actor else None,
        what=what,
        details=details or {},
    )
    event.link = link(last, event)
    db.session.add(event)
    db.session.flush()


def origin(draw_id: str) -> str:
    """Return where the log of a draw begins."""
    return hashlib.sha256(_BEGIN + draw_id.encode()).hexdigest()


def link(before: str, event: DrawEvent) -> str:
    """Tie an entry to all that came before it."""
    told = [event.seq, clock.to_ms(event.at), event.person_id, event.what, event.details]
    return hashlib.sha256(bytes.fromhex(before) + canonical(told)).hexdigest()


def holds(draw_id: str) -> bool:
    """Say whether the log of a draw is as it was written."""
    last = origin(draw_id)
    for number, event in enumerate(events_of(draw_id), start=1):
        if event.seq != number or event.link != link(last, event):
            return False
        last = event.link
    return True


def head(draw_id: str) -> dict[str, Any]:
    """Return where the log of a draw ends."""
    events = events_of(draw_id)
    last = events[-1].link if events else origin(draw_id)
    return {"entries": len(events), "head": last}


def is_known_to(draw_id: str, person_id: str) -> bool:
    """Say whether the log tells already that somebody looked at the draw or made it."""
    return any(
        e.person_id == person_id and e.what in ("drew", "viewed") for e in events_of(draw_id)
    )
