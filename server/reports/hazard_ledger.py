"""隐患台账: the ledger as a workbook, for whatever was asked of the list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO, Any

from sqlalchemy import Select, func, select

from server.access.rules import Actor
from server.definitions.queries import category_names
from server.hazards.models import Hazard, HazardPhoto, HazardStep
from server.hazards.queries import (
    ZONE,
    HazardFilter,
    conditions,
    photo_links,
    steps_of,
    visible_hazards,
)
from server.hazards.rules import GRADES, SOURCES, days_left, is_ended, is_overdue
from server.hazards.workflow import STATE_NAMES, HazardAction, HazardState
from server.kernel.db import db
from server.kernel.errors import Invalid
from server.locations.models import Asset, Location
from server.locations.queries import visible_assets, visible_locations
from server.org.models import Person, Unit
from server.org.queries import visible_people, visible_units
from server.reports.decisions import people_of, standing, told
from server.reports.names import Names, name_shown
from server.reports.sheet import Cell, Column, Table, write

MOST_ROWS = 20_000
_CHUNK = 500
UNVERIFIED = "［条款待核］"
COLUMNS = (
    Column("序号", 5, centred=True),
    Column("隐患编号", 20, centred=True),
    Column("单位", 20),
    Column("场所、设备", 22),
    Column("发现日期", 11, centred=True),
    Column("来源", 9, centred=True),
    Column("发现人", 9, centred=True),
    Column("问题描述", 40),
    Column("类别", 10, centred=True),
    Column("等级", 9, centred=True),
    Column("重大认定", 12, centred=True),
    Column("认定经过", 34),
    Column("依据", 30),
    Column("整改建议", 24),
    Column("责任人", 9, centred=True),
    Column("整改期限", 11, centred=True),
    Column("状态", 9, centred=True),
    Column("期限情况", 11, centred=True),
    Column("整改情况", 32),
    Column("整改日期", 11, centred=True),
    Column("整改人", 9, centred=True),
    Column("验收人", 9, centred=True),
    Column("验收日期", 11, centred=True),
    Column("销号编号", 20, centred=True),
    Column("销号日期", 11, centred=True),
    Column("照片", 12, centred=True),
)


class TooManyRows(Invalid):
    """More rows than a workbook that people can still use; `count` and `limit` say how many."""

    code = "report-too-many-rows"
    title = "This is too much for one file. Please narrow the list first."
    title_zh = "数据太多，请先缩小筛选范围再导出。"


@dataclass(frozen=True)
class LedgerOrder:
    """Who asks for what, and when."""

    actor: Actor
    wanted: HazardFilter
    now: datetime
    demo: bool

    @property
    def today(self) -> date:
        """Return the day where the inspected places are."""
        return self.now.astimezone(ZONE).date()


@dataclass
class _Words:
    categories: dict[str, str]
    names: Names = field(default_factory=Names)


def write_ledger(order: LedgerOrder, target: IO[bytes]) -> int:
    """Write the ledger that the actor may see; return how many rows it has."""
    query = visible_hazards(order.actor).where(*conditions(order.wanted, order.today))
    count = db.session.scalar(query.with_only_columns(func.count())) or 0
    if count > MOST_ROWS:
        raise TooManyRows(count=count, limit=MOST_ROWS)
    stamp = f"{order.now.astimezone(ZONE):%Y-%m-%d %H:%M}"
    note = f"共 {count} 条；由 {order.actor.name} 于 {stamp} 从安巡导出"
    table = Table(
        title="隐患台账",
        note=f"【演示数据，非真实隐患】{note}" if order.demo else note,
        filters=said(order.actor, order.wanted, order.today),
        columns=COLUMNS,
        rows=_rows(query, order.today),
        count=count,
        repeat=2,
        pages_wide=2,
        footer=f"安巡 · 隐患台账 · {stamp}{' · 演示数据' if order.demo else ''}",
    )
    write(table, target)
    return count


def said(actor: Actor, wanted: HazardFilter, today: date) -> str:
    """Say in words what the list was narrowed to; what the actor may not see has no name."""
    categories = category_names(today)
    where = (
        name_shown(visible_locations(actor), Location.path, wanted.location_id),
        name_shown(visible_assets(actor), Asset.name, wanted.asset_id),
    )
    parts = {
        "单位": name_shown(visible_units(actor), Unit.name, wanted.unit_id),
        "场所、设备": "；".join(filter(None, where)),
        "责任人": name_shown(visible_people(actor), Person.name, wanted.assignee_id),
        "状态": "、".join(STATE_NAMES[HazardState(state)][0] for state in wanted.state),
        "等级": GRADES[wanted.grade][0] if wanted.grade else None,
        "疑似重大": _yes_no(wanted.suspected_major),
        "待认定": _yes_no(wanted.to_decide),
        "逾期": _yes_no(wanted.overdue),
        "未办结": _yes_no(wanted.open),
        "期限早于": wanted.due_before and wanted.due_before.isoformat(),
        "发现自": wanted.opened_from and wanted.opened_from.isoformat(),
        "发现至": wanted.opened_to and wanted.opened_to.isoformat(),
        "类别": categories.get(wanted.category or "", wanted.category),
        "检查表": wanted.checklist_key,
        "关键词": wanted.q,
    }
    found = "；".join(f"{name} {value}" for name, value in parts.items() if value)
    return found or "全部（本人可见范围）"


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else ("是" if value else "否")


def _rows(query: Select[Hazard], today: date) -> Iterator[Sequence[Cell]]:
    words = _Words(category_names(today))
    ids = list(
        db.session.scalars(query.with_only_columns(Hazard.id).order_by(Hazard.due_on, Hazard.id))
    )
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        rows = {
            row.id: row for row in db.session.scalars(select(Hazard).where(Hazard.id.in_(chunk)))
        }
        hazards = [rows[hazard_id] for hazard_id in chunk if hazard_id in rows]
        _learn(words.names, hazards)
        steps, photos = steps_of(chunk), _photos(photo_links(chunk))
        words.names.learn(people=(p for taken in steps.values() for p in people_of(taken)))
        for number, hazard in enumerate(hazards, start + 1):
            shown = photos.get(hazard.id, [])
            yield _row(number, hazard, steps[hazard.id], shown, words, today)
        db.session.expunge_all()


def _learn(names: Names, hazards: Sequence[Hazard]) -> None:
    names.learn(
        units=(h.unit_id for h in hazards),
        places=(h.location_id for h in hazards),
        assets=(h.asset_id for h in hazards),
        people=(
            p for h in hazards for p in (h.opened_by, h.assignee_id, h.rectified_by, h.verified_by)
        ),
    )


def _photos(links: Sequence[HazardPhoto]) -> dict[str, list[str | None]]:
    found: dict[str, list[str | None]] = {}
    for link in links:
        found.setdefault(link.hazard_id, []).append(link.step_id)
    return found


def _row(
    number: int,
    hazard: Hazard,
    steps: Sequence[HazardStep],
    photo_steps: Sequence[str | None],
    words: _Words,
    today: date,
) -> Sequence[Cell]:
    names = words.names
    return (
        number,
        hazard.number,
        names.units.get(hazard.unit_id, ""),
        names.where(hazard.location_id, hazard.asset_id),
        _day(hazard.opened_at),
        SOURCES[hazard.source][0],
        names.person(hazard.opened_by),
        _described(hazard),
        words.categories.get(hazard.category or "", hazard.category or ""),
        grade_name(hazard),
        standing(hazard, steps),
        "\n".join(told(steps, names)),
        bases(hazard.basis),
        hazard.suggestion,
        names.person(hazard.assignee_id),
        hazard.due_on,
        STATE_NAMES[HazardState(hazard.state)][0],
        _punctuality(hazard, today),
        _rectification(steps),
        _day(hazard.rectified_at),
        names.person(hazard.rectified_by),
        names.person(hazard.verified_by),
        _day(hazard.verified_at),
        hazard.closure_number,
        _day(hazard.closed_at),
        _photo_words(steps, photo_steps),
    )


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(ZONE).date() if moment else None


def _described(hazard: Hazard) -> str:
    title, text = hazard.title, hazard.description
    return title if not text or text == title else f"{title}\n{text}"


def grade_name(hazard: Hazard) -> str:
    """Say the grade; a suspicion is not a finding."""
    if hazard.grade == "general" and hazard.suspected_major:
        return "疑似重大"
    return GRADES[hazard.grade][0]


def bases(basis: Sequence[Mapping[str, Any]]) -> str:
    """Say the documents behind a finding, and where a person still has to check the clause."""
    return "\n".join(basis_words(entry) for entry in basis)


def basis_words(entry: Mapping[str, Any]) -> str:
    """Say one document; a clause only where it was verified."""
    cited: str = entry["doc"] + (entry.get("clause") or "")
    return cited if entry["tag"] == "verified" else f"{cited}{UNVERIFIED}"


def _punctuality(hazard: Hazard, today: date) -> str:
    left = days_left(hazard.due_on, today)
    if is_overdue(hazard.due_on, hazard.state, today):
        return f"逾期 {-left} 天"
    return "已办结" if is_ended(hazard.state) else f"剩 {left} 天"


def _rectification(steps: Sequence[HazardStep]) -> str:
    notes = [s.note for s in steps if s.action == HazardAction.SUBMIT_RECTIFICATION and s.note]
    return notes[-1] if notes else ""


def _photo_words(steps: Sequence[HazardStep], photo_steps: Sequence[str | None]) -> str:
    if not photo_steps:
        return ""
    rectified = {s.id for s in steps if s.action == HazardAction.SUBMIT_RECTIFICATION}
    after = sum(1 for step in photo_steps if step in rectified)
    return f"发现 {len(photo_steps) - after}、整改 {after}"
