"""The outcome of a mutation as the author's phones receive it."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import select

from server.kernel import clock
from server.kernel.db import db
from server.sync.models import SyncProblem

Row = tuple[int, dict[str, Any]]


def outcome_data(row: SyncProblem) -> dict[str, Any]:
    """Return what became of a mutation, and under which name its case is kept."""
    return {
        "id": row.mutation_id,
        "status": row.kind,
        "code": row.code or None,
        "params": row.params,
        "name": row.name,
        "problem": row.mutation_id,
        "at": clock.to_ms(row.received_at),
        "state": row.state,
        "head": row.head_id,
        "word": row.history[-1] if row.history else None,
    }


def load_outcomes(ids: Sequence[str]) -> dict[str, Row]:
    """Load outcomes."""
    rows = db.session.scalars(select(SyncProblem).where(SyncProblem.mutation_id.in_(ids)))
    return {row.mutation_id: (row.rev, outcome_data(row)) for row in rows}


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {"outcome": load_outcomes}
