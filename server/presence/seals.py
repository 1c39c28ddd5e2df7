"""
The square on a tag says more than its code: the server's signature over what it is for.

A tag without one stays good; it is only marked. A copied square copies its signature too: it shows
that the server printed such a tag, never that somebody stands before it.
"""

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence

import structlog
from sqlalchemy import select

from server.custody import keys, rules
from server.custody.models import ServerKey
from server.kernel.db import db
from server.locations.models import Tag

log = structlog.get_logger()
TAG = "anxun-tag-1\n"
SHORT = 8
#: earlier prints of one tag that are still told from a foreign signature
PRINTS = 8
SIGNED, UNSIGNED, OTHER, UNKNOWN_KEY = ("signed", "unsigned", "other", "unknown-key")


def tag_text(code: str, unit_id: str, place: str, issue: int) -> bytes:
    """Return what is signed; empty for a unit or a place that the tag did not have in print."""
    return f"{TAG}{code}\n{unit_id}\n{place}\n{issue}\n".encode()


def place_of(tag: Tag) -> str:
    """Return what a tag sticks on, as it is signed."""
    return f"{tag.target_kind}:{tag.target_id}" if tag.target_id else ""


def seals_of(tags: Sequence[Tag]) -> dict[str, str]:
    """Return by code what stands behind the address in a square; nothing while there is no key."""
    held = select(ServerKey.id).where(ServerKey.use == keys.USE, ServerKey.retired_at.is_(None))
    if not tags or db.session.scalar(held.limit(1)) is None:
        return {}
    try:
        key_id, sign = keys.signer()
    except OSError:
        log.exception("tags_not_signed", count=len(tags))
        return {}
    return {tag.code: _seal(key_id, sign(text_of(tag))) for tag in tags}


def text_of(tag: Tag) -> bytes:
    """Return what is signed of a tag as it is now."""
    return tag_text(tag.code, tag.unit_id or "", place_of(tag), tag.issue)


def _seal(key_id: str, signature: bytes) -> str:
    told = base64.urlsafe_b64encode(signature).decode().rstrip("=")
    return f"?k={key_id[:SHORT]}&s={told}"


def heir_of(tag: Tag) -> Tag:
    """Return the tag that hangs where this one hung: itself, or what replaced it."""
    follower = db.session.get(Tag, tag.replaced_by) if tag.replaced_by else None
    return follower or tag


def judge(tag: Tag, seal: Mapping[str, str] | None) -> str:
    """Say what a square's signature is worth: printed for this place, or before it had one."""
    if not seal:
        return UNSIGNED
    key = _key_of(seal)
    if key is None:
        return UNKNOWN_KEY
    return SIGNED if _signed_in(tag, (tag.issue,), key, seal) else OTHER


def is_older_print(tag: Tag, seal: Mapping[str, str] | None) -> bool:
    """Say whether a square is an earlier print of this very tag."""
    key = _key_of(seal) if seal else None
    if key is None or seal is None:
        return False
    return _signed_in(tag, range(max(1, tag.issue - PRINTS), tag.issue), key, seal)


def _key_of(seal: Mapping[str, str]) -> ServerKey | None:
    """Return the key that is named, also one that signs no more: its prints stay on their walls."""
    query = select(ServerKey).where(ServerKey.use == keys.USE)
    return db.session.scalars(query.where(ServerKey.id.startswith(seal["k"]))).first()


def _signed_in(tag: Tag, issues: Iterable[int], key: ServerKey, seal: Mapping[str, str]) -> bool:
    try:
        padded = seal["s"] + "=" * (-len(seal["s"]) % 4)
        signature = base64.urlsafe_b64decode(padded.encode("ascii"))
    except (binascii.Error, ValueError):
        return False
    unit, place = tag.unit_id or "", place_of(heir_of(tag))
    told = {(unit, place), (unit, ""), ("", "")}
    texts = (tag_text(tag.code, *where, issue) for issue in issues for where in told)
    return any(rules.server_signed(key.public_key, text, signature) for text in texts)
