"""检出差距: what units found themselves of what others found, as a workbook."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any

from server.access.rules import Actor
from server.hazards.queries import ZONE
from server.insight import gap
from server.insight.limits import LIMITS
from server.insight.queries import Wanted
from server.insight.rules import Agreement, Share
from server.reports.sheet import Cell, Column, Table, write

TITLE = "检出差距"
TOO_FEW = "样本太少，不下结论"
COLUMNS = (
    Column("序号", 5, centred=True),
    Column("单位", 22),
    Column("检查表", 18),
    Column("检查项", 36),
    Column("检查方式", 10, centred=True),
    Column("成对结果", 9, centred=True),
    Column("别人查出", 9, centred=True),
    Column("自查已发现", 10, centred=True),
    Column("自查未发现", 10, centred=True),
    Column("只有自查发现", 12, centred=True),
    Column("自查发现比例", 14, centred=True),
    Column("95%区间", 16, centred=True),
    Column("一致性κ", 9, centred=True),
    Column("κ的95%区间", 16, centred=True),
    Column("未计入", 8, centred=True),
    Column("说明", 20),
)


@dataclass(frozen=True)
class GapOrder:
    """Who asks for what, and when."""

    actor: Actor
    wanted: Wanted
    by: str
    now: datetime
    demo: bool


def write_gap(order: GapOrder, target: IO[bytes]) -> int:
    """Write the gaps that the actor may see; return how many lines there are."""
    found = gap.gap_pairs(order.actor, order.wanted)
    rows = gap.lines(found, order.by)
    words = gap.Words(found)
    stamp = f"{order.now.astimezone(ZONE):%Y-%m-%d %H:%M}"
    note = f"共 {len(found)} 对结果；由 {order.actor.name} 于 {stamp} 从安巡导出"
    table = Table(
        title=TITLE,
        note=f"【演示数据】{note}" if order.demo else note,
        filters=_said(order.wanted),
        columns=COLUMNS,
        rows=_rows([words.line(line) for line in rows], rows),
        count=len(rows),
        repeat=2,
        pages_wide=1,
        footer=f"安巡 · {TITLE} · {stamp}{' · 演示数据' if order.demo else ''}",
    )
    write(table, target)
    return len(rows)


def _said(wanted: Wanted) -> str:
    return (
        f"检查日期 {wanted.since} 至 {wanted.until}；自查后 {wanted.days} 天内；"
        f"少于 {LIMITS.min_pairs} 对或别人查出少于 {LIMITS.min_found} 个的不给比例"
    )


def _rows(told: Sequence[dict[str, Any]], rows: Sequence[gap.Line]) -> Iterator[Sequence[Cell]]:
    for number, (words, line) in enumerate(zip(told, rows, strict=True), 1):
        figures = line.found
        named = (number, words["unit_name"], *(_zh(words[k]) for k in ("checklist", "ask")))
        head = (*named, _zh(words["way_name"]), figures.pairs)
        if not figures.enough:
            yield (*head, *[None] * 8, line.left_out, TOO_FEW)
            continue
        yield (
            *head,
            figures.outside,
            figures.both,
            figures.missed,
            figures.own - figures.both,
            f"{figures.seen.k}/{figures.seen.n} = {figures.seen.k / figures.seen.n:.0%}",
            _interval(figures.seen),
            "—" if figures.agreement.kappa is None else f"{figures.agreement.kappa:.2f}",
            _kappa_interval(figures.agreement),
            line.left_out,
            None,
        )


def _zh(words: dict[str, str] | None) -> str | None:
    return words["zh"] if words else None


def _interval(share: Share) -> str:
    return "—" if share.low is None or share.high is None else f"{share.low:.0%}–{share.high:.0%}"


def _kappa_interval(found: Agreement) -> str:
    return "—" if found.low is None or found.high is None else f"{found.low:.2f}–{found.high:.2f}"
