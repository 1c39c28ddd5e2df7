"""
The sheets and columns of a checklist workbook: which value of the definition stands where.

A column whose property the schema does not have (yet, or any more) is left out by itself. The order
here is the order in the file; a reader finds columns by their headings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from server.authoring.workbook_schema import Kind, Leaf, leaves

HEADER, OMITTED, CANDIDATES = "清单", "不列事项", "组合判定"
SECTIONS, ITEMS, READINGS, OPTIONS, BASIS = "章节", "检查项", "读数", "选项", "依据"
GUIDE, VOCABULARY = "说明", "词汇"

Heading = tuple[str, str, int]
"""Chinese, English, width in characters."""

PARENTS: Mapping[str, tuple[str, Heading]] = {
    "section": (SECTIONS, ("章节编号", "Section", 14)),
    "item": (ITEMS, ("检查项编号", "Item", 26)),
    "reading": (READINGS, ("读数编号", "Reading", 14)),
}


def _both(pointer: str, zh: str, en: str, width: int) -> dict[str, Heading]:
    return {
        f"{pointer}/zh": (zh, f"{en} (Chinese)", width),
        f"{pointer}/en": (f"{zh}（英文）", en, width),
    }


_REPEAT: dict[str, Heading] = {
    "repeat/over": ("重复检查", "Repeat over", 12),
    "repeat/kinds": ("重复的种类", "Repeat kinds", 16),
}
_INPUT: dict[str, Heading] = {
    **_both("unit", "计量单位", "Unit of measure", 10),
    "min": ("下限", "Minimum", 9),
    "max": ("上限", "Maximum", 9),
    "warn_min": ("提醒下限", "Warn below", 9),
    "warn_max": ("提醒上限", "Warn above", 9),
    "step": ("步长", "Step", 8),
    "max_length": ("最多字数", "Longest text", 9),
    "expiry/valid_days": ("有效天数", "Valid days", 9),
    "expiry/valid_years": ("有效年数", "Valid years", 9),
    "expiry/is_expiry": ("日期即到期日", "Date is the expiry", 12),
    "expiry/warn_days": ("提前提醒天数", "Warn days ahead", 12),
    "expiry/advisory": ("到期只提醒", "Expiry only warns", 10),
    "min_count": ("最少张数", "Fewest photos", 9),
    "accepts": ("扫码种类", "Codes accepted", 12),
    **_both("note", "填写提示", "Input note", 24),
}

_FIELDS: Mapping[str, dict[str, Heading]] = {
    HEADER: {
        "key": ("清单编号", "Checklist key", 18),
        **_both("title", "清单名称", "Title", 24),
        "effective_from": ("启用日期", "Effective from", 13),
        "minutes": ("预计分钟", "Minutes", 10),
        "header/facts": ("依据点清单", "Facts", 40),
        **_both("header/note", "使用说明", "Note", 60),
        "rotation/per_visit": ("每次轮查项数", "Deep items per visit", 13),
        "scoring/mandatory_cap": ("必查项不合格封顶分", "Cap when a mandatory item fails", 18),
    },
    OMITTED: {
        "facts": ("依据点", "Facts", 24),
        **_both("why", "不列入的原因", "Why omitted", 60),
    },
    CANDIDATES: {
        "criteria": ("重大隐患判定条目", "Criteria", 30),
        "when": ("判定条件", "When together", 60),
        **_both("note", "判定说明", "Why it matters", 50),
    },
    SECTIONS: {
        "key": ("章节编号", "Section", 16),
        **_both("title", "章节名称", "Section title", 28),
        **_REPEAT,
        "when": ("适用条件", "When", 50),
    },
    ITEMS: {
        "key": ("检查项编号", "Item", 26),
        **_both("ask", "检查内容", "Question", 40),
        **_both("method", "检查方法", "Method", 40),
        "answer/type": ("填写方式", "Answer type", 13),
        "answer/allow_na": ("可不适用", "May be n/a", 9),
        "mandatory": ("必查项", "Mandatory", 8),
        "depth": ("检查频度", "Depth", 10),
        "seconds": ("预计秒数", "Seconds", 9),
        "weight": ("分值权重", "Weight", 9),
        "when": ("适用条件", "When", 40),
        "tiers": ("适用机构", "Tiers", 24),
        **_REPEAT,
        "photo/rule": ("拍照要求", "Photo rule", 16),
        **_both("photo/hint", "拍照提示", "Photo hint", 28),
        **_both("risk", "风险后果", "Risk", 36),
        **_both("on_fail/hazard/title", "隐患名称", "Hazard title", 30),
        "on_fail/hazard/grade": ("隐患等级", "Hazard grade", 13),
        "on_fail/hazard/category": ("隐患类别", "Hazard category", 14),
        "on_fail/hazard/due_days": ("整改天数", "Days to rectify", 9),
        "on_fail/hazard/stop_use": ("立即停用", "Stop use", 9),
        **_both("on_fail/hazard/suggest", "整改建议", "What to do", 36),
        "on_fail/hazard/criteria": ("重大隐患判定条目", "Criteria", 26),
        **_both("on_fail/hazard/note", "隐患说明", "Hazard note", 30),
        "facts": ("依据点", "Facts", 20),
        **{f"answer/{name}": heading for name, heading in _INPUT.items()},
    },
    READINGS: {
        "key": ("读数编号", "Reading", 14),
        **_both("label", "读数名称", "Reading label", 24),
        "type": ("填写方式", "Answer type", 13),
        "optional": ("可不填", "May stay empty", 9),
        "when": ("适用条件", "When", 36),
        **_INPUT,
    },
    OPTIONS: {
        "key": ("选项编号", "Option", 14),
        **_both("label", "选项名称", "Option label", 28),
        "result": ("选中判为", "Result", 10),
    },
    BASIS: {
        "law": ("法规标准", "Law or standard", 40),
        "doc": ("其他文件", "Other paper", 24),
        "edition": ("版本", "Edition", 18),
        "clause": ("条款", "Clause", 14),
        "tag": ("核对情况", "Verification", 22),
        **_both("note", "依据说明", "Basis note", 50),
    },
}
#: the array whose objects are the rows, and how a row tells to which thing it belongs
_ROWS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    HEADER: (("",), ()),
    OMITTED: (("/header/omitted/*",), ()),
    CANDIDATES: (("/candidates/*",), ()),
    SECTIONS: (("/sections/*",), ()),
    ITEMS: (("/sections/*/items/*",), ("section",)),
    READINGS: (("/sections/*/items/*/readings/*",), ("item",)),
    OPTIONS: (
        ("/sections/*/items/*/answer/options/*", "/sections/*/items/*/readings/*/options/*"),
        ("item", "reading"),
    ),
    BASIS: (("/sections/*/items/*/basis/*",), ("item",)),
}


@dataclass(frozen=True)
class Column:
    """One column. Those that name the thing above (`parent`) have no pointer of their own."""

    pointer: str
    zh: str
    en: str
    width: int
    leaf: Leaf
    parent: str = ""

    @property
    def kind(self) -> Kind:
        """Tell how its cells are written."""
        return self.leaf.kind

    @property
    def name(self) -> str:
        """Return the last word of the pointer."""
        return self.pointer.rpartition("/")[2]


@dataclass(frozen=True)
class Sheet:
    """One sheet and the pointer of its rows."""

    name: str
    roots: tuple[str, ...]
    columns: tuple[Column, ...]

    def leaf_pointers(self) -> set[str]:
        """List the leaves of the schema that this sheet carries."""
        return {f"{root}/{c.pointer}" for root in self.roots for c in self.columns if c.pointer}


@cache
def sheets() -> dict[str, Sheet]:
    """Return every sheet that carries something, in order."""
    made = (_sheet(name) for name in _ROWS)
    return {sheet.name: sheet for sheet in made if any(c.pointer for c in sheet.columns)}


def _sheet(name: str) -> Sheet:
    roots, parents = _ROWS[name]
    known = leaves()
    columns = [_parent(parent) for parent in parents]
    for pointer, (zh, en, width) in _FIELDS[name].items():
        leaf = known.get(f"{roots[0]}/{pointer}")
        if leaf is not None:
            columns.append(Column(pointer, zh, en, width, leaf))
    return Sheet(name, roots, tuple(columns))


def _parent(name: str) -> Column:
    _, (zh, en, width) = PARENTS[name]
    return Column("", zh, en, width, Leaf("word"), name)
