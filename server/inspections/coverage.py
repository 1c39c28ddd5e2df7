"""What was checked where and when: units by checklist, each with its last inspection."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from server.access.rules import Actor
from server.checklists.rules import Context, Definition, lines
from server.definitions.queries import current_checklists, definition
from server.inspections.models import Inspection
from server.inspections.queries import visible_inspections
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db
from server.kernel.paging import Order, Page, page
from server.org.models import Unit
from server.org.queries import searched, visible_units

_ORDER = (Order(Unit.name), Order(Unit.id))


def list_coverage(
    actor: Actor, today: date, *, q: str | None, cursor: str | None, limit: int | None
) -> Page:
    """Return one page of units, each with the last visit by checklist and what it is asked."""
    query = searched(visible_units(actor).where(Unit.active), q, Unit.name)
    found = page(query, _ORDER, cursor=cursor, limit=limit)
    checklists = [(row.key, definition(row.hash)) for row in current_checklists(today)]
    last = _last_visits(actor, [unit.id for unit in found.items])
    return replace(
        found,
        items=[
            {
                "id": unit.id,
                "name": unit.name,
                "asked": [key for key, d in checklists if _is_asked(d, unit, today)],
                "last": last.get(unit.id, {}),
            }
            for unit in found.items
        ],
    )


def _last_visits(actor: Actor, unit_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    newest = (
        func.row_number()
        .over(
            partition_by=(Inspection.unit_id, Inspection.checklist_key),
            order_by=(Inspection.submitted_at.desc(), Inspection.id.desc()),
        )
        .label("turn")
    )
    ranked = (
        visible_inspections(actor)
        .where(Inspection.state == SUBMITTED, Inspection.unit_id.in_(unit_ids))
        .with_only_columns(Inspection.id, newest)
        .subquery()
    )
    chosen = select(ranked.c.id).where(ranked.c.turn == 1)
    found: dict[str, dict[str, Any]] = {}
    for row in db.session.scalars(select(Inspection).where(Inspection.id.in_(chosen))):
        found.setdefault(row.unit_id, {})[row.checklist_key] = _visit(row)
    return found


def _visit(row: Inspection) -> dict[str, Any]:
    score = row.score or {}
    return {
        "id": row.id,
        "at": clock.to_ms(row.submitted_at) if row.submitted_at else None,
        "style": row.style,
        "whole": row.sections is None,
        "score": score.get("total"),
        "coverage": score.get("coverage"),
    }


def _is_asked(checklist: Definition, unit: Unit, today: date) -> bool:
    """Whether the checklist asks this unit anything, as far as the unit alone can tell."""
    attributes: Sequence[str] = unit.attributes
    context: Context = {
        "unit": {"tier": unit.tier, "attributes": attributes, "beds": unit.beds},
        "places": {},
        "targets": {"location": [], "asset": []},
        "today": today.isoformat(),
    }
    return bool(lines(checklist, context, {}))
