"""The memory of what each client sent: one row a client, one row a mutation, written in sets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import orjson
from sqlalchemy import Table, bindparam, select, update

from server.access.rules import Actor
from server.custody.chains import digest_of as digest_of
from server.kernel import clock, driver
from server.kernel.bulk import Bulk
from server.kernel.db import db
from server.kernel.errors import Conflict, Forbidden
from server.sync.models import SyncClient, SyncMutation
from server.sync.schemas import Envelope, Exchange
from server.sync.verdicts import Verdict

Entry = tuple[Any, ...]


class ClientNotYours(Forbidden):
    """The client id belongs to another person."""

    code = "client-not-yours"
    title = "This device's queue belongs to another person."
    title_zh = "本机的待传队列属于另一位用户。"


class DeviceRevoked(Forbidden):
    """An administrator has shut this client out."""

    code = "device-revoked"
    title = "This device has been shut out. Work that was not sent can still be exported."
    title_zh = "本设备已被停用，未上传的内容仍可导出。"


class ClientForked(Conflict):
    """Two devices count under one client id, or one id carries two different mutations."""

    code = "client-forked"
    title = "This device's count does not match the server's; the app starts a new one."
    title_zh = "本机的编号与服务器不一致，应用将重新编号，内容不会丢失。"


class ClientUnknown(Conflict):
    """The client was forgotten, and its count does not begin at one."""

    code = "client-unknown"
    title = "The server no longer knows this device; the app registers anew."
    title_zh = "服务器已不记得本设备，应用将重新登记，内容不会丢失。"


class Gap(Conflict):
    """Something between what is known and what was sent is missing."""

    code = "gap"
    title = "Something before this is missing; the app sends it first."
    title_zh = "前面有内容尚未收到，应用会先补传。"


@dataclass(frozen=True)
class Client:
    """The client's row as it was when the push began."""

    id: str
    person_id: str
    last_mid: int
    state: str
    seen_at: int
    skew_ms: int | None
    head: bytes | None
    seal: str | None
    tick: dict[str, Any] | None
    queue: dict[str, Any] | None = None


@dataclass(frozen=True)
class Known:
    """A mutation that was answered before."""

    id: str
    client_id: str
    sha256: bytes
    status: str
    result: dict[str, Any] | None


_CLIENTS: Table = SyncClient.__table__  # type: ignore[assignment]
_MUTATIONS: Table = SyncMutation.__table__  # type: ignore[assignment]
_FIND_CLIENT = """
    SELECT id, person_id, last_mid, state, seen_at, skew_ms, head, seal, TEXT(tick), TEXT(queue)
    FROM sync_client WHERE id = :client
"""
_LOCK_CLIENT = f"{_FIND_CLIENT} FOR UPDATE"
_KNOWN = select(
    _MUTATIONS.c.id,
    _MUTATIONS.c.client_id,
    _MUTATIONS.c.sha256,
    _MUTATIONS.c.status,
    _MUTATIONS.c.result,
).where(_MUTATIONS.c.id.in_(bindparam("ids", expanding=True)))
_RECORD = Bulk(
    "sync_mutation",
    (
        "client_id", "mid", "id", "name", "v", "status", "result", "args", "blobs", "device_at",
        "received_at", "sha256", "link",
    ),
    json=frozenset({"result"}),
)  # fmt: skip
_STANDS_AT = "SELECT id FROM sync_mutation WHERE client_id = :client AND mid = :mid"
_GREET = """
    UPDATE sync_client
    SET seen_at = :seen_at, app = :app, skew_ms = :skew_ms, device = coalesce(:device, device),
        queue = JSON(:queue)
    WHERE id = :client
"""
_ADVANCE = """
    UPDATE sync_client
    SET seen_at = :seen_at, app = :app, skew_ms = :skew_ms, device = coalesce(:device, device),
        queue = JSON(:queue), last_mid = :last_mid, head = :head, seal = :seal, tick = JSON(:tick)
    WHERE id = :client
"""


