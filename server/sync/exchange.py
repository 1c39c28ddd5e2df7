"""One round trip: push in its own transaction, then everything that is read, in one snapshot."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from server.access.rules import Actor
from server.evidence import queries as photo_queries
from server.evidence import service as evidence
from server.kernel import clock
from server.kernel.db import transaction
from server.sync import downcasts, ledger, manifest, past
from server.sync.ledger import Client
from server.sync.pull import pull
from server.sync.push import Pushed, push
from server.sync.schemas import Envelope, Exchange
from server.visits import service as visits

MIN_APP = "2026.11.1"
NEXT_POLL_S = 90
# Reading alone writes nothing, but for a sign of life now and then.
SIGN_OF_LIFE = timedelta(minutes=10)


def exchange(actor: Actor, request: Exchange, envelopes: Sequence[Envelope]) -> dict[str, Any]:
    """Apply, then read; return the answer."""
    if request.pull is not None:
        downcasts.require_readable(request.schema)
    if not envelopes and (answer := _glance(actor, request)) is not None:
        return answer
    pushed = push(actor, request, envelopes) if envelopes else Pushed([], _greet(actor, request))
    if request.photos and request.photos.lost:
        with transaction():
            evidence.note_lost(actor, request.photos.lost)
    if _awaits_visits(request):
        _renew_packages(actor)
    if request.pull is None and request.photos is None:
        return _answer(actor, request, pushed)
    with transaction(write=False, snapshot=True):
        return _answer(pushed.actor or actor, request, pushed)


def _awaits_visits(request: Exchange) -> bool:
    pull = request.pull
    return pull is not None and any(one.startswith("visit:") for one in pull.scopes)


def _renew_packages(actor: Actor) -> None:
    """Bring the sealed packages that this phone waits for up to date with their units."""
    with transaction(write=False):
        found = visits.look_for_renewals(actor.user_id)
    if found:
        with transaction():
            visits.renew(found)


def _glance(actor: Actor, request: Exchange) -> dict[str, Any] | None:
    """Answer a client that brings no news in one snapshot: most exchanges are of this kind."""
    is_lost = request.photos is not None and request.photos.lost
    if request.pull is None or is_lost or _awaits_visits(request):
        return None
    with transaction(write=False, snapshot=True):
        client = _known(actor, request)
        if client is None or _is_news(client, request):
            return None
        return _answer(actor, request, Pushed([], client.last_mid))


def _greet(actor: Actor, request: Exchange) -> int:
    """Return how far the client has come; register one that is new, note one that was silent."""
    with transaction(write=False):
        client = _known(actor, request)
    if client is not None and not _is_news(client, request):
        return client.last_mid
    with transaction():
        client = ledger.find_client(actor, request.client, lock=True)
        client = client or ledger.add_client(actor, request)
        ledger.greet(client.id, request)
    return client.last_mid


def _known(actor: Actor, request: Exchange) -> Client | None:
    """Return the client as it is known here, when it has the past that it tells of."""
    client = ledger.find_client(actor, request.client)
    if client is not None:
        past.require_own(client, request.acked, request.after)
    return client


def _is_news(client: Client, request: Exchange) -> bool:
    """Say whether the client was silent for a while, or its queue has emptied or begun to fill."""
    if clock.now_ms() - client.seen_at >= SIGN_OF_LIFE.total_seconds() * 1000:
        return True
    told, kept = request.queue, client.queue or {}
    if told is None:
        return False
    waits = bool(kept.get("mutations") or kept.get("photos"))
    return waits != bool(told.mutations or told.photos)


def _answer(actor: Actor, request: Exchange, pushed: Pushed) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "sync": 1,
        "now": clock.now_ms(),
        "last_mid": pushed.last_mid,
        "results": pushed.results,
    }
    if pushed.seal is not None:
        answer["seal"] = pushed.seal
    if request.pull is not None:
        pulled = pull(actor, request.pull, request.schema)
        answer |= {"scopes": pulled.scopes, "data": pulled.data, "more": pulled.more}
        current = manifest.current()
        if request.pull.have_manifest != current["etag"]:
            answer["manifest"] = current
    if request.photos is not None:
        answer["want_blobs"] = photo_queries.wanted_blobs(actor, request.photos.confirm)
    return answer | {"min_app": MIN_APP, "next_poll_s": NEXT_POLL_S}
