"""Rules of the ledger that are not steps of the workflow: days, grades, sides. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from server.access.rules import Actor, Permission, UnitLike
from server.hazards.workflow import HazardAction, HazardState, Outcome, SelfVerification
from server.kernel.errors import Conflict, Forbidden, Invalid
from server.kernel.text import clean, one_line

_REFERENCE = re.compile(r"[a-z0-9-]{1,40}\.[a-z0-9-]{1,40}")
SOURCES: Mapping[str, tuple[str, str]] = {
    "inspection": ("检查发现", "Inspection"),
    "report": ("随手拍", "Report"),
    "self": ("单位自查", "Self-check"),
}
GRADES: Mapping[str, tuple[str, str]] = {
    "general": ("一般", "General"),
    "major": ("重大", "Major"),
}
BASIS_TAGS = ("verified", "document-only", "to-verify", "recommended")
ENDED = frozenset({HazardState.CLOSED, HazardState.VOID})
# Product defaults, not law: days until a hazard is due when nobody says otherwise.
DUE_DAYS: Mapping[bool, int] = {False: 15, True: 3}
SOON_DAYS = 7
LIMITS: Mapping[str, int] = {
    "title": 200,
    "description": 4000,
    "suggestion": 4000,
    "criterion": 1000,
    "note": 4000,
    "category": 60,
}


class WordsInvalid(Invalid):
    """A text is missing or too long; `field` and `limit` say which."""

    code = "hazard-words-invalid"
    title = "A text is missing or too long."
    title_zh = "有必填内容没有填写，或文字太长。"


class BasisInvalid(Invalid):
    """A basis names no document, or cites a clause that nobody has verified."""

    code = "hazard-basis-invalid"
    title = "A basis needs a document, and a clause only where it was verified."
    title_zh = "依据必须写明文件；只有核实过的条款才能引用条号。"


class PlaceNotOfUnit(Invalid):
    """The place or device belongs to another unit, or is unknown."""

    code = "hazard-place-not-of-unit"
    title = "This place or device does not belong to the unit."
    title_zh = "所选场所或设备不属于该单位。"


class AssigneeNotOfUnit(Invalid):
    """Only someone of the unit can be told to put it right."""

    code = "hazard-assignee-not-of-unit"
    title = "Whoever has to put it right must belong to the unit."
    title_zh = "整改责任人必须是该单位的人员。"


class RectifierNotOfUnit(Forbidden):
    """Rectifying is the unit's own work."""

    code = "hazard-rectifier-not-of-unit"
    title = "Only the unit itself can submit its rectification."
    title_zh = "只有本单位人员可以提交整改。"


class PhotoUnusable(Invalid):
    """A photo is unknown, was removed, or is somebody else's."""

    code = "hazard-photo-unusable"
    title = "A photo is unknown or cannot be used here."
    title_zh = "有照片不存在，或不能用在这里。"


class HazardIdTaken(Conflict):
    """Two different things claim one identifier."""

    code = "hazard-id-taken"
    title = "This identifier is already in use."
    title_zh = "该编号已被占用，请重新提交。"


class ActionUnknown(Invalid):
    """The workflow has no such action."""

    code = "hazard-action-unknown"
    title = "The workflow knows no such action."
    title_zh = "没有这样的操作。"


class OwnUnitDecision(Forbidden):
    """Who has to put it right cannot decide how grave it is."""

    code = "hazard-decision-own-unit"
    title = "Nobody of the inspected unit may decide whether its hazard is major."
    title_zh = "被检查单位的人员不能认定本单位的隐患是否重大。"


class DecisionOvertaken(Conflict):
    """Somebody decided first, and otherwise: the first decision stands, both words are kept."""

    code = "hazard-decision-overtaken"
    title = "Somebody has decided this meanwhile. Read that decision first, then decide anew."
    title_zh = "已有其他人员先作出认定。请先查看该认定，如需更改请重新认定。"


class MergeUnfit(Invalid):
    """Only two open entries of one unit can be the same danger."""

    code = "hazard-merge-unfit"
    title = "Only two hazards of one unit that are not ended can be merged."
    title_zh = "只能合并同一单位、尚未结束的两条隐患。"


class HazardMergedInto(Conflict):
    """The entry stands for nothing any more; `into` and `number` say which one does."""

    code = "hazard-merged-into"
    title = "This hazard was merged into another one; what was added is kept there."
    title_zh = "这条隐患已并入另一条，补充的内容保存在那一条里。"


class SourceUnknown(Invalid):
    """A hazard comes from an inspection, a report or a self-check."""

    code = "hazard-source-unknown"
    title = "The hazard's origin is not one of those known."
    title_zh = "隐患来源有误。"


