"""What is told to whoever holds a paper in the hand: by whom, when, unchanged or not; no more."""

import hmac
from typing import Any

from server.kernel import clock
from server.papers.queries import by_code

#: how much of the fingerprint the square on the paper carries
SHOWN = 16


def tell(code: str, shown: str) -> dict[str, Any]:
    """Return what may be known of a code; *shown* is the fingerprint that stands on the paper."""
    paper = by_code(code.replace(" ", "").upper())
    if paper is None:
        return {"known": False}
    given = shown[:SHOWN].lower().encode()
    same = hmac.compare_digest(paper.hash[:SHOWN].encode(), given)
    return {
        "known": True,
        "office": paper.office,
        "issued_at": clock.to_ms(paper.issued_at),
        "unchanged": same if shown else None,
        "replaced": paper.replaced_by_id is not None,
    }
