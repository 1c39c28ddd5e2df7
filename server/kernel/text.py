"""Repairing text that people type: white space, width, control characters."""

import re
import unicodedata
from functools import cache

from opencc import OpenCC

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")
_BLANK = re.compile(r"[ \t\u3000\xa0]+")
_UNSEEN_KINDS = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
#: letters and marks that draw nothing: fillers, joiners, the empty braille cell, selectors
_UNSEEN = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0"
    r"\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)


def clean(text: str) -> str:
    """
    Trim, drop control and direction marks, join runs of blanks; line breaks stay.

    A text in which nothing can be seen is no text. Unseen marks between visible ones stay: they
    join emoji and choose the variant of a character in somebody's name.
    """
    text = _CONTROL.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n")
    if not is_visible(text):
        return ""
    return "\n".join(_BLANK.sub(" ", line).strip() for line in text.split("\n")).strip()


def is_visible(text: str) -> bool:
    """Say whether a reader would see anything of *text*."""
    return any(
        unicodedata.category(sign) not in _UNSEEN_KINDS and not _UNSEEN.match(sign) for sign in text
    )


def one_line(text: str) -> str:
    """Like clean(), on a single line."""
    return " ".join(clean(text).split())


def fold(text: str) -> str:
    """Return a form for searching: full-width digits and letters become plain, lower case."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def search_forms(text: str) -> list[str]:
    """Return what to look for: the words as typed, in plain width, in Simplified characters."""
    plain = fold(text)
    forms = (one_line(text), plain, _simplifier().convert(plain))
    # Columns are searched in any case: what differs in nothing else is looked for once.
    return list({form.casefold(): form for form in forms if form}.values())


@cache
def _simplifier() -> OpenCC:
    return OpenCC("hk2s")
