"""The home region answers, and the arbiter rules on appeals."""

from collections.abc import Sequence

from server.access.rules import Actor, Permission
from server.hazards.service import comment_hazard, link_photo, move_hazard
from server.hazards.workflow import TRANSITIONS, HazardAction
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound
from server.kernel.ids import new_id
from server.kernel.text import clean, one_line
from server.peers import queries, rules
from server.peers.models import PeerFinding, PeerPairing, PeerRound
from server.peers.service.planning import log


def reply_finding(
    actor: Actor, finding_id: str, verdict: str, reason: str, photo_ids: Sequence[str] = ()
) -> PeerFinding:
    """
    Accept a finding, or appeal with a reason and evidence; changed until the reply goes out.

    After the days for appeals it can only be accepted; what was appealed in time stands.
    """
    finding, row = _finding(actor, finding_id)
    one = _answering(actor, row)
    words = clean(reason)
    if verdict == rules.APPEALED:
        _require_appealable(finding, one, words)
    if finding.ruling is not None:
        raise rules.NotYourTurn(state=finding.ruling)
    _tie_evidence(actor, finding, photo_ids)
    finding.verdict, finding.reason = verdict, words
    finding.photo_ids = list(dict.fromkeys(photo_ids))
    finding.said_by, finding.said_at = actor.user_id, clock.now()
    db.session.flush()
    log(actor, f"peer.{verdict}", one, {"hazard": finding.hazard_id, "reason": words})
    return finding


def _tie_evidence(actor: Actor, finding: PeerFinding, photo_ids: Sequence[str]) -> None:
    """
    Raise unless all photos are the hazard's; the actor's own, taken for it, become so now.

    A photo of a remark travels with its remark, and that is written when the reply goes out; until
    then colleagues of the office must see it all the same.
    """
    new = set(photo_ids) - queries.photos_of_hazard(finding.hazard_id)
    taken = queries.taken_for(actor, finding.hazard_id, new)
    if new != {photo.id for photo in taken}:
        raise rules.EvidenceUnfit()
    for photo in taken:
        link_photo(actor, finding.hazard_id, photo)


def _require_appealable(finding: PeerFinding, one: PeerRound, words: str) -> None:
    until = rules.appeal_until(finding.handed_at, one.appeal_days)
    if clock.now() >= until:
        raise rules.AppealLate(until=clock.to_ms(until))
    if not words:
        raise rules.ReasonMissing()


def send_reply(actor: Actor, pairing_id: str, document: str, words: str) -> PeerPairing:
    """
    Send the reply: from now on no verdict changes, and appeals wait for the arbiter.

    What was said to appeal a finding is written beside it in the ledger, with its evidence.
    """
    row = queries.get_pairing(actor, pairing_id, for_update=True)
    one = _answering(actor, row)
    findings = [finding for finding, _ in queries.findings_of(row.id)]
    waiting = sum(finding.verdict is None for finding in findings)
    if waiting:
        raise rules.FindingsOpen(open=waiting)
    for finding in findings:
        if finding.verdict == rules.APPEALED:
            photos, step = finding.photo_ids, new_id()
            comment_hazard(actor, finding.hazard_id, finding.reason, photos, step_id=step)
    row.state = rules.ANSWERED
    row.reply_document, row.reply = one_line(document), clean(words)
    row.answered_by, row.answered_at = actor.user_id, clock.now()
    db.session.flush()
    log(actor, "peer.reply", one, {"pairing": row.id, "document": row.reply_document})
    return row


def rule_finding(actor: Actor, finding_id: str, ruling: str, reason: str) -> PeerFinding:
    """
    Decide an appeal, by the office that planned the round; a ruling stands.

    A finding that is lifted leaves the ledger where the ledger's own rules allow it; otherwise the
    ruling stands beside it as a remark.
    """
    finding, row = _finding(actor, finding_id)
    one = db.session.get_one(PeerRound, row.round_id)
    if not queries.plans(actor, one):
        raise Forbidden(permission=Permission.PEERS_MANAGE.value)
    words = clean(reason)
    if not words:
        raise rules.ReasonMissing()
    if (finding.ruling, finding.ruling_reason) == (ruling, words):
        return finding
    if row.state != rules.ANSWERED or finding.verdict != rules.APPEALED or finding.ruling:
        raise rules.NotYourTurn(state=finding.ruling or finding.verdict or row.state)
    finding.ruling, finding.ruling_reason = ruling, words
    finding.ruled_by, finding.ruled_at = actor.user_id, clock.now()
    _tell_ledger(actor, finding, words)
    db.session.flush()
    log(actor, f"peer.{ruling}", one, {"hazard": finding.hazard_id, "reason": words})
    return finding


def _tell_ledger(actor: Actor, finding: PeerFinding, words: str) -> None:
    hazards = {hazard.id: hazard for _, hazard in queries.findings_of(finding.pairing_id)}
    hazard = hazards[finding.hazard_id]
    void = TRANSITIONS[HazardAction.VOID]
    lifts = finding.ruling == rules.LIFTED and hazard.state in void.sources
    if lifts and actor.may(void.permission, on=hazard):
        move_hazard(actor, hazard.id, HazardAction.VOID, note=words, step_id=new_id())
    else:
        comment_hazard(actor, hazard.id, words, step_id=new_id())


def _finding(actor: Actor, finding_id: str) -> tuple[PeerFinding, PeerPairing]:
    """Return a finding of a visible pairing, both locked."""
    found = db.session.get(PeerFinding, finding_id)
    if found is None:
        raise NotFound()
    row = queries.get_pairing(actor, found.pairing_id, for_update=True)
    db.session.refresh(found, with_for_update=True)
    return found, row


def _answering(actor: Actor, row: PeerPairing) -> PeerRound:
    """Return the round, if it is the actor's to answer in it now."""
    one = db.session.get_one(PeerRound, row.round_id)
    if not actor.may_in_region(Permission.PEERS_REPLY, row.home_region_id):
        raise Forbidden(permission=Permission.PEERS_REPLY.value)
    rules.require_state(one.state, rules.OPEN)
    rules.require_state(row.state, rules.HANDED)
    return one
