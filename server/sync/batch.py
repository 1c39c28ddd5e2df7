"""Running mutations: answers as a set, the rest one by one, each in a savepoint of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from server.access.rules import Actor
from server.campaigns.models import Assignment
from server.evidence.models import Photo
from server.hazards.models import Hazard
from server.inspections.models import Inspection, Signature
from server.kernel import clock
from server.kernel.db import db, savepoint
from server.kernel.errors import Problem, Unavailable
from server.locations.models import Asset, Location
from server.papers.models import Paper
from server.sync import answers, ledger, problems
from server.sync.args import AnswerSet
from server.sync.handlers import HANDLERS, Handler
from server.sync.schemas import Envelope
from server.sync.verdicts import (
    BAD_ARGS,
    CAUSE_FELL,
    CRASHED,
    NEWER_VERSION,
    UNKNOWN_NAME,
    WAITING,
    Code,
    Verdict,
    rejected,
)
from server.sync.visits_handlers import LENDING
from server.sync.work import Work
from server.visits.models import VisitOpening
from server.visits.service import actor_now

log = structlog.get_logger()
ANSWER = "answer.set"
_MODELS: dict[str, Any] = {
    "inspection": Inspection,
    "hazard": Hazard,
    "photo": Photo,
    "location": Location,
    "asset": Asset,
    "assignment": Assignment,
    "opening": VisitOpening,
    "paper": Paper,
    "signature": Signature,
}


class Unsorted(Exception):
    """Something unforeseen in a run of answers: it is done again, one mutation at a time."""


def _coded(status: str, code: Code, **more: Any) -> Verdict:
    return Verdict(status, code.code, code.params(**more))


def judge(work: Work, *, salvage: bool = True, trusting: bool = False) -> Verdict:
    """
    Run one mutation; whatever happens, return a verdict and leave no half effect.

    *trusting*: the caller can do the whole push again, should something unforeseen happen.
    """
    envelope = work.envelope
    handler = HANDLERS.get(envelope.name)
    if handler is None:
        return _coded("parked", UNKNOWN_NAME)
    if envelope.v > handler.v:
        return _coded("parked", NEWER_VERSION)
    args = _read(handler, envelope)
    if isinstance(args, Verdict):
        return args
    if trusting and handler.checks_first:
        verdict = _attempt_lightly(work, handler, args)
    else:
        verdict = _attempt(work, handler, args)
    if verdict.status in ("rejected", "held"):
        waiting = _waiting(work, handler, args)
        if waiting is not None or not salvage:
            return waiting or verdict
        return _salvaged(work, handler, args, verdict)
    return verdict


def _read(handler: Handler, envelope: Envelope) -> Any:
    """Return the arguments as today's, or the verdict when they cannot be read."""
    try:
        return handler.decode(envelope)
    except msgspec.ValidationError as exc:
        return _coded("rejected", BAD_ARGS, detail=str(exc)[:200])
    except Exception:
        log.exception("upcast_failed", name=envelope.name, v=envelope.v)
        return _coded("parked", CRASHED)


def give_up(work: Work, verdict: Verdict) -> Verdict:
    """Refuse what has waited too long; its harmless parts are kept all the same."""
    handler = HANDLERS.get(work.envelope.name)
    if handler is None:
        return verdict
    args = _read(handler, work.envelope)
    return verdict if isinstance(args, Verdict) else _salvaged(work, handler, args, verdict)


def _attempt_lightly(work: Work, handler: Handler, args: Any) -> Verdict:
    """Run without a savepoint what refuses before it writes."""
    try:
        verdict = handler.run(work, args)
        db.session.flush()
        return verdict
    except (Unavailable, OperationalError):
        raise
    except Problem as problem:
        return rejected(problem)
    except Exception as exc:
        raise Unsorted(repr(exc)) from exc


def _attempt(work: Work, handler: Handler, args: Any) -> Verdict:
    try:
        with savepoint():
            if work.envelope.name == ANSWER:
                said = answers.Said(args, work.at)
                return answers.apply(work.actor, work.client_id, [said])[0]
            verdict = handler.run(work, args)
            db.session.flush()
            return verdict
    except Unavailable:
        raise
    except Problem as problem:
        return rejected(problem)
    except OperationalError:
        raise  # busy, full, deadlock: nothing is wrong with the mutation itself
    except Exception:
        log.exception("mutation_crashed", mutation=work.envelope.id, name=work.envelope.name)
        return _coded("parked", CRASHED)


