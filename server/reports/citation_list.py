"""待核依据清单: the citations that the bureau's office works off, as a list and as a workbook."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any

from server.access.rules import Actor
from server.definitions.queries import current_checklists, definition, law_records
from server.definitions.rules.law import Records
from server.definitions.rules.open_citations import OpenCitation, open_citations
from server.hazards.queries import ZONE
from server.kernel.text import fold
from server.reports.sheet import Cell, Column, Table, write

TITLE = "待核依据清单"
TAGS = {
    "document-only": "内容已见，条款待核",
    "to-verify": "待核",
    "recommended": "推荐性或参照，条款待核",
}
BINDING = {"binding": "有约束力", "reference": "参照"}
COLUMNS = (
    Column("序号", 6, centred=True),
    Column("检查表", 16),
    Column("检查项", 42),
    Column("依据文件", 34),
    Column("当日有效版本", 20, centred=True),
    Column("读到该要求的版本", 20, centred=True),
    Column("约束力", 10, centred=True),
    Column("核实状态", 18, centred=True),
    Column("说明", 30),
    Column("需要做的事", 34),
    Column("检查项编号", 30),
)


@dataclass(frozen=True)
class CitationFilter:
    """What the list is narrowed to."""

    checklist_key: str | None = None
    law: str | None = None
    tag: str | None = None
    q: str | None = None


def all_open(today: date) -> list[OpenCitation]:
    """List what is open today in the checklists that are in use."""
    found = [definition(row.hash) for row in current_checklists(today)]
    return open_citations(found, law_records(today), today.isoformat())


def narrowed(rows: Sequence[OpenCitation], wanted: CitationFilter) -> list[OpenCitation]:
    """Keep what the filter asks for."""
    return [row for row in rows if _fits(row, wanted)]


def _fits(row: OpenCitation, wanted: CitationFilter) -> bool:
    if wanted.checklist_key and row.checklist != wanted.checklist_key:
        return False
    if wanted.law and row.cited["law"] != wanted.law:
        return False
    if wanted.tag and row.cited["tag"] != wanted.tag:
        return False
    text = " ".join((row.cited["doc"], row.item, row.ask["zh"], row.ask["en"]))
    return not wanted.q or fold(wanted.q) in fold(text)


def as_data(row: OpenCitation) -> dict[str, Any]:
    """Return a row as it travels."""
    cited = row.cited
    kept = ("law", "doc", "edition", "read_in", "tag", "state", "cause", "binding", "note")
    return {
        "id": row.id,
        "checklist_key": row.checklist,
        "checklist": row.checklist_title,
        "item": row.item,
        "ask": row.ask,
        **{name: cited[name] for name in kept},  # type: ignore[literal-required]
        "todo": row.todo,
    }


def counted(rows: Sequence[OpenCitation], records: Records) -> dict[str, Any]:
    """Count by checklist, law and tag: what there is to choose from."""
    titles = {row.checklist: row.checklist_title for row in rows}
    checklists = Counter(row.checklist for row in rows)
    laws = Counter(law for row in rows if (law := row.cited["law"]) and law in records)
    return {
        "total": len(rows),
        "checklists": [
            {"key": key, "title": titles[key], "count": count}
            for key, count in checklists.most_common()
        ],
        "laws": [
            {"key": key, "title": records[key]["title"], "count": count}
            for key, count in laws.most_common()
        ],
        "tags": dict(Counter(row.cited["tag"] for row in rows)),
    }


@dataclass(frozen=True)
class CitationOrder:
    """Who asks for what, and when."""

    actor: Actor
    wanted: CitationFilter
    now: datetime

    @property
    def today(self) -> date:
        """Return the day where the inspected places are."""
        return self.now.astimezone(ZONE).date()


def write_citations(order: CitationOrder, target: IO[bytes]) -> int:
    """Write the list as a workbook; return how many rows it has."""
    rows = narrowed(all_open(order.today), order.wanted)
    stamp = f"{order.now.astimezone(ZONE):%Y-%m-%d %H:%M}"
    by = f"由 {order.actor.name} 于 {stamp} 导出"
    table = Table(
        title=TITLE,
        note=f"共 {len(rows)} 条；按 {order.today} 有效的版本；{by}",
        filters=_said(order.wanted),
        columns=COLUMNS,
        rows=_cells(rows),
        count=len(rows),
        repeat=2,
        pages_wide=1,
        footer=f"安巡 · {TITLE} · {stamp}",
    )
    write(table, target)
    return len(rows)


def _said(wanted: CitationFilter) -> str:
    parts = {
        "检查表": wanted.checklist_key,
        "法规标准": wanted.law,
        "核实状态": TAGS.get(wanted.tag or ""),
        "关键词": wanted.q,
    }
    return "；".join(f"{name} {value}" for name, value in parts.items() if value) or "全部"


def _cells(rows: Sequence[OpenCitation]) -> Iterator[Sequence[Cell]]:
    for number, row in enumerate(rows, 1):
        cited = row.cited
        yield (
            number,
            row.checklist_title["zh"],
            row.ask["zh"],
            cited["doc"],
            cited["edition"],
            cited["read_in"],
            BINDING[cited["binding"]],
            TAGS[cited["tag"]],
            cited["note"]["zh"] if cited["note"] else None,
            row.todo["zh"],
            row.item,
        )
