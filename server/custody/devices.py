"""Public keys of phones: registered by whoever is logged in there, for that client alone."""

from dataclasses import dataclass

from sqlalchemy import func, select

from server.access.rules import Actor
from server.audit.service import record
from server.custody import rules
from server.custody.models import DeviceKey, Seal
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Conflict, Invalid, NotFound, TooMany

MOST_KEYS = 200


class DeviceKeyUnreadable(Invalid):
    """The key is not a P-256 public key."""

    code = "device-key-unreadable"
    title = "This is not a device key that the server can read."
    title_zh = "设备密钥格式无法识别。"


class DeviceKeyTaken(Conflict):
    """The same key stands for another client or another person."""

    code = "device-key-taken"
    title = "This device key already stands for another device; the app makes a new one."
    title_zh = "该设备密钥已登记在另一台设备上，应用会重新生成。"


@dataclass(frozen=True)
class Position:
    """Where the server's chain of a client stands; nothing when it has none."""

    mid: int
    head: str | None


def register_key(actor: Actor, client_id: str, public_key: bytes) -> DeviceKey:
    """Register the public key of a client; doing it again changes nothing."""
    try:
        rules.read_device_key(public_key)
    except ValueError as exc:
        raise DeviceKeyUnreadable() from exc
    key = db.session.get(DeviceKey, rules.key_id(public_key))
    if key is not None:
        if key.client_id != client_id or key.person_id != actor.user_id:
            raise DeviceKeyTaken()
        return key
    held = select(func.count()).select_from(DeviceKey).where(DeviceKey.person_id == actor.user_id)
    if (db.session.scalar(held) or 0) >= MOST_KEYS:
        raise TooMany(retry_after=86400)
    key = DeviceKey(
        id=rules.key_id(public_key),
        person_id=actor.user_id,
        client_id=client_id,
        public_key=public_key,
        registered_at=clock.now(),
    )
    db.session.add(key)
    record(actor, "device-key.register", "device_key", key.id, details={"client": client_id})
    return key


def revoke_key(key_id: str) -> DeviceKey:
    """Stop trusting a key for what comes from now on; what it signed before stays signed."""
    key = db.session.get(DeviceKey, key_id, with_for_update=True)
    if key is None:
        raise NotFound()
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        details = {"client": key.client_id, "person": key.person_id}
        record(None, "device-key.revoke", "device_key", key.id, details=details)
    return key


def position(actor: Actor, client_id: str) -> Position:
    """Return where the server's chain of one of the actor's clients stands."""
    query = (
        select(Seal.mid, Seal.head)
        .where(Seal.client_id == client_id, Seal.person_id == actor.user_id)
        .order_by(Seal.mid.desc())
        .limit(1)
    )
    row = db.session.execute(query).one_or_none()
    return Position(row[0], row[1].hex()) if row else Position(0, None)
