"""Reading reports: those of one's region, and of one's own unit what was not kept from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from server.access.rules import Actor, Permission
from server.evidence.likeness import alike
from server.hazards.models import Hazard
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Order, Page, page
from server.kernel.text import search_forms
from server.org.models import Region, Unit
from server.tips import rules
from server.tips.models import Tip, TipPicture, TipStep
from server.tips.rules.alike import likeness

_EXACT = (Order(Tip.received_at, descending=True), Order(Tip.id, descending=True))
#: people of the unit learn the hour alone, also from the order and the mark of the next page
_HOURLY = (Order(Tip.hour_at, descending=True), Order(Tip.id, descending=True))
TRIAGE = Permission.TIPS_TRIAGE


@dataclass(frozen=True)
class TipFilter:
    """What the inbox may be narrowed by; None asks nothing."""

    state: tuple[str, ...] = ()
    open: bool | None = None
    spam: bool | None = None
    grouped: bool | None = None
    unit_id: str | None = None
    hazard_id: str | None = None
    q: str | None = None


def in_sight(actor: Actor) -> ColumnElement[bool]:
    """
    Return the condition that a report is visible.

    What is kept from a unit is kept from everybody who works there, whatever they oversee. What
    has no region, because nobody knows its label, is shown to those who oversee a root.
    """
    regions = sorted(actor.regions_with(TRIAGE))
    units = sorted(actor.units_with(TRIAGE))
    roots = select(Region.id).where(Region.id.in_(regions), Region.parent_id.is_(None))
    overseen = or_(Tip.region_id.in_(regions), and_(Tip.region_id.is_(None), roots.exists()))
    open_to_unit = Tip.audience == rules.UNIT
    if actor.unit_id is not None:
        elsewhere = or_(Tip.unit_id.is_(None), Tip.unit_id != actor.unit_id)
        overseen = and_(overseen, or_(open_to_unit, elsewhere))
    return or_(overseen, and_(Tip.unit_id.in_(units), open_to_unit))


def visible_tips(actor: Actor) -> Select[Tip]:
    """Select the reports that the actor may see."""
    return select(Tip).where(in_sight(actor))


def get_tip(actor: Actor, tip_id: str, *, for_update: bool = False) -> Tip:
    """Return one visible report."""
    query = visible_tips(actor).where(Tip.id == tip_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    tip = db.session.scalars(query).first()
    if tip is None:
        raise NotFound()
    return tip


def oversees(actor: Actor, tip: Tip) -> bool:
    """Say whether the actor stands above the unit, and not in it."""
    if tip.unit_id is not None and tip.unit_id == actor.unit_id:
        return False
    return tip.region_id is None or actor.may_in_region(TRIAGE, tip.region_id)


def sees_reporter(actor: Actor, tip: Tip) -> bool:
    """Say whether the actor may read how the reporter can be reached: two permissions, above it."""
    if not oversees(actor, tip):
        return False
    if tip.region_id is None:
        return actor.may(Permission.TIPS_CONTACT)
    return actor.may_in_region(Permission.TIPS_CONTACT, tip.region_id)


def list_tips(
    actor: Actor, wanted: TipFilter, *, cursor: str | None = None, limit: int | None = None
) -> Page:
    """Return one page of the inbox, the newest first."""
    query = visible_tips(actor).where(*_conditions(wanted))
    order = _EXACT if actor.regions_with(TRIAGE) and actor.unit_id is None else _HOURLY
    return page(query, order, cursor=cursor, limit=limit)


def _conditions(wanted: TipFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = [
        getattr(Tip, name) == value
        for name in ("unit_id", "spam")
        if (value := getattr(wanted, name)) is not None
    ]
    if wanted.hazard_id is not None:
        asked.append(Tip.hazard_id.in_(sorted(_and_merged(wanted.hazard_id))))
    if wanted.state:
        asked.append(Tip.state.in_(wanted.state))
    if wanted.open is not None:
        ended = Tip.state.in_(sorted(rules.ENDED))
        asked.append(~ended if wanted.open else ended)
    if wanted.grouped is not None:
        asked.append(Tip.same_as_id.is_not(None) if wanted.grouped else Tip.same_as_id.is_(None))
    if wanted.q and wanted.q.strip():
        asked.append(_search(wanted.q.strip()))
    return asked


def _search(text: str) -> ColumnElement[bool]:
    forms = search_forms(text)
    units = select(Unit.id).where(or_(*(Unit.name.icontains(f, autoescape=True) for f in forms)))
    told = [
        column.icontains(form, autoescape=True)
        for column in (Tip.words, Tip.place)
        for form in forms
    ]
    return or_(*told, Tip.unit_id.in_(units))


def has_members(tip_id: str) -> bool:
    """Say whether a report stands for others."""
    return bool(db.session.scalar(select(exists().where(Tip.same_as_id == tip_id))))


def members(actor: Actor, tip_id: str) -> list[Tip]:
    """Return the visible reports for which one stands."""
    query = visible_tips(actor).where(Tip.same_as_id == tip_id)
    return list(db.session.scalars(query.order_by(Tip.hour_at, Tip.id)))


def member_counts(actor: Actor, ids: Sequence[str]) -> dict[str, int]:
    """Return for how many visible reports each one stands."""
    query = select(Tip.same_as_id, func.count()).where(in_sight(actor), Tip.same_as_id.in_(ids))
    return {str(key): count for key, count in db.session.execute(query.group_by(Tip.same_as_id))}


def pictures_of(ids: Iterable[str]) -> dict[str, list[TipPicture]]:
    """Return the pictures of reports in their order."""
    found: dict[str, list[TipPicture]] = {one: [] for one in ids}
    query = select(TipPicture).where(TipPicture.tip_id.in_(list(found)))
    for row in db.session.scalars(query.order_by(TipPicture.tip_id, TipPicture.place_no)):
        found[row.tip_id].append(row)
    return found


def steps_of(tip_id: str) -> list[TipStep]:
    """Return what was done with a report, in order."""
    query = select(TipStep).where(TipStep.tip_id == tip_id)
    return list(db.session.scalars(query.order_by(TipStep.at, TipStep.id)))


def standing_hazard(hazard_id: str | None) -> Hazard | None:
    """Return the ledger's entry of a report, or the one into which it was merged."""
    hazard = db.session.get(Hazard, hazard_id) if hazard_id else None
    while hazard is not None and hazard.merged_into_id is not None:
        hazard = db.session.get(Hazard, hazard.merged_into_id)
    return hazard


