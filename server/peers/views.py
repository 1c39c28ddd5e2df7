"""One pairing as the desk reads it: team, draw, versions, findings, answers, return visits."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.definitions.models import DefinitionVersion
from server.hazards.models import Hazard
from server.inspections.models import Inspection
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, Unit
from server.peers import aside, drawn, queries
from server.peers.models import PeerFinding, PeerPairing, PeerRound
from server.peers.rules import PLANNED, RELEASED, WITHDRAWN, appeal_until
from server.peers.wire import ms, names_of, pairings_data

Data = dict[str, Any]


def pairing_data(actor: Actor, row: PeerPairing) -> Data:
    """Return one pairing with what was handed over, answered, ruled and planned after it."""
    (data,) = pairings_data(actor, [row])
    one = db.session.get_one(PeerRound, row.round_id)
    findings = queries.findings_of(row.id)
    people = _people(row, [finding for finding, _ in findings])
    plans = queries.plans(actor, one)
    return data | {
        "round": {
            "id": one.id, "name": one.name, "document": one.document, "state": one.state,
            "announced": one.announced, "checklist_keys": one.checklist_keys,
            "appeal_days": one.appeal_days,
        },
        "handed_by": people.get(row.handed_by or ""),
        "handed_note": row.handed_note,
        "reply_document": row.reply_document,
        "reply": row.reply,
        "answered_by": people.get(row.answered_by or ""),
        "arbitrates": plans,
        "changes": [
            change | {"person": people.get(change["person_id"], "")} for change in row.changes
        ],
        "aside": _aside(row, one) if plans else [],
        "seals": actor.may_in_region(Permission.VISITS_SEAL, row.home_region_id),
        "findings": findings_data(one, findings, people),
        "visits": visits_data(row, one),
        "returns": _returns(actor, row),
    }  # fmt: skip


def _people(row: PeerPairing, findings: Sequence[PeerFinding]) -> dict[str, str]:
    spoke = [who for one in findings for who in (one.said_by, one.ruled_by)]
    left = [change["person_id"] for change in row.changes]
    return names_of(Person, [*spoke, *left, row.handed_by, row.answered_by])


def _aside(row: PeerPairing, one: PeerRound) -> list[Data]:
    """Return who would have to stand aside by now: somebody may declare it after the choice."""
    if row.state not in (PLANNED, RELEASED, WITHDRAWN):
        return []
    units = [target.unit_id for target in queries.targets_of([row.id])]
    return aside.told(aside.reasons_of(row.member_ids, units, aside.days_sent(row, one)))


def _returns(actor: Actor, row: PeerPairing) -> list[Data]:
    """Return open tasks, visits that have arrived, and sealed ones for whoever may know of them."""
    told: list[Data] = [
        {
            "id": task.id,
            "unit_id": task.unit_id,
            "visit_id": None,
            "due_on": task.due_on,
            "opens_at": None,
            "state": task.state,
        }
        for _, task in queries.returns_of(row.id)
    ]
    return told + [
        {
            "id": made.assignment_id,
            "unit_id": made.unit_id,
            "visit_id": visit.id,
            "due_on": None,
            "opens_at": ms(visit.opens_at),
            "state": visit.state,
        }
        for made, visit in queries.sealed_returns_of(actor, row.id)
    ]


def visits_data(row: PeerPairing, one: PeerRound) -> list[Data]:
    """
    Return the submitted inspections of a team; one made with another version is marked with both.

    A phone that had no line may have begun with what it had: its work stands, and whoever reads it
    sees that the questions were not the same.
    """
    done = [
        visit
        for visit in queries.inspections_of(queries.assignments_of(row.id))
        if visit.state == SUBMITTED
    ]
    hashes = {visit.definition for visit in done} | set(one.definitions.values())
    versions = _versions(hashes)
    return [_visit(visit, one.definitions.get(visit.checklist_key), versions) for visit in done]


def _versions(hashes: set[str]) -> dict[str, Data]:
    query = select(
        DefinitionVersion.hash,
        DefinitionVersion.title_zh,
        DefinitionVersion.title_en,
        DefinitionVersion.effective_from,
    ).where(DefinitionVersion.hash.in_(sorted(hashes)))
    return {
        digest: {"hash": digest, "title": {"zh": zh, "en": en}, "effective_from": since}
        for digest, zh, en, since in db.session.execute(query)
    }


def _visit(visit: Inspection, pinned: str | None, versions: dict[str, Data]) -> Data:
    differs = pinned is not None and pinned != visit.definition
    return {
        "id": visit.id,
        "number": visit.number,
        "unit_id": visit.unit_id,
        "checklist_key": visit.checklist_key,
        "definition": visit.definition,
        "version": versions[visit.definition],
        "pinned": versions.get(pinned or "") if differs else None,
        "submitted_at": ms(visit.submitted_at),
    }


def findings_data(
    one: PeerRound, findings: Sequence[tuple[PeerFinding, Hazard]], people: dict[str, str]
) -> list[Data]:
    """Return findings with their hazards."""
    units = names_of(Unit, [hazard.unit_id for _, hazard in findings])
    return [_finding(one, finding, hazard, people, units) for finding, hazard in findings]


def finding_data(row: PeerFinding) -> Data:
    """Return one finding."""
    hazard = db.session.get_one(Hazard, row.hazard_id)
    pairing = db.session.get_one(PeerPairing, row.pairing_id)
    one = db.session.get_one(PeerRound, pairing.round_id)
    people = names_of(Person, [row.said_by, row.ruled_by])
    return findings_data(one, [(row, hazard)], people)[0]


def _finding(
    one: PeerRound, row: PeerFinding, hazard: Hazard, people: dict[str, str], units: dict[str, str]
) -> Data:
    until = appeal_until(row.handed_at, one.appeal_days)
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
        "appeal_until": clock.to_ms(until),
        "appealable": clock.now() < until,
        "said_by": people.get(row.said_by or ""),
        "said_at": ms(row.said_at),
        "ruling": row.ruling,
        "ruling_reason": row.ruling_reason,
        "ruled_by": people.get(row.ruled_by or ""),
        "ruled_at": ms(row.ruled_at),
        "hazard_photo_ids": sorted(queries.photos_of_hazard(hazard.id)),
    }


def choices_data(actor: Actor, row: PeerPairing) -> Data:
    """Return whom and what a pairing may be made of, and why somebody must not be sent."""
    people = queries.people_in(row.guest_region_id)
    ids = [person.id for person in people]
    one = db.session.get_one(PeerRound, row.round_id)
    units = queries.units_in(row.home_region_id)
    employers = names_of(Unit, [person.unit_id for person in people])
    reasons = aside.reasons_of(ids, [unit.id for unit in units], aside.days_sent(row, one))
    rooted = aside.rooted_in(row.home_region_id, ids)
    busy = queries.teams_of(actor, ids, row)
    return {
        "people": [
            {
                "id": person.id,
                "name": person.name,
                "title": person.title,
                "unit_name": employers.get(person.unit_id or ""),
                "home_role": person.id in rooted,
                "also": busy.get(person.id, []),
            }
            for person in people
        ],
        "units": [{"id": unit.id, "name": unit.name, "tier": unit.tier} for unit in units],
        "aside": aside.told(reasons),
        "draws": drawn.offered(actor, row),
    }
