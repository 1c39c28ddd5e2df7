"""People who may be drawn: the two libraries, and whoever holds the role of one."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from sqlalchemy import func, select

from server.access.rules import Actor, Grant, Permission
from server.draws import certificates, history
from server.draws.certificates import run_out
from server.draws.choice import Choice
from server.draws.found import Found
from server.draws.rules import TooManyCandidates
from server.draws.units import MOST, SELF_CHECK, days_between, regions_of
from server.experts.queries import Pooled, PoolFilter, certificates_of, pool, recusals
from server.experts.rules import OWN_REGION
from server.inspections.models import Inspection, InspectionMember
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, RoleGrant, Unit
from server.org.queries import (
    get_unit,
    held_grants,
    permissions_of,
    subtree_ids,
    visible_people,
)

EXPERT, INSPECTOR = LIBRARIES = ("expert", "inspector")


@dataclass(frozen=True)
class _Member:
    id: str
    name: str
    title: str
    library: str
    region_id: str | None
    fields: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    run_out: frozenset[str] = frozenset()


def slots_of(actor: Actor, choice: Choice) -> list[Unit]:
    """Return the units that people are drawn for, in the order in which they were named."""
    return [get_unit(actor, unit_id) for unit_id in dict.fromkeys(choice.unit_ids)]


def find_people(actor: Actor, choice: Choice, slots: Sequence[Unit]) -> list[Found]:
    """Return everybody of the choice: with their facts, and where they may not be drawn."""
    today = clock.today()
    members = _members(actor, choice)
    ids = [member.id for member in members]
    rested = _since_duty(ids, today)
    found = {member.id: _found(member, rested.get(member.id)) for member in members}
    for member in members:
        gone = certificates.missing(choice, member.fields, member.library, member.run_out)
        found[member.id].out.extend(gone)
    _stand_aside(found, slots, today, own_region=choice.own_region)
    _need_right(found, slots, sealed=choice.sealed)
    for person_id, unit_id, why in history.repeated(actor, choice, ids, slots):
        found[person_id].bar(unit_id, why)
    return [found[key] for key in sorted(found)]


def _found(member: _Member, rested: int | None) -> Found:
    facts = {
        "library": member.library,
        "title": member.title,
        "fields": sorted(member.fields),
        "certificates": sorted(set(member.certificates)),
        "days_since_duty": rested,
    }
    return Found(member.id, member.name, facts)


def _members(actor: Actor, choice: Choice) -> list[_Member]:
    """Return everybody of the libraries who has what is asked for, or had it until it ran out."""
    reach = regions_of(choice)
    known = {one.person_id: _pooled(one) for one in pool(actor, PoolFilter(fields=choice.fields))}
    if not choice.fields and not choice.certificates:
        known = _holders(actor) | known
    libraries = choice.libraries or LIBRARIES
    there = [
        member
        for member in known.values()
        if member.library in libraries and (member.region_id is None or member.region_id in reach)
    ]
    if len(there) > MOST:
        raise TooManyCandidates(most=MOST)
    papers, today = certificates_of([one.id for one in there]), clock.today()
    learned = [replace(one, run_out=frozenset(run_out(papers[one.id], today))) for one in there]
    asked = set(choice.certificates)
    return [one for one in learned if asked <= {*one.certificates, *one.run_out}]


def _pooled(one: Pooled) -> _Member:
    papers = tuple(paper.kind for paper in one.certificates)
    return _Member(one.person_id, one.name, one.title, one.kind, one.region_id, one.fields, papers)


def _holders(actor: Actor) -> dict[str, _Member]:
    """Return who holds the role of an inspector or expert today, on whatever place."""
    today = clock.today()
    query = visible_people(actor).where(
        Person.active,
        Person.id.in_(select(RoleGrant.person_id).where(RoleGrant.role.in_(LIBRARIES))),
    )
    people = {row.id: row for row in db.session.scalars(query.limit(MOST + 1))}
    if len(people) > MOST:
        raise TooManyCandidates(most=MOST)
    homes = history.homes_of(people)
    found: dict[str, _Member] = {}
    for grant, role in held_grants(people, today):
        row = people[grant.person_id]
        if role.key in LIBRARIES:
            region = homes.get(row.id) or grant.region_id
            found[row.id] = _Member(row.id, row.name, row.title or "", role.key, region)
    return found


def _since_duty(person_ids: Collection[str], today: date) -> dict[str, int]:
    query = (
        select(InspectionMember.person_id, func.max(Inspection.submitted_at))
        .join(Inspection, Inspection.id == InspectionMember.inspection_id)
        .where(
            InspectionMember.person_id.in_(person_ids),
            Inspection.state == SUBMITTED,
            Inspection.mode != SELF_CHECK,
        )
        .group_by(InspectionMember.person_id)
    )
    return {key: days_between(at, today) for key, at in db.session.execute(query) if at}


def _stand_aside(
    found: Mapping[str, Found], slots: Sequence[Unit], today: date, *, own_region: bool
) -> None:
    """Bar whoever must stand aside; the own region only where that was asked."""
    told = recusals(found.keys(), [unit.id for unit in slots], today)
    for person_id, reasons in told.items():
        for reason in reasons:
            if own_region or reason.kind != OWN_REGION:
                found[person_id].bar(reason.unit_id, reason.kind)


def _need_right(found: Mapping[str, Found], slots: Sequence[Unit], *, sealed: bool) -> None:
    """Bar who may not inspect there; a sealed visit lends the right when it is opened."""
    if sealed or not slots:
        return
    held: dict[str, list[Grant]] = defaultdict(list)
    below = cache(subtree_ids)
    for grant, role in held_grants(found.keys(), clock.today()):
        reach = below(grant.region_id) if grant.region_id else frozenset()
        allowed = permissions_of(role)
        known = Grant(role.key, allowed, grant.unit_id, grant.region_id, reach)
        held[grant.person_id].append(known)
    for person_id, one in found.items():
        actor = Actor(person_id, one.name, tuple(held[person_id]))
        for unit in slots:
            if not actor.may(Permission.INSPECTIONS_CONDUCT, on=unit):
                one.bar(unit.id, "no-right")
