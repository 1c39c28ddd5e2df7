"""Rules of assignments: who may hold one and how its state follows the inspections. Pure."""

from collections.abc import Mapping, Set

from server.kernel.errors import Conflict, Invalid

PLANNED, STARTED, DONE, CANCELLED = "planned", "started", "done", "cancelled"
STATE_NAMES: Mapping[str, tuple[str, str]] = {
    PLANNED: ("待检查", "Planned"),
    STARTED: ("检查中", "Under way"),
    DONE: ("已完成", "Done"),
    CANCELLED: ("已取消", "Cancelled"),
}


class InspectorUnfit(Invalid):
    """Somebody is unknown, has left, or may not inspect this unit; `inspectors` names them."""

    code = "assignment-inspector-unfit"
    title = "Somebody chosen may not inspect this unit."
    title_zh = "所选人员中有人无权检查该单位。"


class LeadNotOfTeam(Invalid):
    """The lead must be one of the inspectors."""

    code = "assignment-lead-not-of-team"
    title = "The lead must be one of the inspectors."
    title_zh = "组长必须是检查人员之一。"


class ChecklistUnknown(Invalid):
    """No such checklist is published."""

    code = "assignment-checklist-unknown"
    title = "This checklist is not published."
    title_zh = "没有发布过这张检查表。"


class PlaceNotOfUnit(Invalid):
    """A place belongs to another unit."""

    code = "assignment-place-not-of-unit"
    title = "A place does not belong to the unit."
    title_zh = "所选场所不属于该单位。"


class AssignmentEnded(Conflict):
    """It is done or was cancelled."""

    code = "assignment-ended"
    title = "This task is done or was cancelled."
    title_zh = "任务已完成或已取消，不能再修改。"


class StateFollows(Invalid):
    """Nobody sets the state by hand, except to call a task off."""

    code = "assignment-state-follows"
    title = "The state follows the inspections; a task can only be called off."
    title_zh = "任务状态随检查自动变化，只能取消任务。"


class AssignmentIdTaken(Conflict):
    """Two different things claim one identifier."""

    code = "assignment-id-taken"
    title = "This identifier is already in use."
    title_zh = "该编号已被占用，请重新提交。"


def state_after(state: str, wanted: Set[str], submitted: Set[str]) -> str:
    """Return the state once *submitted* checklists are in; a cancelled task stays cancelled."""
    if state == CANCELLED:
        return state
    return DONE if wanted <= submitted else STARTED


def require_unchanged(state: str, wanted: str | None) -> None:
    """Raise when a change would set the state by hand."""
    if wanted not in (None, state):
        raise StateFollows(state=state)


def require_open(state: str) -> None:
    """Raise when the task can no longer be changed."""
    if state in (DONE, CANCELLED):
        raise AssignmentEnded(state=state)
