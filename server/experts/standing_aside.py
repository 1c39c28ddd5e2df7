"""Who stands aside from which unit on a day, and why: what people declared and what is known."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from server.experts.models import Company, Contract, Expert, Recusal
from server.experts.rules import COMPANY_CLIENT, OWN_EMPLOYER, OWN_REGION, Reason, within
from server.experts.words import names, words
from server.kernel.db import db
from server.org.models import Person, Region, Unit


@dataclass(frozen=True)
class _Home:
    unit_id: str | None
    region_id: str | None
    company_id: str | None


@dataclass(frozen=True)
class _Place:
    id: str
    region_id: str
    path: str


@dataclass
class _Known:
    """What is looked up once for all people and units."""

    day: date
    homes: dict[str, _Home]
    places: list[_Place]
    declared: dict[str, list[Recusal]] = field(default_factory=dict)
    region_paths: dict[str, str] = field(default_factory=dict)
    clients: dict[str, set[str]] = field(default_factory=dict)
    company_names: dict[str, str] = field(default_factory=dict)


def recusals(
    person_ids: Collection[str], unit_ids: Collection[str], on: date
) -> dict[str, list[Reason]]:
    """
    Return for each person why they stand aside from which of the units on a day.

    Their own employer and own region are among the reasons (own-employer, own-region), so are
    units that their company works for or worked for lately (company-client). Nobody's permission
    is asked: callers draw and warn, they show nothing of it to the unit.
    """
    known = _Known(on, _homes(person_ids), _places(unit_ids))
    _learn_declared(known)
    _learn_clients(known)
    return {
        person: [reason for place in known.places for reason in _reasons(known, person, place)]
        for person in person_ids
    }


def _homes(person_ids: Collection[str]) -> dict[str, _Home]:
    query = (
        select(Person.id, Person.unit_id, Person.region_id, Expert.company_id)
        .outerjoin(Expert, Expert.person_id == Person.id)
        .where(Person.id.in_(sorted(person_ids)))
    )
    return {row[0]: _Home(row[1], row[2], row[3]) for row in db.session.execute(query)}


def _places(unit_ids: Collection[str]) -> list[_Place]:
    query = (
        select(Unit.id, Unit.region_id, Region.path)
        .join(Region, Region.id == Unit.region_id)
        .where(Unit.id.in_(sorted(unit_ids)))
        .order_by(Unit.id)
    )
    return [_Place(*row) for row in db.session.execute(query)]


def _learn_declared(known: _Known) -> None:
    query = select(Recusal).where(
        Recusal.person_id.in_(sorted(known.homes)), Recusal.withdrawn_at.is_(None)
    )
    found: dict[str, list[Recusal]] = defaultdict(list)
    for row in db.session.scalars(query.order_by(Recusal.declared_at, Recusal.id)):
        if within(row.since, row.until, known.day):
            found[row.person_id].append(row)
    known.declared = found
    regions = {row.region_id for rows in found.values() for row in rows if row.region_id}
    paths = select(Region.id, Region.path).where(Region.id.in_(sorted(regions)))
    known.region_paths = {key: path for key, path in db.session.execute(paths)}  # noqa: C416


def _learn_clients(known: _Known) -> None:
    companies = {home.company_id for home in known.homes.values() if home.company_id}
    companies |= {r.company_id for rows in known.declared.values() for r in rows if r.company_id}
    if not companies or not known.places:
        return
    past = known.day - timedelta(days=words()["past_contract_days"])
    query = select(Contract.company_id, Contract.client_unit_id, Company.name).join(
        Company, Company.id == Contract.company_id
    )
    ours = Contract.client_unit_id.in_([place.id for place in known.places])
    lately = (Contract.starts_on <= known.day) & (Contract.ends_on >= past)
    for company, unit, name in db.session.execute(
        query.where(Contract.company_id.in_(sorted(companies)), ours, lately)
    ):
        known.clients.setdefault(company, set()).add(str(unit))
        known.company_names[company] = name


def _reasons(known: _Known, person: str, place: _Place) -> Iterator[Reason]:
    home = known.homes.get(person)
    if home is None:
        return
    if home.unit_id == place.id:
        yield Reason(OWN_EMPLOYER, place.id, "本人所在单位", "Own employer")
    if home.region_id == place.region_id:
        yield Reason(OWN_REGION, place.id, "本人所在地区", "Own region")
    if home.company_id and place.id in known.clients.get(home.company_id, ()):
        name = known.company_names[home.company_id]
        zh, en = f"所在机构（{name}）与该单位有合同", f"Own company ({name}) works for this unit"
        yield Reason(COMPANY_CLIENT, place.id, zh, en)
    yield from (
        _declared(row, place)
        for row in known.declared.get(person, ())
        if _concerns(known, row, place)
    )


def _concerns(known: _Known, row: Recusal, place: _Place) -> bool:
    if row.unit_id is not None:
        return row.unit_id == place.id
    if row.region_id is not None:
        path = known.region_paths.get(row.region_id)
        return path is not None and place.path.startswith(path)
    return place.id in known.clients.get(row.company_id or "", ())


def _declared(row: Recusal, place: _Place) -> Reason:
    name = names("recusals")[row.kind]
    return Reason(
        row.kind, place.id, f"申报回避：{name['zh']}", f"Declared: {name['en']}", recusal_id=row.id
    )


def units_of(reasons: Sequence[Reason]) -> set[str]:
    """Return the units that reasons are about."""
    return {reason.unit_id for reason in reasons}
