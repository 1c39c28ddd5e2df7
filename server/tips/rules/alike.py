"""Words that tell of the same: how much two short texts have in common."""

import re
import unicodedata

_NO_LETTERS = re.compile(r"[\W_]+")


def pairs(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of a text; Chinese has no gaps between words."""
    plain = _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text).casefold())
    return frozenset(plain[n : n + 2] for n in range(len(plain) - 1))


def likeness(one: str, other: str) -> float:
    """Return how much two texts share, from 0 to 1; 0 for what is too short to say."""
    first, second = pairs(one), pairs(other)
    if len(first) < 3 or len(second) < 3:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))
