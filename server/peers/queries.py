"""Reading rounds: the office that plans sees all of its own, a region what concerns it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select

from server.access.rules import Actor, Permission
from server.campaigns.models import Assignment
from server.evidence.models import Photo
from server.hazards.models import Hazard, HazardPhoto
from server.inspections.models import Inspection
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Order, Page, page
from server.org.models import Person, Region, Unit
from server.org.queries import held_grants, permissions_of, subtree_ids
from server.peers.models import PeerFinding, PeerPairing, PeerReturn, PeerRound, PeerTarget
from server.peers.rules import DRAFT, MODE, PLANNED, ROLE, WITHDRAWN
from server.visits.models import Visit
from server.visits.queries import knowing
from server.visits.rules import OPENED, SEALED

T = TypeVar("T")
_ORDER = (Order(PeerRound.starts_on, descending=True), Order(PeerRound.id, descending=True))


@dataclass(frozen=True)
class Right:
    """Who asks, and where they may plan, plan sealed, and answer or send."""

    person_id: str
    plans: list[str]
    seals: list[str]
    replies: list[str]


def right_of(actor: Actor) -> Right:
    """Return the regions in which the actor may plan, plan sealed, and answer."""
    return Right(
        actor.user_id,
        sorted(actor.regions_with(Permission.PEERS_MANAGE)),
        sorted(actor.regions_with(Permission.VISITS_SEAL)),
        sorted(actor.regions_with(Permission.PEERS_REPLY)),
    )


def _planned_by(right: Right) -> ColumnElement[bool]:
    """A round is planned in its own region; one of sealed visits by who began it, and only so."""
    if not right.plans:
        return false()
    return and_(
        PeerRound.region_id.in_(right.plans),
        or_(
            PeerRound.announced.is_(True),
            and_(
                PeerRound.created_by == right.person_id,
                PeerRound.region_id.in_(right.seals),
            ),
        ),
    )


def _visited(*asked: ColumnElement[bool]) -> ColumnElement[bool]:
    """Some unit of the pairing has a sealed visit of which all that is asked holds."""
    return exists().where(
        PeerTarget.pairing_id == PeerPairing.id, PeerTarget.visit_id == Visit.id, *asked
    )


def is_told() -> ColumnElement[bool]:
    """
    Say whether a pairing is no secret any more.

    An announced one is told when its team is sent. Of sealed visits each is told when it arrives,
    by itself; that they belong together is told when none is left that could still be betrayed.
    """
    still = and_(
        Visit.arrived_at.is_(None), Visit.state.in_((SEALED, OPENED)), Visit.ends_at > clock.now()
    )
    arrived = _visited(Visit.arrived_at.is_not(None))
    return or_(PeerPairing.unsealed_at.is_not(None), and_(arrived, ~_visited(still)))


def _concerns(right: Right) -> ColumnElement[bool]:
    """A pairing concerns a region once it is told."""
    regions = or_(
        PeerPairing.guest_region_id.in_(right.replies),
        PeerPairing.home_region_id.in_(right.replies),
        PeerRound.region_id.in_(right.plans),
    )
    return and_(
        regions,
        is_told(),
        PeerPairing.state.not_in((PLANNED, WITHDRAWN)),
    )


def visible_rounds(actor: Actor) -> Select[PeerRound]:
    """Select the rounds that the actor may see."""
    right = right_of(actor)
    concerned = exists().where(PeerPairing.round_id == PeerRound.id, _concerns(right))
    shown = and_(PeerRound.state != DRAFT, concerned)
    return select(PeerRound).where(or_(_planned_by(right), shown))


def visible_pairings(actor: Actor) -> Select[PeerPairing]:
    """Select the pairings that the actor may see."""
    right = right_of(actor)
    shown = and_(PeerRound.state != DRAFT, _concerns(right))
    joined = select(PeerPairing).join(PeerRound, PeerRound.id == PeerPairing.round_id)
    return joined.where(or_(_planned_by(right), shown))


def plans(actor: Actor, one: PeerRound) -> bool:
    """Say whether the actor plans this round."""
    if not actor.may_in_region(Permission.PEERS_MANAGE, one.region_id):
        return False
    seals = actor.may_in_region(Permission.VISITS_SEAL, one.region_id)
    return one.announced or (seals and one.created_by == actor.user_id)


def list_rounds(
    actor: Actor, *, state: str | None = None, cursor: str | None = None, limit: int | None = None
) -> Page:
    """Return one page of rounds, the latest first."""
    query = visible_rounds(actor)
    if state is not None:
        query = query.where(PeerRound.state == state)
    return page(query, _ORDER, cursor=cursor, limit=limit)


def get_round(actor: Actor, round_id: str, *, for_update: bool = False) -> PeerRound:
    """Return one visible round."""
    return _one(visible_rounds(actor).where(PeerRound.id == round_id), for_update=for_update)


def get_pairing(actor: Actor, pairing_id: str, *, for_update: bool = False) -> PeerPairing:
    """Return one visible pairing."""
    query = visible_pairings(actor).where(PeerPairing.id == pairing_id)
    return _one(query, for_update=for_update)


def _one(query: Select[T], *, for_update: bool) -> T:
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = db.session.scalars(query).first()
    if row is None:
        raise NotFound()
    return row


def pairings_of(actor: Actor, round_id: str) -> list[PeerPairing]:
    """Return the pairings of a round that the actor sees, in the order of their regions' codes."""
    query = visible_pairings(actor).where(PeerPairing.round_id == round_id)
    ordered = query.join(Region, Region.id == PeerPairing.guest_region_id).order_by(Region.code)
    return list(db.session.scalars(ordered))


