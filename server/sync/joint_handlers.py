"""People of other agencies as phones name them."""

from server.inspections import service as inspections
from server.sync.joint_args import JointDrop, JointSet
from server.sync.verdicts import APPLIED, Verdict
from server.sync.work import Work


def set_joint(work: Work, args: JointSet) -> Verdict:
    """Name somebody, or put right how they are named."""
    draft = inspections.JointDraft(
        args.id, args.name, args.agency, args.title, args.certificate, args.shown
    )
    inspections.set_joint(work.actor, args.inspection, draft)
    return APPLIED


def drop_joint(work: Work, args: JointDrop) -> Verdict:
    """Take somebody out who was named by mistake."""
    inspections.drop_joint(work.actor, args.inspection, args.id)
    return APPLIED
