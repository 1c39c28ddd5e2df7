"""Reading inspections: who sees which, their answers, and what the checklist engine needs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from server.access.rules import Actor, Permission
from server.checklists.rules import (
    Answers,
    Context,
    Definition,
    Line,
    Score,
    answer_key,
    lines,
    score,
)
from server.checklists.rules.shapes import Place
from server.definitions.models import DefinitionVersion
from server.definitions.queries import definition
from server.evidence.models import Photo
from server.inspections.models import (
    Answer,
    AnswerConflict,
    Hand,
    Inspection,
    InspectionMember,
    InspectionPart,
    JointPerson,
    Signature,
)
from server.inspections.rules import SUBMITTED
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Order, Page, page
from server.kernel.text import search_forms
from server.locations.models import Asset, Location
from server.org.ended import closed_units
from server.org.models import Unit
from server.org.queries import searched

ZONE = ZoneInfo("Asia/Shanghai")
_ORDER = (Order(Inspection.started_at, descending=True), Order(Inspection.id, descending=True))


@dataclass(frozen=True)
class InspectionFilter:
    """What a list of inspections may be narrowed by; None asks nothing."""

    unit_id: str | None = None
    checklist_key: str | None = None
    state: str | None = None
    mode: str | None = None
    assignment_id: str | None = None
    member_id: str | None = None
    started_from: date | None = None
    started_to: date | None = None
    q: str | None = None


def _own(person_id: str) -> ColumnElement[bool]:
    members = select(InspectionMember.inspection_id).where(InspectionMember.person_id == person_id)
    return Inspection.id.in_(members)


def _still_own(actor: Actor) -> ColumnElement[bool]:
    """One's own inspections, but for those at units that an ended pass had opened."""
    closed = closed_units(actor)
    own = _own(actor.user_id)
    return and_(own, Inspection.unit_id.not_in(sorted(closed))) if closed else own


def visible_inspections(actor: Actor) -> Select[Inspection]:
    """Select the actor's own inspections, and submitted ones where the actor may read them."""
    regions = actor.regions_with(Permission.INSPECTIONS_READ)
    units = actor.units_with(Permission.INSPECTIONS_READ)
    place = or_(
        Inspection.region_id.in_(sorted(regions)) if regions else false(),
        Inspection.unit_id.in_(sorted(units)) if units else false(),
    )
    readable = and_(Inspection.state == SUBMITTED, place)
    return select(Inspection).where(or_(readable, _still_own(actor)))


