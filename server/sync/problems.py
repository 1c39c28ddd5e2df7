"""Work that did not simply apply: kept whole, shown to its author, dealt with by a person."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from server.access.rules import Actor
from server.audit.service import record
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.sync import secrecy
from server.sync.models import SyncProblem, SyncProblemPhoto
from server.sync.standing import standing_of
from server.sync.verdicts import WAITING as WAITING_FOR
from server.sync.verdicts import Verdict
from server.sync.work import Work, plain

WAITING = ("open", "handed")
# One reason for everything in it: forty answers of a closed record are one decision, not forty.
COMMON = frozenset({"inspection-locked", "inspection-not-of-the-team", "forbidden", "not-found"})
_BY_AUTHOR = {"discard": "handled", "resent": "handled", "handover": "handed", "seen": "handled"}
_PHOTO_KEYS = ("photos", "photo_ids")


def keep(work: Work, verdict: Verdict) -> SyncProblem:
    """Keep the envelope with the verdict."""
    envelope = plain(work.envelope)
    where = standing_of(work, envelope["args"])
    told = (envelope["args"], verdict.waits_for, where.subject)
    is_hidden = secrecy.hides(work.actor.user_id, work.envelope.name, *told)
    row = SyncProblem(
        mutation_id=work.envelope.id,
        client_id=work.client_id,
        mid=work.envelope.mid,
        person_id=work.actor.user_id,
        lead_region_id=None if is_hidden else where.lead_region_id,
        unit_id=where.unit_id,
        subject=where.subject,
        head_id=None if verdict.status == "merged" else _head(work, verdict, where.subject),
        former=where.former and verdict.status == "rejected",
        kind=verdict.status,
        name=work.envelope.name,
        code=verdict.code or "",
        params=dict(verdict.params),
        envelope=envelope | {"corrected_at": work.at},
        waits_for=verdict.waits_for,
        received_at=clock.now(),
        state="open",
        history=[],
    )
    db.session.add(row)
    # At once: a repeat under a new number must not be told by the next command.
    db.session.flush()
    if verdict.status != "merged":
        _keep_photos(row, work)
    return row


def _head(work: Work, verdict: Verdict, subject: str | None) -> str | None:
    """Return the case whose decision this one shares: its cause's, or one refused alike."""
    causes = list(work.envelope.causes)
    alike = (
        (SyncProblem.person_id == work.actor.user_id)
        & (SyncProblem.subject == subject)
        & (SyncProblem.code == verdict.code)
        & SyncProblem.head_id.is_(None)
    )
    asked: list[ColumnElement[bool]] = [SyncProblem.mutation_id.in_(causes)] if causes else []
    if subject is not None and verdict.code in COMMON:
        asked.append(alike)
    if not asked:
        return None
    query = select(SyncProblem).where(
        or_(*asked), SyncProblem.state.in_(WAITING), SyncProblem.kind != "merged"
    )
    found = db.session.scalars(query.order_by(SyncProblem.received_at, SyncProblem.mid)).first()
    return (found.head_id or found.mutation_id) if found else None


def _keep_photos(row: SyncProblem, work: Work) -> None:
    args = row.envelope["args"]
    if not isinstance(args, dict):
        return
    named = {i for key in _PHOTO_KEYS for i in _texts(args.get(key))}
    hashes: dict[str, str | None] = dict.fromkeys(named)
    if work.envelope.name == "photo.add" and isinstance(args.get("id"), str):
        sha = args.get("sha256")
        hashes[args["id"]] = sha if isinstance(sha, str) else None
    if hashes:
        db.session.flush()
    db.session.add_all(
        SyncProblemPhoto(mutation_id=row.mutation_id, photo_id=i[:36], sha256=sha and sha[:64])
        for i, sha in hashes.items()
    )


def region_of(work: Work, args: Any) -> str | None:
    """Return the region whose lead may take the work over."""
    return standing_of(work, args).lead_region_id


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def group_of(row: SyncProblem) -> list[SyncProblem]:
    """Return the cases that one decision about *row* is about, in the order of their making."""
    query = (
        select(SyncProblem)
        .where(
            or_(SyncProblem.mutation_id == row.mutation_id, SyncProblem.head_id == row.mutation_id)
        )
        .order_by(SyncProblem.received_at, SyncProblem.client_id, SyncProblem.mid)
    )
    found = db.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    return list(found)


def handle(actor: Actor, mutation_id: str, act: str, reason: str | None) -> None:
    """
    Do what the author decided about one of their own cases and those that hang on it.

    Given up, handed to the lead, sent again corrected, or read. The first two can be undone as long
    as nobody else has acted.
    """
    row = db.session.get(SyncProblem, mutation_id, with_for_update=True)
    if row is None or row.person_id != actor.user_id:
        raise NotFound()
    group = group_of(row)
    if act == "undo":
        _undo(actor, group)
        return
    wanted = ("told",) if act == "seen" else WAITING
    waiting = [one for one in group if one.state in wanted]
    if act == "resent":
        _follow(row, [one for one in waiting if one is not row])
        waiting = [row] if row.state in WAITING else []
    for one in waiting:
        if one.state != _BY_AUTHOR[act]:
            close(one, actor, act, reason, state=_BY_AUTHOR[act])


def _follow(head: SyncProblem, others: Sequence[SyncProblem]) -> None:
    """Let what hung on a case wait for its correction: release() runs it in this very push."""
    for one in others:
        one.kind, one.code, one.params = "held", WAITING_FOR.code, WAITING_FOR.params()
        one.waits_for, one.head_id, one.state = f"case:{head.mutation_id}", None, "open"


def _undo(actor: Actor, group: Sequence[SyncProblem]) -> None:
    for one in group:
        last = one.history[-1] if one.history else {}
        if last.get("by") == actor.user_id and last.get("act") in ("discard", "handover"):
            close(one, actor, "undo", None, state="open")


def close(
    row: SyncProblem, actor: Actor | None, act: str, note: str | None, *, state: str, **more: Any
) -> None:
    """Note an act on a case; the row stays, with everything that was ever done to it."""
    now = clock.now()
    step = {"act": act, "at": clock.to_ms(now)} | more
    if actor is not None:
        step |= {"by": actor.user_id, "by_name": actor.name}
    if note:
        step["note"] = note
    row.history = [*row.history, step]
    row.state = state
    over = state in ("told", "handled")
    row.handling = step if over else None
    row.handled_by = actor.user_id if actor and over else None
    row.handled_at = now if over else None
    details = {k: v for k, v in step.items() if k in ("note", "as", "code")}
    details |= {"author": row.person_id, "command": row.name}
    if row.lead_region_id is None and secrecy.covers(row):
        return
    record(
        actor, f"problem.{act}", "problem", row.mutation_id, unit_id=row.unit_id, details=details
    )
