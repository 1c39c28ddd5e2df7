"""
Receipts: 80 bits that only the reporter holds, written so that they can be copied by hand.

They are derived from the identifier that the phone made and a key of the server. Whoever reads the
database finds neither: only hashes of both are kept.
"""

import hashlib
import hmac

from server.locations.rules import ALPHABET, check_character, normal_code

BITS = 80
#: 31 to the power of 17 is more than 2 to the power of 80
DIGITS = 17
LENGTH = DIGITS + 1


def receipt_for(key: bytes, client_id: str) -> str:
    """Return the receipt of the report that a phone calls *client_id*."""
    digest = hmac.digest(key, b"receipt\n" + client_id.encode(), "sha256")
    return written(int.from_bytes(digest[: BITS // 8]))


def written(number: int) -> str:
    """Write 80 bits with a check character behind."""
    digits = []
    for _ in range(DIGITS):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    data = "".join(reversed(digits))
    return data + check_character(data)


def readable(typed: str) -> str | None:
    """Return a receipt as it was given out; None for what can be none."""
    code = normal_code(typed)
    if len(code) != LENGTH or any(sign not in ALPHABET for sign in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def kept(secret: str) -> str:
    """Return what is kept of a receipt or of a phone's identifier: nobody can go back from it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def content_mark(client_id: str, content: bytes) -> str:
    """Tell the same bytes again from others, without keeping a hash by which a file is known."""
    return hmac.new(client_id.encode(), content, "sha256").hexdigest()
