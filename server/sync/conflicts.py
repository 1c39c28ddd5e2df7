"""Contradictions between answers, as rows that people resolve."""

from typing import Any

from sqlalchemy import select, tuple_

from server.checklists.rules.shapes import Merged
from server.inspections.models import AnswerConflict
from server.kernel.db import db
from server.kernel.ids import new_id

Key = tuple[str, str, str]


def _open(contested: dict[tuple[Key, str], Merged]) -> dict[tuple[Key, str], AnswerConflict]:
    c = AnswerConflict
    query = select(c).where(
        c.state == "open",
        tuple_(c.inspection_id, c.target_id, c.item_key, c.field).in_(
            sorted((*key, name) for key, name in contested)
        ),
    )
    return {
        ((row.inspection_id, row.target_id, row.item_key), row.field): row
        for row in db.session.scalars(query)
    }


def record(contested: dict[tuple[Key, str], Merged]) -> None:
    """Open, extend or close the conflict of each contested field."""
    if not contested:
        return
    existing = _open(contested)
    for place, merged in contested.items():
        row, conflict = existing.get(place), merged["conflict"]
        if conflict is not None:
            values: list[Any] = [dict(value) for value in conflict["values"]]
            if row is None:
                db.session.add(_new(place, values))
            else:
                row.values = values
        elif row is not None:
            row.state = "resolved"
            row.resolution = {
                "v": merged["state"]["v"],
                "by": merged["state"]["by"],
                "at": merged["state"]["at"],
            }


def _new(place: tuple[Key, str], values: list[Any]) -> AnswerConflict:
    (inspection, target, item), name = place
    return AnswerConflict(
        id=new_id(),
        inspection_id=inspection,
        target_id=target,
        item_key=item,
        field=name,
        values=values,
        state="open",
        resolution=None,
    )