@dataclass(frozen=True)
class Expected:
    """What the actor's device believed when they acted."""

    state: str
    rev: int
    decisions: int = 0


def known_action(word: str) -> HazardAction:
    """Return the action of a word, or raise."""
    try:
        return HazardAction(word)
    except ValueError as exc:
        raise ActionUnknown(action=word) from exc


def waits_for_decision(state: str, *, suspected_major: bool, decision: str | None) -> bool:
    """Say whether somebody still has to decide if the hazard is major."""
    return suspected_major and decision in (None, Outcome.EXPERTS) and not is_ended(state)


def is_ended(state: str) -> bool:
    """Say whether nothing more is due."""
    return state in ENDED


def is_overdue(due_on: date, state: str, today: date) -> bool:
    """Say whether a hazard that still needs work has passed its day."""
    return not is_ended(state) and due_on < today


def days_left(due_on: date, today: date) -> int:
    """Count the days until the due day; negative once it has passed."""
    return (due_on - today).days


def default_due_on(opened_on: date, *, suspected_major: bool) -> date:
    """Return the due day when nobody named one."""
    return opened_on + timedelta(days=DUE_DAYS[suspected_major])


def opening_grade(proposed: str, *, suspected_major: bool) -> tuple[str, bool]:
    """Return grade and suspicion: nobody opens a major hazard, it is only suspected."""
    return "general", suspected_major or proposed == "major"


def settled_due(current: date, wanted: date | None, *, contested: bool) -> date:
    """Return the due day after a move; when two people set it unknowingly the earliest stands."""
    if wanted is None:
        return current
    return min(current, wanted) if contested else wanted


def was_overtaken(expect: Expected | None, *, state: str, rev: int, last_by: str, me: str) -> bool:
    """Say whether somebody else changed the hazard after the actor had last seen it."""
    if expect is None:
        return False
    return expect.state != state or (expect.rev != rev and last_by != me)


def require_unit_side(actor: Actor, hazard: UnitLike) -> None:
    """Raise unless the actor acts for the unit itself."""
    employed = actor.unit_id == hazard.unit_id
    granted = hazard.unit_id in actor.units_with(Permission.HAZARDS_RECTIFY)
    if not (employed or granted):
        raise RectifierNotOfUnit()


def require_outside(actor: Actor, hazard: UnitLike, concerned: Iterable[str | None]) -> None:
    """Raise when the actor belongs to the inspected unit, or had to put the hazard right."""
    granted = {grant.unit_id for grant in actor.grants}
    if hazard.unit_id in {actor.unit_id, *granted} or actor.user_id in set(concerned):
        raise OwnUnitDecision()


def require_independence(actor_id: str, rectifiers: Iterable[str]) -> None:
    """Raise when the actor took part in the rectification that is to be verified."""
    if actor_id in set(rectifiers):
        raise SelfVerification()


def line(field: str, text: str | None, *, required: bool = False) -> str:
    """Return a text repaired and on one line, or raise."""
    return _within(field, one_line(text or ""), required=required)


def words(field: str, text: str | None, *, required: bool = False) -> str:
    """Return a text repaired, or raise."""
    return _within(field, clean(text or ""), required=required)


def _within(field: str, text: str, *, required: bool) -> str:
    limit = LIMITS[field]
    if len(text) > limit or (required and not text):
        raise WordsInvalid(field=field, limit=limit)
    return text


def checked_criteria(references: Sequence[str]) -> list[str]:
    """Return the candidates named, each once; raise on what cannot be a reference."""
    found = list(dict.fromkeys(references))
    if any(not _REFERENCE.fullmatch(reference) for reference in found):
        raise WordsInvalid(field="criteria", limit=LIMITS["category"])
    return found


def checked_basis(basis: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the bases with known keys only; raise on one that promises more than was verified."""
    return [_one_basis(entry) for entry in basis]


def _one_basis(entry: Mapping[str, Any]) -> dict[str, Any]:
    doc, tag, clause = entry.get("doc"), entry.get("tag"), entry.get("clause")
    if not isinstance(doc, str) or not doc.strip() or tag not in BASIS_TAGS:
        raise BasisInvalid()
    if clause is not None and (tag != "verified" or not isinstance(clause, str)):
        raise BasisInvalid()
    result: dict[str, Any] = {"doc": one_line(doc)[:300], "tag": tag}
    if clause:
        result["clause"] = one_line(clause)[:100]
    if entry.get("note"):
        result["note"] = entry["note"]
    return result
