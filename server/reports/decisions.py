"""What was decided about hazards that may be major, in words for ledgers and records."""

from collections.abc import Sequence

from server.hazards.models import Hazard, HazardStep
from server.hazards.queries import ZONE
from server.hazards.rules import waits_for_decision
from server.hazards.service.deciding import DECIDING
from server.hazards.workflow import ACTION_NAMES, HazardAction
from server.reports.names import Names

WAITING = "待认定"
REFUSED = "未生效（他人已先认定）"


def standing(hazard: Hazard, steps: Sequence[HazardStep]) -> str:
    """Say which decision stands, or that one is waited for."""
    if waits_for_decision(
        hazard.state, suspected_major=hazard.suspected_major, decision=hazard.decision
    ):
        by = f"，应于 {hazard.decide_by.isoformat()} 前" if hazard.decide_by else ""
        asked = "（需专家论证）" if hazard.decision else ""
        return f"{WAITING}{asked}{by}"
    taken = [step.action for step in steps if step.action in DECIDING]
    return ACTION_NAMES[HazardAction(taken[-1])][0] if taken else ""


def told(steps: Sequence[HazardStep], names: Names) -> list[str]:
    """Tell every decision with its day, person, reason, criterion and edition, the oldest first."""
    return [_line(step, names) for step in steps if step.decision is not None]


def _line(step: HazardStep, names: Names) -> str:
    word = step.decision or {}
    who = names.person(step.by)
    day = word.get("decided_on") or step.at.astimezone(ZONE).date().isoformat()
    what = REFUSED if word.get("refused") else ACTION_NAMES[HazardAction(step.action)][0]
    parts = [f"{day} {who} {what}：{step.note or ''}"]
    criterion = word.get("criterion")
    if criterion:
        clause = criterion["source"].get("clause", "")
        parts.append(f"依据 {criterion['title']['zh']}{clause}（{criterion['edition']}）")
    return "；".join(parts)


def people_of(steps: Sequence[HazardStep]) -> list[str]:
    """Return who decided."""
    return [step.by for step in steps if step.decision is not None]
