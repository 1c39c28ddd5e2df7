"""Who takes part in a visit, whether they may, and what lends them the right to."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select

from server.access.rules import Actor, Permission, UnitLike
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person, Unit
from server.org.passes import Source, give_pass, passes_of, revoke_passes
from server.org.queries import actor_of
from server.visits import rules
from server.visits.models import Visit, VisitPerson

LENT_ROLE = "guest"


def require_team(person_ids: Iterable[str], unit: Unit) -> None:
    """Raise unless everybody inspects somewhere and nobody belongs to the unit."""
    if found := unfit(person_ids, unit):
        raise rules.VisitPersonUnfit(people=sorted(found))


def unfit(person_ids: Iterable[str], unit: Unit) -> set[str]:
    """Return those who are gone, inspect nowhere, or belong to the unit."""
    wanted = set(person_ids)
    query = select(Person).where(Person.id.in_(wanted), Person.active)
    return wanted - {person.id for person in db.session.scalars(query) if _is_fit(person, unit)}


def _is_fit(person: Person, unit: Unit) -> bool:
    actor = actor_of(person)
    lent = {row.unit_id for row, _ in passes_of(person.id)}
    held = {grant.unit_id for grant in actor.grants if grant.unit_id} - lent
    is_of_unit = person.unit_id == unit.id or unit.id in held
    return actor.inspects_a_region() and not is_of_unit


def require_knower(person_id: str, region_ids: Iterable[str]) -> Person:
    """Return somebody who may plan sealed visits in one of the regions."""
    person = db.session.get(Person, person_id)
    if person is not None and person.active:
        known = actor_of(person)
        if any(known.may_in_region(Permission.VISITS_SEAL, region) for region in region_ids):
            return person
    raise rules.VisitKnowerUnfit()


def set_team(visit: Visit) -> None:
    """Write down leader and members; who is no longer one of them stays as a former one."""
    parts = (rules.LEADER, rules.MEMBER)
    before = set(people_of(visit.id, parts))
    db.session.execute(
        delete(VisitPerson).where(VisitPerson.visit_id == visit.id, VisitPerson.part.in_(parts))
    )
    add_part(visit.id, visit.leader_id, rules.LEADER)
    for member in visit.member_ids:
        add_part(visit.id, member, rules.MEMBER)
    for gone in sorted(before - {visit.leader_id, *visit.member_ids}):
        add_part(visit.id, gone, rules.FORMER)


def add_part(visit_id: str, person_id: str, part: str) -> bool:
    """Give somebody a part; False when they had it already."""
    if db.session.get(VisitPerson, (person_id, visit_id, part)) is not None:
        return False
    db.session.add(VisitPerson(person_id=person_id, visit_id=visit_id, part=part))
    db.session.flush()
    return True


def people_of(visit_id: str, parts: Iterable[str]) -> list[str]:
    """Return who has one of these parts."""
    query = select(VisitPerson.person_id).where(
        VisitPerson.visit_id == visit_id, VisitPerson.part.in_(list(parts))
    )
    return sorted(set(db.session.scalars(query)))


def knower_ids(visit: Visit) -> list[str]:
    """Return the planners who were told."""
    return people_of(visit.id, (rules.KNOWER,))


def team_of(visit: Visit) -> list[str]:
    """Return the leader and the members."""
    return [visit.leader_id, *visit.member_ids]


def lend_rights(visit: Visit, ends_at: datetime) -> None:
    """Lend whoever of the team has no right in the unit one, from now on to *ends_at*."""
    now = clock.now()
    unit = db.session.get_one(Unit, visit.unit_id)
    source = Source("visit", visit.id)
    for person_id in team_of(visit):
        revoke_passes(source, person_id=person_id)
        person = db.session.get(Person, person_id)
        if person is None or not person.active or holds_right(person, unit):
            continue
        if ends_at > now:
            give_pass(source, person_id, visit.unit_id, now, ends_at, role=LENT_ROLE)


def holds_right(person: Person, unit: UnitLike) -> bool:
    """Say whether somebody may inspect the unit just now."""
    return person.active and actor_of(person).may(Permission.INSPECTIONS_CONDUCT, on=unit)


def end_rights(visit: Visit) -> None:
    """Take back what was lent."""
    revoke_passes(Source("visit", visit.id))


def actor_now(actor: Actor) -> Actor:
    """Return the actor with what has just been lent to them."""
    return actor_of(db.session.get_one(Person, actor.user_id))
