"""
Keeping masters of seeds secret at rest: AES-256-GCM under a key that is a file of the server.

A copy of the database alone foretells no draw.
"""

import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from server.kernel.errors import Unavailable
from server.kernel.settings import Settings

_SIZE, _NONCE, _NAME = 32, 12, 16


class VaultClosed(Unavailable):
    """The key file is missing or another one: seeds cannot be read."""

    code = "draws-vault"
    title = "The server's key for seeds cannot be read. Please tell the administrator."
    title_zh = "服务器的种子密钥无法读取，请联系系统管理员。"


def lock(data: bytes, about: str) -> tuple[str, bytes]:
    """Encrypt; return the key's name and the box. *about* is bound to it."""
    path = _newest() or _make()
    nonce = secrets.token_bytes(_NONCE)
    return _name(path), nonce + AESGCM(_key(path)).encrypt(nonce, data, about.encode())


def unlock(name: str, box: bytes, about: str) -> bytes:
    """Decrypt what was locked under the key of that name, about the same thing."""
    path = _folder() / f"seeds-{name}.key"
    try:
        return AESGCM(_key(path)).decrypt(box[:_NONCE], box[_NONCE:], about.encode())
    except (OSError, InvalidTag) as exc:
        raise VaultClosed() from exc


def _folder() -> Path:
    settings: Settings = current_app.extensions["settings"]
    return settings.var / "keys"


def _name(path: Path) -> str:
    return path.stem.removeprefix("seeds-")


def _newest() -> Path | None:
    return max(_folder().glob("seeds-*.key"), default=None, key=lambda file: file.stat().st_mtime)


def _make() -> Path:
    """Write a key under its final name only when it is whole on disk."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"seeds-{secrets.token_hex(_NAME)}.key"
    half = path.with_suffix(".half")
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(_SIZE))
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    return path


@lru_cache(maxsize=8)
def _key(path: Path) -> bytes:
    return path.read_bytes()
