"""Planning a round: who takes part, with which checklists, who meets whom, with which people."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from server.access.rules import Actor, Permission
from server.audit.service import record
from server.definitions.queries import current_checklists
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound
from server.kernel.ids import new_id
from server.kernel.text import clean, one_line
from server.org.models import Person, Region, Unit
from server.org.queries import subtree_ids
from server.org.rules import require_rev
from server.peers import aside, drawn, queries, rules
from server.peers import pairing as pure
from server.peers.models import PeerPairing, PeerRound, PeerTarget


@dataclass(frozen=True)
class RoundDraft:
    """A round as planned."""

    id: str
    region_id: str
    name: str
    starts_on: date
    ends_on: date
    region_ids: Sequence[str]
    checklist_keys: Sequence[str]
    document: str = ""
    announced: bool = True
    cycle: int = 0
    appeal_days: int = rules.APPEAL_DAYS
    note: str = ""


def create_round(actor: Actor, draft: RoundDraft) -> PeerRound:
    """Plan a round below a region; repeating it with the same identifier changes nothing."""
    if not actor.may_in_region(Permission.PEERS_MANAGE, draft.region_id):
        raise NotFound()
    if not draft.announced and not actor.may_in_region(Permission.VISITS_SEAL, draft.region_id):
        raise Forbidden(permission=Permission.VISITS_SEAL.value)
    existing = db.session.get(PeerRound, draft.id)
    if existing is not None:
        return queries.get_round(actor, draft.id)
    row = PeerRound(
        id=draft.id,
        region_id=draft.region_id,
        announced=draft.announced,
        state=rules.DRAFT,
        definitions={},
        created_by=actor.user_id,
        created_at=clock.now(),
    )
    _fill(row, vars(draft))
    db.session.add(row)
    db.session.flush()
    log(actor, "peer.create", row, {"name": row.name, "regions": row.region_ids})
    return row


def change_round(actor: Actor, round_id: str, changes: Mapping[str, Any]) -> PeerRound:
    """
    Change a round of which nothing has been released; other regions need a new pairing.

    How long may be appealed is extended, or cut, for as long as the round runs.
    """
    row = planned_round(actor, round_id)
    lasting = set(changes) <= {"appeal_days"}
    rules.require_state(row.state, rules.DRAFT, *([rules.OPEN] if lasting else []))
    before = set(row.region_ids)
    kept = {name: getattr(row, name) for name in _FIELDS}
    _fill(row, kept | dict(changes))
    if set(row.region_ids) != before:
        _drop_pairings(row)
    log(actor, "peer.change", row, {"fields": sorted(changes)})
    return row


_FIELDS = (
    "name", "document", "starts_on", "ends_on", "region_ids", "checklist_keys", "cycle",
    "appeal_days", "note",
)  # fmt: skip


def _fill(row: PeerRound, given: Mapping[str, Any]) -> None:
    if given["starts_on"] > given["ends_on"]:
        raise rules.PeriodWrong()
    region_ids = sorted(set(given["region_ids"]))
    paths = select(Region.id, Region.path).where(Region.id.in_(region_ids))
    found = {row[0]: row[1] for row in db.session.execute(paths)}
    if len(found) != len(region_ids):
        raise rules.RegionsUnfit()
    rules.require_regions(row.region_id, found)
    row.name, row.document = one_line(given["name"]), one_line(given["document"])
    row.starts_on, row.ends_on = given["starts_on"], given["ends_on"]
    row.region_ids, row.cycle = region_ids, given["cycle"]
    row.appeal_days = given["appeal_days"]
    row.checklist_keys = list(dict.fromkeys(given["checklist_keys"]))
    if row.state == rules.DRAFT:
        row.definitions = _pinned(row.checklist_keys)
    row.note = clean(given["note"])


def _pinned(keys: Sequence[str]) -> dict[str, Any]:
    """Return the version for everybody of each checklist: no region's own overlay is neutral."""
    current = {version.key: version.hash for version in current_checklists(clock.today())}
    if not keys or not set(keys) <= set(current):
        raise rules.ChecklistUnknown(keys=sorted(set(keys) - set(current)))
    return {key: current[key] for key in keys}


def pair_round(actor: Actor, round_id: str, seed: str | None = None) -> PeerRound:
    """Make the matrix, anew with another seed as often as wanted until something is released."""
    row = planned_round(actor, round_id)
    rules.require_state(row.state, rules.DRAFT)
    earlier = queries.earlier_rounds(actor, row)[: row.cycle]
    met = [pair for one in earlier for pair in one]
    shut = aside.shut_pairs(row.region_ids, aside.Days(row.starts_on, row.ends_on))
    row.seed = seed or secrets.token_hex(16)
    row.barred = [*map(list, met), *([*pair, rules.ASIDE] for pair in shut)]
    try:
        pairs = pure.make_pairs(row.region_ids, met, row.seed, shut)
    except pure.NoMatch as exc:
        longest = pure.longest_cycle(row.region_ids, earlier, row.seed, shut)
        raise rules.NoPairing(
            cycle=row.cycle, longest=longest, proved=exc.proved, aside=len(shut)
        ) from exc
    _drop_pairings(row)
    db.session.add_all(
        PeerPairing(
            id=new_id(),
            round_id=row.id,
            guest_region_id=guest,
            home_region_id=home,
            state=rules.PLANNED,
            member_ids=[],
        )
        for guest, home in pairs
    )
    db.session.flush()
    log(actor, "peer.pair", row, {"seed": row.seed, "pairs": len(pairs)})
    return row


