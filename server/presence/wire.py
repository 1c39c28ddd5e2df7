"""Questions as phones receive them: without their answers. Paths as the desk reads them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from server.kernel import clock
from server.kernel.db import db
from server.presence.answers import is_unseen
from server.presence.models import PlaceFact, Scan
from server.presence.queries import Hits

Row = tuple[int, dict[str, Any]]
_ASK = ("id", "unit_id", "target_kind", "target_id", "kind", "ask", "active")
_SCAN = (
    "id", "code", "target_kind", "target_id", "person_id", "how", "mark", "position", "fact_id",
)  # fmt: skip


def ask_data(row: PlaceFact) -> dict[str, Any]:
    """Return a question; what is expected never leaves the server."""
    return {name: getattr(row, name) for name in _ASK}


def fact_data(row: PlaceFact, hits: Hits, place: str | None, made_by: str | None) -> dict[str, Any]:
    """Return a question as who plans sees it: with what came of it, still without its answer."""
    counts = {name: getattr(hits, name) for name in ("same", "differs", "unseen")}
    return {
        **ask_data(row),
        **counts,
        "people": len(hits.people),
        "place": place,
        "made_by": made_by,
        "made_at": clock.to_ms(row.made_at),
        "last_at": clock.to_ms(hits.last_at) if hits.last_at else None,
    }


def scan_data(row: Scan) -> dict[str, Any]:
    """Return a scan for the desk; a right answer is a secret of the place and is not repeated."""
    moments = {"at": clock.to_ms(row.at), "received_at": clock.to_ms(row.received_at)}
    told = {name: getattr(row, name) for name in _SCAN} | moments
    return told | {"verdict": said_of(row), "answer": None if row.verdict == "same" else row.answer}


def said_of(row: Scan) -> str:
    """Say what came of an answer: same, differs, unseen, late (not compared any more), none."""
    if row.answer is None or row.verdict != "none":
        return row.verdict
    return "unseen" if is_unseen(row.answer) else "late"


def load_asks(ids: Sequence[str]) -> dict[str, Row]:
    """Load questions."""
    rows = db.session.scalars(select(PlaceFact).where(PlaceFact.id.in_(ids)))
    return {row.id: (row.rev, ask_data(row)) for row in rows}


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {"ask": load_asks}
