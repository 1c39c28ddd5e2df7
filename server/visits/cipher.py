"""
The package: all that the team needs on the spot, closed and of a length that tells nothing.

Layout and vectors: docs/visits-sealed.md, contracts/vectors/visits.json.
"""

import gzip
import os
import struct
from collections.abc import Callable
from typing import Any

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

STEP = 64 * 1024
IV, TAG, COUNT = 12, 16, 4
Bytes = Callable[[int], bytes]


def bound_to(visit_id: str, opens_at: int) -> bytes:
    """Return what a package and its key are tied to: a visit and the time at which it opens."""
    return f"anxun-visit-1\n{visit_id}\n{opens_at}\n".encode()


def close(content: dict[str, Any], key: bytes, tied: bytes, *, random: Bytes = os.urandom) -> bytes:
    """Return the closed package; its length is a multiple of 64 KiB whatever is in it."""
    packed = gzip.compress(orjson.dumps(content), 9, mtime=0)
    bare = IV + COUNT + len(packed) + TAG
    padding = bytes(-bare % STEP)
    iv = random(IV)
    return iv + AESGCM(key).encrypt(iv, struct.pack(">I", len(packed)) + packed + padding, tied)


def open_package(sealed: bytes, key: bytes, tied: bytes) -> dict[str, Any]:
    """Return what a package holds; raises InvalidTag when key, visit or time is another."""
    plain = AESGCM(key).decrypt(sealed[:IV], sealed[IV:], tied)
    (length,) = struct.unpack(">I", plain[:COUNT])
    content: dict[str, Any] = orjson.loads(gzip.decompress(plain[COUNT : COUNT + length]))
    return content
