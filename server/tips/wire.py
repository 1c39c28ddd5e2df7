"""Reports as the desk reads them; people of the unit learn the hour alone, and not who sent it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.hazards.models import Hazard
from server.kernel import clock
from server.kernel.db import db
from server.locations.models import Asset, Location
from server.org.models import Person, Unit
from server.tips import queries, rules
from server.tips.models import Tip, TipContact, TipPicture, TipStep
from server.tips.service.steps import last_step
from server.tips.service.triage import UNDOABLE

Data = dict[str, Any]
_PLAIN = (
    "id", "tag_code", "unit_id", "place", "topics", "words", "audience", "pictures_announced",
    "state", "reason", "answer", "spam", "hazard_id", "rev",
)  # fmt: skip


def tips_data(actor: Actor, tips: Sequence[Tip]) -> list[Data]:
    """Return reports as the list shows them, in few queries for any number."""
    ids = [tip.id for tip in tips]
    pictures = queries.pictures_of(ids)
    counts = queries.member_counts(actor, ids)
    names = _names(tips)
    mains = _visible_mains(actor, tips)
    return [
        _tip(actor, tip, names)
        | {
            "pictures": [_picture(row) for row in pictures[tip.id]],
            "members": counts.get(tip.id, 0),
            "same_as_id": tip.same_as_id if tip.same_as_id in mains else None,
        }
        for tip in tips
    ]


def tip_detail(actor: Actor, tip: Tip) -> Data:
    """Return one report with what was done, what belongs to it, and what may."""
    db.session.flush()
    data = tips_data(actor, [tip])[0]
    hazard = queries.standing_hazard(tip.hazard_id)
    similar = queries.suggestions(actor, tip) if tip.same_as_id is None else []
    told = tips_data(actor, [other for other, _ in similar])
    step = last_step(tip)
    return (
        data
        | {
            "face": queries.face_of(tip),
            "hazard": _hazard(hazard),
            "steps": _steps(queries.steps_of(tip.id)),
            "grouped": tips_data(actor, queries.members(actor, tip.id)),
            "similar": [one | {"why": why} for one, (_, why) in zip(told, similar, strict=True)],
            "may_undo": step is not None and step.action in UNDOABLE,
        }
        | _reporter(actor, tip)
    )


def _reporter(actor: Actor, tip: Tip) -> Data:
    """Say whether a contact was left, to those alone who may read it."""
    if not queries.sees_reporter(actor, tip):
        return {}
    return {"has_contact": db.session.get(TipContact, tip.id) is not None}


def _tip(actor: Actor, tip: Tip, names: dict[str, str]) -> Data:
    data: Data = {name: getattr(tip, name) for name in _PLAIN}
    is_exact = queries.oversees(actor, tip)
    data["unit_name"] = names.get(tip.unit_id or "")
    spots = (names.get(tip.location_id or ""), names.get(tip.asset_id or ""))
    data["spot"] = " · ".join(filter(None, spots)) or None
    data["location_id"] = tip.location_id
    data["received_at"] = clock.to_ms(tip.received_at if is_exact else tip.hour_at)
    data["exact"] = is_exact
    return data


def _picture(row: TipPicture) -> Data:
    return {
        "id": row.id,
        "state": row.state,
        "reason": row.reason,
        "w": row.w,
        "h": row.h,
        "photo_id": row.photo_id,
    }


def _hazard(hazard: Hazard | None) -> Data | None:
    if hazard is None:
        return None
    return {"id": hazard.id, "number": hazard.number, "state": hazard.state, "title": hazard.title}


def _steps(steps: Sequence[TipStep]) -> list[Data]:
    query = select(Person.id, Person.name).where(Person.id.in_({step.by for step in steps}))
    names = {key: name for key, name in db.session.execute(query)}  # noqa: C416
    return [
        {
            "id": step.id,
            "action": step.action,
            "name": names.get(step.by),
            "at": clock.to_ms(step.at),
            "details": step.details,
            "undone": step.undone and step.action != "undo",
        }
        for step in steps
    ]


def _names(tips: Sequence[Tip]) -> dict[str, str]:
    found: dict[str, str] = {}
    wanted: tuple[tuple[Any, Any, set[str | None]], ...] = (
        (Unit, Unit.name, {tip.unit_id for tip in tips}),
        (Location, Location.path, {tip.location_id for tip in tips}),
        (Asset, Asset.name, {tip.asset_id for tip in tips}),
    )
    for model, words, ids in wanted:
        query = select(model.id, words).where(model.id.in_(ids - {None}))
        found.update({key: name for key, name in db.session.execute(query)})  # noqa: C416
    return found


def _visible_mains(actor: Actor, tips: Sequence[Tip]) -> set[str]:
    ids = {tip.same_as_id for tip in tips} - {None}
    query = queries.visible_tips(actor).where(Tip.id.in_(ids)).with_only_columns(Tip.id)
    return set(db.session.scalars(query))


def public_spot(unit: str | None, place: str | None) -> Data:
    """Return what a visitor learns of a label; one that leads nowhere says the same as any such."""
    return {"unit": unit, "place": place}


def public_words() -> Data:
    """Return the words and limits of the page without an account."""
    return rules.as_data()