def told(pairing_id: str) -> bool:
    """Say whether a pairing is no secret any more."""
    query = select(PeerPairing.id).where(PeerPairing.id == pairing_id, is_told())
    return db.session.scalar(query) is not None


def targets_of(pairing_ids: Collection[str]) -> list[PeerTarget]:
    """Return the units of pairings."""
    query = select(PeerTarget).where(PeerTarget.pairing_id.in_(pairing_ids))
    return list(db.session.scalars(query.order_by(PeerTarget.pairing_id, PeerTarget.unit_id)))


def findings_of(pairing_id: str) -> list[tuple[PeerFinding, Hazard]]:
    """Return what was handed over, with the hazards, in the order of their numbers."""
    query = (
        select(PeerFinding, Hazard)
        .join(Hazard, Hazard.id == PeerFinding.hazard_id)
        .where(PeerFinding.pairing_id == pairing_id)
        .order_by(Hazard.number)
    )
    return [(finding, hazard) for finding, hazard in db.session.execute(query)]


def returns_of(pairing_id: str) -> list[tuple[PeerReturn, Assignment]]:
    """Return the return visits that were planned from a pairing."""
    query = (
        select(PeerReturn, Assignment)
        .join(Assignment, Assignment.id == PeerReturn.assignment_id)
        .where(PeerReturn.pairing_id == pairing_id)
        .order_by(Assignment.due_on, Assignment.id)
    )
    return [(one, task) for one, task in db.session.execute(query)]


def sealed_returns_of(actor: Actor, pairing_id: str) -> list[tuple[PeerReturn, Visit]]:
    """Return the return visits that have not arrived and whose plan the actor may read."""
    query = (
        select(PeerReturn, Visit)
        .join(Visit, Visit.assignment_id == PeerReturn.assignment_id)
        .where(PeerReturn.pairing_id == pairing_id, Visit.arrived_at.is_(None), knowing(actor))
        .order_by(Visit.opens_at, Visit.id)
    )
    return [(one, visit) for one, visit in db.session.execute(query)]


def pins_of(visit: Visit) -> dict[str, str]:
    """Return the versions that a round has pinned for one of its sealed visits."""
    if visit.mode != MODE:
        return {}
    query = (
        select(PeerRound.definitions)
        .join(PeerPairing, PeerPairing.round_id == PeerRound.id)
        .join(PeerTarget, PeerTarget.pairing_id == PeerPairing.id)
        .where(PeerTarget.visit_id == visit.id)
    )
    pinned = db.session.scalar(query) or {}
    return {key: pinned[key] for key in visit.checklist_keys if key in pinned}


def assignments_of(pairing_id: str) -> list[str]:
    """Return the tasks of a pairing."""
    return [one.assignment_id for one in targets_of([pairing_id]) if one.assignment_id]


def inspections_of(assignment_ids: Collection[str]) -> list[Inspection]:
    """Return the inspections that were made for tasks."""
    query = select(Inspection).where(Inspection.assignment_id.in_(assignment_ids))
    return list(db.session.scalars(query.order_by(Inspection.started_at, Inspection.id)))


def hazards_of(assignment_ids: Collection[str]) -> list[Hazard]:
    """Return the hazards that submitted inspections of tasks have found."""
    inspected = select(Inspection.id).where(
        Inspection.assignment_id.in_(assignment_ids), Inspection.state == SUBMITTED
    )
    query = select(Hazard).where(Hazard.inspection_id.in_(inspected))
    return list(db.session.scalars(query.order_by(Hazard.number)))


