"""Work that did not simply apply: kept whole, shown to its author, dealt with by a person."""

from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.audit.service import record
from server.hazards.models import Hazard
from server.inspections.models import Inspection
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.org.models import Person, Unit
from server.sync.models import SyncProblem
from server.sync.verdicts import Verdict
from server.sync.work import Work, plain

_PLACES: tuple[tuple[str, Any], ...] = (
    ("unit_id", Unit),
    ("inspection", Inspection),
    ("hazard", Hazard),
)


def keep(work: Work, verdict: Verdict) -> SyncProblem:
    """Keep the envelope with the verdict."""
    envelope = plain(work.envelope)
    row = SyncProblem(
        mutation_id=work.envelope.id,
        client_id=work.client_id,
        mid=work.envelope.mid,
        person_id=work.actor.user_id,
        lead_region_id=region_of(work, envelope["args"]),
        kind=verdict.status,
        name=work.envelope.name,
        code=verdict.code or "",
        params=dict(verdict.params),
        envelope=envelope | {"corrected_at": work.at},
        waits_for=verdict.waits_for,
        received_at=clock.now(),
        state="open",
    )
    db.session.add(row)
    return row


def region_of(work: Work, args: Any) -> str | None:
    """Return the region whose lead may take the work over."""
    named = args if isinstance(args, dict) else {}
    places = (*_PLACES, ("id", Hazard)) if work.envelope.name.startswith("hazard.") else _PLACES
    for key, model in places:
        value = named.get(key)
        if isinstance(value, str):
            region = db.session.scalar(select(model.region_id).where(model.id == value))
            if region is not None:
                return str(region)
    return db.session.scalar(select(Person.region_id).where(Person.id == work.actor.user_id))


def handle(actor: Actor, mutation_id: str, act: str, reason: str | None) -> None:
    """Close one of the actor's own cases: given up, handed over, or sent again corrected."""
    row = db.session.get(SyncProblem, mutation_id, with_for_update=True)
    if row is None or row.person_id != actor.user_id:
        raise NotFound()
    if row.state == "handled":
        return
    close(row, actor, {"act": act} | ({"reason": reason} if reason else {}))


def close(row: SyncProblem, actor: Actor | None, handling: dict[str, Any]) -> None:
    """Note what became of a case; the row stays, the author's phones drop it."""
    row.state = "handled"
    row.handled_by = actor.user_id if actor else None
    row.handled_at = clock.now()
    row.handling = handling
    record(actor, f"problem.{handling['act']}", "problem", row.mutation_id, details=handling)