def _absent(handler: Handler, args: Any) -> tuple[str, str] | None:
    """Return the first row that the mutation speaks of and that is nowhere."""
    for etype, eid in handler.needs(args):
        model = _MODELS[etype]
        if eid and db.session.scalar(select(model.id).where(model.id == eid)) is None:
            return etype, eid
    return None


def _waiting(work: Work, handler: Handler, args: Any) -> Verdict | None:
    """Hold what speaks of a row that another phone still has, or share the fate of its cause."""
    absent = _absent(handler, args)
    if absent is None:
        return None
    fates = {c.id: c.status for c in ledger.known(work.envelope.causes).values()} | {**work.fates}
    fallen = next((c for c in work.envelope.causes if fates.get(c) == "rejected"), None)
    if fallen is not None:
        return _coded("rejected", CAUSE_FELL, cause=fallen)
    verdict = _coded("held", WAITING, etype=absent[0], eid=absent[1])
    return Verdict(verdict.status, verdict.code, verdict.params, waits_for=":".join(absent))


def _salvaged(work: Work, handler: Handler, args: Any, verdict: Verdict) -> Verdict:
    """Keep the harmless parts of what was refused where others can see them."""
    try:
        with savepoint():
            kept = handler.salvage(work, args)
            db.session.flush()
    except Problem:
        return verdict
    extra = {**verdict.extra, "kept": kept} if kept else verdict.extra
    return Verdict(verdict.status, verdict.code, verdict.params, extra)


@dataclass
class Batch:
    """The mutations of one push that are new."""

    actor: Actor
    client_id: str
    moments: Mapping[int, int]
    one_by_one: bool
    now: int = field(default_factory=clock.now_ms)
    rows: list[ledger.Entry] = field(default_factory=list)
    made: set[str] = field(default_factory=set)
    fates: dict[str, str] = field(default_factory=dict)

    def work(self, envelope: Envelope) -> Work:
        """Put an envelope in its frame."""
        at = self.moments[envelope.mid]
        return Work(self.actor, self.client_id, envelope, at, self.fates)

    def run(self, envelopes: Sequence[Envelope]) -> list[Verdict]:
        """Run a stretch of one kind: answers together, anything else alone."""
        works = [self.work(envelope) for envelope in envelopes]
        verdicts = self._together(works) if _is_answers(envelopes) else None
        if verdicts is None:
            verdicts = [judge(work, trusting=not self.one_by_one) for work in works]
        for work, verdict in zip(works, verdicts, strict=True):
            self._note(work, verdict)
        return verdicts

    def _together(self, works: Sequence[Work]) -> list[Verdict] | None:
        if self.one_by_one:
            return None
        try:
            said = [answers.Said(_ANSWERS.decode(w.envelope.args), w.at) for w in works]
        except msgspec.ValidationError:
            return None
        try:
            verdicts = answers.apply(self.actor, self.client_id, said)
        except (OperationalError, Unavailable):
            raise
        except Exception as exc:
            raise Unsorted(repr(exc)) from exc
        return [
            judge(work) if verdict.waits_for else verdict
            for work, verdict in zip(works, verdicts, strict=True)
        ]

    def _note(self, work: Work, verdict: Verdict) -> None:
        envelope = work.envelope
        self.fates[envelope.id] = verdict.status
        if verdict.status != "applied":
            problems.keep(work, verdict)
        if verdict.status in ("applied", "merged"):
            self.made |= made_by(envelope)
            if envelope.name in LENDING:
                self.actor = actor_now(self.actor)
        self.rows.append(ledger.entry(self.client_id, envelope, verdict, self.now))


_ANSWERS = msgspec.json.Decoder(AnswerSet)


def _is_answers(envelopes: Sequence[Envelope]) -> bool:
    v = HANDLERS[ANSWER].v
    return envelopes[0].name == ANSWER and all(envelope.v == v for envelope in envelopes)


def made_by(envelope: Envelope) -> set[str]:
    """Name what an applied mutation brought into being: rows that others may wait for."""
    handler = HANDLERS.get(envelope.name)
    if handler is None or envelope.name == ANSWER:
        return set()
    key = handler.makes(handler.decode(envelope))
    return {":".join(key)} if key else set()
