"""Reading pairs: the same item at the same place, looked at by two kinds of visits near in time."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, false, or_, select

from server.access.rules import Actor, Permission
from server.checklists.rules import judge
from server.definitions.queries import definition
from server.definitions.rules.shapes import Item
from server.hazards.queries import ZONE
from server.insight.limits import LIMITS
from server.insight.matching import Pair, Sight, match
from server.inspections.models import Inspection
from server.inspections.rules import SUBMITTED
from server.kernel import clock, driver
from server.kernel.db import db
from server.kernel.errors import Invalid
from server.org.queries import subtree_ids

__all__ = ["Pair", "Sight", "Wanted", "pairs", "pairs_where"]
_DAY_MS = 86_400_000
_COUNT = "SELECT COUNT(*) FROM answer WHERE inspection_id IN @visits"
_ANSWERS = """
    SELECT inspection_id, target_id, item_key, TEXT(fields) FROM answer
    WHERE inspection_id IN @visits
"""
_ANSWERS_TO_ONE = f"{_ANSWERS} AND item_key = :item"


class TooMuch(Invalid):
    """More answers than are compared at once; `count` and `limit` say how many."""

    code = "insight-too-much"
    title = "This is too much to compare at once. Please narrow the time, the region or the area."
    title_zh = "要比对的数据太多，请缩小时间、地区或检查表范围。"


@dataclass(frozen=True)
class Wanted:
    """
    Which visits are compared: the first ones' modes with the second ones'.

    Days are those on which visits began; `first_ids` and `second_ids` name visits where modes are
    not enough. `in_order` pairs only what the first saw before the second.
    """

    first_modes: Collection[str]
    second_modes: Collection[str]
    days: int = LIMITS.days
    since: date | None = None
    until: date | None = None
    unit_ids: Collection[str] | None = None
    region_id: str | None = None
    checklist_key: str | None = None
    item_key: str | None = None
    first_ids: Collection[str] | None = None
    second_ids: Collection[str] | None = None
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class _Visit:
    id: str
    unit_id: str
    checklist_key: str
    definition: str
    mode: str
    location_id: str | None
    started_at: datetime

    @property
    def at(self) -> int:
        return clock.to_ms(self.started_at)


def pairs(actor: Actor, wanted: Wanted) -> list[Pair]:
    """Return the pairs of handed-in visits that the actor may compare."""
    return pairs_where(in_sight(actor), wanted)


def in_sight(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a visit may be compared: readable, in a place of insight."""
    readable = and_(*(_held(actor, p) for p in (Permission.INSIGHT_READ, _READ)))
    return and_(Inspection.state == SUBMITTED, readable)


_READ = Permission.INSPECTIONS_READ


