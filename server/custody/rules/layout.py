"""
The bytes that are hashed and signed. docs/custody.md says the same in words.

    digest   = SHA-256("anxun-mutation-1\\n" || id, name, v, at, args, blobs)
    link(0)  = SHA-256("anxun-chain-1\\n" || client)
    link(n)  = SHA-256(link(n-1) || digest(n))

Fields are length-prefixed, so that no two mutations have the same bytes. The number of a mutation
is its place in the chain and not in its digest: a phone that takes a new client id tells the same
work again in a new chain.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

MUTATION = b"anxun-mutation-1\n"
CHAIN = b"anxun-chain-1\n"
SEAL = "anxun-seal-1\n"
RECEIPT = b"anxun-receipt-1\n"

OK, BROKEN, UNKNOWN_KEY, ABSENT = STATES = ("ok", "broken", "unknown-key", "absent")
_COORDINATE = 32
_FIELDS = MUTATION + 6 * b"%d:%b,"


def digest(
    mutation_id: str, name: str, v: int, at: int, args: bytes, blobs: Sequence[str]
) -> bytes:
    """Hash what makes a mutation what it is; *args* are the very bytes that were sent."""
    mutation, told, when = mutation_id.encode(), name.encode(), b"%d" % at
    about, proof = b"%d" % v, ",".join(blobs).encode()
    whole = _FIELDS % (
        len(mutation), mutation, len(told), told, len(about), about,
        len(when), when, len(args), args, len(proof), proof,
    )  # fmt: skip
    return hashlib.sha256(whole).digest()


def origin(client_id: str) -> bytes:
    """Return where a client's chain begins."""
    return hashlib.sha256(CHAIN + client_id.encode()).digest()


def link(before: bytes, mutation_digest: bytes) -> bytes:
    """Tie a mutation to all that its client sent before it."""
    return hashlib.sha256(before + mutation_digest).digest()


def key_id(public_key: bytes) -> str:
    """Name a public key (DER, SubjectPublicKeyInfo) by its own hash."""
    return hashlib.sha256(public_key).hexdigest()[:32]


def seal_text(client_id: str, mid: int, before: bytes, head: bytes) -> bytes:
    """Return what a device signs of a push: *before* its first mutation, and after its last."""
    return f"{SEAL}{client_id}\n{mid}\n{before.hex()}\n{head.hex()}\n".encode()


def receipt_text(payload: str) -> bytes:
    """Return what the server signs of a receipt."""
    return RECEIPT + payload.encode()


def read_device_key(public_key: bytes) -> ec.EllipticCurvePublicKey:
    """Read a device's public key; raises ValueError for anything but P-256."""
    try:
        key = serialization.load_der_public_key(public_key)
    except (ValueError, TypeError) as exc:
        raise ValueError("not a public key") from exc
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 key")
    return key


def device_signed(public_key: bytes, text: bytes, signature: bytes) -> bool:
    """Say whether a device signed *text*: ECDSA, P-256, SHA-256, as r and s of 32 bytes each."""
    if len(signature) != 2 * _COORDINATE:
        return False
    r, s = (int.from_bytes(half) for half in (signature[:_COORDINATE], signature[_COORDINATE:]))
    try:
        key = read_device_key(public_key)
        key.verify(encode_dss_signature(r, s), text, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def server_signed(public_key: bytes, text: bytes, signature: bytes) -> bool:
    """Say whether a server's Ed25519 key signed *text*."""
    try:
        key = serialization.load_der_public_key(public_key)
        assert isinstance(key, Ed25519PublicKey)
        key.verify(signature, text)
    except (InvalidSignature, ValueError, AssertionError):
        return False
    return True


def from_base64(text: str) -> bytes:
    """Read standard base64; raises ValueError."""
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as exc:
        raise ValueError("not base64") from exc


def to_base64(data: bytes) -> str:
    """Write standard base64."""
    return base64.b64encode(data).decode()
