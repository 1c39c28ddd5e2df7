"""Reading what was asked on the spot, and how often tags were scanned, as the actor may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, or_, select

from server.access.rules import Actor, Permission
from server.inspections.models import Inspection
from server.inspections.queries import visible_inspections
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.locations.models import Asset
from server.org.queries import searched
from server.presence.answers import chosen, is_unseen
from server.presence.models import PlaceFact, Scan

LATEST = 30


@dataclass
class Hits:
    """What came of a question: how often it was answered, and how."""

    same: int = 0
    differs: int = 0
    unseen: int = 0
    people: set[str] = field(default_factory=set)
    last_at: datetime | None = None


def visible_facts(
    actor: Actor,
    *,
    unit_id: str | None = None,
    target_id: str | None = None,
    active: bool | None = None,
    q: str | None = None,
) -> Select[PlaceFact]:
    """Select the questions of places where the actor plans inspections."""
    regions = actor.regions_with(Permission.ASSIGNMENTS_MANAGE)
    units = actor.units_with(Permission.ASSIGNMENTS_MANAGE)
    reach = or_(PlaceFact.region_id.in_(sorted(regions)), PlaceFact.unit_id.in_(sorted(units)))
    query = select(PlaceFact).where(reach)
    for column, value in (
        (PlaceFact.unit_id, unit_id),
        (PlaceFact.target_id, target_id),
        (PlaceFact.active, active),
    ):
        if value is not None:
            query = query.where(column == value)
    return searched(query, q, PlaceFact.ask)


def get_fact(actor: Actor, fact_id: str) -> PlaceFact:
    """Return one question."""
    fact = db.session.scalars(visible_facts(actor).where(PlaceFact.id == fact_id)).one_or_none()
    if fact is None:
        raise NotFound()
    return fact


def hits_of(fact_ids: Sequence[str]) -> dict[str, Hits]:
    """Return what came of questions."""
    query = select(Scan).where(Scan.fact_id.in_(fact_ids), Scan.answer.is_not(None))
    found: dict[str, Hits] = {}
    for scan in db.session.scalars(query.order_by(Scan.at)):
        hits = found.setdefault(str(scan.fact_id), Hits())
        hits.same += scan.verdict == "same"
        hits.differs += scan.verdict == "differs"
        hits.unseen += is_unseen(scan.answer or "")
        hits.people.add(scan.person_id)
        hits.last_at = scan.at
    return found


def unanswered(inspection: Inspection, scans: Sequence[Scan]) -> dict[str, PlaceFact]:
    """Return, by what was scanned, the question that was drawn there and that nobody answered."""
    answered = {scan.fact_id for scan in scans if scan.answer}
    last = {scan.target_id: scan.at for scan in scans if scan.target_id}
    found: dict[str, PlaceFact] = {}
    for target_id, facts in _asked_at(list(last)).items():
        known = {fact.id: fact for fact in facts if fact.made_at <= last[target_id]}
        drawn = chosen(inspection.id, target_id, known)
        if drawn is not None and drawn not in answered:
            found[target_id] = known[drawn]
    return found


def _asked_at(targets: Sequence[str]) -> Mapping[str, list[PlaceFact]]:
    """Return the questions of places and things, those of things under their place as well."""
    inside = select(Asset.id, Asset.location_id).where(Asset.location_id.in_(targets))
    place_of = {row[0]: str(row[1]) for row in db.session.execute(inside)}
    wanted = {*targets, *place_of}
    query = select(PlaceFact).where(PlaceFact.target_id.in_(wanted), PlaceFact.active)
    found: dict[str, list[PlaceFact]] = {}
    for fact in db.session.scalars(query):
        for key in {fact.target_id, place_of.get(fact.target_id)} & set(targets):
            found.setdefault(str(key), []).append(fact)
    return found


def scans_of_tag(actor: Actor, code: str) -> list[Scan]:
    """Return the latest scans of a tag in inspections that the actor sees; answers are no scans."""
    seen = visible_inspections(actor).with_only_columns(Inspection.id)
    query = select(Scan).where(Scan.code == code, Scan.inspection_id.in_(seen))
    query = query.where(Scan.fact_id.is_(None))
    return list(db.session.scalars(query.order_by(Scan.at.desc(), Scan.id).limit(LATEST)))
