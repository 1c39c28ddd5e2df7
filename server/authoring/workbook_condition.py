"""
Conditions as a safety officer reads and writes them, in one cell.

    单位【有电梯】 且 单位.床位数 >= 100
    单位.级别 属于（医院、乡镇卫生院） 或 非（fire.exit.clear = 合格）

Brackets always keep their own group, so that what was written comes back as the very same
condition. The grammar stands in docs/how-to/edit-a-checklist-in-excel.md.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from server.authoring.workbook_words import RESULT_WORDS, TIER_WORDS

PREFIXES = {"单位": "unit.attributes.", "场所": "place.attributes."}
NAMED_REFS = {"单位.级别": "unit.tier", "单位.床位数": "unit.beds", "场所.类别": "place.kind"}
REF_NAMES = {ref: name for name, ref in NAMED_REFS.items()}
BARE = re.compile(r"[a-z][a-z0-9_-]*")
RESERVED = ("true", "false", "and", "or", "not", "in", "all", "any")


@dataclass(frozen=True)
class Labels:
    """The Chinese names of attributes: reference to name, names that are not unique left out."""

    of_ref: Mapping[str, str] = field(default_factory=dict)

    @property
    def refs(self) -> dict[str, str]:
        """Tell the reference behind a name as it is written, for example 单位【有电梯】."""
        return {self.written(ref): ref for ref in self.of_ref}

    def written(self, ref: str) -> str:
        """Write the reference of an attribute with its name."""
        prefix = next(zh for zh, start in PREFIXES.items() if ref.startswith(start))
        return f"{prefix}【{self.of_ref[ref]}】"


def write_condition(condition: Mapping[str, Any], labels: Labels) -> str:
    """Write a condition as text."""
    (form, body), *_ = condition.items()
    match form:
        case "all" | "any":
            return _joined(form, body, labels)
        case "not":
            return f"非（{write_condition(body, labels)}）"
        case "compare":
            return f"{_ref(body[0], labels)} {body[1]} {_number(body[2])}"
        case "in":
            values = "、".join(_value(body[0], one) for one in body[1])
            return f"{_ref(body[0], labels)} 属于（{values}）"
    if body[1] is True and body[0] in labels.of_ref:
        return _ref(body[0], labels)
    return f"{_ref(body[0], labels)} = {_value(*body)}"


def _joined(form: str, parts: list[Any], labels: Labels) -> str:
    if len(parts) == 1:
        return f"{'全部' if form == 'all' else '任一'}（{write_condition(parts[0], labels)}）"
    word = " 且 " if form == "all" else " 或 "
    return word.join(_grouped(part, labels) for part in parts)


def _grouped(part: Mapping[str, Any], labels: Labels) -> str:
    text = write_condition(part, labels)
    several = part.get("all") or part.get("any")
    return f"（{text}）" if several and len(several) > 1 else text


def _ref(ref: str, labels: Labels) -> str:
    return labels.written(ref) if ref in labels.of_ref else REF_NAMES.get(ref, ref)


def _value(ref: str, value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number(value)
    if ref == "unit.tier" and value in TIER_WORDS:
        return TIER_WORDS[value]
    if value in RESULT_WORDS:
        return RESULT_WORDS[value]
    if BARE.fullmatch(value) and value not in RESERVED:
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number(value: float) -> str:
    return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
