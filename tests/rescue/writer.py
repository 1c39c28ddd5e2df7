"""Rescue files as a phone writes them, and the desk that takes them."""

import base64
import hashlib
import json
import os
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from server.kernel import clock, ids
from server.rescue import archive
from server.rescue.archive import Member
from tests.support.clients import AppClient
from tests.sync.phone import Phone, compact

ROUNDS = 600_000
#: the slow derivation, once for all files of the tests
_keys: dict[tuple[str, bytes], bytes] = {}
SALT = bytes(range(16))


def jpeg(number: int = 0) -> bytes:
    """Bytes that pass for a photo."""
    return b"\xff\xd8\xff\xe0" + number.to_bytes(8, "big") * 100


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def zipped(members: Iterable[tuple[str, bytes]]) -> bytes:
    """A ZIP as the app writes it."""
    out, found = b"", []
    for name, data in members:
        member = Member(name, zlib.crc32(data), len(data), len(out))
        out += archive.local(member) + data
        found.append(member)
    return out + archive.directory(found, len(out))


def sealed(plain: bytes, line: bytes, key: bytes, piece: int = 1000) -> bytes:
    """The pieces of *plain*."""
    cipher, bound = AESGCM(key), hashlib.sha256(line).digest()
    parts = [plain[i : i + piece] for i in range(0, len(plain), piece)]
    out = b""
    for number, part in enumerate(parts):
        nonce = number.to_bytes(11, "big") + bytes([number == len(parts) - 1])
        cut = cipher.encrypt(nonce, part, bound)
        out += len(cut).to_bytes(4, "big") + cut
    return out


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def header(key: dict[str, Any], **more: Any) -> bytes:
    head = {"anxun": "rescue", "v": 1, "made_at": clock.now_ms(), "app": "2026.11.1", "key": key}
    return compact(head | more) + b"\n"


def by_passphrase(plain: bytes, words: str = "correct horse") -> bytes:
    """A file that these words open."""
    line = header({"kind": "passphrase", "rounds": ROUNDS, "salt": b64(SALT)})
    if (words, SALT) not in _keys:
        _keys[words, SALT] = hashlib.pbkdf2_hmac("sha256", words.encode(), SALT, ROUNDS, 32)
    return line + sealed(plain, line, _keys[words, SALT])


def by_bureau(plain: bytes, public: dict[str, str]) -> bytes:
    """A file that only the server of this public key opens."""
    curve, own = ec.SECP256R1(), ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(curve, base64.b64decode(public["point"]))
    salt, shared = os.urandom(16), own.exchange(ec.ECDH(), theirs)
    key = HKDF(hashes.SHA256(), 32, salt, b"anxun-rescue-1").derive(shared)
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    line = header({"kind": "bureau", "id": public["id"], "point": b64(point), "salt": b64(salt)})
    return line + sealed(plain, line, key)


def inside(
    phone: Phone, person: str, photos: dict[str, bytes] | None = None, **more: Any
) -> list[tuple[str, bytes]]:
    """The members of a file with all that *phone* has not sent; photos by the photo's id."""
    given = photos or {}
    facts = [
        {"id": one, "sha256": sha(data), "mime": "image/jpeg", "size": len(data), "here": True}
        for one, data in given.items()
    ]
    manifest = {
        "v": 1, "file": ids.new_id(), "person": {"id": person, "username": "u", "name": "n"},
        "client": phone.client, "made_at": clock.now_ms(), "whole": True, "photos": facts,
        "tz": 480, "app": "2026.11.1", "device": "Android",
    }  # fmt: skip
    lines = [compact({"state": "queued", "envelope": one}) + b"\n" for one in phone.outbox]
    members = [
        ("manifest.json", compact(manifest | more)),
        ("envelopes.jsonl", b"".join(lines)),
        ("drafts.json", b"[]"),
    ]
    bytes_of = {sha(data): data for data in given.values()}
    return members + [(f"photos/{one}", data) for one, data in bytes_of.items()]


def written(
    phone: Phone, person: str, photos: dict[str, bytes] | None = None, **more: Any
) -> bytes:
    """A file under the tests' passphrase."""
    return by_passphrase(zipped(inside(phone, person, photos, **more)))


@dataclass
class RescueDesk:
    """Somebody at the desk; keeps the last answer."""

    client: AppClient
    status: int = 0
    last: Any = None

    def _take(self, answer: Any) -> Any:
        self.status = answer.status_code
        self.last = json.loads(answer.data) if answer.data else None
        return self.last

    def upload(self, data: bytes, slice_size: int = 1_000_000) -> str:
        """Send a file in slices; its id."""
        self._take(self.client.post("/api/rescue/files", json={"size": len(data)}))
        assert self.status == 200, self.last
        file = str(self.last["id"])
        for start in range(0, len(data), slice_size):
            self.slice(file, start, data[start : start + slice_size])
            if self.status != 200:
                break
        return file

    def slice(self, file: str, offset: int, data: bytes) -> Any:
        path = f"/api/rescue/files/{file}/bytes?offset={offset}"
        return self._take(self.client.put(path, data=data))

    def open(self, file: str, words: str = "correct horse") -> Any:
        path = f"/api/rescue/files/{file}/open"
        return self._take(self.client.post(path, json={"passphrase": words}))

    def preview(self, file: str) -> Any:
        return self._take(self.client.get(f"/api/rescue/files/{file}"))

    def step(self, file: str) -> Any:
        return self._take(self.client.post(f"/api/rescue/files/{file}/step", json={}))

    def run(self, file: str, steps: int = 50) -> Any:
        """Import to the end."""
        for _ in range(steps):
            told = self.step(file)
            assert self.status == 200, self.last
            if told["done"]:
                return told
        raise AssertionError("does not come to an end")

    def bring(self, data: bytes) -> Any:
        """Upload, open, import."""
        file = self.upload(data)
        assert self.status == 200, self.last
        self.open(file)
        assert self.status == 200, self.last
        return self.run(file)
