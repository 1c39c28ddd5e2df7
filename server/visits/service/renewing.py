"""
Packages go along with their unit: a new place, a moved tag, another edition of a checklist.

Whoever changes the unit does nothing for it. The team's own phones ask when they exchange, now and
then, and only what has changed is closed anew: with the same key, so that a phone that has fetched
the former package opens it as before, and the leader's code opens both.
"""

import hashlib
from dataclasses import dataclass

import orjson
from sqlalchemy import select, update

from server.kernel import clock
from server.kernel.db import db
from server.visits import cipher, rules
from server.visits.models import Visit, VisitPackage, VisitPerson
from server.visits.service import knowledge
from server.visits.service.packaging import content_of, tied_to

_TEAM = (rules.LEADER, rules.MEMBER)


@dataclass(frozen=True)
class Renewal:
    """What became of one package: the new bytes, or nothing when it still fits."""

    visit_id: str
    before: str
    sealed: bytes | None


def look_for_renewals(person_id: str) -> list[Renewal]:
    """Compare the packages that somebody waits for with their units; reads only."""
    query = (
        select(Visit, VisitPackage)
        .join(VisitPerson, VisitPerson.visit_id == Visit.id)
        .join(VisitPackage, VisitPackage.visit_id == Visit.id)
        .where(
            VisitPerson.person_id == person_id,
            VisitPerson.part.in_(_TEAM),
            Visit.state == rules.SEALED,
            Visit.released_at.is_(None),
            Visit.ends_at > clock.now(),
            VisitPackage.made_at <= clock.now() - rules.RENEWED,
        )
        .order_by(Visit.id)
    )
    return [_compared(visit, package) for visit, package in db.session.execute(query)]


def _compared(visit: Visit, package: VisitPackage) -> Renewal:
    tied = tied_to(visit)
    fresh = content_of(visit)
    kept = cipher.open_package(package.sealed, package.content_key, tied)
    is_same = kept == orjson.loads(orjson.dumps(fresh))
    sealed = None if is_same else cipher.close(fresh, package.content_key, tied)
    return Renewal(visit.id, package.sha256, sealed)


def renew(found: list[Renewal]) -> None:
    """Put the new packages in the place of the former ones, unless something came between."""
    for one in found:
        query = update(VisitPackage).where(
            VisitPackage.visit_id == one.visit_id, VisitPackage.sha256 == one.before
        )
        if one.sealed is None:
            db.session.execute(query.values(made_at=clock.now()))
        else:
            _replace(one, one.sealed)


def _replace(one: Renewal, sealed: bytes) -> None:
    visit = db.session.get(Visit, one.visit_id, with_for_update=True, populate_existing=True)
    package = db.session.get(VisitPackage, one.visit_id, populate_existing=True)
    if visit is None or package is None or package.sha256 != one.before:
        return
    if visit.state != rules.SEALED or visit.released_at is not None:
        return
    package.sealed, package.made_at = sealed, clock.now()
    package.sha256 = hashlib.sha256(sealed).hexdigest()
    visit.package_sha256, visit.package_size = package.sha256, len(sealed)
    knowledge.note(visit, "renewed", None, sha256=package.sha256)
