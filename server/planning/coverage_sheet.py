"""覆盖情况表: a campaign's coverage as a workbook, a row for each unit, mode, area and stretch."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from server.access.rules import Actor
from server.campaigns.models import Campaign
from server.campaigns.modes import MODES, WAYS
from server.definitions.queries import current_checklists, definition
from server.hazards.queries import ZONE
from server.planning.coverage import coverage
from server.reports.sheet import Cell, Column, Table, write

TITLE = "专项行动覆盖情况"
NEVER = "未检查"
COLUMNS = (
    Column("单位", 26),
    Column("四种方式", 11, centred=True),
    Column("检查方式", 16, centred=True),
    Column("重点领域", 26),
    Column("时段", 20, centred=True),
    Column("检查记录数", 11, centred=True),
    Column("情况", 10, centred=True),
)


@dataclass(frozen=True)
class SheetOrder:
    """Who asks for which campaign, how it is cut, and when."""

    actor: Actor
    campaign: Campaign
    every: str
    planned: bool
    now: datetime
    demo: bool


def write_coverage(order: SheetOrder, target: IO[bytes]) -> int:
    """Write the matrix and, at its end, every unit that was never visited; return the rows."""
    told = coverage(order.actor, order.campaign, every=order.every, planned=order.planned)
    rows = [*_rows(told, order.now.astimezone(ZONE).date()), *_never(told)]
    stamp = f"{order.now.astimezone(ZONE):%Y-%m-%d %H:%M}"
    note = f"共 {told['records']} 条检查记录；由 {order.actor.name} 于 {stamp} 从安巡导出"
    table = Table(
        title=TITLE,
        note=f"【演示数据】{note}" if order.demo else note,
        filters=_said(order),
        columns=COLUMNS,
        rows=rows,
        count=len(rows),
        repeat=1,
        pages_wide=1,
        footer=f"安巡 · {TITLE} · {stamp}{' · 演示数据' if order.demo else ''}",
    )
    write(table, target)
    return len(rows)


def _said(order: SheetOrder) -> str:
    campaign = order.campaign
    only = "；只计本专项的任务" if order.planned else ""
    number = f"（{campaign.document}）" if campaign.document else ""
    return f"{campaign.name}{number}，{campaign.starts_on} 至 {campaign.ends_on}{only}"


def _rows(told: dict[str, Any], today: date) -> Iterator[list[Cell]]:
    titles = {row.key: definition(row.hash)["title"]["zh"] for row in current_checklists(today)}
    for unit, mode, focus, window, count in told["cells"]:
        key, area = told["modes"][mode], told["focus"][focus]
        known = MODES.get(key)
        stretch = told["windows"][window]
        yield [
            told["units"][unit]["name"],
            WAYS[known.way]["zh"] if known else "",
            known.zh if known else key,
            titles.get(area, area),
            stretch["name"]["zh"] if stretch["name"] else stretch["key"],
            count,
            "",
        ]


def _never(told: dict[str, Any]) -> Iterator[list[Cell]]:
    names = {unit["id"]: unit["name"] for unit in told["units"]}
    for unit in told["never"]:
        yield [names[unit], "", "", "", "", 0, NEVER]