def photos_of_hazard(hazard_id: str) -> set[str]:
    """Return the photos of a hazard."""
    query = select(HazardPhoto.photo_id).where(HazardPhoto.hazard_id == hazard_id)
    return set(db.session.scalars(query))


def taken_for(actor: Actor, hazard_id: str, photo_ids: Collection[str]) -> list[Photo]:
    """Return those of the photos that the actor has taken for a hazard."""
    query = select(Photo).where(
        Photo.id.in_(sorted(photo_ids)),
        Photo.hazard_id == hazard_id,
        Photo.author_id == actor.user_id,
        Photo.state.in_(("expected", "stored")),
    )
    return list(db.session.scalars(query.order_by(Photo.id)))


def earlier_rounds(actor: Actor, before: PeerRound) -> list[list[tuple[str, str]]]:
    """
    Return the pairs of the other rounds that a region has held, the newest first.

    Only those that the actor sees: to bar the pairs of somebody's secret round would tell of it.
    """
    query = visible_rounds(actor).where(
        PeerRound.region_id == before.region_id,
        PeerRound.state != DRAFT,
        PeerRound.id != before.id,
    )
    rounds = db.session.scalars(query.order_by(PeerRound.starts_on.desc(), PeerRound.id.desc()))
    return [
        sorted((row.guest_region_id, row.home_region_id) for row in pairings_of(actor, one.id))
        for one in rounds.all()
    ]


def pairs_of(round_id: str) -> list[tuple[str, str]]:
    """Return (guest, home) of a round."""
    query = select(PeerPairing.guest_region_id, PeerPairing.home_region_id).where(
        PeerPairing.round_id == round_id
    )
    return sorted((guest, home) for guest, home in db.session.execute(query))


def people_in(region_id: str) -> list[Person]:
    """Return who may be sent from a region: at home there, with a role of their own to inspect."""
    regions = subtree_ids(region_id)
    units = select(Unit.id).where(Unit.region_id.in_(regions))
    query = select(Person).where(
        Person.active,
        Person.username.is_not(None),
        or_(Person.region_id.in_(regions), Person.unit_id.in_(units)),
    )
    people = db.session.scalars(query.order_by(Person.name, Person.id)).all()
    fit = inspecting([one.id for one in people])
    return [one for one in people if one.id in fit]


def inspecting(person_ids: Collection[str]) -> set[str]:
    """
    Return those of *person_ids* whose own roles let them inspect over a region.

    No pass counts, nor what a head or a safety officer may do in the own unit, nor a guest's role.
    """
    held = held_grants(person_ids, clock.today())
    return {
        grant.person_id
        for grant, role in held
        if grant.region_id is not None
        and role.key != ROLE
        and Permission.INSPECTIONS_CONDUCT in permissions_of(role)
    }


def staffed(region_ids: Collection[str]) -> set[str]:
    """Return those regions in which somebody is at home who may be sent."""
    place = func.coalesce(Person.region_id, Unit.region_id)
    query = (
        select(Person.id, Region.path)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .join(Region, Region.id == place)
        .where(Person.active, Person.username.is_not(None))
        .where(or_(*(Region.path.contains(f"/{one}/") for one in sorted(region_ids))))
    )
    found = {row[0]: row[1] for row in db.session.execute(query)}
    fit = inspecting(list(found))
    return {one for one in region_ids if any(f"/{one}/" in found[person] for person in fit)}


def units_in(region_id: str) -> Sequence[Unit]:
    """Return the active units of a region."""
    regions = subtree_ids(region_id)
    query = select(Unit).where(Unit.active, Unit.region_id.in_(regions))
    return db.session.scalars(query.order_by(Unit.name, Unit.id)).all()


def teams_of(actor: Actor, person_ids: Collection[str], row: PeerPairing) -> dict[str, list[str]]:
    """
    Return the other rounds for which people are on their way within a pairing's window.

    Only what the actor sees is told: a team of sealed visits is nobody else's business.
    """
    if row.starts_at is None or row.ends_at is None or not person_ids:
        return {}
    query = visible_pairings(actor).where(
        PeerPairing.id != row.id,
        PeerPairing.state.not_in((WITHDRAWN,)),
        PeerPairing.starts_at < row.ends_at,
        PeerPairing.ends_at > row.starts_at,
    )
    found: dict[str, list[str]] = {}
    for other, name in db.session.execute(query.add_columns(PeerRound.name)):
        for person in set(other.member_ids) & set(person_ids):
            found.setdefault(person, []).append(name)
    return found
