"""暗访方案: the plan of a sealed visit on paper, with the name of whoever printed it across it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.definitions.queries import current_checklists
from server.inspections.rules import MODE_NAMES
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.locations.models import Location
from server.org.models import Person, Unit
from server.reports.names import Names
from server.reports.visit_log import arrival_data, log_data, told, told_asides
from server.visits import queries, rules
from server.visits.models import Visit
from server.visits.service import knower_ids, note_reading

STATES = {
    rules.SEALED: "密封",
    rules.OPENED: "已启封",
    rules.ARRIVED: "已到达",
    rules.ENDED: "已结束，未到达",
    rules.CANCELLED: "已取消",
}


def printed_visit(actor: Actor, visit_id: str) -> Visit:
    """Return a visit whose plan the actor may take out on paper."""
    visit = queries.get_visit(actor, visit_id)
    in_team = actor.user_id in (visit.leader_id, *visit.member_ids)
    knows = queries.plans(actor, visit) or queries.may_read_log(actor, visit)
    if not knows and not (in_team and rules.knows_plan(visit.opened_at, visit.released_at)):
        raise NotFound()
    return visit


def gather_plan(actor: Actor, visit_id: str, now: datetime, *, demo: bool) -> dict[str, Any]:
    """Return what the paper says, and write down that it was printed."""
    visit = printed_visit(actor, visit_id)
    visit = queries.get_visit(actor, visit.id, for_update=True)
    note_reading(visit, actor, "printed")
    unit = db.session.get_one(Unit, visit.unit_id)
    names = Names()
    knowers = [visit.created_by, *knower_ids(visit)]
    names.learn(people=[visit.leader_id, *visit.member_ids, *knowers])
    return {
        "title": "暗访方案",
        "unit": unit.name,
        "state": STATES[visit.state],
        "released": visit.released_at is not None,
        "demo": demo,
        "reader": actor.name,
        "printed": f"{told(now)}",
        "facts": _facts(visit, unit, names, knowers),
        "places": _places(visit),
        "note": visit.note,
        "arrival": arrival_data(visit),
        "log": log_data(visit) if queries.may_read_log(actor, visit) else None,
        "code": visit.id,
    }


def _facts(visit: Visit, unit: Unit, names: Names, knowers: list[str]) -> list[dict[str, Any]]:
    titles = _titles(visit.checklist_keys)
    members = "、".join(names.person(one) for one in visit.member_ids)
    facts = [
        ("被检查单位", unit.name),
        ("单位地址", unit.address or "—"),
        ("检查方式", MODE_NAMES[visit.mode][0]),
        ("启封时间", told(visit.opens_at)),
        ("截止时间", told(visit.ends_at)),
        ("组长", _with_title(visit.leader_id)),
        ("组员", members or "—"),
        ("检查表", "、".join(titles)),
        ("知情的策划人员", "、".join(names.person(one) for one in knowers)),
        ("启封密钥", "到时间联网发放" if visit.key_release == rules.ONLINE else "随密封包下发"),
    ]
    facts += [("回避情形", text) for text in told_asides(visit, names)]
    if visit.title:
        facts.insert(0, ("名称", visit.title))
    return [{"name": name, "text": text} for name, text in facts]


def _with_title(person_id: str) -> str:
    person = db.session.get_one(Person, person_id)
    return f"{person.name}（{person.title}）" if person.title else person.name


def _titles(keys: list[str]) -> list[str]:
    known = {row.key: row.title_zh for row in current_checklists(clock.today())}
    return [known.get(key, key) for key in keys]


def _places(visit: Visit) -> list[str]:
    query = select(Location.id, Location.path, Location.name).where(
        Location.id.in_(visit.location_ids)
    )
    found = {row[0]: row[1] or row[2] for row in db.session.execute(query)}
    return [found[place] for place in visit.location_ids if place in found]
