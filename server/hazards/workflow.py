"""The hazard workflow: one table from which buttons, diagram, tests and refusals come. Pure."""

from dataclasses import dataclass
from enum import StrEnum

from server.access.rules import Permission
from server.kernel.errors import Conflict, Invalid


class HazardState(StrEnum):
    """Where a hazard stands."""

    OPEN = "open"
    ASSIGNED = "assigned"
    RECTIFIED = "rectified"
    VERIFIED = "verified"
    CLOSED = "closed"
    VOID = "void"


class HazardAction(StrEnum):
    """What can be done to a hazard."""

    ASSIGN = "assign"
    REASSIGN = "reassign"
    SUBMIT_RECTIFICATION = "submit_rectification"
    ACCEPT = "accept"
    REJECT = "reject"
    CLOSE = "close"
    VOID = "void"
    DECIDE_MAJOR = "decide_major"
    DECIDE_GENERAL = "decide_general"
    ASK_EXPERTS = "ask_experts"


class Outcome(StrEnum):
    """What was decided about a hazard that may be major; experts: not yet decided."""

    MAJOR = "major"
    GENERAL = "general"
    EXPERTS = "experts"


@dataclass(frozen=True)
class Step:
    """
    One row of the workflow.

    Without a target the hazard stays where it is. `outcome`: the act decides whether the hazard is
    major. `outside`: nobody of the inspected unit may take it. `decided`: not while a decision is
    waited for.
    """

    sources: tuple[HazardState, ...]
    target: HazardState | None
    permission: Permission
    needs_photo: bool = False
    needs_note: bool = False
    needs_assignee: bool = False
    independent: bool = False
    needs_criterion: bool = False
    outcome: Outcome | None = None
    outside: bool = False
    decided: bool = False


S, A = HazardState, HazardAction
_ALIVE = (S.OPEN, S.ASSIGNED, S.RECTIFIED, S.VERIFIED)


def _decision(outcome: Outcome, *, needs_criterion: bool = False) -> Step:
    return Step(
        _ALIVE,
        None,
        Permission.HAZARDS_DECIDE_MAJOR,
        needs_note=True,
        needs_criterion=needs_criterion,
        outcome=outcome,
        outside=True,
    )


TRANSITIONS: dict[HazardAction, Step] = {
    A.ASSIGN: Step((S.OPEN,), S.ASSIGNED, Permission.HAZARDS_ASSIGN, needs_assignee=True),
    A.REASSIGN: Step((S.ASSIGNED,), S.ASSIGNED, Permission.HAZARDS_ASSIGN, needs_assignee=True),
    A.SUBMIT_RECTIFICATION: Step(
        (S.ASSIGNED,), S.RECTIFIED, Permission.HAZARDS_RECTIFY, needs_photo=True, needs_note=True
    ),
    A.ACCEPT: Step((S.RECTIFIED,), S.VERIFIED, Permission.HAZARDS_VERIFY, independent=True),
    A.REJECT: Step(
        (S.RECTIFIED,), S.ASSIGNED, Permission.HAZARDS_VERIFY, needs_note=True, independent=True
    ),
    A.CLOSE: Step((S.VERIFIED,), S.CLOSED, Permission.HAZARDS_CLOSE, decided=True),
    A.VOID: Step((S.OPEN, S.ASSIGNED), S.VOID, Permission.HAZARDS_VOID, needs_note=True),
    A.DECIDE_MAJOR: _decision(Outcome.MAJOR, needs_criterion=True),
    A.DECIDE_GENERAL: _decision(Outcome.GENERAL),
    A.ASK_EXPERTS: _decision(Outcome.EXPERTS),
}
STATE_NAMES: dict[HazardState, tuple[str, str]] = {
    S.OPEN: ("待指派", "Open"),
    S.ASSIGNED: ("整改中", "Being rectified"),
    S.RECTIFIED: ("待验收", "Awaiting verification"),
    S.VERIFIED: ("待销号", "Awaiting closure"),
    S.CLOSED: ("已销号", "Closed"),
    S.VOID: ("已作废", "Void"),
}
ACTION_NAMES: dict[HazardAction, tuple[str, str]] = {
    A.ASSIGN: ("指派整改", "Assign"),
    A.REASSIGN: ("改派", "Reassign"),
    A.SUBMIT_RECTIFICATION: ("提交整改", "Submit rectification"),
    A.ACCEPT: ("验收通过", "Accept"),
    A.REJECT: ("退回重改", "Send back"),
    A.CLOSE: ("销号", "Close"),
    A.VOID: ("作废", "Void"),
    A.DECIDE_MAJOR: ("认定重大", "Decide: major"),
    A.DECIDE_GENERAL: ("不属于重大", "Decide: not major"),
    A.ASK_EXPERTS: ("需专家论证", "Ask experts"),
}


