"""
Keys to which the server closes what one device alone may open: ECDH on P-256.

Every phone registers one, whether anything is ever closed to it or not: that a key is there says
nothing.
"""

import hashlib
import os
from collections.abc import Iterable, Sequence

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import func, select

from server.access.rules import Actor
from server.custody import rules
from server.custody.models import SealingKey
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Conflict, Invalid, TooMany

MOST_KEYS = 200
_SALT = b"anxun-visit-wrap-1\n"


class SealingKeyUnreadable(Invalid):
    """The key is not a P-256 public key."""

    code = "sealing-key-unreadable"
    title = "This is not a sealing key that the server can read."
    title_zh = "设备密封密钥格式无法识别。"


class SealingKeyTaken(Conflict):
    """The same key stands for another client or another person."""

    code = "sealing-key-taken"
    title = "This sealing key already stands for another device; the app makes a new one."
    title_zh = "该密封密钥已登记在另一台设备上，应用会重新生成。"


def register_key(actor: Actor, client_id: str, public_key: str) -> SealingKey:
    """Register the public key (SPKI, base64) of a client; doing it again changes nothing."""
    spki = _readable(public_key)
    key = db.session.get(SealingKey, rules.key_id(spki))
    if key is not None:
        if key.client_id != client_id or key.person_id != actor.user_id:
            raise SealingKeyTaken()
        return key
    held = select(func.count()).select_from(SealingKey)
    if (db.session.scalar(held.where(SealingKey.person_id == actor.user_id)) or 0) >= MOST_KEYS:
        raise TooMany(retry_after=86400)
    key = SealingKey(
        id=rules.key_id(spki),
        person_id=actor.user_id,
        client_id=client_id,
        public_key=spki,
        registered_at=clock.now(),
    )
    db.session.add(key)
    db.session.flush()
    return key


def keys_of(person_id: str) -> Sequence[SealingKey]:
    """Return the keys that a person's devices hold, the oldest first."""
    query = select(SealingKey).where(
        SealingKey.person_id == person_id, SealingKey.revoked_at.is_(None)
    )
    return db.session.scalars(query.order_by(SealingKey.registered_at, SealingKey.id)).all()


def wrap(key: SealingKey, content_key: bytes, name: str, bound_to: bytes) -> dict[str, str]:
    """
    Close a content key for one device; *name* is what it opens, *bound_to* what it is tied to.

    A fresh pair of ours for each, so that nothing of ours opens it later.
    """
    device = rules.read_device_key(key.public_key)
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    kek = key_encryption_key(ephemeral.exchange(ec.ECDH(), device), name, key.id)
    iv = os.urandom(12)
    point = ephemeral.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return {
        "client": key.client_id,
        "for": key.id,
        "epk": rules.to_base64(point),
        "iv": rules.to_base64(iv),
        "key": rules.to_base64(AESGCM(kek).encrypt(iv, content_key, bound_to)),
    }


def key_encryption_key(shared: bytes, name: str, key_id: str) -> bytes:
    """Derive what closes the content key from what both sides compute."""
    info = f"{name}\n{key_id}\n".encode()
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=_SALT, info=info).derive(shared)


def fingerprint(content_key: bytes, name: str) -> str:
    """Return what proves that somebody held a content key, without telling it."""
    return hashlib.sha256(
        b"anxun-visit-known-1\n" + name.encode() + b"\n" + content_key
    ).hexdigest()


def missing(wrapped: Iterable[dict[str, str]], keys: Iterable[SealingKey]) -> list[SealingKey]:
    """Return the keys for which nothing was closed yet."""
    there = {one["for"] for one in wrapped}
    return [key for key in keys if key.id not in there]


def _readable(public_key: str) -> bytes:
    try:
        spki = rules.from_base64(public_key)
        rules.read_device_key(spki)
    except ValueError as exc:
        raise SealingKeyUnreadable() from exc
    return spki
