"""检查记录逐项表: every line of an inspection as a workbook, with who found it and when."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Any

from server.access.rules import Actor
from server.checklists.rules import answer_key
from server.definitions.rules import RESULTS
from server.evidence.models import Photo
from server.evidence.queries import standing
from server.hazards.queries import ZONE
from server.inspections import queries
from server.inspections.models import AnswerConflict, Inspection
from server.inspections.queries import Walk
from server.kernel.db import db
from server.org.models import Unit
from server.reports.names import Names
from server.reports.record_lines import Row, rows_of, spoken_values
from server.reports.record_team import (
    conflict_data,
    finders_of,
    people_of,
    printed,
    shares_data,
    speakers_of,
)
from server.reports.sheet import Cell, Column, Table, write

TITLE = "检查记录逐项表"
COLUMNS = (
    Column("序号", 5, centred=True),
    Column("部分", 14),
    Column("场所、设备", 22),
    Column("检查项", 40),
    Column("结果", 8, centred=True),
    Column("读数", 22),
    Column("说明", 30),
    Column("检查人", 14),
    Column("检查时间", 17, centred=True),
    Column("照片（拍摄人）", 22),
    Column("不同意见", 44),
)


def write_record(actor: Actor, inspection_id: str, now: datetime, target: IO[bytes]) -> str:
    """Write the workbook of an inspection that the actor may see; return its number."""
    inspection = queries.get_inspection(actor, inspection_id)
    ended = inspection.device_submitted_at or now
    walk = queries.walk_of(inspection, ended.astimezone(ZONE).date())
    answers, photos = queries.answers_of(inspection.id), queries.photos_of(inspection.id)
    conflicts = printed(queries.conflicts_of(inspection.id))
    finders = finders_of(answers, conflicts)
    rows = rows_of(walk, answers, finders)
    names = Names()
    names.learn(
        people=[
            *inspection.member_ids,
            *speakers_of(answers),
            *people_of(conflicts),
            *(photo.author_id for photo in photos),
        ]
    )
    failed = {row.key for row in rows if row.verdict["result"] == "fail"}
    shares = shares_data(inspection, finders, failed, photos, names)
    by_line = queries.by_line(photos)
    stamp = f"{now.astimezone(ZONE):%Y-%m-%d %H:%M}"
    number = inspection.number or "未编号"
    told = _told(conflicts, walk, names, by_line)
    table = Table(
        title=TITLE,
        note=f"{_about(inspection, number)}；由 {actor.name} 于 {stamp} 从安巡导出",
        filters=_who(shares),
        columns=COLUMNS,
        rows=_cells(walk, rows, names.people, by_line, told),
        count=len(rows),
        repeat=2,
        pages_wide=1,
        footer=f"安巡 · {TITLE} · {number} · {stamp}",
    )
    write(table, target)
    return number


def _about(inspection: Inspection, number: str) -> str:
    unit = db.session.get_one(Unit, inspection.unit_id)
    return f"{unit.name} {number}"


def _who(shares: Sequence[Mapping[str, Any]]) -> str:
    return "；".join(
        f"{s['name']}（{s['role']}）：结果 {s['lines']} 项，不合格 {s['failed']} 项，"
        f"照片 {s['photos']} 张"
        for s in shares
    )


def _told(
    conflicts: Sequence[AnswerConflict],
    walk: Walk,
    names: Names,
    by_line: Mapping[str, Sequence[Photo]],
) -> dict[str, str]:
    told: dict[str, list[str]] = {}
    for row in conflicts:
        data = conflict_data(row, walk, names, by_line)
        both = "；".join(f"{v['by']} {v['at']} 记为“{v['value']}”" for v in data["values"])
        end = "尚未确认"
        if data["decided"]:
            why = f"（{data['reason']}）" if data["reason"] else ""
            end = f"{data['decider']} {data['decided_at']} 确认为“{data['decided']}”{why}"
        told.setdefault(answer_key(row.target_id, row.item_key), []).append(f"{both}。{end}。")
    return {key: "\n".join(parts) for key, parts in told.items()}


def _cells(
    walk: Walk,
    rows: Sequence[Row],
    people: Mapping[str, str],
    by_line: Mapping[str, Sequence[Photo]],
    told: Mapping[str, str],
) -> Iterator[Sequence[Cell]]:
    titles = {section["key"]: section["title"]["zh"] for section in walk.definition["sections"]}
    for row in rows:
        result = row.verdict["result"]
        yield (
            row.number,
            titles[row.line["section"]],
            row.place,
            row.item["ask"]["zh"],
            RESULTS[result]["zh"] if result else "未查",
            "\n".join(spoken_values(row)),
            "\n".join(v for n in ("reason", "note") if (v := row.text(n, people))),
            row.authors(people),
            _when(row),
            _photos(by_line.get(row.key, ()), people),
            told.get(row.key, ""),
        )


def _when(row: Row) -> str:
    fields = row.answer.fields if row.answer else {}
    state = next((fields[name] for name in ("result", "v") if name in fields), None)
    if state is None:
        return ""
    return f"{datetime.fromtimestamp(state['at'] / 1000, ZONE):%Y-%m-%d %H:%M}"


def _photos(photos: Sequence[Photo], people: Mapping[str, str]) -> str:
    taken = Counter(photo.author_id for photo in standing(list(photos)))
    named = sorted((-count, people.get(person, "")) for person, count in taken.items())
    return "、".join(f"{name} {-count} 张" for count, name in named)
