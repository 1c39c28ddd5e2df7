"""A pairing as its team's phones receive it, and rounds with their pairs as the desk does."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.campaigns.models import Assignment
from server.definitions.models import DefinitionVersion
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, Region, Unit
from server.peers import drawn, queries
from server.peers.models import PeerPairing, PeerRound, PeerTarget
from server.peers.rules import DRAFT

Data = dict[str, Any]
Row = tuple[int, Data]


def _region_names(rows: Sequence[PeerPairing]) -> dict[str, str]:
    return names_of(
        Region, [one for row in rows for one in (row.guest_region_id, row.home_region_id)]
    )


def ms(moment: datetime | None) -> int | None:
    """Return a moment as it travels."""
    return None if moment is None else clock.to_ms(moment)


def names_of(model: Any, ids: Iterable[str | None]) -> dict[str, str]:
    """Return the names of rows by their identifiers."""
    wanted = sorted({one for one in ids if one})
    query = select(model.id, model.name).where(model.id.in_(wanted))
    return {row[0]: row[1] for row in db.session.execute(query)}


def load_peers(ids: Sequence[str]) -> dict[str, Row]:
    """Load pairings as their teams receive them: what they need on site, and no other pairing."""
    rows = db.session.scalars(select(PeerPairing).where(PeerPairing.id.in_(ids))).all()
    rounds = _by_id(PeerRound, {row.round_id for row in rows})
    regions = _region_names(rows)
    targets = queries.targets_of([row.id for row in rows])
    return {row.id: (row.rev, _peer(row, rounds[row.round_id], regions, targets)) for row in rows}


def _by_id(model: Any, ids: Collection[str]) -> dict[str, Any]:
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))}


def _peer(
    row: PeerPairing, one: PeerRound, regions: dict[str, str], targets: Sequence[PeerTarget]
) -> Data:
    own = [target for target in targets if target.pairing_id == row.id]
    return {
        "id": row.id,
        "name": one.name,
        "document": one.document,
        "guest": regions[row.guest_region_id],
        "home": regions[row.home_region_id],
        "state": row.state,
        "starts_at": ms(row.starts_at),
        "ends_at": ms(row.ends_at),
        "lead_id": row.lead_id,
        "member_ids": row.member_ids,
        "unit_ids": [target.unit_id for target in own],
        "assignment_ids": [target.assignment_id for target in own if target.assignment_id],
        "definitions": one.definitions,
        "handed_at": ms(row.handed_at),
    }


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {"peer": load_peers}


def rounds_data(actor: Actor, rows: Sequence[PeerRound]) -> list[Data]:
    """Return rounds as a list shows them."""
    regions = names_of(Region, [one for row in rows for one in (row.region_id, *row.region_ids)])
    return [
        {
            "id": row.id,
            "region_id": row.region_id,
            "region_name": regions.get(row.region_id, ""),
            "name": row.name,
            "document": row.document,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "announced": row.announced,
            "state": row.state,
            "checklist_keys": row.checklist_keys,
            "may_plan": queries.plans(actor, row),
        }
        for row in rows
    ]


def round_data(actor: Actor, row: PeerRound) -> Data:
    """
    Return one round with the pairings that the actor sees.

    Who only takes part is told of no other region, of no seed and of no pairs before.
    """
    (data,) = rounds_data(actor, [row])
    pairings = queries.pairings_of(actor, row.id)
    data |= {
        "note": row.note,
        "cycle": row.cycle,
        "appeal_days": row.appeal_days,
        "checklists": _checklists(row),
        "pairings": pairings_data(actor, pairings),
    }
    if not data["may_plan"]:
        return data
    return data | _made_from(row)


def _made_from(row: PeerRound) -> Data:
    """Return all that the pairs were made from, and who could send nobody."""
    names = names_of(Region, [*row.region_ids, *(one for pair in row.barred for one in pair[:2])])
    named = [[names.get(one, one) for one in pair[:2]] for pair in row.barred]
    aside = [len(pair) > 2 for pair in row.barred]
    staffed = queries.staffed(row.region_ids) if row.state == DRAFT else set(row.region_ids)
    return {
        "regions": [{"id": one, "name": names.get(one, "")} for one in row.region_ids],
        "seed": row.seed,
        "barred": [pair for pair, shut in zip(named, aside, strict=True) if not shut],
        "aside": [pair for pair, shut in zip(named, aside, strict=True) if shut],
        "unstaffed": [names.get(one, "") for one in row.region_ids if one not in staffed],
    }


def _checklists(row: PeerRound) -> list[Data]:
    query = select(
        DefinitionVersion.hash, DefinitionVersion.title_zh, DefinitionVersion.title_en
    ).where(DefinitionVersion.hash.in_(row.definitions.values()))
    titles = {digest: (zh, en) for digest, zh, en in db.session.execute(query)}
    return [
        {"key": key, "hash": digest, "title": dict(zip(("zh", "en"), titles[digest], strict=True))}
        for key, digest in sorted(row.definitions.items())
        if digest in titles
    ]


def pairings_data(actor: Actor, rows: Sequence[PeerPairing]) -> list[Data]:
    """Return pairings with names, units and how far they have come."""
    regions = _region_names(rows)
    people = names_of(Person, [one for row in rows for one in (*row.member_ids, row.answered_by)])
    targets = queries.targets_of([row.id for row in rows])
    units = _units(targets, {row.id: row.home_region_id for row in rows})
    own = {row.id: [one.unit_id for one in targets if one.pairing_id == row.id] for row in rows}
    draws = drawn.draws_data(actor, rows, own)
    tasks = _tasks([one.assignment_id for one in targets if one.assignment_id])
    return [
        {
            "id": row.id,
            "rev": row.rev,
            "guest": {"id": row.guest_region_id, "name": regions[row.guest_region_id]},
            "home": {"id": row.home_region_id, "name": regions[row.home_region_id]},
            "state": row.state,
            "starts_at": ms(row.starts_at),
            "ends_at": ms(row.ends_at),
            "lead_id": row.lead_id,
            "members": [{"id": one, "name": people.get(one, "")} for one in row.member_ids],
            "draw": draws.get(row.id),
            "units": [
                units[one.id]
                | {
                    "assignment_id": one.assignment_id,
                    "visit_id": one.visit_id,
                    "task": tasks.get(one.assignment_id or ""),
                }
                for one in targets
                if one.pairing_id == row.id
            ],
            "handed_at": ms(row.handed_at),
            "answered_at": ms(row.answered_at),
            "answers": actor.may_in_region(Permission.PEERS_REPLY, row.home_region_id),
        }
        for row in rows
    ]


def _units(targets: Sequence[PeerTarget], homes: dict[str, str]) -> dict[str, Data]:
    """Return for each target its unit, and whether it was closed or moved elsewhere meanwhile."""
    query = select(Unit.id, Unit.name, Unit.active, Region.name, Region.path).join(
        Region, Region.id == Unit.region_id
    )
    rows = db.session.execute(query.where(Unit.id.in_([one.unit_id for one in targets])))
    units = {row[0]: row[1:] for row in rows}
    told: dict[str, Data] = {}
    for one in targets:
        name, active, region, path = units[one.unit_id]
        moved = f"/{homes[one.pairing_id]}/" not in path
        told[one.id] = {
            "id": one.unit_id,
            "name": name,
            "closed": not active,
            "moved_to": region if moved else None,
        }
    return told


def _tasks(ids: Collection[str]) -> dict[str, str]:
    query = select(Assignment.id, Assignment.state).where(Assignment.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query)}
