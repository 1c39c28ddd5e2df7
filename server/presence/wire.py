"""Questions as phones receive them: without their answers. Paths as the desk reads them."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from server.kernel import clock
from server.kernel.db import db
from server.presence.models import PlaceFact, Scan

Row = tuple[int, dict[str, Any]]
_ASK = ("id", "unit_id", "target_kind", "target_id", "kind", "ask", "active")
_SCAN = (
    "id", "code", "target_kind", "target_id", "person_id", "how", "mark", "position", "verdict",
)  # fmt: skip


def ask_data(row: PlaceFact) -> dict[str, Any]:
    """Return a question; what is expected never leaves the server."""
    return {name: getattr(row, name) for name in _ASK}


def scan_data(row: Scan) -> dict[str, Any]:
    """Return a scan for the desk."""
    moments = {"at": clock.to_ms(row.at), "received_at": clock.to_ms(row.received_at)}
    return {name: getattr(row, name) for name in _SCAN} | moments


def load_asks(ids: Sequence[str]) -> dict[str, Row]:
    """Load questions."""
    rows = db.session.scalars(select(PlaceFact).where(PlaceFact.id.in_(ids)))
    return {row.id: (row.rev, ask_data(row)) for row in rows}


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {"ask": load_asks}
