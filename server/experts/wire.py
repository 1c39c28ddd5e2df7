"""The pool as the desk reads it. Fees and ratings only for those who look after it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.experts.access import manages
from server.experts.models import (
    Certificate,
    Company,
    Contract,
    Engagement,
    Expert,
    Opinion,
    QualityReview,
    Recusal,
)
from server.experts.queries import certificates_of
from server.experts.rules import confirmed, expiry_state, holds_on, mean
from server.experts.words import words
from server.experts.workload import Service, entries, period, services, workloads
from server.hazards.models import Hazard
from server.hazards.queries import visible_hazards
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, Region, Unit

Data = dict[str, Any]
_EXPERT = ("region_id", "kind", "fields", "title", "employer", "company_id", "shared", "active")
_CERTIFICATE = ("id", "person_id", "kind", "number", "issuer", "note", "rev")
_DAYS = ("issued_on", "expires_on", "revoked_on")
_COMPANY = ("id", "region_id", "name", "uscc", "contact", "qualification", "note", "active", "rev")
_CONTRACT = (
    "id", "company_id", "client_unit_id", "number", "title", "scope", "fields", "unit_ids",
    "starts_on", "ends_on", "rev",
)  # fmt: skip
_ENGAGEMENT = (
    "id", "person_id", "unit_id", "source_id", "kind", "title", "begins_on", "ends_on",
    "half_days", "rev",
)  # fmt: skip
_RECUSAL = (
    "id", "person_id", "unit_id", "region_id", "company_id", "kind", "since", "until", "note",
    "withdrawn_why",
)  # fmt: skip
_OPINION = (
    "id", "subject_type", "subject_id", "unit_id", "author_id", "state", "facts", "judgement",
    "advice", "digest", "withdrawn_why", "rev",
)  # fmt: skip


def _plain(row: object, names: Iterable[str]) -> Data:
    return {name: getattr(row, name) for name in names}


def names_of(model: Any, ids: Iterable[str | None]) -> dict[str | None, str]:
    """Return names by id."""
    known = sorted({one for one in ids if one})
    if not known:
        return {}
    rows = db.session.execute(select(model.id, model.name).where(model.id.in_(known)))
    return {key: name for key, name in rows}  # noqa: C416  (rows are no pairs to mypy)


def experts_data(actor: Actor, rows: Sequence[Expert]) -> list[Data]:
    """Return experts with name, papers and workload, in a few statements however many they are."""
    ids = [row.person_id for row in rows]
    people = {p.id: p for p in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    units = names_of(Unit, (person.unit_id for person in people.values()))
    firms = names_of(Company, (row.company_id for row in rows))
    papers, loads = certificates_of(ids), workloads(actor, ids, clock.today())
    return [
        _plain(row, _EXPERT)
        | {
            "id": row.person_id,
            "rev": row.rev,
            "note": row.note if manages(actor, row.region_id) else "",
            "name": people[row.person_id].name,
            "post": people[row.person_id].title,
            "unit_id": people[row.person_id].unit_id,
            "employer_name": row.employer
            or firms.get(row.company_id)
            or units.get(people[row.person_id].unit_id, ""),
            "certificates": [certificate_data(c) for c in papers[row.person_id]],
            "workload": asdict(loads[row.person_id]),
            "may_manage": manages(actor, row.region_id),
        }
        for row in rows
    ]


def certificate_data(row: Certificate) -> Data:
    """Return a paper and how long it still holds."""
    today = clock.today()
    state = expiry_state(row.expires_on, today, words()["expiry_days"])
    return _plain(row, (*_CERTIFICATE, *_DAYS)) | {
        "good": holds_on(row, today),
        "state": "revoked" if row.revoked_on else state,
        "left_days": (row.expires_on - today).days if row.expires_on else None,
    }


def expert_detail(actor: Actor, row: Expert) -> Data:
    """Return one expert with recusals and work; ratings and fees for those who manage."""
    (data,) = experts_data(actor, [row])
    may = manages(actor, row.region_id)
    since, until = period(clock.today())
    known = services(actor, [row.person_id], since, until)
    noted = entries(actor, [row.person_id], since, until)
    rated = [e.rating for e in noted if e.rating]
    return data | {
        "recusals": recusals_data(recusals_of([row.person_id])),
        "services": _services(known),
        "engagements": _engagements(known, noted, may),
        "rating": mean(rated) if may else None,
        "rated": len(rated) if may else None,
    }


def _services(known: Sequence[Service]) -> list[Data]:
    units = names_of(Unit, (one.unit_id for one in known))
    return [asdict(one) | {"unit_name": units.get(one.unit_id)} for one in known]


def _engagements(known: Sequence[Service], noted: Sequence[Engagement], may: bool) -> list[Data]:
    """Return entries; those beside a visit only where the visit itself may be seen."""
    seen = {one.source_id for one in known}
    shown = [row for row in noted if row.source_id is None or row.source_id in seen]
    units = names_of(Unit, (row.unit_id for row in shown))
    return [engagement_data(row, may) | {"unit_name": units.get(row.unit_id)} for row in shown]


def engagement_data(row: Engagement, may: bool) -> Data:
    """Return an entry; fee and rating for those who manage."""
    data = _plain(row, _ENGAGEMENT)
    if not may:
        return data | {"fee": None, "rating": None, "rating_note": "", "rated_at": None}
    return data | {
        "fee": row.fee,
        "rating": row.rating,
        "rating_note": row.rating_note,
        "rated_at": clock.to_ms(row.rated_at) if row.rated_at else None,
    }


def recusals_of(person_ids: Collection[str]) -> list[Recusal]:
    """Return every recusal of people, withdrawn ones too, the newest first."""
    query = select(Recusal).where(Recusal.person_id.in_(sorted(person_ids)))
    return list(db.session.scalars(query.order_by(Recusal.declared_at.desc(), Recusal.id)))


def recusals_data(rows: Sequence[Recusal]) -> list[Data]:
    """Return recusals with the names of what they are about and who said so."""
    units = names_of(Unit, (row.unit_id for row in rows))
    regions = names_of(Region, (row.region_id for row in rows))
    firms = names_of(Company, (row.company_id for row in rows))
    people = names_of(Person, (p for row in rows for p in (row.declared_by, row.withdrawn_by)))
    return [
        _plain(row, _RECUSAL)
        | {
            "place_name": units.get(row.unit_id)
            or regions.get(row.region_id)
            or firms.get(row.company_id),
            "declared_by_name": people.get(row.declared_by),
            "declared_at": clock.to_ms(row.declared_at),
            "withdrawn_by_name": people.get(row.withdrawn_by),
            "withdrawn_at": clock.to_ms(row.withdrawn_at) if row.withdrawn_at else None,
        }
        for row in rows
    ]


def company_data(actor: Actor, row: Company) -> Data:
    """Return a company; its telephone for those who manage."""
    may = manages(actor, row.region_id)
    return _plain(row, _COMPANY) | {"phone": row.phone if may else "", "may_manage": may}


def company_detail(actor: Actor, row: Company) -> Data:
    """Return a company with its people, contracts and, for those who manage, reviews."""
    may = manages(actor, row.region_id)
    contracts = db.session.scalars(
        select(Contract).where(Contract.company_id == row.id).order_by(Contract.starts_on.desc())
    ).all()
    people = db.session.execute(
        select(Person.id, Person.name, Expert.title)
        .join(Expert, Expert.person_id == Person.id)
        .where(Expert.company_id == row.id, Expert.active)
        .order_by(Person.name, Person.id)
    )
    units = names_of(Unit, (c.client_unit_id for c in contracts))
    return company_data(actor, row) | {
        "people": [{"id": key, "name": name, "title": title} for key, name, title in people],
        "contracts": [
            contract_data(c, may) | {"client_name": units.get(c.client_unit_id)} for c in contracts
        ],
        "reviews": reviews_data(actor, row.id) if may else [],
    }


def contract_data(row: Contract, may: bool) -> Data:
    """Return a contract; its fee for those who manage."""
    today = clock.today()
    running = row.starts_on <= today <= row.ends_on
    return _plain(row, _CONTRACT) | {"fee": row.fee if may else None, "running": running}


def reviews_data(actor: Actor, company_id: str) -> list[Data]:
    """Return the reviews of a company, the newest first."""
    query = select(QualityReview).where(QualityReview.company_id == company_id)
    rows = db.session.scalars(query.order_by(QualityReview.created_at.desc(), QualityReview.id))
    return [review_data(actor, row) for row in rows]


def review_data(actor: Actor, row: QualityReview) -> Data:
    """Return a review with its sample; a finding that may not be seen is told by its id alone."""
    ids = [entry["hazard_id"] for entry in row.sample]
    seen = db.session.scalars(visible_hazards(actor).where(Hazard.id.in_(ids)))
    hazards = {one.id: one for one in seen}
    held, judged = confirmed(row.sample)
    return _plain(row, ("id", "contract_id", "state", "score", "reasons", "candidates", "rev")) | {
        "reviewer_name": names_of(Person, [row.reviewer_id]).get(row.reviewer_id),
        "created_at": clock.to_ms(row.created_at),
        "finished_at": clock.to_ms(row.finished_at) if row.finished_at else None,
        "confirmed": held,
        "judged": judged,
        "sample": [entry | _finding(hazards.get(entry["hazard_id"])) for entry in row.sample],
    }


def _finding(hazard: Hazard | None) -> Data:
    if hazard is None:
        return {"number": None, "title": None}
    return {"number": hazard.number, "title": hazard.title}


def opinions_data(actor: Actor, rows: Sequence[Opinion]) -> list[Data]:
    """Return opinions with names and whether they are one's own to write on."""
    people = names_of(Person, (row.author_id for row in rows))
    units = names_of(Unit, (row.unit_id for row in rows))
    return [
        _plain(row, _OPINION)
        | {
            "author_name": people.get(row.author_id),
            "unit_name": units.get(row.unit_id),
            "written_at": clock.to_ms(row.written_at),
            "signed_at": clock.to_ms(row.signed_at) if row.signed_at else None,
            "withdrawn_at": clock.to_ms(row.withdrawn_at) if row.withdrawn_at else None,
            "own": row.author_id == actor.user_id,
        }
        for row in rows
    ]