def _held(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    regions, units = actor.regions_with(permission), actor.units_with(permission)
    return or_(
        Inspection.region_id.in_(sorted(regions)) if regions else false(),
        Inspection.unit_id.in_(sorted(units)) if units else false(),
    )


def pairs_where(seen: ColumnElement[bool], wanted: Wanted) -> list[Pair]:
    """Return the pairs of visits under a condition, in three statements."""
    visits = _near_ones(_visits(seen, wanted), wanted)
    if not visits:
        return []
    _require_bearable(visits)
    things = _sights(visits, wanted)
    return [
        Pair(*thing, a, b)
        for thing, (first, second) in sorted(things.items())
        for a, b in match(first, second, wanted.days * _DAY_MS, in_order=wanted.in_order)
    ]


def _visits(seen: ColumnElement[bool], wanted: Wanted) -> list[_Visit]:
    modes = sorted({*wanted.first_modes, *wanted.second_modes})
    query = select(
        Inspection.id,
        Inspection.unit_id,
        Inspection.checklist_key,
        Inspection.definition,
        Inspection.mode,
        Inspection.location_id,
        Inspection.started_at,
    ).where(seen, Inspection.mode.in_(modes), *_conditions(wanted))
    rows = db.session.execute(query.order_by(Inspection.started_at, Inspection.id))
    return [_Visit(*row) for row in rows]


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield Inspection.started_at >= clock.midnight(wanted.since)
    if wanted.until is not None:
        yield Inspection.started_at < clock.midnight(clock.shifted(wanted.until, 1))
    if wanted.unit_ids is not None:
        yield Inspection.unit_id.in_(sorted(wanted.unit_ids))
    if wanted.region_id is not None:
        yield Inspection.region_id.in_(sorted(subtree_ids(wanted.region_id)))
    if wanted.checklist_key is not None:
        yield Inspection.checklist_key == wanted.checklist_key
    if wanted.first_ids is not None and wanted.second_ids is not None:
        yield Inspection.id.in_(sorted({*wanted.first_ids, *wanted.second_ids}))


def _sides(visit: _Visit, wanted: Wanted) -> tuple[bool, bool]:
    """Say whether a visit stands on the first side, on the second."""
    first = visit.mode in wanted.first_modes
    second = visit.mode in wanted.second_modes
    if wanted.first_ids is not None:
        first = first and visit.id in wanted.first_ids
    if wanted.second_ids is not None:
        second = second and visit.id in wanted.second_ids
    return first, second


def _near_ones(visits: Sequence[_Visit], wanted: Wanted) -> dict[str, _Visit]:
    """Keep the visits that have one of the other side near them; most have none."""
    groups: dict[tuple[str, str], list[_Visit]] = defaultdict(list)
    for visit in visits:
        groups[visit.unit_id, visit.checklist_key].append(visit)
    reach = timedelta(days=wanted.days)
    kept: dict[str, _Visit] = {}
    for group in groups.values():
        first = [visit for visit in group if _sides(visit, wanted)[0]]
        second = [visit for visit in group if _sides(visit, wanted)[1]]
        for a in first:
            for b in second:
                if a.id != b.id and abs(a.started_at - b.started_at) <= reach:
                    kept[a.id], kept[b.id] = a, b
    return kept


def _require_bearable(visits: Collection[str]) -> None:
    (found,) = driver.rows(_COUNT, visits=sorted(visits))[0]
    if found > LIMITS.most_answers:
        raise TooMuch(count=found, limit=LIMITS.most_answers)


Thing = tuple[str, str, str, str]
Sides = tuple[list[Sight], list[Sight]]


def _sights(visits: dict[str, _Visit], wanted: Wanted) -> dict[Thing, Sides]:
    """Return what each visit found of each thing, sorted to the sides."""
    items = {digest: _items(digest) for digest in {v.definition for v in visits.values()}}
    sides = {visit.id: _sides(visit, wanted) for visit in visits.values()}
    days = {visit.id: _day(visit) for visit in visits.values()}
    moments = {visit.id: visit.at for visit in visits.values()}
    known: dict[Any, str | None] = {}
    things: dict[Thing, Sides] = defaultdict(lambda: ([], []))
    for visit_id, target, key, fields in _answers(sorted(visits), wanted.item_key):
        visit = visits[visit_id]
        item = items[visit.definition].get(key)
        if item is None:
            continue
        result = _result(item, fields, days[visit_id], known)
        if result is None:
            continue
        sight = Sight(visit_id, visit.mode, moments[visit_id], result)
        place = target or visit.location_id or ""
        for side, stands in zip(
            things[visit.unit_id, visit.checklist_key, place, key], sides[visit_id], strict=True
        ):
            if stands:
                side.append(sight)
    return things


def _day(visit: _Visit) -> str:
    return visit.started_at.astimezone(ZONE).date().isoformat()


def _answers(visits: list[str], item_key: str | None) -> list[tuple[Any, ...]]:
    if item_key is None:
        return driver.rows(_ANSWERS, visits=visits)
    return driver.rows(_ANSWERS_TO_ONE, visits=visits, item=item_key)


def _items(digest: str) -> dict[str, Item]:
    content = definition(digest)
    return {item["key"]: item for section in content["sections"] for item in section["items"]}


def _result(item: Item, fields: str, today: str, known: dict[Any, str | None]) -> str | None:
    """
    Judge an answer as the record does, on the day of its visit.

    Most answers of a year say the same few things: what was judged once is *known*.
    """
    values = {name: field["v"] for name, field in orjson.loads(fields).items()}
    said = (id(item), today, *values.items())
    try:
        if said not in known:
            known[said] = judge(item, values, today)["result"]
        return known[said]
    except TypeError:  # several choices are a list, which cannot be looked up
        return judge(item, values, today)["result"]
