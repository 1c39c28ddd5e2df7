"""What may be done with a sealed visit and when, and the bytes of its log. Pure."""

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from server.kernel.errors import Conflict, Invalid

SEALED, OPENED, ARRIVED, ENDED, CANCELLED = "sealed", "opened", "arrived", "ended", "cancelled"
OFFLINE, ONLINE = "offline", "online"
PLANNER, KNOWER, LEADER, MEMBER, FORMER = "planner", "knower", "leader", "member", "former"

LIMITS = json.loads(Path(__file__).with_name("limits.json").read_text("utf-8"))
# A clock that is off by less is not put right, so that it may also be early by as much.
TOLERANCE = timedelta(minutes=LIMITS["clock_tolerance_minutes"])
LONGEST = timedelta(days=LIMITS["longest_days"])
# Whoever was nearly visited may be visited next week.
CANCELLED_KEPT = timedelta(days=LIMITS["cancelled_kept_days"])
# How long the team of a late arrival may still bring in what it did.
LATE_WORK = timedelta(days=LIMITS["late_work_days"])
KEPT_ON_PHONES = timedelta(days=LIMITS["kept_on_phones_days"])
VIEWED_ONCE = timedelta(minutes=LIMITS["viewed_once_minutes"])
# How often a package is compared with what the unit consists of now.
RENEWED = timedelta(minutes=LIMITS["package_renewed_minutes"])
# How long a plan that nobody sealed stays, and how many somebody may have.
UNSENT_KEPT = timedelta(days=LIMITS["unsent_days"])
UNSENT_MOST: int = LIMITS["unsent_most"]
NEAR_M: float = LIMITS["near_m"]
_EARTH_M = 6_371_000.0

PREFIX = b"anxun-visit-log-1\n"


class VisitNotYet(Conflict):
    """Its time has not come; `opens_at` says when it does."""

    code = "visit-not-yet"
    title = "This visit cannot be opened before its time."
    title_zh = "还没有到启封时间，不能打开。"


class VisitOpened(Conflict):
    """The leader has opened it: what the team knows stands."""

    code = "visit-opened"
    title = "The leader has opened this visit; its plan cannot be changed any more."
    title_zh = "组长已经启封，方案不能再修改。"


class VisitOver(Conflict):
    """The team has arrived, the time is over, or it was called off."""

    code = "visit-over"
    title = "This visit is over or was called off."
    title_zh = "暗访已到达、已结束或已取消，不能再这样做。"


class VisitTimes(Invalid):
    """It ends before it opens, is over already, or lasts longer than a month."""

    code = "visit-times"
    title = "The times do not fit: it must open before it ends, and within 31 days."
    title_zh = "时间有误：启封时间应早于截止时间，截止时间应晚于现在，且不超过31天。"


class VisitPersonUnfit(Invalid):
    """Somebody is unknown, inspects nowhere, or belongs to the unit; `people` names them."""

    code = "visit-person-unfit"
    title = "Somebody chosen does not inspect, or belongs to the unit."
    title_zh = "所选人员中有人不是检查人员，或属于被检查单位。"


class VisitRecused(Conflict):
    """Somebody chosen should stand aside, and no reason is given; `people` say from what."""

    code = "visit-recused"
    title = "Somebody chosen should stand aside from this unit. Choose another, or write down why."
    title_zh = "所选人员对该单位有回避情形，请换人，或写明仍由其参加的理由（记入知情记录）。"


class VisitUnitMoved(Conflict):
    """The unit lies in another region now, where the planner may not plan."""

    code = "visit-unit-moved"
    title = "The unit belongs to another region now. Call the visit off, or tell a planner there."
    title_zh = "被检查单位已划归其他地区，您不能再修改方案。请取消，或告知当地的策划人员。"


class UnsentTooMany(Conflict):
    """Somebody keeps more plans that were never sealed than is sensible."""

    code = "visit-unsent-too-many"
    title = "Too many plans that were never sealed are kept. Discard one first."
    title_zh = "没有封存的方案太多，请先清除一份。"


class VisitKnowerUnfit(Invalid):
    """Only somebody who may plan sealed visits there can be told."""

    code = "visit-knower-unfit"
    title = "Only somebody who may plan sealed visits there can be told."
    title_zh = "只能告知在该辖区有暗访策划权限的人员。"


