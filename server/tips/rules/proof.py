"""
Reckoning that costs a phone a second and a flood a farm of machines: hashcash.

A challenge names its own end and difficulty and is signed, so that nothing is kept of it. It is
bound to one report's identifier, and one identifier brings in one report: a proof is spent once.
"""

import hashlib
import hmac
import re

_CHALLENGE = re.compile(r"1\.(\d{10,14})\.(\d{1,2})\.([0-9a-f]{32})")
_NONCE = re.compile(r"[0-9a-z]{1,16}")


def challenge(key: bytes, client_hash: str, *, bits: int, ends_at_ms: int) -> str:
    """Make a challenge."""
    head = f"1.{ends_at_ms}.{bits}"
    return f"{head}.{_mark(key, client_hash, head)}"


def solves(key: bytes, client_hash: str, said: str, nonce: str, *, bits: int, now_ms: int) -> bool:
    """Say whether *nonce* answers a challenge of ours that is at least as hard as wanted."""
    found = _CHALLENGE.fullmatch(said)
    if found is None or not _NONCE.fullmatch(nonce):
        return False
    head = f"1.{found[1]}.{found[2]}"
    if not hmac.compare_digest(_mark(key, client_hash, head), found[3]):
        return False
    if int(found[1]) < now_ms or int(found[2]) < bits:
        return False
    return leading_zeros(said, nonce) >= int(found[2])


def leading_zeros(said: str, nonce: str) -> int:
    """Return how many zero bits the hash of challenge and answer begins with."""
    digest = hashlib.sha256(f"{said}:{nonce}".encode()).digest()
    return 256 - int.from_bytes(digest).bit_length()


def _mark(key: bytes, client_hash: str, head: str) -> str:
    return hmac.new(key, f"proof\n{client_hash}\n{head}".encode(), "sha256").hexdigest()[:32]
