"""Deciding between two answers to one question."""

from dataclasses import dataclass
from typing import Any

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.checklists.rules import FieldState, Incoming, Merged, merge_field
from server.inspections import rules
from server.inspections.models import Answer, AnswerConflict, Inspection
from server.inspections.queries import locked
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound
from server.kernel.synced import touch


@dataclass(frozen=True)
class Decision:
    """
    Which value shall stand, and why.

    `base` is the revision of the field that was decided about: a word that its author had not seen
    is not decided by it. None: everything that is there by now.
    """

    value: Any
    reason: str
    base: int | None = None
    at: int | None = None
    client: str | None = None


def resolve_conflict(
    actor: Actor, inspection_id: str, conflict_id: str, decision: Decision
) -> tuple[AnswerConflict, bool]:
    """
    Let one of the values stand; the other stays in the conflict's record.

    False: somebody had decided otherwise before, and that stands.
    """
    inspection, conflict = _both(actor, inspection_id, conflict_id)
    _require_judge(actor, inspection, conflict)
    reason = rules.reason_text(decision.reason)
    if conflict.state == "resolved":
        return conflict, _says(conflict, decision.value)
    if not any(_same(given["v"], decision.value) for given in conflict.values):
        raise rules.ResolutionForeign()
    if inspection.state != rules.DRAFT:
        raise rules.InspectionLocked()
    _settle(actor, conflict, decision, reason)
    record(
        actor,
        "inspection.resolve",
        "conflict",
        conflict.id,
        unit_id=inspection.unit_id,
        details={
            "item": conflict.item_key,
            "field": conflict.field,
            "value": decision.value,
            "reason": reason,
        },
    )
    return conflict, True


def _both(actor: Actor, inspection_id: str, conflict_id: str) -> tuple[Inspection, AnswerConflict]:
    inspection = locked([inspection_id]).get(inspection_id)
    conflict = db.session.get(AnswerConflict, conflict_id, with_for_update=True)
    if inspection is None or conflict is None or conflict.inspection_id != inspection.id:
        raise NotFound()
    office = actor.may(Permission.INSPECTIONS_REOPEN, on=inspection)
    if not office and actor.user_id not in inspection.member_ids:
        raise NotFound()
    return inspection, conflict


def _require_judge(actor: Actor, inspection: Inspection, conflict: AnswerConflict) -> None:
    """The lead and the office decide; what one person said on two phones, that person too."""
    alone = {given["by"] for given in conflict.values} == {actor.user_id}
    if alone or actor.user_id == inspection.lead_id:
        return
    if not actor.may(Permission.INSPECTIONS_REOPEN, on=inspection):
        raise Forbidden(permission=Permission.INSPECTIONS_REOPEN.value)


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _says(conflict: AnswerConflict, value: Any) -> bool:
    return conflict.resolution is not None and _same(conflict.resolution.get("v"), value)


def _settle(actor: Actor, conflict: AnswerConflict, decision: Decision, reason: str) -> None:
    """Say it as one more word: it answers those that were seen, and no others."""
    key = (conflict.inspection_id, conflict.target_id, conflict.item_key)
    answer = db.session.get_one(Answer, key, with_for_update=True)
    before: FieldState = answer.fields[conflict.field]
    merged = merge_field(conflict.field, before, _word(actor, decision, before["rev"]))
    answer.fields = {**answer.fields, conflict.field: merged["state"]}
    answer.rev += 1
    touch(f"insp:{conflict.inspection_id}", "answer", "|".join(key))
    _note(conflict, merged, reason)


def _word(actor: Actor, decision: Decision, rev: int) -> Incoming:
    word: Incoming = {
        "v": decision.value,
        "base": rev if decision.base is None else min(decision.base, rev),
        "by": actor.user_id,
        "at": clock.now_ms() if decision.at is None else decision.at,
        "how": "decided",
    }
    if decision.client is not None:
        word["client"] = decision.client[-12:]
    return word


def _note(conflict: AnswerConflict, merged: Merged, reason: str) -> None:
    if merged["conflict"] is not None:
        # Somebody said something else meanwhile, which this decision did not know.
        conflict.values = [dict(value) for value in merged["conflict"]["values"]]
        return
    state = merged["state"]
    conflict.state = "resolved"
    conflict.resolution = {
        "v": state["v"],
        "by": state["by"],
        "at": state["at"],
        "reason": reason,
    }