class VisitCodeWrong(Invalid):
    """What was sent does not prove that the leader's code was there."""

    code = "visit-code-wrong"
    title = "This code does not belong to the visit. Scan the leader's code again."
    title_zh = "启封码不对，请重新扫描组长手机上的二维码。"


class VisitNotOpened(Conflict):
    """An arrival came before the opening."""

    code = "visit-not-opened"
    title = "This visit has not been opened yet."
    title_zh = "这次暗访还没有启封。"


class VisitTaskDiffers(Invalid):
    """The arrival names another task than the plan."""

    code = "visit-task-differs"
    title = "The arrival names another task than the plan."
    title_zh = "到达记录中的任务与方案不一致。"


class VisitProofIncomplete(Invalid):
    """The proof of arrival lacks what its kind needs."""

    code = "visit-proof-incomplete"
    title = "The proof of arrival is incomplete."
    title_zh = "到达证明不完整：需要标签、定位或两名检查人员的说明。"


class VisitIdTaken(Conflict):
    """Two different things claim one identifier."""

    code = "visit-id-taken"
    title = "This identifier is already in use."
    title_zh = "该编号已被占用，请重新提交。"


def require_times(opens_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raise unless the times make sense."""
    if not (opens_at < ends_at <= opens_at + LONGEST and ends_at > now):
        raise VisitTimes()


def require_plannable(state: str, opened_at: datetime | None) -> None:
    """Raise unless the plan may still be changed."""
    if opened_at is not None and state == OPENED:
        raise VisitOpened()
    if state != SEALED:
        raise VisitOver()


def require_running(state: str) -> None:
    """Raise when there is nothing left to call off."""
    if state not in (SEALED, OPENED):
        raise VisitOver()


def is_early(at: datetime, opens_at: datetime) -> bool:
    """Say whether an act came before its time, the clocks' tolerance granted."""
    return at < opens_at - TOLERANCE


def is_due(state: str, ends_at: datetime, now: datetime) -> bool:
    """Say whether a visit that nobody has released yet must be released by itself."""
    return now >= (ends_at + CANCELLED_KEPT if state == CANCELLED else ends_at)


def knows_plan(opened_at: datetime | None, released_at: datetime | None) -> bool:
    """Say whether the team knows where it goes."""
    return opened_at is not None or released_at is not None


def distance_m(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Return the metres between two points, each as (latitude, longitude)."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, point)) for point in (here, there))
    a = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * _EARTH_M * math.asin(min(1.0, math.sqrt(a)))


def is_near(distance: float, accuracy: float | None) -> bool:
    """Say whether somebody may have stood on the site; a vague position is not a near one."""
    return distance <= NEAR_M + min(accuracy or 0.0, NEAR_M)


def stands_in_for(team: Iterable[str], witnesses: Iterable[str]) -> bool:
    """Say whether at least two people of the team state something together."""
    return len(set(team) & set(witnesses)) >= 2


@dataclass(frozen=True)
class Entry:
    """One line of the log, as it is hashed; `details` is the JSON text itself."""

    seq: int
    at: int
    person: str | None
    how: str
    by: str | None
    details: str


def origin(visit_id: str) -> bytes:
    """Return the link before the first entry."""
    return hashlib.sha256(PREFIX + visit_id.encode()).digest()


def link(before: bytes, entry: Entry) -> bytes:
    """Tie an entry to all that came before it."""
    fields = (entry.seq, entry.at, entry.person, entry.how, entry.by, entry.details)
    digest = hashlib.sha256(PREFIX + b"".join(map(_prefixed, fields))).digest()
    return hashlib.sha256(before + digest).digest()


def is_sound(visit_id: str, entries: Iterable[tuple[Entry, bytes]]) -> bool:
    """Say whether a log is whole: every number there, every link what it must be."""
    before = origin(visit_id)
    for number, (entry, kept) in enumerate(entries, start=1):
        before = link(before, entry)
        if entry.seq != number or before != kept:
            return False
    return True


def _prefixed(value: str | int | None) -> bytes:
    """Length, colon, bytes, comma; nothing at all is a dash."""
    if value is None:
        return b"-,"
    data = str(value).encode()
    return b"%d:%b," % (len(data), data)
