"""A guest team's commands."""

from server.peers import service
from server.sync.peers_args import PeerHandOver
from server.sync.verdicts import APPLIED, Verdict
from server.sync.work import Work


def hand_over(work: Work, args: PeerHandOver) -> Verdict:
    """Hand over what the team's submitted inspections have found."""
    service.hand_over(work.actor, args.id, args.note)
    return APPLIED
