"""The self-check: does the phone hold exactly the rows that the scope has?"""

from typing import Any

from server.access.rules import Actor
from server.kernel.errors import NotFound
from server.sync import feed, rows, scopes
from server.sync.pages import OWN, View
from server.sync.schemas import Digest

_BASIS, _PRIME, _MASK = 0x811C9DC5, 0x01000193, 0xFFFFFFFF


def fnv1a(text: str) -> int:
    """Hash a row's name and version; small enough to be the same on a phone."""
    value = _BASIS
    for byte in text.encode():
        value = (value ^ byte) * _PRIME & _MASK
    return value


def compare(actor: Actor, told: Digest) -> dict[str, Any]:
    """Answer equal, different, or moved: the scope has another version by now."""
    if told.scope not in scopes.scopes(actor):
        raise NotFound()
    kinds = scopes.hidden(actor, told.scope)
    view = View(actor, told.scope, kinds, scopes.mark(actor, told.scope, kinds))
    standing = feed.standings([told.scope])[told.scope]
    if (told.version, told.tag) != (standing.version, standing.tag + view.mark):
        return {"sync": 1, "state": "moved"}
    count, xor = fingerprint(view)
    equal = (count, f"{xor:08x}") == (told.count, told.xor_hash)
    return {"sync": 1, "state": "equal" if equal else "different"}


def fingerprint(view: View) -> tuple[int, int]:
    """Count and hash the rows of a scope as this actor sees them."""
    keys = [
        (etype, eid)
        for etype in rows.KINDS[view.scope.partition(":")[0]]
        if etype not in view.hidden or etype in OWN
        for eid in feed.present(view.scope, etype, "", 10_000_000)
    ]
    keys += [me] if (me := view.me) else []
    versions = view.versions(keys)
    xor = 0
    for (etype, eid), rv in versions.items():
        xor ^= fnv1a(f"{etype}\n{eid}\n{rv}")
    return len(versions), xor
