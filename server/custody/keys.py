"""
The server's own signing key: the private half is a file, the public half a row that stays.

Public halves are never deleted: what was signed must remain provable. A retired private half is
deleted, so that nobody can sign for the past.
"""

import os
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.audit.service import record
from server.custody import rules
from server.custody.models import ServerKey
from server.kernel import clock
from server.kernel.db import db, is_sqlite
from server.kernel.settings import Settings

USE = "receipt"
_FILE = re.compile(r"receipt-([0-9a-f]{32})\.pem")


def folder() -> Path:
    """Return where private halves lie."""
    settings: Settings = current_app.extensions["settings"]
    return settings.var / "keys"


def sign(text: bytes) -> tuple[str, bytes]:
    """Sign with the present key; return its name and the signature."""
    key_id = ensure()
    return key_id, _private(_path(key_id)).sign(text)


def signer() -> tuple[str, Callable[[bytes], bytes]]:
    """Return the present key's name and what signs with it, for many texts at once."""
    key_id = ensure()
    return key_id, _private(_path(key_id)).sign


def ensure() -> str:
    """Return the name of the present key; take over a file without a row, or make the first."""
    return _present() or _take_over() or make()


def is_there() -> bool:
    """Say whether signing needs no new key, which a reading transaction could not enter."""
    return _present() is not None


def _present() -> str | None:
    known = select(ServerKey.id).where(ServerKey.use == USE, ServerKey.retired_at.is_(None))
    key_id = db.session.scalar(known.order_by(ServerKey.made_at.desc(), ServerKey.id).limit(1))
    return key_id if key_id is not None and _path(key_id).is_file() else None


def make() -> str:
    """Make a new key; it is the present one from now on, those before it are retired."""
    private = Ed25519PrivateKey.generate()
    key_id = rules.key_id(_public(private))
    _write(_path(key_id), private)
    _enter(key_id, private)
    return key_id


def rotate() -> tuple[str, list[str]]:
    """Put a new key in the place of the present one; return both names."""
    query = select(ServerKey.id).where(ServerKey.use == USE, ServerKey.retired_at.is_(None))
    old = list(db.session.scalars(query))
    fresh = make()
    record(None, "server-key.rotate", "server_key", fresh, details={"retired": old})
    return fresh, old


def forget(key_id: str) -> None:
    """Delete a private half, after the commit that retired it."""
    _path(key_id).unlink(missing_ok=True)
    _private.cache_clear()


def public_keys() -> list[dict[str, Any]]:
    """Return every public key with the time in which it signed."""
    rows = db.session.scalars(select(ServerKey).order_by(ServerKey.made_at, ServerKey.id))
    return [
        {
            "id": row.id,
            "use": row.use,
            "algorithm": row.algorithm,
            "public_key": rules.to_base64(row.public_key),
            "from": clock.to_ms(row.made_at),
            "until": clock.to_ms(row.retired_at) if row.retired_at else None,
        }
        for row in rows
    ]


def trusts(key_id: str, text: bytes, signature: bytes) -> bool:
    """Say whether this server once signed *text*."""
    row = db.session.get(ServerKey, key_id)
    return row is not None and rules.server_signed(row.public_key, text, signature)


def _take_over() -> str | None:
    """Enter the newest file whose row is missing: the database is older than the key."""
    files = sorted(folder().glob("receipt-*.pem"), key=lambda file: file.stat().st_mtime_ns)
    for file in reversed(files):
        named = _FILE.fullmatch(file.name)
        if named and db.session.get(ServerKey, named[1]) is None and _is_whole(file):
            _enter(named[1], _private(file))
            return named[1]
    return None


def _is_whole(file: Path) -> bool:
    """Say whether a key can be read; one that was cut short is passed over."""
    try:
        _private(file)
    except OSError:
        return False
    return True


def _enter(key_id: str, private: Ed25519PrivateKey) -> None:
    now = clock.now()
    present = update(ServerKey).where(ServerKey.use == USE, ServerKey.retired_at.is_(None))
    db.session.execute(present.values(retired_at=now))
    values = {
        "id": key_id,
        "use": USE,
        "algorithm": "Ed25519",
        "public_key": _public(private),
        "made_at": now,
        "retired_at": None,
    }
    # Two workers that find the same file both enter it.
    insert = (sqlite if is_sqlite() else postgresql).insert(ServerKey).values(values)
    db.session.execute(
        insert.on_conflict_do_update(index_elements=["id"], set_={"retired_at": None})
    )


def _path(key_id: str) -> Path:
    return folder() / f"receipt-{key_id}.pem"


def _public(private: Ed25519PrivateKey) -> bytes:
    return private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def _write(path: Path, private: Ed25519PrivateKey) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # Under its own name only when it is whole: a full disk must not leave half a key behind.
    half = path.with_suffix(f".{os.getpid()}.half")
    try:
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


@lru_cache(maxsize=8)
def _private(path: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except ValueError as exc:
        raise OSError(f"{path.name} holds no key") from exc
    assert isinstance(key, Ed25519PrivateKey)
    return key