def get_inspection(actor: Actor, inspection_id: str, *, for_update: bool = False) -> Inspection:
    """Return one visible inspection, locked when it is about to change."""
    query = visible_inspections(actor).where(Inspection.id == inspection_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    inspection = db.session.scalars(query).first()
    if inspection is None:
        raise NotFound()
    return inspection


def locked(inspection_ids: Collection[str]) -> dict[str, Inspection]:
    """Return inspections by id, locked in the order of their ids so that two pushes never cross."""
    query = select(Inspection).where(Inspection.id.in_(inspection_ids)).order_by(Inspection.id)
    query = query.with_for_update().execution_options(populate_existing=True)
    return {row.id: row for row in db.session.scalars(query)}


def conditions(wanted: InspectionFilter) -> list[ColumnElement[bool]]:
    """Return what a filter asks, as conditions."""
    asked: list[ColumnElement[bool]] = [
        getattr(Inspection, name) == value
        for name in ("unit_id", "checklist_key", "state", "mode", "assignment_id")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.member_id is not None:
        asked.append(_own(wanted.member_id))
    if wanted.started_from is not None:
        asked.append(Inspection.started_at >= clock.midnight(wanted.started_from))
    if wanted.started_to is not None:
        asked.append(Inspection.started_at < clock.midnight(clock.shifted(wanted.started_to, 1)))
    if wanted.q:
        asked.append(_search(wanted.q.strip()))
    return asked


def _search(text: str) -> ColumnElement[bool]:
    named = searched(select(Unit.id), text, Unit.name)
    titled = searched(select(DefinitionVersion.hash), text, DefinitionVersion.title_zh)
    return or_(
        *(Inspection.number.icontains(form, autoescape=True) for form in search_forms(text)),
        Inspection.unit_id.in_(named),
        Inspection.definition.in_(titled),
    )


def list_inspections(
    actor: Actor, wanted: InspectionFilter, *, cursor: str | None = None, limit: int | None = None
) -> Page:
    """Return one page of inspections, newest first."""
    query = visible_inspections(actor).where(*conditions(wanted))
    return page(query, _ORDER, cursor=cursor, limit=limit)


def answers_of(inspection_id: str) -> list[Answer]:
    """Return the answers of an inspection."""
    query = select(Answer).where(Answer.inspection_id == inspection_id)
    return list(db.session.scalars(query.order_by(Answer.target_id, Answer.item_key)))


def values_of(answers: Sequence[Answer]) -> dict[str, dict[str, Any]]:
    """Return the bare values as the checklist engine reads them."""
    return {
        answer_key(answer.target_id, answer.item_key): {
            name: field["v"] for name, field in answer.fields.items()
        }
        for answer in answers
    }


def photos_of(inspection_id: str) -> list[Photo]:
    """Return the photos taken in an inspection, in their order; removed ones are gone."""
    query = select(Photo).where(Photo.inspection_id == inspection_id, Photo.in_inspection)
    ordered = query.where(Photo.state != "removed").order_by(Photo.taken_at, Photo.id)
    return list(db.session.scalars(ordered))


def by_line(photos: Iterable[Photo]) -> dict[str, list[Photo]]:
    """Return the photos that prove an answer, whether it was given before or after the find."""
    found: dict[str, list[Photo]] = {}
    for photo in photos:
        if photo.item_key is not None and photo.purpose in ("answer", "found"):
            found.setdefault(answer_key(photo.target_id or "", photo.item_key), []).append(photo)
    return found


def photo_counts(inspection_id: str) -> dict[str, int]:
    """Count the photos that prove each answer; one whose bytes were lost proves nothing."""
    usable = (photo for photo in photos_of(inspection_id) if photo.state != "lost")
    return {key: len(photos) for key, photos in by_line(usable).items()}


def signatures_of(inspection_id: str) -> list[Signature]:
    """Return the signatures in the order in which they were given."""
    query = select(Signature).where(Signature.inspection_id == inspection_id)
    return list(db.session.scalars(query.order_by(Signature.signed_at, Signature.id)))


def proves_refusal(inspection_id: str, photo_id: str) -> bool:
    """Say whether a refusal to sign names the photo."""
    return any(photo_id in row.photo_ids for row in signatures_of(inspection_id))


def record_signatures(inspection_id: str) -> list[Signature]:
    """Return the signatures under the record; one that answers an item speaks for that item."""
    signed = [row for row in signatures_of(inspection_id) if row.item_key is None]
    if not signed:
        return []
    values = (answer.fields.get("v", {}).get("v") for answer in answers_of(inspection_id))
    named = {value for value in values if isinstance(value, str)}
    return [row for row in signed if row.id not in named]


def marks_elsewhere(inspection_id: str) -> list[str]:
    """Name the marks that inspectors left on a colleague's phone, under record and papers."""
    query = select(Hand.id).where(Hand.inspection_id == inspection_id)
    return list(db.session.scalars(query.order_by(Hand.id)))


def conflicts_of(inspection_id: str) -> list[AnswerConflict]:
    """Return the contradictions of an inspection."""
    query = select(AnswerConflict).where(AnswerConflict.inspection_id == inspection_id)
    return list(db.session.scalars(query.order_by(AnswerConflict.id)))


def parts_of(inspection_id: str) -> list[InspectionPart]:
    """Return who takes on which part."""
    query = select(InspectionPart).where(InspectionPart.inspection_id == inspection_id)
    return list(db.session.scalars(query.order_by(InspectionPart.part)))


def joint_of(inspection_id: str) -> list[JointPerson]:
    """Return the people of other agencies, in the order in which they were named."""
    query = select(JointPerson).where(JointPerson.inspection_id == inspection_id)
    return list(db.session.scalars(query.order_by(JointPerson.added_at, JointPerson.id)))


def targets_of(targets: Mapping[str, Sequence[str]]) -> dict[str, Place]:
    """Return the facts of the places and devices that an inspection is made at, with their way."""
    locations = select(Location).where(Location.id.in_(targets.get("location", ())))
    devices = (
        select(Asset, Location)
        .outerjoin(Location, Asset.location_id == Location.id)
        .where(Asset.id.in_(targets.get("asset", ())))
    )
    places: dict[str, Place] = {}
    for place in db.session.scalars(locations):
        places[place.id] = {
            "kind": place.kind,
            "attributes": place.attributes,
            "name": place.path or place.name,
        }
    for asset, room in db.session.execute(devices):
        way = f"{room.path or room.name} / {asset.name}" if room else asset.name
        places[asset.id] = {"kind": asset.kind, "attributes": [], "name": way}
    return places


def context_of(inspection: Inspection, today: date) -> Context:
    """Return all that the checklist engine may know of an inspection."""
    unit = db.session.get_one(Unit, inspection.unit_id)
    return {
        "unit": {"tier": unit.tier, "attributes": unit.attributes, "beds": unit.beds},
        "places": targets_of(inspection.targets),
        "targets": {
            "location": inspection.targets.get("location", []),
            "asset": inspection.targets.get("asset", []),
        },
        "today": today.isoformat(),
        "sections": inspection.sections,
        "deep_items": inspection.deep_items,
    }


@dataclass(frozen=True)
class Walk:
    """An inspection as the checklist engine sees it on a day."""

    definition: Definition
    context: Context
    values: Answers

    def lines(self) -> list[Line]:
        """Return the lines that were asked."""
        return lines(self.definition, self.context, self.values)

    def place_name(self, target_id: str) -> str:
        """Return what a target is called; nothing for what was asked once."""
        place = self.context["places"].get(target_id)
        return place.get("name", "") if place else ""

    def score(self) -> Score:
        """Return the score by section and over all."""
        return score(self.definition, self.context, self.values)

    def counts(self) -> dict[str, int]:
        """Return how many lines were asked and what they came to."""
        sections = self.score()["sections"]
        names = ("passed", "failed", "na", "unable", "open")
        return {"lines": len(self.lines())} | {
            name: sum(section[name] for section in sections)  # type: ignore[literal-required]
            for name in names
        }


def walk_of(inspection: Inspection, today: date) -> Walk:
    """Load an inspection for the checklist engine."""
    return Walk(
        definition(inspection.definition),
        context_of(inspection, today),
        values_of(answers_of(inspection.id)),
    )


def submitted_keys(assignment_id: str) -> set[str]:
    """Return the checklists of an assignment that have a submitted inspection."""
    query = select(Inspection.checklist_key).where(
        Inspection.assignment_id == assignment_id, Inspection.state == SUBMITTED
    )
    return set(db.session.scalars(query))
