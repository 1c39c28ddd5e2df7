"""
Phones with work on them that nobody has received: old queues, silent phones, cleared browsers.

A phone says with each exchange what still waits there (`sync_client.queue`). When it then stays
away, or its owner appears with a new installation, that last word is all there is to go by.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Select, func, or_, select

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.evidence.models import Photo
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.org.models import Person, Unit
from server.rescue.models import PhoneNote
from server.sync.models import SyncClient, SyncMutation
from server.sync.visits_handlers import LENDING

HOUR = 3_600_000
#: what the list is sorted by: the most urgent first
KINDS = ("gone", "silent", "late")


@dataclass(frozen=True)
class Limits:
    """From when on something counts as late, in milliseconds."""

    late: int
    alarm: int
    silent: int


@lru_cache(maxsize=4)
def limits(contracts: Path) -> Limits:
    """Read the limits that phones and desk share."""
    told = orjson.loads((contracts / "unsent.json").read_bytes())
    hours = ("late_hours", "alarm_hours", "silent_hours")
    return Limits(*(int(told[name] * HOUR) for name in hours))


def _waiting(actor: Actor) -> Select[SyncClient, Person, str]:
    """Clients of the actor's regions whose last word was that something waits."""
    regions = actor.regions_with(Permission.SYNC_RESCUE)
    count = SyncClient.queue["mutations"].as_integer()
    photos = SyncClient.queue["photos"].as_integer()
    return (
        select(SyncClient, Person, Unit.name)
        .join(Person, Person.id == SyncClient.person_id)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(
            SyncClient.queue.is_not(None),
            or_(count > 0, photos > 0),
            func.coalesce(Person.region_id, Unit.region_id).in_(regions),
        )
        .order_by(SyncClient.id)
    )


def phones(actor: Actor, contracts: Path) -> list[dict[str, Any]]:
    """Return the phones that somebody should look after, the most urgent first."""
    bounds = limits(contracts)
    rows = db.session.execute(_waiting(actor)).all()
    found = [_phone(client, person, unit, bounds) for client, person, unit in rows]
    listed = [phone for phone in found if phone is not None]
    return sorted(listed, key=lambda phone: (phone["handled"] is not None, *_urgency(phone)))


def _urgency(phone: dict[str, Any]) -> tuple[int, int]:
    return KINDS.index(phone["kind"]), phone["oldest_at"] or phone["seen_at"]


def _phone(
    client: SyncClient, person: Person, unit: str | None, bounds: Limits
) -> dict[str, Any] | None:
    queue = client.queue or {}
    arrived, newer = _arrived(client), _newer(client)
    missing = max(0, queue.get("mutations", 0) - arrived)
    photos = _photos(client, queue) if newer else queue.get("photos", 0)
    kind = _kind(client, queue, bounds, newer=newer, missing=missing + photos)
    if kind is None:
        return None
    return {
        "id": client.id,
        "kind": kind,
        "person": {"id": person.id, "name": person.name, "unit": unit, "phone": person.phone},
        "device": client.device,
        "app": client.app,
        "state": client.state,
        "seen_at": clock.to_ms(client.seen_at),
        "mutations": queue.get("mutations", 0),
        "photos": photos,
        "missing": missing,
        "arrived": arrived,
        "oldest_at": queue.get("oldest_at"),
        "alarm": _is_alarm(client, queue, bounds),
        "handled": _handled(client, queue),
    }


def _kind(
    client: SyncClient, queue: dict[str, Any], bounds: Limits, *, newer: bool, missing: int
) -> str | None:
    now = clock.now_ms()
    if newer and not missing:
        return None  # the same work came from the new installation
    if newer:
        return "gone"
    if now - clock.to_ms(client.seen_at) >= bounds.silent:
        return "silent"
    oldest = queue.get("oldest_at")
    return "late" if oldest is not None and now - oldest >= bounds.late else None


def _is_alarm(client: SyncClient, queue: dict[str, Any], bounds: Limits) -> bool:
    since = queue.get("oldest_at") or clock.to_ms(client.seen_at)
    return bool(clock.now_ms() - since >= bounds.alarm)


def _began(client_id: str) -> int:
    """When a client was made: its id says so, by the phone's own clock."""
    return int(client_id.replace("-", "")[:12], 16)


def _newer(client: SyncClient) -> bool:
    """Say whether the same person began anew on some device after this one was last seen."""
    seen = clock.to_ms(client.seen_at)
    others = db.session.scalars(
        select(SyncClient.id).where(
            SyncClient.person_id == client.person_id,
            SyncClient.id != client.id,
            SyncClient.seen_at > client.seen_at,
        )
    )
    return any(_began(other) > seen for other in others)


def _arrived(client: SyncClient) -> int:
    """Count what the person did before this client fell silent and what came after, elsewhere."""
    others = select(SyncClient.id).where(
        SyncClient.person_id == client.person_id, SyncClient.id != client.id
    )
    query = select(func.count()).where(
        SyncMutation.client_id.in_(others),
        SyncMutation.received_at > client.seen_at,
        SyncMutation.device_at <= clock.to_ms(client.seen_at),
        SyncMutation.name.not_in(LENDING),
    )
    return db.session.scalar(query) or 0


def _photos(client: SyncClient, queue: dict[str, Any]) -> int:
    """Count the photos that waited there and of which only the facts have come."""
    query = select(func.count()).where(
        Photo.author_id == client.person_id,
        Photo.state.in_(("expected", "lost")),
        Photo.received_at <= client.seen_at,
    )
    told: int = queue.get("photos", 0)
    return min(told, db.session.scalar(query) or 0)


def _handled(client: SyncClient, queue: dict[str, Any]) -> dict[str, Any] | None:
    """Return what was done about it, unless something else waits there by now."""
    row = db.session.get(PhoneNote, client.id)
    if row is None or row.queue != queue:
        return None
    by = db.session.get(Person, row.handled_by)
    name = by.name if by is not None else ""
    return {"by": name, "at": clock.to_ms(row.handled_at), "note": row.note}


def handle(actor: Actor, client_id: str, note: str) -> None:
    """Note what was done about a phone."""
    found = db.session.execute(_waiting(actor).where(SyncClient.id == client_id)).one_or_none()
    if found is None:
        raise NotFound()
    client, person, _unit = found
    row = db.session.get(PhoneNote, client.id, with_for_update=True)
    if row is None:
        row = PhoneNote(client_id=client.id)
        db.session.add(row)
    row.handled_by, row.handled_at = actor.user_id, clock.now()
    row.note, row.queue = note.strip(), dict(client.queue or {})
    details = {"person": person.id, "note": row.note, "queue": row.queue}
    record(actor, "phone.handle", "phone", client.id, unit_id=person.unit_id, details=details)
