"""A pairing as its team's phones receive it, and rounds as the desk does."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.campaigns.models import Assignment
from server.definitions.models import DefinitionVersion
from server.hazards.models import Hazard
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, Region, Unit
from server.peers import queries
from server.peers.models import PeerFinding, PeerPairing, PeerRound, PeerTarget

Data = dict[str, Any]
Row = tuple[int, Data]


def _region_names(rows: Sequence[PeerPairing]) -> dict[str, str]:
    return _names(
        Region, [one for row in rows for one in (row.guest_region_id, row.home_region_id)]
    )


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else clock.to_ms(moment)


def _names(model: Any, ids: Iterable[str | None]) -> dict[str, str]:
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
        "starts_at": _ms(row.starts_at),
        "ends_at": _ms(row.ends_at),
        "lead_id": row.lead_id,
        "member_ids": row.member_ids,
        "unit_ids": [target.unit_id for target in own],
        "assignment_ids": [target.assignment_id for target in own if target.assignment_id],
        "definitions": one.definitions,
        "handed_at": _ms(row.handed_at),
    }


LOADERS: dict[str, Callable[[Sequence[str]], dict[str, Row]]] = {"peer": load_peers}


def rounds_data(actor: Actor, rows: Sequence[PeerRound]) -> list[Data]:
    """Return rounds as a list shows them."""
    regions = _names(Region, [one for row in rows for one in (row.region_id, *row.region_ids)])
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
        "checklists": _checklists(row),
        "pairings": pairings_data(actor, pairings),
    }
    if not data["may_plan"]:
        return data
    names = _names(Region, [*row.region_ids, *(one for pair in row.barred for one in pair)])
    return data | {
        "regions": [{"id": one, "name": names.get(one, "")} for one in row.region_ids],
        "seed": row.seed,
        "barred": [[names.get(one, one) for one in pair] for pair in row.barred],
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
    people = _names(Person, [one for row in rows for one in (*row.member_ids, row.answered_by)])
    targets = queries.targets_of([row.id for row in rows])
    units = _names(Unit, [one.unit_id for one in targets])
    tasks = _tasks([one.assignment_id for one in targets if one.assignment_id])
    return [
        {
            "id": row.id,
            "rev": row.rev,
            "guest": {"id": row.guest_region_id, "name": regions[row.guest_region_id]},
            "home": {"id": row.home_region_id, "name": regions[row.home_region_id]},
            "state": row.state,
            "starts_at": _ms(row.starts_at),
            "ends_at": _ms(row.ends_at),
            "lead_id": row.lead_id,
            "members": [{"id": one, "name": people.get(one, "")} for one in row.member_ids],
            "draw_id": row.draw_id,
            "units": [
                {
                    "id": one.unit_id,
                    "name": units.get(one.unit_id, ""),
                    "assignment_id": one.assignment_id,
                    "visit_id": one.visit_id,
                    "task": tasks.get(one.assignment_id or ""),
                }
                for one in targets
                if one.pairing_id == row.id
            ],
            "handed_at": _ms(row.handed_at),
            "answered_at": _ms(row.answered_at),
            "answers": actor.may_in_region(Permission.PEERS_REPLY, row.home_region_id),
        }
        for row in rows
    ]


def _tasks(ids: Collection[str]) -> dict[str, str]:
    query = select(Assignment.id, Assignment.state).where(Assignment.id.in_(ids))
    return {row[0]: row[1] for row in db.session.execute(query)}


def pairing_data(actor: Actor, row: PeerPairing) -> Data:
    """Return one pairing with what was handed over, answered, ruled and planned after it."""
    (data,) = pairings_data(actor, [row])
    one = db.session.get_one(PeerRound, row.round_id)
    findings = queries.findings_of(row.id)
    people = _names(
        Person,
        [who for finding, _ in findings for who in (finding.said_by, finding.ruled_by)]
        + [row.handed_by, row.answered_by],
    )
    units = _names(Unit, [hazard.unit_id for _, hazard in findings])
    return data | {
        "round": {
            "id": one.id, "name": one.name, "document": one.document, "state": one.state,
            "checklist_keys": one.checklist_keys,
        },
        "handed_by": people.get(row.handed_by or ""),
        "handed_note": row.handed_note,
        "reply_document": row.reply_document,
        "reply": row.reply,
        "answered_by": people.get(row.answered_by or ""),
        "arbitrates": queries.plans(actor, one),
        "findings": [_finding(finding, hazard, people, units) for finding, hazard in findings],
        "visits": [_visit(visit) for visit in queries.inspections_of(queries.assignments_of(row.id))
                   if visit.state == "submitted"],
        "returns": [
            {"id": task.id, "unit_id": task.unit_id, "due_on": task.due_on, "state": task.state}
            for _, task in queries.returns_of(row.id)
        ],
    }  # fmt: skip


def _visit(visit: Any) -> Data:
    return {
        "id": visit.id,
        "number": visit.number,
        "unit_id": visit.unit_id,
        "checklist_key": visit.checklist_key,
        "definition": visit.definition,
        "submitted_at": _ms(visit.submitted_at),
    }


def _finding(
    row: PeerFinding, hazard: Hazard, people: dict[str, str], units: dict[str, str]
) -> Data:
    return {
        "id": row.id,
        "hazard": {
            "id": hazard.id,
            "number": hazard.number,
            "title": hazard.title,
            "description": hazard.description,
            "grade": hazard.grade,
            "state": hazard.state,
            "unit_id": hazard.unit_id,
            "unit_name": units.get(hazard.unit_id, ""),
            "item_key": hazard.item_key,
        },
        "verdict": row.verdict,
        "reason": row.reason,
        "photo_ids": row.photo_ids,
        "said_by": people.get(row.said_by or ""),
        "said_at": _ms(row.said_at),
        "ruling": row.ruling,
        "ruling_reason": row.ruling_reason,
        "ruled_by": people.get(row.ruled_by or ""),
        "ruled_at": _ms(row.ruled_at),
        "hazard_photo_ids": sorted(queries.photos_of_hazard(hazard.id)),
    }


def finding_data(row: PeerFinding) -> Data:
    """Return one finding."""
    hazard = db.session.get_one(Hazard, row.hazard_id)
    people = _names(Person, [row.said_by, row.ruled_by])
    return _finding(row, hazard, people, _names(Unit, [hazard.unit_id]))


def choices_data(row: PeerPairing) -> Data:
    """Return whom and what a pairing may be made of."""
    people = queries.possible_guests(row)
    employers = _names(Unit, [one.unit_id for one in people])
    return {
        "people": [
            {"id": one.id, "name": one.name, "title": one.title,
             "unit_name": employers.get(one.unit_id or "")}
            for one in people
        ],
        "units": [
            {"id": unit.id, "name": unit.name, "tier": unit.tier}
            for unit in queries.possible_units(row)
        ],
    }  # fmt: skip
