"""Teams as phones change them: who belongs, who leads, who does what, and what was decided."""

from server.inspections import service as inspections
from server.inspections.rules import ConflictSettled
from server.sync.args import ConflictResolve, PartAssign, TeamAdd, TeamLead, TeamLeave
from server.sync.verdicts import APPLIED, Verdict
from server.sync.work import Work


def assign_parts(work: Work, args: PartAssign) -> Verdict:
    """Give parts of an inspection to members."""
    inspections.assign_parts(work.actor, args.inspection, args.parts, said_at=work.at)
    return APPLIED


def add_member(work: Work, args: TeamAdd) -> Verdict:
    """Take somebody into the team."""
    inspections.add_member(work.actor, args.inspection, args.person)
    return APPLIED


def remove_member(work: Work, args: TeamLeave) -> Verdict:
    """Let somebody go."""
    inspections.remove_member(
        work.actor, args.inspection, args.person, said_at=work.at, reason=args.reason
    )
    return APPLIED


def hand_lead(work: Work, args: TeamLead) -> Verdict:
    """Let another member lead, or ask for it."""
    inspections.hand_lead(work.actor, args.inspection, args.person, args.reason)
    return APPLIED


def resolve_conflict(work: Work, args: ConflictResolve) -> Verdict:
    """Let one of several values stand; what somebody decided before stands and is told."""
    decision = inspections.Decision(
        value=args.value,
        reason=args.reason,
        base=args.base,
        at=work.at,
        client=work.client_id,
    )
    conflict, stands = inspections.resolve_conflict(work.actor, args.inspection, args.id, decision)
    if stands:
        return APPLIED
    params = {
        "inspection": conflict.inspection_id,
        "target": conflict.target_id,
        "item": conflict.item_key,
        "title_zh": ConflictSettled.title_zh,
        "title": ConflictSettled.title,
    }
    return Verdict("merged", ConflictSettled.code, params)
