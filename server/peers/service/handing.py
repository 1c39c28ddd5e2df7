"""Handing over: what a guest team has found becomes the home region's to answer."""

from server.access.rules import Actor, Permission
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound
from server.kernel.ids import new_id
from server.kernel.text import clean
from server.org.models import Unit
from server.peers import queries, rules
from server.peers.models import PeerFinding, PeerPairing, PeerRound
from server.peers.service.planning import log


def hand_over(actor: Actor, pairing_id: str, note: str = "") -> PeerPairing:
    """
    Hand over every hazard that the team's submitted inspections have found.

    Doing it again adds what has been submitted since, as long as the reply has not gone out.
    """
    row = _handed_by(actor, pairing_id)
    one = db.session.get_one(PeerRound, row.round_id)
    rules.require_state(one.state, rules.OPEN)
    rules.require_state(row.state, rules.RELEASED, rules.HANDED)
    if not queries.told(row.id):
        raise rules.StillSealed()
    tasks = queries.assignments_of(row.id)
    if not any(visit.state == SUBMITTED for visit in queries.inspections_of(tasks)):
        raise rules.NothingToHand()
    known = {finding.hazard_id for finding, _ in queries.findings_of(row.id)}
    new = [hazard.id for hazard in queries.hazards_of(tasks) if hazard.id not in known]
    now = clock.now()
    db.session.add_all(
        PeerFinding(id=new_id(), pairing_id=row.id, hazard_id=hazard, handed_at=now, photo_ids=[])
        for hazard in new
    )
    if row.state == rules.RELEASED:
        row.handed_by, row.handed_at = actor.acting_for or actor.user_id, now
    row.state = rules.HANDED
    row.unsealed_at = row.unsealed_at or now
    row.handed_note = clean(note) or row.handed_note
    db.session.flush()
    log(actor, "peer.hand-over", one, {"pairing": row.id, "findings": len(new)})
    return row


def _handed_by(actor: Actor, pairing_id: str) -> PeerPairing:
    """
    Return a pairing that is the actor's to hand over, locked.

    The lead's pass must still be open: rights that have ended hand over nothing. Offices of the
    round and of both regions may do it in the lead's place.
    """
    row = db.session.get(PeerPairing, pairing_id, with_for_update=True)
    if row is None:
        raise NotFound()
    if row.lead_id == actor.user_id and row.unsealed_at is not None:
        _require_open_pass(actor, row)
        return row
    if actor.user_id in row.member_ids and row.unsealed_at is not None:
        raise rules.NotTheLead()
    return _by_office(actor, pairing_id)


def _require_open_pass(actor: Actor, row: PeerPairing) -> None:
    for target in queries.targets_of([row.id]):
        unit = db.session.get_one(Unit, target.unit_id)
        if not actor.may(Permission.INSPECTIONS_CONDUCT, on=unit):
            raise Forbidden(permission=Permission.INSPECTIONS_CONDUCT.value)


def _by_office(actor: Actor, pairing_id: str) -> PeerPairing:
    row = queries.get_pairing(actor, pairing_id, for_update=True)
    one = db.session.get_one(PeerRound, row.round_id)
    sends = actor.may_in_region(Permission.PEERS_REPLY, row.guest_region_id)
    receives = actor.may_in_region(Permission.PEERS_REPLY, row.home_region_id)
    if queries.plans(actor, one) or sends or (receives and actor.stands_for(row.lead_id)):
        return row
    raise rules.NotTheLead()
