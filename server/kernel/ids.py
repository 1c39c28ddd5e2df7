"""Identifiers: UUIDv7 text, made where the thing is made (often on the phone)."""

import os
import re
import time

_MILLISECOND = 1_000_000
_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id() -> str:
    """
    Return a fresh UUIDv7: ordered by time, so that unique indexes stay compact.

    The 12 bits after the milliseconds hold their fraction, in steps of a quarter of a microsecond
    (RFC 9562, 6.2, method 3): what is made later in one process is later in order, too.
    """
    milliseconds, rest = divmod(time.time_ns(), _MILLISECOND)
    raw = bytearray(milliseconds.to_bytes(6, "big") + os.urandom(10))
    raw[6:8] = (0x7000 | (rest << 12) // _MILLISECOND).to_bytes(2, "big")
    raw[8] = 0x80 | raw[8] & 0x3F
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def is_id(text: object) -> bool:
    """Say whether *text* has the form of an identifier."""
    return isinstance(text, str) and _FORM.fullmatch(text) is not None
