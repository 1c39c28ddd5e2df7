"""The tree of places, due dates, and the short codes of printed tags. Pure."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from server.kernel.errors import Conflict, Invalid
from server.kernel.text import one_line
from server.locations.kinds import PLACE_KINDS

#: from the outside to the inside; a place may skip a step but not go back
KINDS = tuple(PLACE_KINDS)
PATH_SEPARATOR = " / "
MOST_DUE = 50
MOST_ATTRIBUTES = 100

#: without I, O, S, V and Z, which people misread or mistype
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CODE_LENGTH = 8
MOST_TAGS = 2000
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans("IOSVZ", "105U2")
_GAPS = re.compile(r"[\s\-_.]")
_WORD = re.compile(r"[a-z][a-z0-9_.-]{0,39}")


class BadParent(Invalid):
    """A place inside one that cannot hold it."""

    code = "location-bad-parent"
    title = "A place of this kind cannot be there."
    title_zh = "该类型的场所不能放在所选的上级场所下。"


class BadLocation(Invalid):
    """A place with facts that cannot be; `field` names the one."""

    code = "location-bad-facts"
    title = "Some facts of the place are not possible."
    title_zh = "场所信息中有不合理的内容，请检查。"


class LocationInUse(Conflict):
    """A place that still holds places or things."""

    code = "location-in-use"
    title = "This place still holds other places or things."
    title_zh = "该场所下还有在用的场所或设备，请先移走或停用。"


class Inactive(Conflict):
    """Something is to be put where nothing is put any more."""

    code = "location-inactive"
    title = "This place or thing is no longer in use."
    title_zh = "该场所或设备已停用。"


class BadAsset(Invalid):
    """A thing with facts that cannot be; `field` names the one."""

    code = "asset-bad-facts"
    title = "Some facts of the equipment are not possible."
    title_zh = "设备信息中有不合理的内容，请检查。"


class BadDue(Invalid):
    """A due date without a name or a day of the calendar."""

    code = "asset-bad-due"
    title = "A due date needs a kind, a name and a day of the calendar."
    title_zh = "到期事项需要类别、名称和有效日期。"


class ElsewhereLocated(Invalid):
    """A thing of one unit in a place of another."""

    code = "asset-elsewhere"
    title = "This place belongs to another unit than the equipment."
    title_zh = "该场所属于其他单位，不能放置本单位的设备。"


class BadTagCode(Invalid):
    """A code that no tag can carry: mistyped or misread."""

    code = "tag-bad-code"
    title = "This is not a code of ours; please compare it with the label."
    title_zh = "标签编码有误，请对照标签核对。"


class BadTagCount(Invalid):
    """More labels at once than anybody sticks, or none."""

    code = "tag-bad-count"
    title = f"Between 1 and {MOST_TAGS} labels can be made at once."
    title_zh = f"一次可生成 1 至 {MOST_TAGS} 个标签。"


class TagVoid(Conflict):
    """The label was taken out of use."""

    code = "tag-void"
    title = "This label was taken out of use; please stick a new one."
    title_zh = "该标签已作废，请更换新标签。"


class TagAlreadyBound(Conflict):
    """The label sticks somewhere else; `place` names it to those who may see it."""

    code = "tag-already-bound"
    title = "This label already belongs to another place."
    title_zh = "该标签已绑定到其他场所或设备。"


class TagOfAnotherPool(Conflict):
    """The label was printed for another unit or region."""

    code = "tag-of-another-pool"
    title = "This label was printed for another unit."
    title_zh = "该标签是为其他单位印制的。"


def require_kind(kind: str) -> str:
    """Return a kind of place, or refuse it."""
    if kind not in KINDS:
        raise BadLocation(field="kind")
    return kind


def require_below(kind: str, parent_kind: str | None) -> None:
    """Refuse a place that is not smaller than what it stands in; this also rules out circles."""
    if parent_kind is not None and KINDS.index(kind) <= KINDS.index(parent_kind):
        raise BadParent(kind=kind, parent_kind=parent_kind)


def path_of(name: str, parent_path: str | None) -> str:
    """Return the way to a place in words."""
    return name if parent_path is None else f"{parent_path}{PATH_SEPARATOR}{name}"


def words(given: Iterable[str], refusal: Callable[[], Invalid]) -> list[str]:
    """Return attribute keys in one order and once each, or refuse what is none."""
    kept = sorted(set(given))
    if len(kept) > MOST_ATTRIBUTES or not all(_WORD.fullmatch(word) for word in kept):
        raise refusal()
    return kept


def require_word(text: str, refusal: Invalid) -> str:
    """Return a key such as a kind of thing, or refuse it."""
    if not _WORD.fullmatch(text):
        raise refusal
    return text


def _due(entry: Mapping[str, Any]) -> dict[str, Any]:
    name, day = one_line(str(entry.get("name") or "")), entry.get("due_on")
    if set(entry) - {"kind", "name", "due_on"} or not name or len(name) > 100:
        raise BadDue()
    kind = require_word(str(entry.get("kind") or ""), BadDue())
    try:
        parsed = date.fromisoformat(day) if isinstance(day, str) else day
    except ValueError as exc:
        raise BadDue() from exc
    if parsed is not None and not date(1990, 1, 1) <= parsed <= date(2200, 1, 1):
        raise BadDue()
    return {"kind": kind, "name": name, "due_on": parsed.isoformat() if parsed else None}


def cleaned_due(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return due dates in the order of their days, those without a day last."""
    if len(entries) > MOST_DUE:
        raise BadDue()
    return sorted(map(_due, entries), key=lambda d: (d["due_on"] or "9999", d["kind"], d["name"]))


def next_due(entries: Sequence[Mapping[str, Any]]) -> date | None:
    """Return the nearest of all due dates."""
    days = [date.fromisoformat(entry["due_on"]) for entry in entries if entry["due_on"]]
    return min(days, default=None)


def check_character(data: str) -> str:
    """
    Return the check character of seven data characters.

    The weights are powers of 3, which visit every residue of 31: swapped neighbours show.
    """
    total = sum(_VALUES[c] * pow(3, place, 31) for place, c in enumerate(data))
    return ALPHABET[-total % 31]


def is_tag_code(code: str) -> bool:
    """Say whether a code in its normal form is whole and its check character right."""
    if len(code) != CODE_LENGTH or any(character not in _VALUES for character in code):
        return False
    return check_character(code[:-1]) == code[-1]


def normal_code(typed: str) -> str:
    """Return what a person typed as it stands on the label: no gaps, look-alikes put right."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return _GAPS.sub("", plain).translate(_LOOKALIKES)


def require_tag_code(typed: str) -> str:
    """Return a code in its normal form, or refuse it."""
    code = normal_code(typed)
    if not is_tag_code(code):
        raise BadTagCode()
    return code


def new_tag_code(pick: Callable[[str], str]) -> str:
    """Make a code; *pick* draws one character of the alphabet."""
    data = "".join(pick(ALPHABET) for _ in range(CODE_LENGTH - 1))
    return data + check_character(data)


def shown_code(code: str) -> str:
    """Return a code as it is printed: 7K3M 9QX5."""
    return f"{code[:4]} {code[4:]}"


def tag_url(public_url: str, code: str) -> str:
    """Return what the square on a label says."""
    return f"{public_url}/t/{code}"


def require_count(count: int) -> int:
    """Return how many labels to make, or refuse."""
    if not 1 <= count <= MOST_TAGS:
        raise BadTagCount()
    return count
