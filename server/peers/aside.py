"""Who must not be sent, and why: the register of experts, asked for every day of a window."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from server.access.rules import Permission
from server.experts.models import Contract, Expert, Recusal
from server.experts.queries import Reason, recusals
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, Region, Unit
from server.org.queries import held_grants, permissions_of, subtree_ids
from server.peers import queries
from server.peers.models import PeerPairing, PeerRound
from server.peers.rules import days_of

Pair = tuple[str, str]


@dataclass(frozen=True)
class Days:
    """From which day to which somebody would be there."""

    first: date
    last: date


def days_sent(row: PeerPairing, one: PeerRound) -> Days:
    """Return the days of a pairing's window, or those of its round."""
    return Days(*days_of(row.starts_at, row.ends_at, one.starts_on, one.ends_on))


def reasons_of(
    person_ids: Collection[str], unit_ids: Collection[str], days: Days
) -> dict[str, list[Reason]]:
    """Return for each person why they stand aside from which unit on any of the days."""
    found: dict[str, dict[tuple[str, str, str | None], Reason]] = {}
    if not person_ids or not unit_ids:
        return {}
    for day in _telling(person_ids, unit_ids, days):
        for person, reasons in recusals(person_ids, unit_ids, day).items():
            known = found.setdefault(person, {})
            for reason in reasons:
                known.setdefault((reason.unit_id, reason.kind, reason.recusal_id), reason)
    return {person: list(known.values()) for person, known in found.items() if known}


def _telling(person_ids: Collection[str], unit_ids: Collection[str], days: Days) -> list[date]:
    """
    Return the days that have to be asked for: the first, and each on which something begins.

    Whatever holds on a later day holds on one of these or has begun between two of them.
    """
    declared = select(Recusal.since).where(
        Recusal.person_id.in_(sorted(person_ids)),
        Recusal.withdrawn_at.is_(None),
        Recusal.since > days.first,
        Recusal.since <= days.last,
    )
    signed = select(Contract.starts_on).where(
        Contract.client_unit_id.in_(sorted(unit_ids)),
        Contract.starts_on > days.first,
        Contract.starts_on <= days.last,
    )
    begins = {day for query in (declared, signed) for day in db.session.scalars(query) if day}
    return [days.first, *sorted(begins)]


def told(reasons: dict[str, list[Reason]]) -> list[dict[str, Any]]:
    """Return reasons with the names of people and units, for a refusal and for the desk."""
    people = _names(Person, reasons)
    units = _names(Unit, {one.unit_id for each in reasons.values() for one in each})
    return [
        {
            "person_id": person,
            "person": people.get(person, ""),
            "unit_id": reason.unit_id,
            "unit": units.get(reason.unit_id, ""),
            "kind": reason.kind,
            "zh": reason.zh,
            "en": reason.en,
        }
        for person, each in sorted(reasons.items())
        for reason in each
    ]


def _names(model: Any, ids: Collection[str]) -> dict[str, str]:
    query = select(model.id, model.name).where(model.id.in_(sorted(ids)))
    return {row[0]: row[1] for row in db.session.execute(query)}


def rooted_in(region_id: str, person_ids: Collection[str]) -> set[str]:
    """
    Return those whose own roles let them inspect in a region, whole or in part.

    What a pass lends does not count. They are no strangers there, and nothing would end for them.
    """
    regions = set(subtree_ids(region_id))
    above = _path_of(region_id)
    query = select(Unit.id).where(Unit.region_id.in_(sorted(regions)))
    units = set(db.session.scalars(query))
    return {
        grant.person_id
        for grant, role in held_grants(person_ids, clock.today())
        if Permission.INSPECTIONS_CONDUCT in permissions_of(role)
        and (grant.region_id in regions | above or grant.unit_id in units)
    }


def _path_of(region_id: str) -> set[str]:
    path = db.session.scalar(select(Region.path).where(Region.id == region_id)) or ""
    return {one for one in path.split("/") if one}


def shut_pairs(region_ids: Sequence[str], days: Days) -> list[Pair]:
    """
    Return (guest, home) where everybody who could be sent stands aside from every unit.

    A region of which nobody has declared anything is done with at once.
    """
    units = {region: [unit.id for unit in queries.units_in(region)] for region in region_ids}
    found: list[Pair] = []
    for guest in sorted(region_ids):
        people = [person.id for person in queries.people_in(guest)]
        if not people or set(people) - _entangled(people):
            continue
        others = sorted({unit for home in region_ids if home != guest for unit in units[home]})
        aside = reasons_of(people, others, days)
        left = {person: {reason.unit_id for reason in aside.get(person, ())} for person in people}
        found += [
            (guest, home)
            for home in sorted(region_ids)
            if home != guest
            and units[home]
            and all(set(units[home]) <= left[person] for person in people)
        ]
    return found


def _entangled(person_ids: Collection[str]) -> set[str]:
    """Return those about whom anything is declared or known through a company."""
    declared = select(Recusal.person_id).where(
        Recusal.person_id.in_(sorted(person_ids)), Recusal.withdrawn_at.is_(None)
    )
    employed = select(Expert.person_id).where(
        Expert.person_id.in_(sorted(person_ids)), Expert.company_id.is_not(None)
    )
    return set(db.session.scalars(declared)) | set(db.session.scalars(employed))