class TransitionNotAllowed(Conflict):
    """The hazard is no longer in a state that allows the action."""

    code = "hazard-transition-not-allowed"
    title = "The hazard is no longer in a state that allows this."
    title_zh = "隐患的状态已经变化，现在不能这样操作。"


class SelfVerification(Conflict):
    """A rectifier can never verify."""

    code = "hazard-self-verification"
    title = "Whoever rectified a hazard cannot verify it."
    title_zh = "整改人不能验收自己整改的隐患。"


class EvidenceMissing(Invalid):
    """A rectification without a photo proves nothing."""

    code = "hazard-evidence-missing"
    title = "Please add at least one photo of the rectification."
    title_zh = "请至少上传一张整改后的照片。"


class NoteMissing(Invalid):
    """The action needs words."""

    code = "hazard-note-missing"
    title = "Please say in a few words what was done or why."
    title_zh = "请填写说明。"


class AssigneeMissing(Invalid):
    """Nobody was named."""

    code = "hazard-assignee-missing"
    title = "Please choose who has to put it right."
    title_zh = "请选择整改责任人。"


class CriterionMissing(Invalid):
    """A hazard is major by a criterion, not by a feeling."""

    code = "hazard-criterion-missing"
    title = "Please choose the criterion by which the hazard is major."
    title_zh = "请选择认定为重大隐患所依据的判定条款。"


class DecisionWaiting(Conflict):
    """What may be major is not closed before somebody has decided."""

    code = "hazard-decision-waiting"
    title = "Whether this hazard is major must be decided before it is closed."
    title_zh = "疑似重大隐患须先认定，再销号。"


def next_state(
    state: HazardState,
    action: HazardAction,
    *,
    actor_id: str,
    rectified_by: str | None,
    photo_count: int,
    note: str,
    assignee_id: str | None,
    criterion: str | None = None,
    waits_for_decision: bool = False,
) -> HazardState:
    """Return the state that *action* leads to, or raise the Problem that forbids it."""
    step = TRANSITIONS[action]
    if state not in step.sources:
        raise TransitionNotAllowed(state=state.value, action=action.value)
    if step.independent and rectified_by == actor_id:
        raise SelfVerification()
    if step.needs_assignee and not assignee_id:
        raise AssigneeMissing()
    if step.needs_photo and photo_count == 0:
        raise EvidenceMissing()
    if step.needs_note and not note.strip():
        raise NoteMissing()
    if step.needs_criterion and not criterion:
        raise CriterionMissing()
    if step.decided and waits_for_decision:
        raise DecisionWaiting()
    return step.target or state


def as_data() -> dict[str, list[dict[str, object]]]:
    """Return the whole table as plain data: contracts/generated/hazard-workflow.json."""
    states: list[dict[str, object]] = [
        {"key": state.value, "name_zh": names[0], "name_en": names[1]}
        for state, names in STATE_NAMES.items()
    ]
    actions: list[dict[str, object]] = [
        {
            "key": action.value,
            "name_zh": ACTION_NAMES[action][0],
            "name_en": ACTION_NAMES[action][1],
            "sources": [source.value for source in step.sources],
            "target": step.target.value if step.target else None,
            "permission": step.permission.value,
            "needs_photo": step.needs_photo,
            "needs_note": step.needs_note,
            "needs_assignee": step.needs_assignee,
            "independent": step.independent,
            "needs_criterion": step.needs_criterion,
            "outcome": step.outcome.value if step.outcome else None,
            "outside": step.outside,
            "decided": step.decided,
        }
        for action, step in TRANSITIONS.items()
    ]
    return {"states": states, "actions": actions}
