"""Repairing text that people type: white space, width, control characters."""

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]")
_BLANK = re.compile(r"[ \t\u3000\xa0]+")


def clean(text: str) -> str:
    """Trim, drop control and direction marks, join runs of blanks; line breaks stay."""
    text = _CONTROL.sub("", unicodedata.normalize("NFC", text)).replace("\r\n", "\n")
    return "\n".join(_BLANK.sub(" ", line).strip() for line in text.split("\n")).strip()


def one_line(text: str) -> str:
    """Like clean(), on a single line."""
    return " ".join(clean(text).split())


def fold(text: str) -> str:
    """Return a form for searching: full-width digits and letters become plain, lower case."""
    return unicodedata.normalize("NFKC", text).casefold().strip()
