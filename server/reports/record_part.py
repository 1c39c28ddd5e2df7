"""How the checklist was walked: style, part, what was drawn, and what mandatory items say."""

from collections.abc import Sequence
from typing import Any

from server.checklists.rules import Score
from server.checklists.rules.lines import items_by_key
from server.inspections.models import Inspection
from server.inspections.queries import Walk
from server.inspections.rules import STYLE_NAMES
from server.reports.record_lines import Row


def part_facts(inspection: Inspection, walk: Walk, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the facts for the head of the record; a whole checklist needs no words."""
    facts = [_fact("检查形式", _style(inspection, rows))]
    if inspection.sections is not None:
        titles = {section["key"]: section["title"]["zh"] for section in walk.definition["sections"]}
        facts.append(_fact("本次分工", "、".join(titles[key] for key in inspection.sections)))
    if inspection.deep_items is not None:
        items = items_by_key(walk.definition)
        drawn = [items[key]["ask"]["zh"] for key in inspection.deep_items]
        facts.append(_fact("抽中深查", "；".join(drawn) or "—"))
    return facts


def _style(inspection: Inspection, rows: Sequence[Row]) -> str:
    name = STYLE_NAMES[inspection.style][0]
    passed = sum(1 for row in rows if row.how() == "quick")
    if inspection.style == "full" and not passed:
        return name
    return f"{name}（其中 {passed} 项现场未见异常，一次确认为合格，未逐项点选）"


def mandatory_remarks(score: Score) -> list[str]:
    """Say what failing mandatory items did to the score."""
    remarks = []
    mandatory = score["mandatory"]
    if mandatory["failed"]:
        remarks.append(f"必查项不合格 {len(mandatory['failed'])} 项。")
    if score["cap"] is not None:
        weighted = f"{score['weighted']:g}"
        remarks.append(
            f"因必查项不合格，得分最高 {score['cap']} 分（按权重计算为 {weighted} 分）。"
        )
    return remarks


def _fact(name: str, text: str) -> dict[str, Any]:
    return {"name": name, "text": text, "wide": True}
