"""Questions that only the place can answer: written, tried, changed, switched off."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden, Invalid, NotFound
from server.kernel.ids import new_id
from server.kernel.text import one_line
from server.locations.models import Asset, Location
from server.locations.queries import get_target
from server.presence import answers
from server.presence.models import PlaceFact

MOST = 120


class FactInvalid(Invalid):
    """A fact without a question, or without an answer of its kind."""

    code = "presence-bad-fact"
    title = "A fact needs a question, and an answer of its kind."
    title_zh = "现场核对内容须有问题和相应的答案。"


class FactKnown(Invalid):
    """What every phone shows proves nobody's presence."""

    code = "presence-known-answer"
    title = "The phone shows this answer already. Ask for something that is only seen on the spot."
    title_zh = "这个答案在手机的登记信息里就能看到，请换成到了现场才看得到的内容。"


@dataclass(frozen=True)
class Wanted:
    """A question as somebody writes it."""

    kind: str
    ask: str
    text: str | None = None
    low: float | None = None
    high: float | None = None


def make_fact(actor: Actor, target: tuple[str, str], wanted: Wanted) -> PlaceFact:
    """Keep a question whose answer is only seen on the spot."""
    row = get_target(actor, *target)
    if not actor.may(Permission.ASSIGNMENTS_MANAGE, on=row):
        raise Forbidden(permission=Permission.ASSIGNMENTS_MANAGE.value)
    expected = expected_of(wanted)
    question = one_line(wanted.ask)[:MOST]
    if not question:
        raise FactInvalid()
    if any(answers.tells(known, expected) for known in (question, *_known(row))):
        raise FactKnown()
    fact = PlaceFact(
        id=new_id(),
        unit_id=row.unit_id,
        region_id=row.region_id,
        target_kind=target[0],
        target_id=target[1],
        kind=wanted.kind,
        ask=question,
        expected=expected,
        made_by=actor.user_id,
        made_at=clock.now(),
        active=True,
    )
    db.session.add(fact)
    db.session.flush()
    _note(actor, "presence.fact", fact, {"ask": question})
    return fact


def _known(row: Location | Asset) -> Iterator[str]:
    """What the phone of everybody who may see the place holds of it and of what stands there."""
    yield from filter(None, (row.name, getattr(row, "code", None)))
    things = [row] if isinstance(row, Asset) else _things_in(row.id)
    for thing in things:
        yield from filter(None, (thing.name, thing.model, thing.serial, thing.reg_no))


def _things_in(place_id: str) -> list[Asset]:
    return list(db.session.scalars(select(Asset).where(Asset.location_id == place_id)))


def expected_of(wanted: Wanted) -> dict[str, Any]:
    """Return an answer as it is kept."""
    if wanted.kind == "gauge":
        low, high = wanted.low, wanted.high
        if low is None or high is None or low > high:
            raise FactInvalid()
        return {"low": low, "high": high}
    text = one_line(wanted.text or "")[:MOST]
    if len(answers.plain(text)) < (4 if wanted.kind == "last4" else 2):
        raise FactInvalid()
    return {"text": text}


def managed_fact(actor: Actor, fact_id: str) -> PlaceFact:
    """Return a question that the actor may change, locked."""
    fact = db.session.get(PlaceFact, fact_id, with_for_update=True)
    if fact is None or not actor.may(Permission.PLACES_READ, on=fact):
        raise NotFound()
    if not actor.may(Permission.ASSIGNMENTS_MANAGE, on=fact):
        raise Forbidden(permission=Permission.ASSIGNMENTS_MANAGE.value)
    return fact


def set_active(actor: Actor, fact_id: str, active: bool) -> PlaceFact:
    """Ask a question no longer, or again; what was answered to it stays."""
    fact = managed_fact(actor, fact_id)
    if fact.active != active:
        fact.active = active
        db.session.flush()
        _note(actor, "presence.fact-resumed" if active else "presence.fact-retired", fact)
    return fact


def change_fact(actor: Actor, fact_id: str, wanted: Wanted) -> PlaceFact:
    """Put a new question in the place of one; answers to the old one are not held to the new."""
    old = set_active(actor, fact_id, active=False)
    return make_fact(actor, (old.target_kind, old.target_id), wanted)


def try_fact(actor: Actor, fact_id: str, answer: str) -> str:
    """Say what would come of an answer; who asks is written down: this is not for guessing."""
    fact = managed_fact(actor, fact_id)
    told = verdict(fact.kind, fact.expected, answer)
    _note(actor, "presence.fact-tried", fact, {"verdict": told})
    return told


def verdict(kind: str, expected: Mapping[str, Any], answer: str) -> str:
    """Return what comes of an answer: unseen, same or differs."""
    if answers.is_unseen(answer):
        return "unseen"
    return "same" if answers.agrees(kind, expected, answer) else "differs"


def _note(
    actor: Actor, action: str, fact: PlaceFact, details: Mapping[str, Any] | None = None
) -> None:
    told = dict(details or {})
    record(actor, action, "place_fact", fact.id, unit_id=fact.unit_id, details=told)
