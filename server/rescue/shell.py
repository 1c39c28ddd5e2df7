"""
The shell of a rescue file: one line that says how it is locked, then sealed pieces.

A piece is its length (4 bytes, big-endian) and AES-256-GCM ciphertext with its tag. The nonce is
the piece's number (11 bytes, big-endian) and one byte that is 1 for the last piece only; each piece
is bound to the SHA-256 of the first line. So no piece can be changed, left out, moved, added, or
taken from another file, and a missing end shows.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Iterator
from typing import Annotated, BinaryIO, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Meta, Struct

from server.rescue.rules import (
    MAX_ROUNDS,
    MIN_ROUNDS,
    RescueCut,
    RescueDamaged,
    RescueForeign,
    RescueNewer,
    RescuePassphrase,
)

VERSION = 1
BEGINNING = b'{"anxun":"rescue",'
MAX_LINE = 4096
MAX_PIECE = 1024 * 1024
TAG = 16
INFO = b"anxun-rescue-1"
Ms = Annotated[int, Meta(ge=0, le=253_402_300_799_999)]
Salt = Annotated[bytes, Meta(min_length=16, max_length=64)]


class ByPassphrase(Struct, forbid_unknown_fields=True, tag_field="kind", tag="passphrase"):
    """Locked by words: PBKDF2 with SHA-256."""

    rounds: Annotated[int, Meta(ge=MIN_ROUNDS, le=MAX_ROUNDS)]
    salt: Salt


class ByBureau(Struct, forbid_unknown_fields=True, tag_field="kind", tag="bureau"):
    """Locked to the server: ECDH on P-256 with the key *id*, then HKDF with SHA-256."""

    id: Annotated[str, Meta(max_length=80)]
    point: Annotated[bytes, Meta(min_length=65, max_length=65)]
    salt: Salt


class Header(Struct, forbid_unknown_fields=True):
    """The first line: readable by everybody, names nobody."""

    anxun: Literal["rescue"]
    v: Annotated[int, Meta(ge=1, le=1000)]
    made_at: Ms
    key: ByPassphrase | ByBureau
    app: Annotated[str, Meta(max_length=40)] = ""


class _Version(Struct):
    v: int


PrivateKeys = Callable[[str], ec.EllipticCurvePrivateKey]


def read_header(handle: BinaryIO) -> tuple[Header, bytes]:
    """Read the first line; the handle then stands at the first piece."""
    line = handle.readline(MAX_LINE)
    if not line.startswith(BEGINNING) or not line.endswith(b"\n"):
        raise RescueForeign()
    try:
        if msgspec.json.decode(line, type=_Version).v > VERSION:
            raise RescueNewer()
        return msgspec.json.decode(line, type=Header), line
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
        raise RescueForeign() from exc


def unlock(header: Header, passphrase: str, private_key: PrivateKeys) -> bytes:
    """Return the key of the file's pieces."""
    lock = header.key
    if isinstance(lock, ByPassphrase):
        words = unicodedata.normalize("NFKC", passphrase).strip().encode()
        return hashlib.pbkdf2_hmac("sha256", words, lock.salt, lock.rounds, 32)
    private = private_key(lock.id)
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), lock.point)
    except ValueError as exc:
        raise RescueForeign() from exc
    shared = private.exchange(ec.ECDH(), point)
    return HKDF(hashes.SHA256(), 32, lock.salt, INFO).derive(shared)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def pieces(handle: BinaryIO, line: bytes, key: bytes) -> Iterator[bytes]:
    """Yield the plain pieces, each only after its seal was checked; raise when one is not whole."""
    cipher, bound = AESGCM(key), hashlib.sha256(line).digest()
    sealed, number = _next(handle), 0
    while sealed is not None:
        following = _next(handle)
        yield _open(cipher, sealed, bound, number, last=following is None)
        sealed, number = following, number + 1
    if number == 0:
        raise RescueCut()


def _next(handle: BinaryIO) -> bytes | None:
    prefix = handle.read(4)
    if not prefix:
        return None
    size = int.from_bytes(prefix, "big")
    if len(prefix) == 4 and not TAG < size <= MAX_PIECE + TAG:
        raise RescueDamaged()
    sealed = handle.read(size)
    if len(prefix) < 4 or len(sealed) < size:
        raise RescueCut()
    return sealed


def _open(cipher: AESGCM, sealed: bytes, bound: bytes, number: int, *, last: bool) -> bytes:
    try:
        return cipher.decrypt(_nonce(number, last=last), sealed, bound)
    except InvalidTag:
        pass
    try:
        cipher.decrypt(_nonce(number, last=not last), sealed, bound)
    except InvalidTag as exc:
        raise (RescueDamaged() if number else RescuePassphrase()) from exc
    raise RescueCut() if last else RescueDamaged()
