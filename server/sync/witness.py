"""
What a push tells besides its work: how it was sealed, and what the phone's clocks say.

Called once a push, after its mutations were applied. It refuses nothing: doubts become flags.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec
from sqlalchemy import select

from server.access.rules import Actor
from server.custody import chains, rules
from server.custody.chains import Chain, Sealed
from server.flags.service import raise_flag
from server.inspections.models import Inspection
from server.kernel import clock
from server.kernel.db import db
from server.sync import secrecy
from server.sync.ledger import Advance, Client
from server.sync.schemas import Envelope, Exchange
from server.visits import service as visits

_KINDS = {
    rules.BROKEN: "chain-broken",
    rules.ABSENT: "seal-absent",
    rules.UNKNOWN_KEY: "seal-unknown-key",
}
_PASSING = ("chain-broken", "clock-back")
Doubt = tuple[str, str, dict[str, Any]]


class Moment(msgspec.Struct):
    """What both clocks said at an act; the last one of a push is kept for the next."""

    at: int
    mono: float
    boot: str


def moments(sent_at: int, envelopes: Sequence[Envelope]) -> dict[int, int]:
    """Return when each act was done, by this server's clock; *sent_at* is the phone's now."""
    made = rules.moments(envelopes, sent_at, clock.now_ms())
    return {envelope.mid: at for envelope, at in zip(envelopes, made, strict=True)}


def attest(
    actor: Actor,
    client: Client,
    request: Exchange,
    envelopes: Sequence[Envelope],
    chain: Chain,
    plan: Mapping[int, Any],
    last_mid: int,
) -> Advance:
    """Judge and keep the seal, raise what looks odd; return how far the client has come."""
    new = [envelope for envelope in envelopes if envelope.mid > client.last_mid]
    if not new:
        return Advance(last_mid, client.head, client.seal, client.tick)
    done = [envelope for envelope in new if envelope.mid <= last_mid]
    seal = bytes(request.seal)
    sealed = chains.judge(chain, envelopes, seal, actor.user_id)
    chains.note(chain, actor.user_id, seal, sealed)
    chains.note_repeats(chain, [one for one in done if plan[one.mid] is not None])
    doubts = [*_of_seal(client, chain, sealed), *_of_clock(client, request, new)]
    visit = secrecy.only_about(actor.user_id, new) if doubts else None
    if visit is not None:
        # A flag would tell that a sealed visit was opened. What will not show in the next push
        # again is kept for the day on which the visit is known.
        passing = [doubt for doubt in doubts if doubt[0] in _PASSING]
        visits.keep_doubts(visit, actor.user_id, client.id, passing)
        return Advance(last_mid, chain.head_at(last_mid), client.seal, client.tick)
    if doubts:
        _tell(actor, client, doubts, new)
    last = done[-1] if done else new[0]
    tick = {"at": last.at, "mono": last.mono, "boot": last.boot}
    return Advance(last_mid, chain.head_at(last_mid), sealed.state, tick)


def _of_seal(client: Client, chain: Chain, sealed: Sealed) -> Iterator[Doubt]:
    """A broken seal is a doubt each time; a missing one only where something changed."""
    first, last = min(chain.links), max(chain.links)
    if sealed.state == rules.BROKEN:
        yield "chain-broken", str(first), {"from": first, "to": last, "why": sealed.why}
    elif sealed.state != rules.OK and sealed.state != client.seal:
        details = {"from": first, "before": client.seal, "key": sealed.key_id, "why": sealed.why}
        yield _KINDS[sealed.state], "", details


def _of_clock(client: Client, request: Exchange, new: Sequence[Envelope]) -> Iterator[Doubt]:
    first = str(new[0].mid)
    skew = clock.now_ms() - request.sent_at
    # What a mere greeting told was looked at by nobody.
    if rules.is_off(skew, client.skew_ms if client.tick else None):
        yield "clock-off", first, {"skew_ms": skew}
    ticks: list[rules.Tick] = [*new]
    if client.tick:
        ticks.insert(0, msgspec.convert(client.tick, Moment))
    back = [
        (later.at, back)
        for earlier, later in pairwise(ticks)
        if (back := rules.fell_back(earlier, later))
    ]
    if new[-1].at - request.sent_at > rules.TRUSTED_MS:
        back.append((request.sent_at, new[-1].at - request.sent_at))
    if back:
        at, most = max(back, key=lambda one: one[1])
        yield "clock-back", first, {"back_ms": most, "device_at": at, "times": len(back)}


def _tell(actor: Actor, client: Client, doubts: Sequence[Doubt], new: Sequence[Envelope]) -> None:
    where = _where(new)
    for kind, other, details in doubts:
        raise_flag(
            kind=kind,
            subject=("client", client.id),
            other=other,
            person_id=actor.user_id,
            details=details,
            **where,
        )


def _where(envelopes: Sequence[Envelope]) -> dict[str, Any]:
    """Return the inspection that the work speaks of first, with its unit and region."""
    for envelope in envelopes:
        args = msgspec.json.decode(envelope.args)
        named = args.get("inspection") if isinstance(args, dict) else None
        if envelope.name == "inspection.start" and isinstance(args, dict):
            named = args.get("id")
        if isinstance(named, str):
            query = select(Inspection.unit_id, Inspection.region_id).where(Inspection.id == named)
            if found := db.session.execute(query).first():
                return {"inspection_id": named, "unit_id": found[0], "region_id": found[1]}
    return {}
