"""
The secrets of reports, as files: one from which receipts are derived, some that seal contacts, and
one a day under which networks are counted, which is deleted with the day.
"""

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from server.kernel import clock
from server.kernel.settings import Settings

_BYTES = 32
_NONCE = 12
_CONTACT = re.compile(r"tips-contact-([0-9a-f]{16})\.key")
_DAY = re.compile(r"tips-net-(\d{4}-\d\d-\d\d)\.key")


@dataclass(frozen=True)
class Sealed:
    """Words that only the key named *key_id* opens."""

    key_id: str
    data: bytes


def folder() -> Path:
    """Return where the keys lie."""
    settings: Settings = current_app.extensions["settings"]
    return settings.var / "keys"


def receipt_key() -> bytes:
    """Return the key from which receipts are derived and challenges are signed."""
    return _made("tips-receipt.key")


def day_salt() -> bytes:
    """Return what names of networks are mixed with today; nobody can go back once it is deleted."""
    return _made(f"tips-net-{clock.now().date().isoformat()}.key")


def forget_days() -> int:
    """Delete the salts of the days before yesterday."""
    limit = clock.now().date() - timedelta(days=1)
    old = [
        file
        for file in folder().glob("tips-net-*.key")
        if (named := _DAY.fullmatch(file.name)) and date.fromisoformat(named[1]) < limit
    ]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def seal(words: str, tip_id: str) -> Sealed:
    """Seal a contact for one report: under another report it does not open."""
    key_id = _contact_key()
    nonce = secrets.token_bytes(_NONCE)
    key = _read(_contact_file(key_id))
    return Sealed(key_id, nonce + AESGCM(key).encrypt(nonce, words.encode(), tip_id.encode()))


def opened(sealed: Sealed, tip_id: str) -> str | None:
    """Open a contact; None when its key is gone or it was changed."""
    if not re.fullmatch(r"[0-9a-f]{16}", sealed.key_id):
        return None
    try:
        key = _read(_contact_file(sealed.key_id))
        nonce, data = sealed.data[:_NONCE], sealed.data[_NONCE:]
        return AESGCM(key).decrypt(nonce, data, tip_id.encode()).decode()
    except (FileNotFoundError, InvalidTag):
        return None


def rotate() -> str:
    """Make a new key for contacts; what older ones sealed can still be opened."""
    key = secrets.token_bytes(_BYTES)
    key_id = hashlib.sha256(key).hexdigest()[:16]
    _write(_contact_file(key_id), key)
    return key_id


def _contact_key() -> str:
    files = [file for file in folder().glob("tips-contact-*.key") if _CONTACT.fullmatch(file.name)]
    newest = max(files, key=lambda file: (file.stat().st_mtime_ns, file.name), default=None)
    if newest is None:
        return rotate()
    return newest.name.removeprefix("tips-contact-").removesuffix(".key")


def _contact_file(key_id: str) -> Path:
    return folder() / f"tips-contact-{key_id}.key"


def _made(name: str) -> bytes:
    """Return a key, made when first asked for; of two processes the first one's stands."""
    path = folder() / name
    if not path.is_file():
        _write(path, secrets.token_bytes(_BYTES))
    return _read(path)


def _write(path: Path, key: bytes) -> None:
    """Write a key so that it is seen only when it is whole, and never another in its place."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}.part")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(unfinished, path)
        except FileExistsError:
            return
    finally:
        unfinished.unlink(missing_ok=True)


@lru_cache(maxsize=16)
def _read(path: Path) -> bytes:
    return path.read_bytes()
