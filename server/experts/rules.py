"""Rules of the expert pool: what holds on a day, what may be written, how a sample is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import dist
from typing import Any, Protocol

from server.kernel.errors import Conflict, Forbidden, Invalid

DRAFT, SIGNED, WITHDRAWN = "draft", "signed", "withdrawn"
DONE = "done"
#: a fifth of the signature's box, which is a thousand wide
SHORTEST = 200
OWN_EMPLOYER, OWN_REGION, COMPANY_CLIENT = "own-employer", "own-region", "company-client"


class UnknownWord(Invalid):
    """A field, a kind or a verdict that the program does not know; `word` is it."""

    code = "expert-unknown-word"
    title = "This field or kind is not known."
    title_zh = "没有这个专业领域或类别。"


class ExpertKnown(Conflict):
    """The person is in the pool already."""

    code = "expert-known"
    title = "This person is in the pool already."
    title_zh = "此人已在库中。"


class DaysCrossed(Invalid):
    """A last day before the first one."""

    code = "expert-days-crossed"
    title = "The last day is before the first one."
    title_zh = "结束日期早于开始日期。"


class RecusalPlace(Invalid):
    """A recusal is about exactly one unit, region or company."""

    code = "recusal-place"
    title = "Name one unit, one region or one company to stand aside from."
    title_zh = "请选择一家单位、一个地区或一家机构作为回避对象。"


class RecusalWithdrawn(Conflict):
    """It was withdrawn before."""

    code = "recusal-withdrawn"
    title = "This recusal was withdrawn before."
    title_zh = "这条回避申报已经撤回。"


class RecusalOfOffice(Forbidden):
    """What the office entered for somebody is not taken back by that person."""

    code = "recusal-of-office"
    title = "The office entered this for you; only the office takes it back."
    title_zh = "这条回避由安全办登记，只能由安全办撤回。"


class ReasonMissing(Invalid):
    """What is taken back or judged needs its reason."""

    code = "expert-reason-missing"
    title = "Please write down the reason."
    title_zh = "请写明理由。"


class CertificateRevoked(Conflict):
    """A revoked certificate does not change any more."""

    code = "certificate-revoked"
    title = "This certificate was revoked."
    title_zh = "该证书已注销。"


class RatingMistaken(Invalid):
    """A rating is a number from one to five for each of its sides."""

    code = "rating-mistaken"
    title = "Give every side one to five points."
    title_zh = "请为每一方面打 1 到 5 分。"


class RatingOwn(Forbidden):
    """Nobody rates their own work."""

    code = "rating-own"
    title = "Somebody else rates your work."
    title_zh = "不能评价本人的工作。"


class OpinionNotExpert(Forbidden):
    """Only people in the pool write expert opinions."""

    code = "opinion-not-expert"
    title = "Only people in the expert pool write expert opinions."
    title_zh = "只有专家库内的人员可以出具专家意见。"


class OpinionRecused(Forbidden):
    """The author stands aside from this unit; `reasons` say why."""

    code = "opinion-recused"
    title = "You stand aside from this unit and cannot give an opinion on it."
    title_zh = "您对该单位需要回避，不能出具专家意见。"


class OpinionClosed(Conflict):
    """A signed or withdrawn opinion does not change."""

    code = "opinion-closed"
    title = "This opinion is signed; its words do not change any more."
    title_zh = "专家意见已签署，内容不能再改。"


class OpinionEmpty(Invalid):
    """An opinion is signed with facts and judgement."""

    code = "opinion-empty"
    title = "Write the facts and the judgement before signing."
    title_zh = "签署前请写明事实和结论。"


class OpinionUnsigned(Invalid):
    """An opinion is signed by hand, or by keyboard where a hand cannot."""

    code = "opinion-unsigned"
    title = "Sign on the line first."
    title_zh = "请先在签字栏签名。"


class ReviewClosed(Conflict):
    """A finished quality review does not change."""

    code = "review-closed"
    title = "This review is finished."
    title_zh = "质量复核已完成。"


class ReviewOpen(Invalid):
    """A finding of the sample has no verdict yet; `open` says how many."""

    code = "review-open"
    title = "Some findings of the sample have no verdict yet."
    title_zh = "样本中还有问题没有复核结论。"


class NothingToReview(Invalid):
    """The company's people found nothing in the contract's time that the actor may see."""

    code = "review-nothing"
    title = "There is no finding of this company in the contract's time."
    title_zh = "合同期内没有该机构人员发现的问题可供复核。"


@dataclass(frozen=True)
class Reason:
    """
    Why a person stands aside from a unit.

    Declared kinds are those of words.json; own-employer, own-region and company-client are found
    by the program. `recusal_id` names what was declared.
    """

    kind: str
    unit_id: str
    zh: str
    en: str
    recusal_id: str | None = None


class Dated(Protocol):
    """A paper with its days."""

    expires_on: date | None
    issued_on: date | None
    revoked_on: date | None


def holds_on(paper: Dated, day: date) -> bool:
    """Say whether a paper is good on a day: issued, not expired, not revoked."""
    if paper.issued_on is not None and day < paper.issued_on:
        return False
    if paper.revoked_on is not None and day >= paper.revoked_on:
        return False
    return paper.expires_on is None or day <= paper.expires_on


def expiry_state(expires_on: date | None, today: date, windows: Sequence[int]) -> str:
    """Return lasting, expired, in-<days> for the narrowest window, or later."""
    if expires_on is None:
        return "lasting"
    left = (expires_on - today).days
    if left < 0:
        return "expired"
    return next((f"in-{days}" for days in sorted(windows) if left <= days), "later")


def within(since: date | None, until: date | None, day: date) -> bool:
    """Say whether a day lies in a period; an open end reaches for ever."""
    return (since is None or since <= day) and (until is None or day <= until)


def require_order(first: date | None, last: date | None) -> None:
    """Refuse a period that ends before it begins."""
    if first is not None and last is not None and last < first:
        raise DaysCrossed()


def require_known(given: Sequence[str], known: frozenset[str]) -> list[str]:
    """Return words in their order, once each, or refuse one that is not known."""
    for word in given:
        if word not in known:
            raise UnknownWord(word=word)
    return list(dict.fromkeys(given))


def require_rating(given: Mapping[str, int], sides: frozenset[str]) -> dict[str, int]:
    """Refuse a rating that leaves a side out or goes beyond five points."""
    if set(given) != sides or any(not 1 <= points <= 5 for points in given.values()):
        raise RatingMistaken()
    return dict(given)


def mean(ratings: Sequence[Mapping[str, int]]) -> float | None:
    """Return the mean of all points of all ratings; None without one."""
    points = [value for rating in ratings for value in rating.values()]
    return round(sum(points) / len(points), 1) if points else None


def confirmed(sample: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Return how many findings of a sample hold, of how many that were judged."""
    judged = [entry["verdict"] for entry in sample if entry.get("verdict")]
    return judged.count("confirmed"), len(judged)


def is_drawn(strokes: Sequence[Sequence[Sequence[float]]]) -> bool:
    """Say whether strokes are a name: shorter ones are a slip of the finger."""
    pairs = (pair for stroke in strokes for pair in pairwise(stroke))
    return sum(dist(one, other) for one, other in pairs) >= SHORTEST


def half_days(begins_on: date, ends_on: date) -> int:
    """Return the half days of a period of whole days, the default of an entry."""
    return 2 * ((ends_on - begins_on).days + 1)
