"""Learning from submitted inspections how long each item takes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from server.inspections.models import Answer, Inspection, ItemTiming
from server.inspections.timing import RULE, merged, moments_of, seconds_by_item
from server.kernel.db import db, is_sqlite

WHOLE_VISIT = ""


def learn_times(inspection: Inspection, answers: Sequence[Answer]) -> None:
    """Add what one visit took; quick visits are told by their glances, not by their taps."""
    if inspection.style != "full":
        return
    found = seconds_by_item(moments_of((a.item_key, a.fields) for a in answers))
    if not found:
        return
    found[WHOLE_VISIT] = [sum(sum(samples) for samples in found.values())]
    known = _known(inspection.checklist_key)
    rows = []
    for item, samples in sorted(found.items()):
        kept, seconds = merged(known.get(item, []), samples)
        rows.append(_row(inspection.checklist_key, item, kept, seconds))
    insert = (sqlite if is_sqlite() else postgresql).insert(ItemTiming)
    fresh = {"samples": insert.excluded.samples, "seconds": insert.excluded.seconds}
    keys = [ItemTiming.checklist_key, ItemTiming.item_key]
    db.session.execute(insert.on_conflict_do_update(index_elements=keys, set_=fresh), rows)


def _known(checklist_key: str) -> dict[str, list[Any]]:
    query = select(ItemTiming).where(ItemTiming.checklist_key == checklist_key)
    rows = db.session.scalars(query.order_by(ItemTiming.item_key).with_for_update())
    return {row.item_key: row.samples for row in rows}


def _row(checklist_key: str, item: str, samples: list[int], seconds: int) -> dict[str, Any]:
    return {
        "checklist_key": checklist_key,
        "item_key": item,
        "samples": samples,
        "seconds": seconds,
    }


def measured_times() -> dict[str, dict[str, Any]]:
    """Return by checklist how many visits were measured, and the seconds of well-known items."""
    found: dict[str, dict[str, Any]] = {}
    columns = (ItemTiming.checklist_key, ItemTiming.item_key, ItemTiming.samples)
    for key, item, samples, seconds in db.session.execute(select(*columns, ItemTiming.seconds)):
        own = found.setdefault(key, {"visits": 0, "items": {}})
        if item == WHOLE_VISIT:
            own["visits"] = len(samples)
        elif len(samples) >= RULE.fewest_samples:
            own["items"][item] = seconds
    return found