@dataclass(frozen=True)
class Advance:
    """How far a push has brought its client."""

    last_mid: int
    head: bytes | None
    seal: str | None
    tick: dict[str, Any] | None


def find_client(actor: Actor, client_id: str, *, lock: bool = False) -> Client | None:
    """Return the client if it is known; raise when it is not this person's to use."""
    found = driver.rows(_LOCK_CLIENT if lock else _FIND_CLIENT, client=client_id)
    if not found:
        return None
    *plain, tick, queue = found[0]
    row = (*plain, *(orjson.loads(text) if text else None for text in (tick, queue)))
    client = Client(*row)
    if client.person_id != actor.user_id:
        raise ClientNotYours()
    if client.state == "revoked":
        raise DeviceRevoked()
    return client


def add_client(actor: Actor, request: Exchange) -> Client:
    """Bind a new client id to this person."""
    now = clock.now()
    db.session.execute(
        _CLIENTS.insert(),
        {
            "id": request.client,
            "person_id": actor.user_id,
            "device": request.device,
            "app": request.app,
            "last_mid": 0,
            "skew_ms": clock.to_ms(now) - request.sent_at,
            "queue": None,
            "state": "active",
            "seen_at": now,
        },
    )
    seen = clock.to_ms(now)
    return Client(request.client, actor.user_id, 0, "active", seen, None, None, None, None)


def known(ids: Sequence[str]) -> dict[str, Known]:
    """Return those of *ids* that were answered before, whoever sent them."""
    if not ids:
        return {}
    found = db.session.connection().execute(_KNOWN, {"ids": list(ids)})
    return {row[0]: Known(*row) for row in found}


def owners(client_ids: set[str]) -> dict[str, str]:
    """Return whose the clients are."""
    if not client_ids:
        return {}
    query = select(_CLIENTS.c.id, _CLIENTS.c.person_id).where(_CLIENTS.c.id.in_(client_ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def stands_at(client_id: str, mid: int) -> str | None:
    """Return the mutation that was recorded under this number."""
    found = driver.rows(_STANDS_AT, client=client_id, mid=mid)
    return str(found[0][0]) if found else None


def record(rows: Sequence[Entry], links: Mapping[int, tuple[bytes, bytes]]) -> None:
    """Write what became of a batch in one statement, each with its digest and its link."""
    _RECORD.write(db.session.connection(), [(*row, *links[row[1]]) for row in rows])


def entry(client_id: str, envelope: Envelope, verdict: Verdict, now: int) -> Entry:
    """Return the ledger's row of one mutation, as record() takes it."""
    result = verdict.result()
    return (
        client_id,
        envelope.mid,
        envelope.id,
        envelope.name,
        envelope.v,
        verdict.status,
        orjson.dumps(result).decode() if result else None,
        bytes(envelope.args).decode(),
        ",".join(envelope.blobs) or None,
        envelope.at,
        now,
    )


def settle(mutation_id: str, status: str, result: dict[str, Any] | None) -> None:
    """Change the answer of a mutation that was held or parked."""
    db.session.execute(
        update(_MUTATIONS)
        .where(_MUTATIONS.c.id == mutation_id)
        .values(status=status, result=result)
    )


def greet(client_id: str, request: Exchange) -> None:
    """Note how a client that sent no work is doing."""
    driver.run(_GREET, **_doing(client_id, request))


def advance(client_id: str, request: Exchange, done: Advance) -> None:
    """Note how far the client has come and how it is doing."""
    values = _doing(client_id, request) | {
        "last_mid": done.last_mid,
        "head": done.head,
        "seal": done.seal,
        "tick": orjson.dumps(done.tick).decode() if done.tick else None,
    }
    driver.run(_ADVANCE, **values)


def _doing(client_id: str, request: Exchange) -> dict[str, Any]:
    now = clock.now()
    return {
        "client": client_id,
        "seen_at": clock.to_ms(now),
        "app": request.app,
        "skew_ms": clock.to_ms(now) - request.sent_at,
        "device": request.device or None,
        "queue": msgspec.json.encode(request.queue).decode() if request.queue else None,
    }
