"""Moving a hazard along the workflow."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from server.access.rules import Actor
from server.audit.service import record
from server.evidence.models import Photo
from server.hazards import rules
from server.hazards.models import Hazard, HazardStep
from server.hazards.queries import get_hazard, last_step, steps_of, survivor_of
from server.hazards.rules import Expected
from server.hazards.service import deciding
from server.hazards.service.moves import Move, Moved
from server.hazards.service.opening import require_assignee
from server.hazards.service.photos import attach_photos, usable_photos
from server.hazards.service.steps import next_moment, remark, touch_hazard
from server.hazards.workflow import TRANSITIONS, HazardAction, HazardState, next_state
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden
from server.kernel.ids import new_id
from server.org.numbers import take_number

A = HazardAction


def move_hazard(
    actor: Actor,
    hazard_id: str,
    action: str,
    *,
    expect: Expected | None = None,
    note: str = "",
    photos: Sequence[str] = (),
    assignee_id: str | None = None,
    due_on: date | None = None,
    criterion: str | None = None,
    criteria_hash: str | None = None,
    decided_on: date | None = None,
    step_id: str | None = None,
    device_at: datetime | None = None,
) -> Moved:
    """Take one step of the workflow, or raise the Problem that forbids it."""
    move = Move(
        action=rules.known_action(action),
        expect=expect,
        note=rules.words("note", note),
        photos=photos,
        assignee_id=assignee_id,
        due_on=due_on,
        criterion=criterion,
        criteria_hash=criteria_hash,
        decided_on=decided_on,
        step_id=step_id,
        device_at=device_at,
    )
    hazard = get_hazard(actor, hazard_id, for_update=True)
    if step_id and db.session.get(HazardStep, step_id) is not None:
        return Moved(hazard, repeated=True)
    _require_standing(actor, hazard)
    _require_allowed(actor, hazard, move)
    evidence = usable_photos(actor, hazard, move.photos)
    if _is_done_already(hazard, move) or _is_decided_alike(actor, hazard, move):
        return _say_again(actor, hazard, move, evidence)
    return _carry_out(actor, hazard, move, evidence)


def _require_standing(actor: Actor, hazard: Hazard) -> None:
    if hazard.merged_into_id is not None:
        survivor = survivor_of(actor, hazard)
        raise rules.HazardMergedInto(into=survivor.id, number=survivor.number)


def _require_allowed(actor: Actor, hazard: Hazard, move: Move) -> None:
    rule = TRANSITIONS[move.action]
    if not actor.may(rule.permission, on=hazard):
        raise Forbidden(permission=rule.permission.value)
    if rule.outside:
        concerned = {hazard.assignee_id, hazard.rectified_by, *_rectifiers(hazard)}
        rules.require_outside(actor, hazard, concerned)
    if move.action is A.SUBMIT_RECTIFICATION:
        rules.require_unit_side(actor, hazard)
    if rule.independent:
        rules.require_independence(actor.user_id, _rectifiers(hazard))


def _rectifiers(hazard: Hazard) -> set[str]:
    """Return who submitted evidence since the hazard was last assigned or sent back."""
    people: set[str] = set()
    for step in steps_of([hazard.id])[hazard.id]:
        if step.to_state == HazardState.ASSIGNED:
            people.clear()
        elif step.action == A.SUBMIT_RECTIFICATION:
            people.add(step.by)
    return people


def _is_done_already(hazard: Hazard, move: Move) -> bool:
    """Say whether someone has just done the very same, so that only the evidence is new."""
    step = TRANSITIONS[move.action]
    if hazard.state in step.sources or hazard.state != step.target:
        return False
    if move.assignee_id not in (None, hazard.assignee_id):
        return False
    return any(_last_verb(hazard.id) == verb for verb in (move.action, _LIKE.get(move.action)))


def _is_decided_alike(actor: Actor, hazard: Hazard, move: Move) -> bool:
    """Say whether somebody else has just decided the very same; raise where they differ."""
    if TRANSITIONS[move.action].outcome is None:
        return False
    other = deciding.others_meanwhile(hazard, move.expect, actor)
    if other is None:
        return False
    if other.action != move.action:
        raise deciding.overtaken_by(other)
    return True


def _last_verb(hazard_id: str) -> str:
    """Return the action that brought the hazard where it is; remarks do not count."""
    steps = reversed(steps_of([hazard_id])[hazard_id])
    return next(step.action for step in steps if step.action in _VERBS)


_VERBS = frozenset({"open", *(action.value for action in A)} - deciding.DECIDING)
_LIKE = {A.ASSIGN: A.REASSIGN}


def _say_again(actor: Actor, hazard: Hazard, move: Move, evidence: Sequence[Photo]) -> Moved:
    if evidence or move.note:
        step = remark(
            actor,
            hazard,
            move.action,
            note=move.note,
            step_id=move.step_id,
            device_at=move.device_at,
            decision=_word(hazard, move),
        )
        attach_photos(hazard, step.id, evidence)
        _log(actor, hazard, step)
    return Moved(hazard, repeated=True)


def _carry_out(actor: Actor, hazard: Hazard, move: Move, evidence: Sequence[Photo]) -> Moved:
    said = move.action
    move = replace(move, action=_verb(hazard, move))
    target = next_state(
        HazardState(hazard.state),
        move.action,
        actor_id=actor.user_id,
        rectified_by=hazard.rectified_by,
        photo_count=len(evidence),
        note=move.note,
        assignee_id=move.assignee_id,
        criterion=move.criterion,
        waits_for_decision=rules.waits_for_decision(
            hazard.state, suspected_major=hazard.suspected_major, decision=hazard.decision
        ),
    )
    merged = said is not move.action or rules.was_overtaken(
        move.expect,
        state=hazard.state,
        rev=hazard.rev,
        last_by=last_step(hazard.id).by,
        me=actor.user_id,
    )
    step = _step(actor, hazard, move, target)
    _change(hazard, move, step, contested=merged)
    attach_photos(hazard, step.id, evidence)
    _log(actor, hazard, step)
    return Moved(hazard, merged=merged)


def _verb(hazard: Hazard, move: Move) -> HazardAction:
    """Two people assign one hazard to different persons: whoever comes second reassigns it."""
    taken = hazard.state == HazardState.ASSIGNED and move.assignee_id is not None
    return _LIKE.get(move.action, move.action) if taken else move.action


def _step(actor: Actor, hazard: Hazard, move: Move, target: HazardState) -> HazardStep:
    step = HazardStep(
        id=move.step_id or new_id(),
        hazard_id=hazard.id,
        action=move.action,
        from_state=hazard.state,
        to_state=target,
        by=actor.user_id,
        at=next_moment(hazard.id),
        device_at=move.device_at,
        note=move.note or None,
        assignee_id=move.assignee_id,
        due_on=move.due_on,
        decision=_word(hazard, move),
        received_from=actor.acting_for,
    )
    db.session.add(step)
    db.session.flush()
    return step


def _word(hazard: Hazard, move: Move) -> dict[str, Any] | None:
    outcome = TRANSITIONS[move.action].outcome
    if outcome is None:
        return None
    return deciding.word_of(
        hazard,
        outcome,
        criterion=move.criterion,
        criteria_hash=move.criteria_hash,
        decided_on=move.decided_on,
    )


def _change(hazard: Hazard, move: Move, step: HazardStep, *, contested: bool) -> None:
    if move.assignee_id and TRANSITIONS[move.action].needs_assignee:
        require_assignee(move.assignee_id, hazard.unit_id)
        hazard.assignee_id = move.assignee_id
    if move.action in _DIRECTING:
        hazard.due_on = rules.settled_due(hazard.due_on, move.due_on, contested=contested)
    if step.decision is not None:
        deciding.settle(hazard, step.decision)
    mark = _MARKS.get(move.action)
    if mark is not None:
        mark(hazard, step)
    hazard.state = step.to_state
    touch_hazard(hazard)


def _mark_rectified(hazard: Hazard, step: HazardStep) -> None:
    hazard.rectified_by, hazard.rectified_at = step.by, step.at


def _mark_sent_back(hazard: Hazard, _step: HazardStep) -> None:
    hazard.rectified_by, hazard.rectified_at = None, None


def _mark_verified(hazard: Hazard, step: HazardStep) -> None:
    hazard.verified_by, hazard.verified_at = step.by, step.at


def _mark_closed(hazard: Hazard, step: HazardStep) -> None:
    hazard.closed_by, hazard.closed_at = step.by, step.at
    hazard.closure_number = take_number("XH", hazard.region_id, clock.today().year)


_DIRECTING = frozenset({A.ASSIGN, A.REASSIGN, A.REJECT})
_MARKS: dict[HazardAction, Callable[[Hazard, HazardStep], None]] = {
    A.SUBMIT_RECTIFICATION: _mark_rectified,
    A.REJECT: _mark_sent_back,
    A.ACCEPT: _mark_verified,
    A.CLOSE: _mark_closed,
}


def _log(actor: Actor, hazard: Hazard, step: HazardStep) -> None:
    details: dict[str, Any] = {
        "from": step.from_state,
        "to": step.to_state,
        "note": step.note,
        "assignee_id": hazard.assignee_id,
        "due_on": hazard.due_on.isoformat(),
        "grade": hazard.grade,
        "closure_number": hazard.closure_number,
        "decision": step.decision,
    }
    record(
        actor,
        f"hazard.{step.action}",
        "hazard",
        hazard.id,
        unit_id=hazard.unit_id,
        details=details,
    )
