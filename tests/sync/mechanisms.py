"""
The safeties of the protocol, each with a way to switch it off, from tests alone.

Some stand in the server and are patched away; some are the phone's and are named in Phone.off.
For each there is a history in counterexamples/ that breaks something without it and nothing with.
"""

import random
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from server.access.rules import Actor
from server.evidence import uploads
from server.evidence.parts import Part
from server.kernel.db import db
from server.sync import answers, batch, exchange, feed, held, hook, ledger, pages, past, pull, tidy
from server.sync import push as pushing
from server.sync.schemas import Cursor
from tests.sync.phone import Phone
from tests.sync.world import Step

Off = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Mechanism:
    """A safety, what it is for, and its switch."""

    name: str
    lost: str
    off: Off

    @property
    def file(self) -> str:
        return self.name.replace(" ", "-") + ".json"


def _of_phone(name: str) -> Off:
    return lambda patch: patch.setattr(Phone, "off", frozenset({name}))


def _constant_tag(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(hook.secrets, "token_hex", lambda _: "00000000")


def _by_number_alone(patch: pytest.MonkeyPatch) -> None:
    """What has a number that was seen counts as done, whatever it is."""
    real = pushing._plan

    def plan(client: Any, envelopes: Any, *, look_up: bool) -> Any:
        try:
            return real(client, envelopes, look_up=look_up)
        except ledger.ClientForked:
            done: dict[int, Any] = {}
            for one in envelopes:
                told = {"id": one.id, "mid": one.mid, "status": "applied", "dup": True}
                done[one.mid] = told if one.mid <= client.last_mid else None
            return done

    patch.setattr(pushing, "_plan", plan)


def _ids_of_this_client_alone(patch: pytest.MonkeyPatch) -> None:
    """An id known under another client is new."""
    real = ledger.known

    def known(ids: Any) -> Any:
        return {i: k for i, k in real(ids).items() if k.client_id == current.get("client")}

    def record(rows: Any, *more: Any) -> None:
        for row in rows:
            db.session.connection().exec_driver_sql(
                "DELETE FROM sync_mutation WHERE id = ?", (row[2],)
            )
        real_record(rows, *more)

    def client_of(actor: Any, request: Any, envelopes: Any) -> Any:
        current["client"] = request.client
        return real_client(actor, request, envelopes)

    current: dict[str, str] = {}
    real_record, real_client = ledger.record, pushing._client
    patch.setattr(ledger, "known", known)
    patch.setattr(ledger, "record", record)
    patch.setattr(pushing, "_client", client_of)


def _no_numbers(patch: pytest.MonkeyPatch) -> None:
    """Only ids count: no gap is seen, and no phone learns how far the server has come."""

    def plan(client: Any, envelopes: Any, *, look_up: bool) -> Any:
        known = ledger.known([one.id for one in envelopes])
        owners = ledger.owners({k.client_id for k in known.values()} - {client.id})
        return {
            one.mid: pushing._again(client, one, known[one.id], owners) if one.id in known else None
            for one in envelopes
        }

    real = exchange._answer

    def answer(*given: Any) -> Any:
        return real(*given) | {"last_mid": 10**9}

    patch.setattr(pushing, "_plan", plan)
    patch.setattr(exchange, "_answer", answer)


def _no_savepoints(patch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def nothing() -> Any:
        yield None

    patch.setattr(batch, "savepoint", nothing)


def _commit_after_each(patch: pytest.MonkeyPatch) -> None:
    """Effects reach the disk before the ledger does."""
    real = batch.Batch.run

    def run(self: Any, envelopes: Any) -> Any:
        verdicts = real(self, envelopes)
        db.session.commit()
        return verdicts

    patch.setattr(batch.Batch, "run", run)


def _tombstones_go_alone(patch: pytest.MonkeyPatch) -> None:
    """The night drops tombstones and moves no horizon, so that deltas still reach behind them."""

    def move(scope: str, horizon: int) -> None:
        db.session.connection().exec_driver_sql(
            "DELETE FROM sync_change WHERE scope = ? AND op = 'del' AND version <= ?",
            (scope, horizon),
        )

    patch.setattr(tidy, "_move", move)


def _any_resume(patch: pytest.MonkeyPatch) -> None:
    def any_known(resume: Any, standings: Any) -> Any:
        return resume if resume and resume.scope in standings else None

    patch.setattr(pull, "_valid", any_known)


def _later_stand_believed(patch: pytest.MonkeyPatch) -> None:
    """Rows that were read later than the cursor stands are never asked about again."""

    def founded(scope: str, cursor: Any, standing: Any) -> Any:
        return Cursor(cursor.version, cursor.tag.partition(pages.LATER)[0])

    patch.setattr(pull, "_founded", founded)


def _no_row_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ledger, "_LOCK_CLIENT", ledger._FIND_CLIENT)


def _no_marks(patch: pytest.MonkeyPatch) -> None:
    from server.sync import scopes

    patch.setattr(scopes, "mark", lambda actor, scope, kinds: "")


def _announced_hash_believed(patch: pytest.MonkeyPatch) -> None:
    real = uploads.finish

    def finish(transfer: Any, part: Part, store: Any) -> None:
        part.seal()
        believing = Part.seal
        Part.seal = lambda self: transfer.announced.sha256  # type: ignore[method-assign]
        try:
            real(transfer, part, store)
        finally:
            Part.seal = believing  # type: ignore[method-assign]

    patch.setattr(uploads, "finish", finish)


def _once_entitled_always(patch: pytest.MonkeyPatch) -> None:
    """What a person was allowed when writing is not asked again on arrival."""
    patch.setattr(answers, "_refusal", _only_the_team(answers._refusal))


def _only_the_team(real: Any) -> Any:
    def refusal(actor: Actor, sheet: Any) -> Any:
        problem = real(actor, sheet)
        return None if isinstance(problem, answers.Forbidden) else problem

    return refusal


def _nothing_waits(patch: pytest.MonkeyPatch) -> None:
    """What waited is never tried again."""
    patch.setattr(held, "release", lambda made: None)
    patch.setattr(pushing.held, "release", lambda made: None)


def _bugs_break_the_batch(patch: pytest.MonkeyPatch) -> None:
    """A command that crashes is not put aside: the request fails, again and again."""
    real = batch._attempt

    def attempt(work: Any, handler: Any, args: Any) -> Any:
        verdict = real(work, handler, args)
        if verdict.code == batch.CRASHED.code:
            raise RuntimeError("a bug")
        return verdict

    patch.setattr(batch, "_attempt", attempt)


def _shuffled_feed(patch: pytest.MonkeyPatch) -> None:
    """Deltas are cut anywhere, in any order, not between versions."""
    real = feed.changes_since

    def changes(scope: str, version: int, count: int) -> Any:
        found = real(scope, version, 10**6)
        return sorted(found, key=lambda change: change.eid)[:count]

    patch.setattr(feed, "changes_since", changes)


def _moves_unsaid(patch: pytest.MonkeyPatch) -> None:
    """A row that leaves a scope is not reported as gone there."""
    patch.setattr(hook, "_old_values", hook._now_values)


def _and_the_past_unasked(off: Off) -> Off:
    """Two nets: the question for the predecessor would catch what slips through the first."""

    def both(patch: pytest.MonkeyPatch) -> None:
        off(patch)
        patch.setattr(past, "require_own", lambda client, mid, after: None)

    return both


MECHANISMS = (
    Mechanism("ack by id", "work is taken for sent", _and_the_past_unasked(_of_phone("ack by id"))),
    Mechanism(
        "retained envelopes", "a restored server stays behind", _of_phone("retained envelopes")
    ),
    Mechanism("full scope list", "a revoked scope stays", _of_phone("full scope list")),
    Mechanism("snapshot sweep", "deleted rows stay", _of_phone("snapshot sweep")),
    Mechanism(
        "copy kept until stored was pulled",
        "a photo is gone on both sides",
        _of_phone("copy kept until stored was pulled"),
    ),
    Mechanism("cursor tag", "a restored server is not noticed", _constant_tag),
    Mechanism(
        "fork detection",
        "a clone's work is taken for done",
        _and_the_past_unasked(_by_number_alone),
    ),
    Mechanism("global id", "a renumbered phone counts twice", _ids_of_this_client_alone),
    Mechanism("predecessor", "a clone hides what was sent", _of_phone("predecessor")),
    Mechanism("mid", "a restored server stays behind", _no_numbers),
    Mechanism("savepoints", "a crashed command leaves half its work", _no_savepoints),
    Mechanism("one transaction", "effects without a ledger count twice", _commit_after_each),
    Mechanism("horizon", "a row that is gone stays", _tombstones_go_alone),
    Mechanism("later stand in the cursor", "rows of a lost version stay", _later_stand_believed),
    Mechanism("mark of the role", "a changed role is not seen", _no_marks),
    Mechanism("hash check of photos", "a flipped bit is evidence", _announced_hash_believed),
    Mechanism("permission judged now", "work counts after the role is gone", _once_entitled_always),
    Mechanism("release of what waited", "work waits for ever", _nothing_waits),
    Mechanism("poison put aside", "a queue is stuck", _bugs_break_the_batch),
    Mechanism("deltas cut between versions", "rows are skipped", _shuffled_feed),
    Mechanism("old places of a row", "a moved row stays", _moves_unsaid),
)


#: Switched off, nothing breaks: others stand behind them. The first saves work, the second tries.
SPARE = (
    Mechanism("resume checked", "nothing: tag and horizon are looked at again", _any_resume),
    Mechanism("client row lock", "nothing: each number and each id is there once", _no_row_lock),
)


def random_history(seed: int, length: int = 30) -> list[Step]:
    """Steps by a seed, weighted towards what people and bad lines do most."""
    rng = random.Random(seed)
    return [_STEPS[rng.choices(range(len(_STEPS)), _WEIGHTS)[0]](rng) for _ in range(length)]


def _exchange(r: random.Random) -> Step:
    return {"do": "exchange", "n": r.randrange(3), "count": r.randint(1, 5),
            "lose": r.random() < 0.3, "rows": r.choice([1, 3, 8, 40, 100]),
            "skip": int(r.random() < 0.1)}  # fmt: skip


def _write(r: random.Random) -> Step:
    return {"do": "write", "n": r.randrange(3), "visit": r.randrange(3), "item": r.randrange(2),
            "value": r.choice(["pass", "fail", "na", None]), "note": r.random() < 0.3}  # fmt: skip


_ACTS: tuple[tuple[int, Callable[[random.Random], Step]], ...] = (
    (12, _exchange),
    (8, _write),
    (3, lambda r: {"do": "department", "act": r.choice(["add", "move", "rename", "delete"]),
                   "number": r.randrange(10)}),
    (3, lambda r: {"do": "photograph", "n": r.randrange(3), "visit": 0, "item": r.randrange(2)}),
    (3, lambda r: {"do": "upload", "n": r.randrange(3), "rounds": r.randint(1, 6),
                   "fault": r.choice(["none", "lose request", "lose answer", "cut", "flip"])}),
    (2, lambda r: {"do": "kill", "n": r.randrange(3), "statement": r.randint(1, 40), "count": 5}),
    (2, lambda r: {"do": "late", "which": r.randrange(1000)}),
    (2, lambda r: {"do": "grant", "n": r.randrange(2), "region": r.randrange(2)}),
    (2, lambda r: {"do": "save"}),
    (2, lambda r: {"do": "restore"}),
    (2, lambda r: {"do": "clone", "source": r.randrange(1, 3), "onto": r.randrange(1, 3)}),
    (1, lambda r: {"do": "evict", "n": r.randrange(3)}),
    (1, lambda r: {"do": "lose_cursors", "n": r.randrange(3)}),
    (1, lambda r: {"do": "start"}),
    (1, lambda r: {"do": "poison", "n": r.randrange(3), "number": r.randrange(2)}),
    (1, lambda r: {"do": "lose_bytes", "number": r.randrange(9)}),
    (1, lambda r: {"do": "age", "days": r.choice([1, 6, 31, 91])}),
    (1, lambda r: {"do": "app", "n": r.randrange(3), "version": r.randint(1, 2)}),
    (1, lambda r: {"do": "deploy", "version": r.randint(1, 2)}),
)  # fmt: skip
_STEPS = [make for _, make in _ACTS]
_WEIGHTS = [weight for weight, _ in _ACTS]
