"""Certificates of those who are named on papers, from the register of experts."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select

from server.experts.queries import officer_certificate
from server.kernel.db import db
from server.org.models import Person
from server.papers.shapes import Officer


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


def without_certificate(officers: Iterable[Officer], on: date) -> list[str]:
    """Return the names of those who hold no certificate, or another than the paper says."""
    return [officer.name for officer in officers if not _holds(officer, on)]


def _holds(officer: Officer, on: date) -> bool:
    if officer.person_id is None:
        return False
    held = officer_certificate(officer.person_id, on)
    return held is not None and held.number == officer.number
