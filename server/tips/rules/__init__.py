"""What a report may hold, how it goes on, what it costs. Numbers and words are data. Pure."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from server.kernel.errors import Conflict, Invalid, NotFound, TooLarge, TooMany, Unavailable
from server.kernel.text import clean, one_line

_FOLDER = Path(__file__).parents[1]
RULES: Mapping[str, Any] = json.loads((_FOLDER / "tip-rules.json").read_text(encoding="utf-8"))
WORDS: Mapping[str, Any] = json.loads((_FOLDER / "tip-words.json").read_text(encoding="utf-8"))
TOPICS = frozenset(topic["key"] for topic in WORDS["topics"])
REASONS: Mapping[str, Mapping[str, Any]] = {r["key"]: r for r in WORDS["reasons"]}
UNIT, BUREAU = AUDIENCES = ("unit", "bureau")
RECEIVED, SEEN, DOING, DONE, DECLINED = STATES = tuple(WORDS["states"])
ENDED = frozenset({DONE, DECLINED})
MOST_PICTURES: int = RULES["pictures"]["most"]


class TipEmpty(Invalid):
    """Neither a picture, nor a word, nor a topic."""

    code = "tip-empty"
    title = "Please take a photo, choose what it is about, or write a few words."
    title_zh = "请至少拍一张照片、选一项内容，或写几个字。"


class TipWords(Invalid):
    """A text is too long, or a choice is unknown; `field` says which."""

    code = "tip-words"
    title = "A text is too long, or a choice is not known."
    title_zh = "有文字太长，或选项有误，请检查后再试。"


class TipIdTaken(Conflict):
    """Another report was sent under the same identifier."""

    code = "tip-id-taken"
    title = "This report was sent before with other words. Please begin a new one."
    title_zh = "这条反映之前已经发出，内容不同。请重新填写一条。"


class TipTooMany(TooMany):
    """A budget is used up: for this label, this network, or altogether."""

    code = "tip-too-many"
    title = "Many reports are arriving. Yours is kept on the phone and sent later by itself."
    title_zh = "现在反映的人很多。您的内容保存在手机里，稍后自动发送。"


class TipProofNeeded(TooMany):
    """The phone has to do some reckoning first; `challenge` and `bits` say which."""

    code = "tip-proof-needed"
    title = "Your phone is reckoning for a moment, which keeps machines from flooding us."
    title_zh = "手机正在做一次计算，用来防止机器刷屏，请稍等几秒。"


class TipPictureUnknown(NotFound):
    """There is no report that waits for this picture, or it came too late."""

    code = "tip-picture-unknown"
    title = "No report is waiting for this picture."
    title_zh = "没有等待这张照片的反映，或已超过补传时间。"


class TipPictureTooLarge(TooLarge):
    """More bytes than a picture of a report may have."""

    code = "tip-picture-too-large"
    title = "This picture is too large. Please take another in the normal mode."
    title_zh = "照片太大，请用普通模式重拍一张。"


class TipPictureLater(Unavailable):
    """So many pictures wait to be looked through that no more are taken just now."""

    code = "tip-picture-later"
    title = "Your words have arrived. The pictures are sent later by themselves."
    title_zh = "文字已经收到。照片稍后自动发送。"


class TipReceiptUnknown(NotFound):
    """No report has this receipt number."""

    code = "tip-receipt-unknown"
    title = "No report has this number. Please check it, group by group."
    title_zh = "没有这个回执号，请逐组核对后再试。"


class TipTries(TooMany):
    """Somebody asks for receipts that are none, again and again."""

    code = "tip-tries"
    title = "Too many numbers that do not exist. Please wait a little."
    title_zh = "查询次数过多，请稍后再试。"


class TipMoved(Conflict):
    """Somebody else has done something with the report in the meantime."""

    code = "tip-moved"
    title = "Someone has dealt with this report in the meantime. Please look again."
    title_zh = "这条反映刚刚被他人处理过，请刷新后再操作。"


class TipNotPossible(Conflict):
    """What was asked for does not fit the state of the report."""

    code = "tip-not-possible"
    title = "This is not possible with the report as it stands now."
    title_zh = "按这条反映现在的状态，不能这样操作。"


class TipGroupUnfit(Conflict):
    """A report that the unit sees cannot stand for nothing but one that it does not see."""

    code = "tip-group-unfit"
    title = "These reports cannot be put together this way. Choose the other one as the first."
    title_zh = "这样合并会让单位看到只报给卫健局的反映。请以另一条为主。"


class TipNoUnit(Invalid):
    """A hazard belongs to a unit, and nobody has said to which."""

    code = "tip-no-unit"
    title = "Please say which unit this is about."
    title_zh = "请先选择是哪家单位。"


class TipNoContact(NotFound):
    """The reporter left none, or it was deleted when its time was over."""

    code = "tip-no-contact"
    title = "No contact was left, or it has been deleted."
    title_zh = "没有留联系方式，或已到期删除。"


class TipPictureNotThere(Conflict):
    """The picture was not made, was refused, or was removed."""

    code = "tip-picture-not-there"
    title = "This picture cannot be shown."
    title_zh = "这张照片不能显示。"


def topics(given: Sequence[str]) -> list[str]:
    """Return the topics once each, in the order of the list; refuse unknown ones."""
    if not set(given) <= TOPICS:
        raise TipWords(field="topics")
    return [topic["key"] for topic in WORDS["topics"] if topic["key"] in given]


def text(field: str, given: str, *, lines: bool = False) -> str:
    """Return a text without control and direction marks, or refuse one that is too long."""
    kept = clean(given) if lines else one_line(given)
    if len(kept) > RULES["words"][field]:
        raise TipWords(field=field, limit=RULES["words"][field])
    return kept


def public_face(
    state: str, *, hazard_state: str | None, reason: str | None, answer: str | None
) -> dict[str, Any]:
    """Return what whoever holds the receipt is told: where it stands, why, and the answer."""
    told = WORDS["states"][state]["said"]
    if hazard_state is not None:
        state, told = (WORDS["hazards"][hazard_state][name] for name in ("state", "said"))
    why = REASONS.get(reason or "") if state == DECLINED else None
    return {
        "state": state,
        "said": dict(told),
        "reason": {"zh": why["zh"], "en": why["en"]} if why else None,
        "answer": answer,
    }


def as_data() -> dict[str, Any]:
    """Return what the page without an account and the desk read."""
    limits = {
        "pictures": MOST_PICTURES,
        "bytes": RULES["pictures"]["bytes"],
        "words": RULES["words"],
        "contact_days": RULES["keep"]["contact_days"],
    }
    return {**WORDS, "limits": limits}
