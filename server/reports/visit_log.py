"""The log of who knew when, and how the team came, as papers say it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import orjson

from server.access.rules import Actor
from server.hazards.queries import ZONE
from server.kernel import clock
from server.reports.names import Names
from server.visits import queries
from server.visits.models import Visit, VisitKnowledge
from server.visits.service import is_sound, lines_of

HOW = {
    "planned": "制定方案",
    "drew": "抽取对象",
    "assigned": "接受指派（只知时间，不知地点）",
    "changed": "修改方案",
    "recused": "有回避情形，说明理由后仍参加",
    "renewed": "单位资料有变化，密封包已更新",
    "doubted": "手机签名或时钟有疑点（公开后列入疑点）",
    "told": "被告知",
    "delivered": "收到密封包（未启封）",
    "opened": "启封",
    "viewed": "查看方案",
    "printed": "打印方案",
    "arrived": "到达现场",
    "cancelled": "取消",
    "released": "解封",
}
_PROOFS = {"tag": "扫描现场标签", "position": "现场定位", "statement": "检查人员共同说明"}
_MARKS = {
    "early": "早于启封时间",
    "late": "晚于截止时间",
    "outdated": "打开的是修改前的方案",
    "former": "当时已不在检查组",
}


def visit_section(actor: Actor, assignment_id: str | None) -> dict[str, Any] | None:
    """Return what the record of an inspection says about the sealed visit it was made at."""
    visit = queries.visit_of_task(assignment_id)
    if visit is None:
        return None
    told = arrival_data(visit)
    return told | {"log": log_data(visit) if queries.may_read_log(actor, visit) else None}


def arrival_data(visit: Visit) -> dict[str, Any]:
    """Return how the team came; nothing of it when it has not."""
    came = visit.arrival
    return {
        "number": visit.number or "",
        "opens": told(visit.opens_at),
        "ends": told(visit.ends_at),
        "opened": told(visit.opened_at),
        "arrived": told(visit.arrived_at),
        "proof": _PROOFS[came["proof"]["kind"]] if came else "",
        "verified": bool(came and came["verified"]),
        "met": "、".join(_person(one) for one in came["met"]) if came else "",
        "escort": came["escort"] if came else None,
    }


def log_data(visit: Visit) -> dict[str, Any]:
    """Return the log, readings in a row by one person put together, and whether it holds."""
    lines = lines_of(visit.id)
    names = Names()
    names.learn(people=[one for line in lines for one in (line.person_id, line.by_id)])
    runs = [
        list(group)
        for _, group in groupby(lines, lambda line: (line.how, line.person_id, _once(line)))
    ]
    return {
        "rows": [_row(run, names) for run in runs],
        "head": lines[-1].link.hex() if lines else "",
        "count": len(lines),
        "sound": is_sound(lines, visit.id),
    }


def told_asides(visit: Visit, names: Names) -> list[str]:
    """Return who goes although they should stand aside, from what, and why."""
    lines = [line for line in lines_of(visit.id) if line.how == "recused"]
    names.learn(people=[line.person_id for line in lines])
    found = []
    for line in lines:
        facts = orjson.loads(line.details)
        about = "、".join(facts["words"])
        found.append(f"{names.person(line.person_id)}（{about}），理由：{facts['reason']}")
    return found


def told(moment: datetime | None) -> str:
    """Return a moment in China's time; nothing for none."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}" if moment else ""


def _once(line: VisitKnowledge) -> int:
    """Only readings are put together: everything else stands by itself."""
    return 0 if line.how == "viewed" else line.seq


def _row(run: Sequence[VisitKnowledge], names: Names) -> dict[str, str]:
    first = run[0]
    details = orjson.loads(first.details)
    notes = [words for mark, words in _MARKS.items() if details.get(mark)]
    if first.by_id and first.by_id != first.person_id:
        notes.append(f"经手：{names.person(first.by_id)}")
    if details.get("words"):
        notes.append("、".join(details["words"]))
    if details.get("reason"):
        notes.append(f"理由：{details['reason']}")
    if "begun_at" in details:
        notes.append(f"自 {told(clock.from_ms(details['begun_at']))} 起草")
    if "device_at" in details:
        notes.append(f"手机记为 {told(clock.from_ms(details['device_at']))}")
    if len(run) > 1:
        notes.append(f"共 {len(run)} 次，至 {told(run[-1].at)}")
    return {
        "at": f"{first.at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}",
        "person": names.person(first.person_id) or "系统",
        "how": HOW[first.how],
        "note": "；".join(notes),
    }


def _person(one: dict[str, str]) -> str:
    return f"{one['name']}（{one['title']}）" if one["title"] else one["name"]
