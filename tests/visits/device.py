"""A phone that can open sealed packages: the arithmetic of docs/visits-sealed.md once more."""

import base64
import hashlib
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.visits import cipher
from tests.support.clients import AppClient
from tests.sync.phone import Phone, through


def spki(private: ec.EllipticCurvePrivateKey) -> bytes:
    return private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def tied(row: dict[str, Any]) -> bytes:
    return f"anxun-visit-1\n{row['id']}\n{row['opens_at']}\n".encode()


def unwrap(private: ec.EllipticCurvePrivateKey, one: dict[str, str], row: dict[str, Any]) -> bytes:
    point = base64.b64decode(one["epk"])
    ephemeral = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    info = f"{row['id']}\n{one['for']}\n".encode()
    kek = HKDF(algorithm=hashes.SHA256(), length=32, salt=b"anxun-visit-wrap-1\n", info=info)
    closed = base64.b64decode(one["key"])
    shared = private.exchange(ec.ECDH(), ephemeral)
    return AESGCM(kek.derive(shared)).decrypt(base64.b64decode(one["iv"]), closed, tied(row))


def check(row: dict[str, Any], key: bytes) -> str:
    return hashlib.sha256(f"anxun-visit-known-1\n{row['id']}\n".encode() + key).hexdigest()


class Device:
    """One browser profile of one person, with its key and its phone."""

    def __init__(self, client: AppClient) -> None:
        self.http = client
        self.phone = Phone(through(client))
        self.private = ec.generate_private_key(ec.SECP256R1())

    def register(self) -> str:
        """Tell the server the public key."""
        public = base64.b64encode(spki(self.private)).decode()
        body = {"client": self.phone.client, "public_key": public}
        answer = self.http.post("/api/custody/sealing-keys", json=body)
        assert answer.status_code == 200, answer.json
        return str(answer.json["key"])

    def row(self, visit_id: str) -> dict[str, Any] | None:
        """The visit as this phone shows it."""
        found: dict[str, Any] | None = self.phone.row(f"visit:{visit_id}", "visit", visit_id)
        return found

    def content_key(self, visit_id: str) -> bytes:
        """The key as closed for this device."""
        row = self.row(visit_id)
        assert row is not None
        (own,) = [one for one in row["wrapped"] if one["client"] == self.phone.client]
        return unwrap(self.private, own, row)

    def package(self, visit_id: str, key: bytes) -> dict[str, Any]:
        """Fetch the package and open it."""
        row = self.row(visit_id)
        assert row is not None
        answer = self.http.get(row["package_url"])
        assert answer.status_code == 200, answer.json
        assert hashlib.sha256(answer.data).hexdigest() == row["package_sha256"]
        assert len(answer.data) == row["package_size"]
        return cipher.open_package(answer.data, key, tied(row))

    def push(self, name: str, args: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Send one command; its verdict."""
        written = self.phone.write(name, args, **more)
        self.phone.sync()
        return self.phone.verdicts[written]
