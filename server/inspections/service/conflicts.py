"""Deciding between two answers to one item."""

from typing import Any

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.inspections import rules
from server.inspections.models import Answer, AnswerConflict
from server.inspections.queries import get_inspection
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound
from server.kernel.synced import touch


def resolve_conflict(
    actor: Actor, inspection_id: str, conflict_id: str, value: Any
) -> AnswerConflict:
    """Let one of the values stand; the other stays in the conflict's record."""
    inspection = get_inspection(actor, inspection_id, for_update=True)
    conflict = db.session.get(AnswerConflict, conflict_id, with_for_update=True)
    if conflict is None or conflict.inspection_id != inspection.id:
        raise NotFound()
    office = actor.may(Permission.INSPECTIONS_REOPEN, on=inspection)
    if not office and actor.user_id != inspection.lead_id:
        raise Forbidden(permission=Permission.INSPECTIONS_REOPEN.value)
    if conflict.state == "resolved":
        return _settled(conflict, value)
    if not any(_same(given["v"], value) for given in conflict.values):
        raise rules.ResolutionForeign()
    if inspection.state != rules.DRAFT:
        raise rules.InspectionLocked()
    _write(actor, conflict, value)
    record(
        actor,
        "inspection.resolve",
        "conflict",
        conflict.id,
        unit_id=inspection.unit_id,
        details={"item": conflict.item_key, "field": conflict.field, "value": value},
    )
    return conflict


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _settled(conflict: AnswerConflict, value: Any) -> AnswerConflict:
    if conflict.resolution is None or not _same(conflict.resolution.get("v"), value):
        raise rules.ConflictSettled()
    return conflict


def _write(actor: Actor, conflict: AnswerConflict, value: Any) -> None:
    now = clock.now_ms()
    conflict.state = "resolved"
    conflict.resolution = {"v": value, "by": actor.user_id, "at": now}
    key = (conflict.inspection_id, conflict.target_id, conflict.item_key)
    answer = db.session.get_one(Answer, key, with_for_update=True)
    old = answer.fields[conflict.field]
    field = {"v": value, "rev": old["rev"] + 1, "by": actor.user_id, "at": now}
    answer.fields = {**answer.fields, conflict.field: field}
    answer.rev += 1
    touch(f"insp:{conflict.inspection_id}", "answer", "|".join(key))
