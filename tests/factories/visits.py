"""Visits that were handed in, with a result for each item, for figures over many of them."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from server.access.rules import Actor
from server.inspections.models import Inspection
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Unit
from tests.factories.inspections import make_answer, make_inspection

POSTED, DRILL, EXIT = "ward.rules.posted", "ward.rules.drill", "ward.room.exit"


def make_visit(
    actor: Actor,
    unit: Unit,
    mode: str,
    days_ago: float,
    results: Mapping[str | tuple[str, str], str],
) -> Inspection:
    """A visit of the ward; results by item, or by target and item."""
    began: datetime = clock.now() - timedelta(days=days_ago)
    row = make_inspection(actor, unit, mode=mode, started_at=began)
    for key, result in results.items():
        target, item = key if isinstance(key, tuple) else ("", key)
        make_answer(row, item, target, result=result)
    row.started_at, row.state, row.submitted_at = began, "submitted", began + timedelta(hours=1)
    db.session.flush()
    return row
