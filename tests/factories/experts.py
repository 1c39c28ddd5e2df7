"""People of the pool, their papers and what they stand aside from."""

from datetime import date
from typing import Any

from server.experts.models import Certificate, Company, Contract, Expert, Recusal
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from server.org.models import Person, Region, Unit


def _kept(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def make_expert(person: Person, region: Region, **given: Any) -> Expert:
    """Somebody in the pool of a region."""
    values: dict[str, Any] = {"kind": "expert", "fields": ["fire"], "created_at": clock.now()}
    return _kept(Expert(person_id=person.id, region_id=region.id, **values | given))


def make_certificate(person: Person, kind: str = "officer", **given: Any) -> Certificate:
    """A paper, good for the year."""
    values: dict[str, Any] = {
        "id": new_id(),
        "number": "浙执-0001",
        "expires_on": date(2027, 6, 30),
    }
    return _kept(Certificate(person_id=person.id, kind=kind, **values | given))


def make_recusal(person: Person, **given: Any) -> Recusal:
    """A reason to stand aside; name unit_id, region_id or company_id."""
    values: dict[str, Any] = {
        "id": new_id(),
        "kind": "relation",
        "declared_by": person.id,
        "declared_at": clock.now(),
    }
    return _kept(Recusal(person_id=person.id, **values | given))


def make_company(region: Region, **given: Any) -> Company:
    """A third party."""
    values: dict[str, Any] = {
        "id": new_id(),
        "name": "安评技术公司",
        "created_at": clock.now(),
    }
    return _kept(Company(region_id=region.id, **values | given))


def make_contract(company: Company, client: Unit | None = None, **given: Any) -> Contract:
    """A contract of this year, with the bureau or with a unit."""
    values: dict[str, Any] = {
        "id": new_id(),
        "title": "年度安全评估",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "client_unit_id": client.id if client else None,
    }
    return _kept(Contract(company_id=company.id, **values | given))
