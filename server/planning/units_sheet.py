"""未检查单位名单: units that a campaign has not reached, or has, as a workbook to work through."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from server.access.rules import Actor
from server.authoring.workbook_words import TIER_WORDS
from server.campaigns.modes import MODES, WAYS
from server.definitions.queries import current_checklists, definition
from server.hazards.queries import ZONE
from server.planning.behind import Part, units
from server.planning.schemas import UnitArguments
from server.reports.sheet import Cell, Column, Table, write

TITLES = {False: "未检查单位名单", True: "已检查单位名单"}
COLUMNS = (
    Column("序号", 6, centred=True),
    Column("单位", 30),
    Column("类型", 16, centred=True),
    Column("地区", 16),
    Column("检查记录数", 11, centred=True),
    Column("上次被检查", 13, centred=True),
    Column("已安排到", 13, centred=True),
)


@dataclass(frozen=True)
class UnitsOrder:
    """Who asks for which units of a campaign, and when."""

    actor: Actor
    part: Part
    asked: UnitArguments
    now: datetime
    demo: bool


def write_units(order: UnitsOrder, target: IO[bytes]) -> int:
    """Write the list; return how many units stand on it."""
    title = TITLES[order.asked.visited]
    told = units(order.actor, order.part, visited=order.asked.visited)
    stamp = f"{order.now.astimezone(ZONE):%Y-%m-%d %H:%M}"
    note = (
        f"检查对象 {told['of']} 家，本表 {len(told['items'])} 家；"
        f"由 {order.actor.name} 于 {stamp} 从安巡导出"
    )
    table = Table(
        title=title,
        note=f"【演示数据】{note}" if order.demo else note,
        filters=_said(order),
        columns=COLUMNS,
        rows=_rows(told["items"]),
        count=len(told["items"]),
        repeat=2,
        pages_wide=1,
        footer=f"安巡 · {title} · {stamp}{' · 演示数据' if order.demo else ''}",
    )
    write(table, target)
    return len(told["items"])


def _rows(items: list[dict[str, Any]]) -> Iterator[list[Cell]]:
    for number, unit in enumerate(items, 1):
        yield [
            number,
            unit["name"],
            TIER_WORDS.get(unit["tier"], unit["tier"]),
            unit["region"],
            unit["records"],
            date.fromisoformat(unit["last_on"]) if unit["last_on"] else "从未",
            date.fromisoformat(unit["due_on"]) if unit["due_on"] else "",
        ]


def _said(order: UnitsOrder) -> str:
    campaign, asked = order.part.campaign, order.asked
    number = f"（{campaign.document}）" if campaign.document else ""
    told = [f"{campaign.name}{number}", f"{campaign.starts_on} 至 {campaign.ends_on}"]
    if asked.way:
        told.append(WAYS[asked.way]["zh"])
    if asked.mode:
        told.append(MODES[asked.mode].zh)
    if asked.focus:
        told.append(_area(asked.focus, order.now.astimezone(ZONE).date()))
    if asked.window:
        told.append(_stretch(order))
    return "，".join(told) + ("；只计本专项的任务" if asked.planned else "")


def _area(key: str, today: date) -> str:
    found = next((row for row in current_checklists(today) if row.key == key), None)
    return str(definition(found.hash)["title"]["zh"]) if found else key


def _stretch(order: UnitsOrder) -> str:
    """A phase is told by its name, a quarter by its key."""
    key = order.asked.window or ""
    phases = {one["key"]: one["name"]["zh"] for one in order.part.campaign.phases}
    return str(phases.get(key, key)) if order.asked.every == "phase" else key
