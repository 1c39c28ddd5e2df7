"""What one person may see of a visit, put together; and reading it, which is written down."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor, Permission
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.paging import Page
from server.org.models import Unit
from server.visits import queries, rules, wire
from server.visits.models import UnsentPlan, Visit
from server.visits.service import concerns, knowledge, people, standing_aside

Data = dict[str, Any]
# What only concerns those who planned it, and the bureau.
_NOT_FOR_UNITS = ("created_by", "knower_ids", "campaign_id", "draw_id", "cancelled_reason")


def told(actor: Actor, visit: Visit) -> Data:
    """Return one visit as the actor may see it."""
    return _told(actor, [visit])[0]


def read_visit(actor: Actor, visit_id: str) -> Data:
    """Return one visit and write down that its plan was read."""
    visit = queries.get_visit(actor, visit_id)
    if queries.known_ids(actor, [visit.id]) and visit.released_at is None:
        visit = queries.get_visit(actor, visit_id, for_update=True)
        knowledge.note_reading(visit, actor, "viewed")
    data = told(actor, visit)
    return data | _for_planners(actor, visit) if queries.plans(actor, visit) else data


def _for_planners(actor: Actor, visit: Visit) -> Data:
    """Return what those who plan should look at, and why somebody goes who should stand aside."""
    given = standing_aside.reasons_of(visit.id)
    asides = [one.data() | {"reason": given.get(one.key)} for one in standing_aside.of_team(visit)]
    return {"recusals": asides, "concerns": concerns.concerns(actor, visit)}


def read_list(
    actor: Actor, wanted: queries.VisitFilter, cursor: str | None, limit: int | None
) -> Page:
    """Return one page; the caller sees to it that reading its plans is written down."""
    found = queries.list_visits(actor, wanted, cursor=cursor, limit=limit)
    return replace(found, items=_told(actor, found.items))


def unnoted(actor: Actor, items: Sequence[Data]) -> list[str]:
    """Return the visits of a page whose reading is not in the log yet."""
    shown = [one["id"] for one in items if "plan" in one and one["released_at"] is None]
    return sorted(set(shown) - queries.seen_lately(actor, shown)) if shown else []


def note_list(actor: Actor, visit_ids: Sequence[str]) -> None:
    """Write down that plans were read in a list."""
    for visit_id in visit_ids:
        visit = queries.get_visit(actor, visit_id, for_update=True)
        knowledge.note_reading(visit, actor, "viewed", list=True)


def log(actor: Actor, visit_id: str) -> Data:
    """Return the log of a visit."""
    visit = queries.get_visit(actor, visit_id)
    if not queries.may_read_log(actor, visit):
        raise NotFound()
    lines = knowledge.lines_of(visit.id)
    names = wire.Names([one for line in lines for one in (line.person_id, line.by_id)])
    return {
        "items": [wire.log_data(line, names) for line in lines],
        "head": knowledge.head_of(visit.id)[1].hex(),
        "sound": knowledge.is_sound(lines, visit.id),
    }


def unsent_data(row: UnsentPlan | None) -> Data:
    """Return a plan that is still being written; nothing when there is none."""
    if row is None:
        return {"content": None, "saved_at": None}
    return {"content": row.content, "saved_at": clock.to_ms(row.saved_at)}


def _told(actor: Actor, rows: Sequence[Visit]) -> list[Data]:
    db.session.flush()
    known = queries.known_ids(actor, [row.id for row in rows]) if rows else set()
    knowers = {row.id: people.knower_ids(row) for row in rows}
    mentioned = [
        one
        for row in rows
        for one in (row.created_by, row.leader_id, *row.member_ids, *knowers[row.id])
    ]
    names = wire.Names(mentioned, [row.unit_id for row in rows if row.id in known])
    wanted = select(Unit).where(Unit.id.in_({row.unit_id for row in rows}))
    units = {unit.id: unit for unit in db.session.scalars(wanted)} if rows else {}
    return [
        _full(actor, row, units[row.unit_id], knowers[row.id], names)
        if row.id in known
        else wire.card_data(row, names) | {"may": []}
        for row in rows
    ]


def _full(
    actor: Actor, row: Visit, unit: Unit, knower_ids: Sequence[str], names: wire.Names
) -> Data:
    data = wire.full_data(row, knower_ids, names) | {"may": _may(actor, row, unit)}
    team = actor.user_id in people.team_of(row)
    if team or queries.plans(actor, row):
        return data
    if queries.reads_region(actor, row):
        return data
    for name in _NOT_FOR_UNITS:
        data.pop(name)
    data["plan"] = data["plan"] | {"note": ""}
    shown = {row.leader_id, *row.member_ids}
    data["people"] = {one: name for one, name in data["people"].items() if one in shown}
    return data


def _may(actor: Actor, row: Visit, unit: Unit) -> list[str]:
    allowed = ["log"] if queries.may_read_log(actor, row) else []
    if not queries.plans(actor, row):
        return allowed
    running = row.state in (rules.SEALED, rules.OPENED)
    acts = {
        "change": row.state == rules.SEALED and actor.may(Permission.VISITS_SEAL, on=unit),
        "cancel": running,
        "release": row.released_at is None,
        "tell": row.released_at is None,
        "print": True,
    }
    return [*allowed, *(act for act, is_allowed in acts.items() if is_allowed)]
