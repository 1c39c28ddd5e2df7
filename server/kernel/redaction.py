"""
What no log tells: which visit, which unit, which tag somebody asked for. Standard library only.

Logs are read by people who must not know of a sealed visit. Identifiers become a star, and what
concerns sealed visits and draws is told by no address at all.
"""

import re

STAR = "*"
#: addresses of sealed visits and draws, at the server and in the app
_SECRET = re.compile(r"(/api|/desk)?/(visits|draws)(?=[/?\s\"']|$)[^\s\"']*")
_UUID = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b", re.IGNORECASE)
_TAG = re.compile(r"(/t|/tags)/[^/?\s\"']+")
_COMMAND = re.compile(r"\bvisit\.[a-z]+\b")
#: what PostgreSQL adds to an error: the values of the row
_DETAIL = re.compile(r"^(\s*)(DETAIL|CONTEXT):.*(?:\n(?=\s*(?:\(|$)).*)*", re.MULTILINE)


def is_secret(path: str) -> bool:
    """Say whether an address concerns sealed visits or draws."""
    return _SECRET.fullmatch(path.split("?")[0]) is not None


def redact(text: str) -> str:
    """Return a text without what would tell of a visit."""
    text = _DETAIL.sub(rf"\1\2: {STAR}", text)
    text = _SECRET.sub(lambda found: f"{found[1] or ''}/{STAR}", text)
    text = _TAG.sub(rf"\1/{STAR}", text)
    return _UUID.sub(STAR, _COMMAND.sub(STAR, text))
