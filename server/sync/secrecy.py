"""
Cases that would tell of a sealed visit: until it is released they are their author's alone.

A colleague's phone may bring its inspection before the leader's brings the arrival, and a leader
may open too early. No lead, no list and no audit entry shows either before its time.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import select

from server.campaigns.models import Assignment
from server.kernel.db import db
from server.sync.models import SyncProblem
from server.sync.schemas import Envelope
from server.sync.visits_handlers import LENDING
from server.visits.queries import is_released, sealed_tasks
from server.visits.service import unreleased_of

_TASK, _OPENING = "assignment:", "opening:"


def is_secret(name: str) -> bool:
    """Say whether a command speaks of nothing but a sealed visit."""
    return name in LENDING


def only_about(person_id: str, envelopes: Sequence[Envelope]) -> str | None:
    """
    Return the visit when a push holds nothing but what concerns one that is not released yet.

    Whoever names a visit that they have no part in has told nothing of any visit.
    """
    others = [one for one in envelopes if not is_secret(one.name)]
    names = {one.id: _case_of(one) for one in others}
    query = select(SyncProblem).where(SyncProblem.mutation_id.in_(names.values()))
    hidden = {row.mutation_id for row in db.session.scalars(query) if covers(row)}
    if not set(names.values()) <= hidden:
        return None
    return unreleased_of(person_id, [_named(one) for one in envelopes if is_secret(one.name)])


def _named(envelope: Envelope) -> str:
    args = msgspec.json.decode(envelope.args)
    return str(args.get("id")) if isinstance(args, dict) else envelope.id


def _case_of(envelope: Envelope) -> str:
    """Return the case that a command was kept as, or that it is about."""
    return _named(envelope) if envelope.name == "problem.handle" else envelope.id


def hides(person_id: str, name: str, args: Any, waits_for: str | None, subject: str | None) -> bool:
    """Say whether a case must not reach a lead's desk yet."""
    named = args if isinstance(args, Mapping) else {}
    if is_secret(name):
        return not is_released(str(named.get("id")))
    if waits_for is not None and _is_to_come(waits_for):
        return True
    roots = _hidden(person_id)
    if not roots:
        return False
    made = {f"{root.name.partition('.')[0]}:{root.envelope['args'].get('id')}" for root in roots}
    return bool({waits_for, subject} & made)


def covers(row: SyncProblem) -> bool:
    """Say the same of a case that is kept."""
    args = row.envelope["args"]
    return hides(row.person_id, row.name, args, row.waits_for, row.subject)


def keeps_waiting(row: SyncProblem) -> bool:
    """Say whether what a case waits for is still to come: the arrival of a visit under way."""
    if row.waits_for is None or not row.waits_for.startswith(_TASK):
        return row.kind == "held" and covers(row)
    return bool(sealed_tasks([row.waits_for.removeprefix(_TASK)]))


def _is_to_come(waits_for: str) -> bool:
    """Say whether a case waits for an arrival or an opening that nobody else may know of yet."""
    kind, _, name = waits_for.partition(":")
    if f"{kind}:" == _TASK:
        return db.session.get(Assignment, name) is None
    return f"{kind}:" == _OPENING and not is_released(name)


def _hidden(person_id: str) -> Sequence[SyncProblem]:
    """Return what of somebody's work waits for an arrival, and what waits for that."""
    query = select(SyncProblem).where(
        SyncProblem.person_id == person_id,
        SyncProblem.kind == "held",
        SyncProblem.state == "open",
        SyncProblem.lead_region_id.is_(None),
    )
    return db.session.scalars(query).all()
