"""Sending a team: its passes, its tasks; and calling it back."""

from server.access.rules import Actor
from server.campaigns.rules import CANCELLED, DONE
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from server.org.passes import Source, revoke_passes
from server.peers import drawn, queries, rules
from server.peers.models import PeerPairing, PeerRound, PeerTarget
from server.peers.service import tasks
from server.peers.service.planning import log, planned_pairing, require_guests, require_units
from server.peers.service.tasks import Window
from server.visits.models import Visit
from server.visits.rules import OPENED, SEALED
from server.visits.service import VisitDraft, cancel_visit, plan_visit
from server.visits.service.packaging import add_pinner


def release_pairing(actor: Actor, pairing_id: str) -> PeerPairing:
    """Give the team its passes and its tasks; what is released already stays so."""
    row = planned_pairing(actor, pairing_id)
    if row.state == rules.RELEASED:
        return row
    one = db.session.get_one(PeerRound, row.round_id)
    rules.require_state(one.state, rules.DRAFT, rules.OPEN)
    rules.require_state(row.state, rules.PLANNED)
    targets = queries.targets_of([row.id])
    window = _ready(row, targets)
    _require_as_chosen(actor, one, row, [target.unit_id for target in targets])
    send = _send_to if one.announced else _seal_for
    for target in targets:
        send(actor, one, row, target, window)
    row.state, one.state = rules.RELEASED, rules.OPEN
    row.unsealed_at = clock.now() if one.announced else None
    db.session.flush()
    log(actor, "peer.release", one, {"pairing": row.id, "team": row.member_ids})
    return row


def _require_as_chosen(actor: Actor, one: PeerRound, row: PeerPairing, unit_ids: list[str]) -> None:
    """Raise when what was fit at the choice is fit no more; days may lie between the two."""
    require_units(row, unit_ids)
    drawn.require_drawn(row, unit_ids)
    require_guests(row, one)
    if one.state == rules.DRAFT:
        _require_not_met(actor, one)


def _require_not_met(actor: Actor, one: PeerRound) -> None:
    """Raise when another round has sent some of these to each other since the pairs were made."""
    earlier = queries.earlier_rounds(actor, one)[: one.cycle]
    met = {frozenset(pair) for pairs in earlier for pair in pairs}
    again = [pair for pair in queries.pairs_of(one.id) if frozenset(pair) in met]
    if again:
        raise rules.MetAgain(pairs=again)


def _ready(row: PeerPairing, targets: list[PeerTarget]) -> Window:
    lasts = row.ends_at is not None and row.ends_at > clock.now()
    units = [one.unit_id for one in targets]
    missing = rules.missing_of(row.member_ids, row.lead_id, units, lasts)
    if missing or row.starts_at is None or row.ends_at is None:
        raise rules.NotReady(missing=missing)
    return Window(row.starts_at, row.ends_at)


def _send_to(
    actor: Actor, one: PeerRound, row: PeerPairing, target: PeerTarget, window: Window
) -> None:
    if not tasks.resume(row, target, window):
        tasks.make(actor, one, row, target, window.ends_at)
    tasks.lend(row, target.unit_id, window)


def _seal_for(
    actor: Actor, one: PeerRound, row: PeerPairing, target: PeerTarget, window: Window
) -> None:
    """Plan a sealed visit: task and passes come with its arrival and its opening."""
    if tasks.resume(row, target, window):
        tasks.lend(row, target.unit_id, window)
        return
    lead = row.lead_id or row.member_ids[0]
    # Its package is made at once and asks by this identifier which versions the round has pinned.
    target.visit_id = new_id()
    db.session.flush()
    visit = plan_visit(
        actor,
        VisitDraft(
            id=target.visit_id,
            unit_id=target.unit_id,
            checklist_keys=one.checklist_keys,
            leader_id=lead,
            member_ids=[person for person in row.member_ids if person != lead],
            opens_at=window.starts_at,
            ends_at=window.ends_at,
            mode=rules.MODE,
            title=one.name,
            note=one.document,
            draw_id=row.draw_id,
        ),
    )
    target.assignment_id = visit.assignment_id


def _call_off(actor: Actor, target: PeerTarget) -> None:
    visit = db.session.get(Visit, target.visit_id) if target.visit_id else None
    if visit is not None and visit.state in (SEALED, OPENED):
        cancel_visit(actor, visit.id, "")
        target.visit_id = target.assignment_id = None


def withdraw_pairing(actor: Actor, pairing_id: str) -> PeerPairing:
    """Call a team back: its passes end at once, tasks that are not done are cancelled."""
    row = planned_pairing(actor, pairing_id)
    if row.state == rules.WITHDRAWN:
        return row
    rules.require_state(row.state, rules.RELEASED)
    revoke_passes(Source(rules.SOURCE, row.id))
    for target in queries.targets_of([row.id]):
        _call_off(actor, target)
        task = tasks.task_of(target)
        if task is not None and task.state != DONE:
            task.state = CANCELLED
    row.state, row.unsealed_at = rules.WITHDRAWN, None
    db.session.flush()
    one = db.session.get_one(PeerRound, row.round_id)
    log(actor, "peer.withdraw", one, {"pairing": row.id})
    return row


add_pinner(queries.pins_of)
