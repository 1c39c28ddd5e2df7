"""
The bureau's own key pair: phones seal to the public half, which may be seen by everybody.

Files of old keys stay, so that what was sealed to them can still be opened.
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from server.rescue.rules import RescueKeyUnknown

PREFIX = "rescue-"


@dataclass(frozen=True)
class KeyPair:
    """A pair and its name: the beginning of the SHA-256 of the public point."""

    id: str
    private: ec.EllipticCurvePrivateKey
    point: bytes

    def public(self) -> dict[str, str]:
        """Return what phones are told."""
        point = base64.b64encode(self.point).decode()
        return {"use": "rescue", "alg": "ECDH-P-256", "id": self.id, "point": point}


def current(folder: Path) -> KeyPair:
    """Return the newest pair; make the first one."""
    files = sorted(folder.glob(f"{PREFIX}*.pem"), key=lambda file: (file.stat().st_mtime_ns, file))
    return _read(files[-1]) if files else make(folder)


def make(folder: Path) -> KeyPair:
    """Make a new pair; it is the current one from now on."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    private = ec.generate_private_key(ec.SECP256R1())
    pair = _pair(private)
    text = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # Under its own name only when it is whole: another process may look at the same moment.
    unfinished = folder / f".{PREFIX}{pair.id}.part"
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(_file(folder, pair.id))
    return pair


def private_key(folder: Path, key_id: str) -> ec.EllipticCurvePrivateKey:
    """Return the private key named *key_id*; only names that are here become a path."""
    for file in folder.glob(f"{PREFIX}*.pem"):
        if file == _file(folder, key_id):
            return _read(file).private
    raise RescueKeyUnknown()


def _file(folder: Path, key_id: str) -> Path:
    return folder / f"{PREFIX}{key_id}.pem"


def _pair(private: ec.EllipticCurvePrivateKey) -> KeyPair:
    point = private.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return KeyPair(hashlib.sha256(point).hexdigest()[:16], private, point)


def _read(file: Path) -> KeyPair:
    private = serialization.load_pem_private_key(file.read_bytes(), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return _pair(private)