def _drop_pairings(row: PeerRound) -> None:
    ids = select(PeerPairing.id).where(PeerPairing.round_id == row.id)
    db.session.execute(delete(PeerTarget).where(PeerTarget.pairing_id.in_(ids)))
    for one in db.session.scalars(select(PeerPairing).where(PeerPairing.round_id == row.id)):
        db.session.delete(one)
    db.session.flush()


def change_pairing(
    actor: Actor, pairing_id: str, rev: int, changes: Mapping[str, Any]
) -> PeerPairing:
    """Choose lead, team, units, draw and window; only what has not been released changes."""
    row = planned_pairing(actor, pairing_id)
    require_rev(row.rev, rev)
    rules.require_state(row.state, rules.PLANNED, rules.WITHDRAWN)
    one = db.session.get_one(PeerRound, row.round_id)
    for name in ("starts_at", "ends_at", "draw_id", "lead_id", "member_ids"):
        if name in changes:
            setattr(row, name, changes[name])
    rules.require_window(row.starts_at, row.ends_at, one.starts_on, one.ends_on)
    _choose_units(actor, one, row, changes)
    require_guests(row, one)
    row.state = rules.PLANNED
    db.session.flush()
    log(actor, "peer.team", one, {"pairing": row.id, "fields": sorted(changes)})
    return row


def require_guests(row: PeerPairing, one: PeerRound) -> None:
    """
    Raise unless every member is at home in the guest region, may inspect there, is a stranger in
    the home region, and stands aside from none of the units on any day of the window.
    """
    fit = {person.id for person in queries.people_in(row.guest_region_id)}
    home = subtree_ids(row.home_region_id)
    employed = select(Person.id).join(Unit, Unit.id == Person.unit_id)
    strangers = employed.where(Person.id.in_(row.member_ids), Unit.region_id.in_(home))
    rooted = aside.rooted_in(row.home_region_id, row.member_ids)
    unfit = (set(row.member_ids) - fit) | set(db.session.scalars(strangers)) | rooted
    if unfit or (row.lead_id is not None and row.lead_id not in row.member_ids):
        raise rules.GuestUnfit(people=sorted(unfit), home_role=sorted(rooted))
    units = [target.unit_id for target in queries.targets_of([row.id])]
    reasons = aside.reasons_of(row.member_ids, units, aside.days_sent(row, one))
    if reasons:
        raise rules.Recused(reasons=aside.told(reasons))


def _choose_units(
    actor: Actor, one: PeerRound, row: PeerPairing, changes: Mapping[str, Any]
) -> None:
    """Units that were drawn are those of the draw; others are chosen by hand."""
    if row.draw_id is None:
        if "unit_ids" in changes:
            _set_units(row, changes["unit_ids"])
        return
    if not {"draw_id", "unit_ids"} & set(changes):
        return
    _set_units(row, drawn.chosen(actor, one, row, row.draw_id))
    if "unit_ids" in changes:
        drawn.require_drawn(row, changes["unit_ids"])


def _set_units(row: PeerPairing, unit_ids: Sequence[str]) -> None:
    wanted = list(dict.fromkeys(unit_ids))
    require_units(row, wanted)
    kept = {one.unit_id: one for one in queries.targets_of([row.id])}
    for unit_id, one in kept.items():
        if unit_id not in wanted:
            db.session.delete(one)
    db.session.add_all(
        PeerTarget(id=new_id(), pairing_id=row.id, unit_id=unit_id)
        for unit_id in wanted
        if unit_id not in kept
    )


def require_units(row: PeerPairing, unit_ids: Sequence[str]) -> None:
    """Raise unless all units are open and lie in the home region now."""
    unfit = set(unit_ids) - {unit.id for unit in queries.units_in(row.home_region_id)}
    if unfit:
        query = select(Unit.name).where(Unit.id.in_(sorted(unfit))).order_by(Unit.name)
        raise rules.UnitUnfit(units=list(db.session.scalars(query)))


def close_round(actor: Actor, round_id: str) -> PeerRound:
    """End a round: nothing is handed over or answered any more."""
    row = planned_round(actor, round_id)
    rules.require_state(row.state, rules.OPEN, rules.CLOSED)
    row.state = rules.CLOSED
    log(actor, "peer.close", row, {})
    return row


def planned_round(actor: Actor, round_id: str) -> PeerRound:
    """Return a round that is the actor's to plan, locked."""
    row = queries.get_round(actor, round_id, for_update=True)
    if not queries.plans(actor, row):
        raise Forbidden(permission=Permission.PEERS_MANAGE.value)
    return row


def planned_pairing(actor: Actor, pairing_id: str) -> PeerPairing:
    """Return a pairing that is the actor's to plan, locked."""
    row = queries.get_pairing(actor, pairing_id, for_update=True)
    planned_round(actor, row.round_id)
    return row


def log(actor: Actor, action: str, row: PeerRound, details: dict[str, Any]) -> None:
    """Write the audit entry; of a round of sealed visits nothing is written before an arrival."""
    if row.announced:
        record(actor, action, "peer_round", row.id, details=details)