def _and_merged(hazard_id: str) -> set[str]:
    """Return an entry of the ledger with all that were merged into it, at any remove."""
    found, fresh = {hazard_id}, {hazard_id}
    while fresh:
        query = select(Hazard.id).where(Hazard.merged_into_id.in_(sorted(fresh)))
        fresh = set(db.session.scalars(query)) - found
        found |= fresh
    return found


def face_of(tip: Tip) -> dict[str, Any]:
    """Return the public face of a report, or of the one that stands for it."""
    if tip.same_as_id is not None:
        tip = db.session.get_one(Tip, tip.same_as_id)
    hazard = standing_hazard(tip.hazard_id)
    return rules.public_face(
        tip.state,
        hazard_state=hazard.state if hazard else None,
        reason=tip.reason,
        answer=tip.answer,
    )


def suggestions(actor: Actor, tip: Tip) -> list[tuple[Tip, list[str]]]:
    """Suggest reports that may tell of the same, each with why; nearest first."""
    days = timedelta(days=rules.RULES["alike"]["days"])
    query = visible_tips(actor).where(
        Tip.id != tip.id,
        Tip.spam.is_(False),
        Tip.same_as_id.is_(None),
        Tip.received_at.between(tip.received_at - days, tip.received_at + days),
        or_(Tip.tag_code == tip.tag_code, Tip.unit_id == tip.unit_id),
    )
    recent = query.order_by(Tip.received_at.desc(), Tip.id).limit(rules.RULES["alike"]["most"])
    others = list(db.session.scalars(recent))
    near = _alike_pictures(tip)
    shown = {
        one: {p.sha256 for p in rows} for one, rows in pictures_of(o.id for o in others).items()
    }
    found = [(_reasons(tip, other, shown[other.id] & near), other) for other in others]
    ranked = sorted(found, key=lambda one: (-len(one[0]), one[1].id))
    return [(other, why) for why, other in ranked if len(why) > 1 or "pictures" in why][:5]


def _alike_pictures(tip: Tip) -> set[str | None]:
    near: set[str | None] = set()
    for picture in pictures_of([tip.id])[tip.id]:
        if picture.sha256 is not None:
            bits = rules.RULES["alike"]["bits"]
            near |= {sha for sha, apart in alike(picture.sha256).items() if apart <= bits}
            near.add(picture.sha256)
    return near


def _reasons(tip: Tip, other: Tip, pictures: set[str | None]) -> list[str]:
    reasons = {
        "tag": tip.tag_code is not None and tip.tag_code == other.tag_code,
        "pictures": bool(pictures),
        "words": likeness(tip.words, other.words) >= rules.RULES["alike"]["words"],
        "topics": bool(set(tip.topics) & set(other.topics)),
    }
    return [name for name, holds in reasons.items() if holds]
