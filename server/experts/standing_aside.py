"""Who stands aside from which unit on a day, and why: what people declared and what is known."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, or_, select

from server.access.rules import UNIT_ROLES
from server.experts.models import Company, Contract, Expert, Recusal
from server.experts.rules import COMPANY_CLIENT, OWN_EMPLOYER, OWN_REGION, Reason, within
from server.experts.words import names, words
from server.kernel.db import db
from server.org.models import Person, Region, RoleGrant, Unit

#: roles that somebody holds at their own unit: who holds one works there as well
_AT_UNIT = tuple(sorted(UNIT_ROLES))
#: offices above counties look after all of them: below these levels, what lies below is one's own
_FAR = frozenset({"country", "province", "city"})


@dataclass(frozen=True)
class _Home:
    unit_ids: frozenset[str]
    region_id: str | None
    path: str | None
    company_id: str | None
    employer: str


@dataclass(frozen=True)
class _Place:
    id: str
    region_id: str
    path: str
    name: str


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

    Their own employers and own region are among the reasons (own-employer, own-region), so are
    units that their company works for or worked for lately (company-client). One may have several
    employers: that of the person, those where a role of the unit is held, and the one named in the
    pool. Nobody's permission is asked: callers draw and warn, they show nothing to the unit.
    """
    known = _Known(on, _homes(person_ids, on), _places(unit_ids))
    _learn_declared(known)
    _learn_clients(known)
    return {
        person: [reason for place in known.places for reason in _reasons(known, person, place)]
        for person in person_ids
    }


def _homes(person_ids: Collection[str], on: date) -> dict[str, _Home]:
    home = func.coalesce(Person.region_id, Unit.region_id)
    query = (
        select(Person.id, Person.unit_id, Region, Expert.company_id, Expert.employer)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .outerjoin(Region, Region.id == home)
        .outerjoin(Expert, Expert.person_id == Person.id)
        .where(Person.id.in_(sorted(person_ids)))
    )
    held = _posts(person_ids, on)
    return {
        person: _Home(
            frozenset(filter(None, (unit, *held[person]))),
            region.id if region else None,
            region.path if region and region.level not in _FAR else None,
            company,
            (employer or "").strip(),
        )
        for person, unit, region, company, employer in db.session.execute(query)
    }


def _posts(person_ids: Collection[str], on: date) -> dict[str, set[str]]:
    """Return at which units people hold a role of the unit on a day, or will."""
    held: dict[str, set[str]] = defaultdict(set)
    query = select(RoleGrant.person_id, RoleGrant.unit_id).where(
        RoleGrant.person_id.in_(sorted(person_ids)),
        RoleGrant.role.in_(_AT_UNIT),
        RoleGrant.unit_id.is_not(None),
        or_(RoleGrant.ends_on.is_(None), RoleGrant.ends_on >= on),
    )
    for person, unit in db.session.execute(query):
        held[person].add(str(unit))
    return held


def _places(unit_ids: Collection[str]) -> list[_Place]:
    query = (
        select(Unit.id, Unit.region_id, Region.path, Unit.name)
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
    if regions:
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
    if place.id in home.unit_ids or home.employer == place.name:
        yield Reason(OWN_EMPLOYER, place.id, "本人所在单位", "Own employer")
    if home.region_id == place.region_id or (home.path and place.path.startswith(home.path)):
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
