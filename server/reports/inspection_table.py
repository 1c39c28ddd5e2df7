"""
检查结果表: one line an inspection, for whatever was asked of the list.

Where one checklist was chosen, each of its questions has a column; without one, the editions have
nothing in common and the head columns stand alone. Both files come from the same rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select

from server.access.rules import Actor
from server.campaigns.modes import MODES
from server.checklists.rules.shapes import Context
from server.definitions.models import DefinitionVersion
from server.definitions.queries import definition
from server.hazards.queries import ZONE
from server.inspections.models import Inspection
from server.inspections.queries import (
    InspectionFilter,
    conditions,
    targets_of,
    visible_inspections,
)
from server.inspections.rules import SUBMITTED
from server.kernel.db import db
from server.org.models import Person, Unit
from server.org.queries import visible_people, visible_units
from server.reports.names import Names, name_shown
from server.reports.sheet import Cell, Column
from server.reports.table_answers import NOTHING, Given, answers_of_many
from server.reports.table_cells import Edition, columns_of

TITLE = "检查结果表"
PAGE = 250
DRAFT, DONE = "未提交", "已提交"
HEAD = (
    Column("序号", 6, centred=True),
    Column("检查编号", 20, centred=True),
    Column("单位", 22),
    Column("所属区域", 12),
    Column("检查表", 20),
    Column("检查表版本", 24),
    Column("检查方式", 12, centred=True),
    Column("状态", 9, centred=True),
    Column("组长", 9, centred=True),
    Column("组员", 18),
    Column("开始时间", 17, centred=True),
    Column("提交时间", 17, centred=True),
    Column("得分", 8, centred=True),
    Column("检查项数", 8, centred=True),
    Column("合格", 7, centred=True),
    Column("不合格", 7, centred=True),
    Column("不适用", 7, centred=True),
    Column("查不了", 7, centred=True),
    Column("未查", 7, centred=True),
    Column("照片", 7, centred=True),
)
_NEWEST = (Inspection.started_at.desc(), Inspection.id.desc())
_COUNTS = ("lines", "passed", "failed", "na", "unable", "open", "photos")
_ROW = (
    Inspection.id,
    Inspection.number,
    Inspection.unit_id,
    Inspection.region_id,
    Inspection.checklist_key,
    Inspection.definition,
    Inspection.mode,
    Inspection.state,
    Inspection.lead_id,
    Inspection.member_ids,
    Inspection.started_at,
    Inspection.submitted_at,
    Inspection.device_submitted_at,
    Inspection.sections,
    Inspection.deep_items,
    Inspection.targets,
    Inspection.counts,
    Inspection.score["total"].as_float().label("total"),
)


@dataclass(frozen=True)
class TableOrder:
    """Who asks for what, and when."""

    actor: Actor
    wanted: InspectionFilter
    now: datetime
    demo: bool

    @property
    def today(self) -> date:
        """Return the day where the inspected places are."""
        return self.now.astimezone(ZONE).date()

    def query(self) -> Select[Any]:
        """Select what the list would show."""
        return visible_inspections(self.actor).where(*conditions(self.wanted))

    def signed(self, count: int) -> str:
        """Say how much it is, and who took it when."""
        stamp = f"{self.now.astimezone(ZONE):%Y-%m-%d %H:%M}"
        note = f"共 {count} 条；由 {self.actor.name} 于 {stamp} 从安巡导出"
        return f"【演示数据，非真实检查】{note}" if self.demo else note


@dataclass(frozen=True)
class Frame:
    """What holds for the whole table: its columns, and the editions that lie under them."""

    questions: dict[str, str]
    editions: dict[str, Edition]
    labels: dict[str, tuple[str, str]]

    @property
    def headings(self) -> list[str]:
        """Return the words above the columns."""
        return [*(column.heading for column in HEAD), *self.questions.values()]


@dataclass
class _Page:
    rows: Sequence[Any]
    answers: dict[str, Given] = field(default_factory=dict)
    names: Names = field(default_factory=Names)
    units: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Any] = field(default_factory=dict)


def frame_of(order: TableOrder) -> Frame:
    """Find the editions that occur, and the columns that follow from them."""
    version = DefinitionVersion
    occurring = order.query().with_only_columns(Inspection.definition).distinct()
    found = db.session.execute(
        select(version.hash, version.title_zh, version.effective_from)
        .where(version.hash.in_(occurring))
        .order_by(version.effective_from.desc(), version.published_at.desc(), version.hash)
    ).all()
    labels = {row[0]: (row[1], f"{row[2]} · {row[0][:8]}") for row in found}
    if order.wanted.checklist_key is None:
        return Frame({}, {}, labels)
    bodies = {digest: definition(digest) for digest in labels}
    questions = columns_of(list(bodies.values()))
    keys = list(questions)
    editions = {digest: Edition(body, keys) for digest, body in bodies.items()}
    return Frame(questions, editions, labels)


def rows_of(order: TableOrder, frame: Frame) -> Iterator[list[Cell]]:
    """Return the rows, newest first; memory holds one page of them."""
    query = order.query().with_only_columns(*_ROW).order_by(*_NEWEST)
    found = db.session.execute(query.execution_options(yield_per=PAGE))
    number = 0
    for rows in found.partitions():
        page = _Page(rows)
        _learn(page, frame)
        for row in rows:
            number += 1
            yield [*_head(number, row, page.names, frame), *_cells(row, page, frame, order.now)]


def _learn(page: _Page, frame: Frame) -> None:
    page.names.learn(
        units=(row.unit_id for row in page.rows),
        regions=(row.region_id for row in page.rows),
        people=(person for row in page.rows for person in (row.lead_id, *row.member_ids)),
    )
    if not frame.questions:
        return
    page.answers = answers_of_many([row.id for row in page.rows])
    walked = [row for row in page.rows if not _is_flat(row, frame.editions[row.definition])]
    if walked:
        units = select(Unit).where(Unit.id.in_({row.unit_id for row in walked}))
        page.units = {unit.id: unit for unit in db.session.scalars(units)}
        page.places = targets_of(_targets(walked))


def _targets(rows: Sequence[Any]) -> dict[str, list[str]]:
    return {
        over: sorted({target for row in rows for target in row.targets.get(over, ())})
        for over in ("location", "asset")
    }


def _is_flat(row: Any, edition: Edition) -> bool:
    return edition.is_flat and row.sections is None and row.deep_items is None


def _head(number: int, row: Any, names: Names, frame: Frame) -> list[Cell]:
    title, edition = frame.labels[row.definition]
    counts = row.counts or {}
    team = (names.person(person) for person in row.member_ids if person != row.lead_id)
    return [
        number,
        row.number,
        names.units.get(row.unit_id, ""),
        names.regions.get(row.region_id, ""),
        title,
        edition,
        MODES[row.mode].zh if row.mode in MODES else row.mode,
        DONE if row.state == SUBMITTED else DRAFT,
        names.person(row.lead_id),
        "、".join(team),
        _moment(row.started_at),
        _moment(row.submitted_at),
        row.total,
        *(counts.get(name) for name in _COUNTS),
    ]


def _cells(row: Any, page: _Page, frame: Frame, now: datetime) -> Sequence[Cell]:
    if not frame.questions:
        return ()
    edition = frame.editions[row.definition]
    today = (row.device_submitted_at or now).astimezone(ZONE).date().isoformat()
    given = page.answers.get(row.id, NOTHING)
    if _is_flat(row, edition):
        return edition.flat(given, today)
    return edition.walked(given, _context(row, page, today))


def _context(row: Any, page: _Page, today: str) -> Context:
    unit = page.units[row.unit_id]
    return {
        "unit": {"tier": unit.tier, "attributes": unit.attributes, "beds": unit.beds},
        "places": page.places,
        "targets": {over: row.targets.get(over, []) for over in ("location", "asset")},  # type: ignore[typeddict-item]
        "today": today,
        "sections": row.sections,
        "deep_items": row.deep_items,
    }


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else ""


def said(order: TableOrder, frame: Frame) -> str:
    """Say in words what the list was narrowed to."""
    wanted, actor = order.wanted, order.actor
    title = next((title for title, _ in frame.labels.values()), wanted.checklist_key)
    mode = MODES.get(wanted.mode or "")
    parts = {
        "单位": name_shown(visible_units(actor), Unit.name, wanted.unit_id),
        "检查表": wanted.checklist_key and title,
        "检查方式": mode.zh if mode else wanted.mode,
        "状态": wanted.state and (DONE if wanted.state == SUBMITTED else DRAFT),
        "任务": wanted.assignment_id,
        "检查人": name_shown(visible_people(actor), Person.name, wanted.member_id),
        "开始自": wanted.started_from and wanted.started_from.isoformat(),
        "开始至": wanted.started_to and wanted.started_to.isoformat(),
        "关键词": wanted.q,
    }
    found = "；".join(f"{name} {value}" for name, value in parts.items() if value)
    return found or "全部（本人可见范围）"
