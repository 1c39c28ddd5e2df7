"""Certificates of those who are named on papers, from the register of experts."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from server.experts.queries import officer_certificate
from server.inspections.models import Inspection
from server.kernel import clock
from server.kernel.db import db
from server.kernel.text import one_line
from server.org.models import Person
from server.org.queries import grants_of
from server.papers.shapes import Officer

GUESTS = frozenset({"guest"})


def officers_of(person_ids: Iterable[str], on: date) -> list[dict[str, Any]]:
    """Return the team with the numbers that stand in the register; none where there is none."""
    ids = list(person_ids)
    names = select(Person.id, Person.name, Person.title).where(Person.id.in_(ids))
    people = {row[0]: (row[1], row[2]) for row in db.session.execute(names)}
    return [_officer(key, people[key], on) for key in ids if key in people]


def _officer(person_id: str, named: tuple[str, str | None], on: date) -> dict[str, Any]:
    held = officer_certificate(person_id, on)
    until = held.expires_on.isoformat() if held and held.expires_on else None
    return {
        "person_id": person_id,
        "name": named[0],
        "title": named[1],
        "number": held.number if held else None,
        "until": until,
    }


def out_of_place(officers: Iterable[Officer], inspection: Inspection) -> list[str]:
    """Return the names of those with an account who are not of the team, or are of the unit."""
    ids = [officer.person_id for officer in officers if officer.person_id is not None]
    query = select(Person.id, Person.name, Person.unit_id).where(Person.id.in_(ids))
    people = {row[0]: (one_line(row[1]), row[2]) for row in db.session.execute(query)}
    return [
        officer.name
        for officer in officers
        if officer.person_id is not None
        and not (
            officer.person_id in inspection.member_ids
            and people[officer.person_id][0] == one_line(officer.name)
            and people[officer.person_id][1] != inspection.unit_id
        )
    ]


def without_certificate(officers: Iterable[Officer], on: date) -> list[str]:
    """Return the names of those who hold no certificate, or another than the paper says."""
    return [officer.name for officer in officers if not _holds(officer, on)]


def _holds(officer: Officer, on: date) -> bool:
    if officer.person_id is None:
        return False
    held = officer_certificate(officer.person_id, on)
    return held is not None and held.number == officer.number


def guests_among(officers: Iterable[Officer], inspection: Inspection) -> list[str]:
    """Return the names of those who are here by a guest's pass, or by nothing at all."""
    return [officer.name for officer in officers if not _is_at_home(officer, inspection)]


def _is_at_home(officer: Officer, inspection: Inspection) -> bool:
    held = grants_of(officer.person_id or "", clock.today())
    return any(
        grant.role not in GUESTS and grant.covers(inspection.unit_id, inspection.region_id)
        for grant in held
    )
