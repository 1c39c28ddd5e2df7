"""
Applying what a phone sends: in its order, each mutation once, every one answered.

The client's row is locked first. Whatever cannot be reconciled (another person's client, a gap, a
cloned disk) is refused before anything is applied. Effects, answers and the client's new number
reach the database in one commit.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError, OperationalError

from server.access.rules import Actor
from server.custody import chains, rules
from server.kernel.db import transaction
from server.sync import held, ledger, past, witness
from server.sync.batch import ANSWER, Batch, Unsorted
from server.sync.ledger import Client, ClientForked, ClientUnknown, Gap, Known
from server.sync.schemas import Envelope, Exchange
from server.sync.verdicts import ID_REUSED, Verdict

log = structlog.get_logger()
BUDGET_S = 2.0
TRIES = 4
Again = dict[str, Any]


@dataclass(frozen=True)
class Pushed:
    """The answers, in order, and the client's highest number."""

    results: list[dict[str, Any]]
    last_mid: int
    # How the push was sealed, where there is something to tell the phone.
    seal: str | None = None
    # Who pulls after it: a sealed visit may have lent its team a right.
    actor: Actor | None = None


@dataclass
class Care:
    """How carefully a push is done; it starts fast, and grows careful when something breaks."""

    look_up: bool = False
    one_by_one: bool = False
    tries: int = 0

    def grow(self, broken: Exception) -> None:
        """Learn from what broke; raise it again when it breaks still."""
        self.tries += 1
        if self.tries > TRIES or (isinstance(broken, OperationalError) and not _is_race(broken)):
            raise broken
        self.look_up |= isinstance(broken, IntegrityError)
        self.one_by_one |= isinstance(broken, Unsorted)


def _is_race(error: OperationalError) -> bool:
    """Say whether PostgreSQL gave this transaction up for the sake of another."""
    return getattr(error.orig, "sqlstate", None) in ("40P01", "40001")


def push(actor: Actor, request: Exchange, envelopes: Sequence[Envelope]) -> Pushed:
    """Apply a batch in one transaction; again and more carefully when that breaks."""
    care = Care()
    while True:
        try:
            with transaction():
                return _push(actor, request, envelopes, care)
        except (Unsorted, IntegrityError, OperationalError) as exc:
            care.grow(exc)
            log.warning("push_again", client=request.client, reason=repr(exc)[:300])


def _push(actor: Actor, request: Exchange, envelopes: Sequence[Envelope], care: Care) -> Pushed:
    client = _client(actor, request, envelopes)
    if envelopes[0].mid == client.last_mid + 1:
        past.require_own(client, client.last_mid, request.after)
    plan = _plan(client, envelopes, look_up=care.look_up)
    chain = chains.follow(client.id, client.last_mid, client.head, envelopes)
    chains.begin(chain)
    moments = witness.moments(request.sent_at, envelopes)
    batch = Batch(actor, client.id, moments, care.one_by_one)
    results: list[dict[str, Any]] = []
    deadline = time.monotonic() + BUDGET_S
    for stretch in _stretches(envelopes, plan):
        if results and time.monotonic() > deadline:
            break
        if (answer := plan[stretch[0].mid]) is not None:
            results.append(answer)
            continue
        verdicts = batch.run(stretch)
        results += [_result(e, v) for e, v in zip(stretch, verdicts, strict=True)]
    held.release(batch.made)
    ledger.record(batch.rows, chain.links)
    last_mid = max([client.last_mid, *(result["mid"] for result in results)])
    done = witness.attest(actor, client, request, envelopes, chain, plan, last_mid)
    ledger.advance(client.id, request, done)
    told = done.seal if chain.links and done.seal != rules.OK else None
    return Pushed(results, last_mid, told, batch.actor)


def _client(actor: Actor, request: Exchange, envelopes: Sequence[Envelope]) -> Client:
    client = ledger.find_client(actor, request.client, lock=True)
    if client is not None:
        return client
    if envelopes[0].mid != 1:
        raise ClientUnknown()
    return ledger.add_client(actor, request)


def _plan(
    client: Client, envelopes: Sequence[Envelope], *, look_up: bool
) -> dict[int, Again | None]:
    """
    Decide for each mid whether it is new (None) or what it was answered; or refuse the batch.

    A batch that begins right after the last one is nearly always new. It is not looked up first: an
    id that was used before breaks the ledger's key, and the push is done again with care.
    """
    is_next = envelopes[0].mid == client.last_mid + 1
    asked = () if is_next and not look_up else envelopes
    known = ledger.known([envelope.id for envelope in asked])
    owners = ledger.owners({k.client_id for k in known.values()} - {client.id})
    plan: dict[int, Again | None] = {}
    expected = client.last_mid + 1
    for envelope in envelopes:
        if envelope.mid > expected:
            raise Gap(last_mid=client.last_mid)
        before = known.get(envelope.id)
        if envelope.mid in plan or (before is None and envelope.mid < expected):
            raise ClientForked()
        plan[envelope.mid] = None if before is None else _again(client, envelope, before, owners)
        expected = max(expected, envelope.mid + 1)
    return plan


def _again(client: Client, envelope: Envelope, before: Known, owners: dict[str, str]) -> Again:
    """Answer what was answered before; an id that names something else is refused."""
    same = before.sha256 == chains.digest_of(envelope)
    if before.client_id == client.id and not same:
        raise ClientForked()
    mine = owners.get(before.client_id, client.person_id) == client.person_id
    if same and mine:
        return _result(envelope, Verdict(before.status), before.result) | {"dup": True}
    log.warning("mutation_id_reused", mutation=envelope.id, client=client.id)
    return _result(envelope, Verdict("rejected", ID_REUSED.code, ID_REUSED.params()))


def _result(
    envelope: Envelope, verdict: Verdict, stored: dict[str, Any] | None = None
) -> dict[str, Any]:
    result = {"id": envelope.id, "mid": envelope.mid, "status": verdict.status}
    result |= stored or verdict.result() or {}
    if verdict.status in ("rejected", "parked", "held"):
        result["problem"] = envelope.id
    return result


def _stretches(
    envelopes: Sequence[Envelope], plan: dict[int, Again | None]
) -> Iterator[list[Envelope]]:
    """Cut a batch into runs of new answers and single others, in its order."""
    run: list[Envelope] = []
    for envelope in envelopes:
        if plan[envelope.mid] is None and envelope.name == ANSWER:
            run.append(envelope)
            continue
        if run:
            yield run
            run = []
        yield [envelope]
    if run:
        yield run
