"""The sealed visit that an inspection was made at, and its log of who knew when."""

from typing import Any

from server.inspections.models import Inspection
from server.kernel import clock
from server.visits.models import VisitKnowledge
from server.visits.queries import visit_of_task
from server.visits.service import lines_of


def visit_data(inspection: Inspection) -> dict[str, Any] | None:
    """Return how the team came and every line as it was hashed; None for an announced visit."""
    visit = visit_of_task(inspection.assignment_id)
    if visit is None:
        return None
    return {
        "id": visit.id,
        "number": visit.number,
        "opens_at": clock.to_ms(visit.opens_at),
        "ends_at": clock.to_ms(visit.ends_at),
        "opened_at": clock.to_ms(visit.opened_at) if visit.opened_at else None,
        "arrival": visit.arrival,
        "log": [_line(line) for line in lines_of(visit.id)],
    }


def _line(line: VisitKnowledge) -> dict[str, Any]:
    return {
        "seq": line.seq,
        "at": clock.to_ms(line.at),
        "person": line.person_id,
        "how": line.how,
        "by": line.by_id,
        "details": line.details,
        "link": line.link.hex(),
    }
