"""Inspections as phones bring them."""

from typing import Any

from server.access.rules import Actor
from server.inspections.models import Answer, Inspection
from server.inspections.service import (
    InspectionStart,
    SignatureDraft,
    add_signature,
    start_inspection,
)
from server.kernel import clock, ids
from server.kernel.db import db
from server.org.models import Unit
from tests.factories.definitions import make_definition

STROKES = [[[100, 500], [300, 200], [500, 700]], [[600, 300], [900, 600]]]


def starting(unit: Unit, **given: Any) -> InspectionStart:
    """The beginning of a check of the ward."""
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "unit_id": unit.id,
        "checklist_key": "ward",
        "definition": make_definition().hash,
        "mode": "self-check",
        "started_at": clock.now(),
    }
    return InspectionStart(**values | given)


def make_inspection(actor: Actor, unit: Unit, **given: Any) -> Inspection:
    """An inspection that *actor* has just begun."""
    return start_inspection(actor, starting(unit, **given))


def make_answer(
    inspection: Inspection, item: str, target: str = "", *, how: str = "tap", **fields: Any
) -> Answer:
    """An answer as stored; fields by name, for example `result="pass"` or `**{"r.width": 1.2}`."""
    by, at = inspection.lead_id, clock.now_ms()
    row = Answer(
        inspection_id=inspection.id,
        target_id=target,
        item_key=item,
        rev=1,
        fields={
            name: {"v": value, "rev": 1, "by": by, "at": at, "how": how}
            for name, value in fields.items()
        },
    )
    db.session.add(row)
    db.session.flush()
    return row


def answer_all(inspection: Inspection, result: str = "pass") -> None:
    """Every line of the ward's checklist, asked once."""
    make_answer(inspection, "ward.rules.posted", result=result)
    make_answer(inspection, "ward.rules.drill", result=result)
    make_answer(inspection, "ward.room.exit", result=result, **{"r.width": 1.4})


def sign(actor: Actor, inspection: Inspection, party: str = "inspector", **given: Any) -> None:
    """A signature under the record."""
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "inspection_id": inspection.id,
        "party": party,
        "name": actor.name,
        "signed_at": clock.now(),
        "strokes": STROKES,
    }
    add_signature(actor, SignatureDraft(**values | given))
