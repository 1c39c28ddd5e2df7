"""Rules of campaigns: what a sound one is, and which of its goals people tick. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from server.kernel.errors import Conflict, Invalid

DRAFT, ACTIVE, CLOSED = "draft", "active", "closed"
#: a campaign can be reopened, because closing is an office's word and no event
NEXT: Mapping[str, tuple[str, ...]] = {
    DRAFT: (ACTIVE,),
    ACTIVE: (CLOSED,),
    CLOSED: (ACTIVE,),
}
EVERY = ("month", "quarter", "half", "year", "phase", "campaign")
COUNTED = ("visited-units", "visits", "led", "closed-share", "major-open")

#: a period is cut into months: beyond this a day is a slip of the finger
EARLIEST, LATEST = date(1990, 1, 1), date(2200, 1, 1)

Phase = Mapping[str, Any]


class Running(Protocol):
    """What the rules need to know of a campaign."""

    state: str


class CampaignPeriodWrong(Invalid):
    """The period ends before it begins, or a phase lies outside of it or overlaps another."""

    code = "campaign-period-wrong"
    title = "The period, or the order of its phases, is wrong."
    title_zh = "起止日期或阶段顺序有误：阶段应在专项行动期间内，依次排列，不能重叠。"


class CampaignWordUnknown(Invalid):
    """A checklist, unit or key is not known, or a key stands twice; `words` names them."""

    code = "campaign-word-unknown"
    title = "The campaign names something that is unknown or stands there twice."
    title_zh = "内容中有未知或重复的检查表、单位、阶段、目标或频次。"


class CampaignIdTaken(Conflict):
    """Two different things claim one identifier."""

    code = "campaign-id-taken"
    title = "This identifier is already in use."
    title_zh = "该编号已被占用，请重新提交。"


class CampaignNotRunning(Invalid):
    """Tasks can only be planned for a campaign that is under way."""

    code = "campaign-not-running"
    title = "This campaign is not under way."
    title_zh = "该专项行动尚未开始或已经结束。"


class CampaignStepWrong(Conflict):
    """A draft is begun, what runs is closed, what was closed can be reopened."""

    code = "campaign-step-wrong"
    title = "The campaign cannot go there from its present state."
    title_zh = "专项行动当前状态不能这样改。"


class GoalUnknown(Invalid):
    """The campaign has no such goal."""

    code = "campaign-goal-unknown"
    title = "This campaign has no such goal."
    title_zh = "该专项行动没有这个目标。"


class GoalCounted(Invalid):
    """The goal is counted from records; nobody ticks it."""

    code = "campaign-goal-counted"
    title = "This goal is counted from the records and cannot be ticked."
    title_zh = "该目标由系统按记录统计，不能手工勾选。"


class EvidenceMissing(Invalid):
    """A goal is ticked, or unticked, with what shows it."""

    code = "campaign-evidence-missing"
    title = "Please say what shows this."
    title_zh = "请写明依据，例如文件号、会议记录或材料名称。"


def require_running(campaign: Running) -> None:
    """Raise unless tasks may be planned for the campaign."""
    if campaign.state != ACTIVE:
        raise CampaignNotRunning(state=campaign.state)


def require_step(state: str, wanted: str) -> None:
    """Raise unless the campaign may go from *state* to *wanted*."""
    if wanted != state and wanted not in NEXT[state]:
        raise CampaignStepWrong(state=state, wanted=wanted)


def check_period(starts: date, ends: date, phases: Sequence[Phase]) -> None:
    """Raise unless the phases follow each other within the period."""
    if not EARLIEST <= starts <= ends <= LATEST:
        raise CampaignPeriodWrong(phase=None)
    before: date | None = None
    for phase in phases:
        first, last = day(phase["starts_on"]), day(phase["ends_on"])
        if first > last or first < starts or last > ends or (before and first <= before):
            raise CampaignPeriodWrong(phase=phase["key"])
        before = last


def check_keys(phases: Sequence[Phase], quotas: Sequence[Mapping[str, Any]]) -> None:
    """Raise when a phase, goal or quota has the key of another."""
    for keys in (
        [phase["key"] for phase in phases],
        [goal["key"] for _, goal in goals(phases)],
        [quota["key"] for quota in quotas],
    ):
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise CampaignWordUnknown(words=twice)


def check_known(words: Collection[str], known: Collection[str]) -> None:
    """Raise when a word is not known."""
    unknown = sorted(set(words) - set(known))
    if unknown:
        raise CampaignWordUnknown(words=unknown[:20])


def goals(phases: Sequence[Phase]) -> Iterator[tuple[Phase, Mapping[str, Any]]]:
    """Go through every goal with its phase."""
    for phase in phases:
        for goal in phase["goals"]:
            yield phase, goal


def require_tickable(phases: Sequence[Phase], key: str, evidence: str) -> None:
    """Raise unless people may tick the goal, and said what shows it."""
    found = next((goal for _, goal in goals(phases) if goal["key"] == key), None)
    if found is None:
        raise GoalUnknown(goal=key)
    if found.get("count"):
        raise GoalCounted(goal=key)
    if not evidence:
        raise EvidenceMissing(goal=key)


def day(text: str | date) -> date:
    """Return the day a text names."""
    return text if isinstance(text, date) else date.fromisoformat(text)
