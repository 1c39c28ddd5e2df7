"""检查计划: the open tasks of some days on paper, by day."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from server.access.rules import Actor
from server.campaigns import calendars
from server.campaigns.modes import MODES
from server.campaigns.wire import campaign_names
from server.definitions.queries import current_checklists, definition
from server.hazards.queries import ZONE
from server.planning.board import Span, open_tasks
from server.reports.names import Names
from server.reports.render.pdf import render_pdf

Data = dict[str, Any]
WEEK = "一二三四五六日"


def plan_data(actor: Actor, span: Span, now: datetime, *, demo: bool) -> Data:
    """Return the plan of the days shown as the actor may see it."""
    tasks = open_tasks(actor, span)
    names = Names()
    names.learn(
        units=[task.unit_id for task in tasks],
        people=[person for task in tasks for person in [*task.inspector_ids, task.leader_id]],
    )
    campaigns = campaign_names(task.campaign_id for task in tasks)
    today = now.astimezone(ZONE).date()
    titles = {row.key: definition(row.hash)["title"]["zh"] for row in current_checklists(today)}
    days: defaultdict[Any, list[Data]] = defaultdict(list)
    for task in tasks:
        days[task.due_on].append(
            {
                "unit": names.units.get(task.unit_id, ""),
                "title": task.title,
                "campaign": campaigns.get(task.campaign_id) or "",
                "mode": MODES[task.mode].zh if task.mode in MODES else task.mode,
                "lists": "、".join(titles.get(key, key) for key in task.checklist_keys),
                "lead": names.person(task.lead_id),
                "others": "、".join(
                    names.person(one) for one in task.inspector_ids if one != task.lead_id
                ),
                "leader": names.person(task.leader_id) if task.leader_id else "",
            }
        )
    return {
        "title": "检查计划",
        "span": f"{span.first} 至 {span.last}",
        "count": len(tasks),
        "unsure": [_unsure(one) for one in calendars.open_years(span.first, span.last)],
        "days": [{"day": _day(day), "tasks": rows} for day, rows in sorted(days.items())],
        "printed": f"{now.astimezone(ZONE):%Y-%m-%d %H:%M}",
        "by": actor.name,
        "demo": demo,
    }


def _unsure(year: Data) -> str:
    """Say of a year what its holidays are worth: whoever holds the paper cannot ask."""
    if year["feasts"]:
        return f"{year['year']} 年的放假安排还没有公布，只标出节日当天，未含调休和连休。"
    return f"{year['year']} 年的节假日还没有录入，没有标出节日。"


def _day(day: Any) -> str:
    holiday = calendars.holiday_on(day)
    mark = f"（{holiday.name['zh']}）" if holiday else ""
    return f"{day} 星期{WEEK[day.weekday()]}{mark}"


def render_plan(data: Data) -> bytes:
    """Set the paper."""
    return render_pdf("plan", data)
