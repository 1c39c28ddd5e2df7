"""What a round of peer checks may be, and the problems when it may not. Pure."""

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from server.kernel.errors import Conflict, Forbidden, Invalid

DRAFT, OPEN, CLOSED = "draft", "open", "closed"
PLANNED, RELEASED, HANDED = "planned", "released", "handed"
ANSWERED, WITHDRAWN = "answered", "withdrawn"
ACCEPTED, APPEALED = "accepted", "appealed"
UPHELD, LIFTED = "upheld", "lifted"
MODE = "cross"
ROLE = "guest"
SOURCE = "peer"
FEWEST = 3
MOST = 60
ZONE = ZoneInfo("Asia/Shanghai")
LIMITS: dict[str, Any] = json.loads(Path(__file__).with_name("limits.json").read_text("utf-8"))
APPEAL_DAYS: int = LIMITS["appeal_days"]
#: the third word of a barred pair: nobody of the guests may inspect there
ASIDE = "aside"
#: why somebody is not sent, beside what the register of experts says
STRANGER, HOME_ROLE = "not-of-region", "home-role"


class TooFewRegions(Invalid):
    """With two regions each would inspect its own inspector."""

    code = "peer-too-few-regions"
    title = "A round needs at least three regions, so that no two inspect each other."
    title_zh = "互查至少需要三个区域，才能避免两地互相检查。"


class RegionsUnfit(Invalid):
    """A region is not below the one that plans, or one lies within another."""

    code = "peer-regions-unfit"
    title = "The regions must lie below yours, none within another."
    title_zh = "参加的区域必须都在本级之下，且互不包含。"


class ChecklistUnknown(Invalid):
    """No such checklist is in force for everybody."""

    code = "peer-checklist-unknown"
    title = "Choose checklists that are in force for everybody."
    title_zh = "请选择全市（上级）统一发布的检查表。"


class PeriodWrong(Invalid):
    """It ends before it begins."""

    code = "peer-period-wrong"
    title = "The period must end after it begins."
    title_zh = "结束时间必须晚于开始时间。"


class WindowOutside(Invalid):
    """A window lies outside the round's period, or ends before it begins."""

    code = "peer-window-outside"
    title = "The window must lie within the round and end after it begins."
    title_zh = "检查时间必须在本轮期限之内，且结束晚于开始。"


class NoPairing(Conflict):
    """No pairing keeps all rules; `longest` is the longest cycle for which there is one."""

    code = "peer-no-pairing"
    title = "With these regions some would meet again. Shorten the cycle or add regions."
    title_zh = "这些区域之间已排不出不重复的组合。请缩短轮换周期，或增加区域。"


class NotReady(Invalid):
    """Something is missing before a team may be sent; `missing` names it."""

    code = "peer-not-ready"
    title = "The team, the units and the window are needed first."
    title_zh = "请先定好检查组、单位和时间。"


class MetAgain(Conflict):
    """Since the pairs were made another round has sent some of them to each other; `pairs`."""

    code = "peer-met-again"
    title = "Meanwhile another round has sent some of these to each other. Make the pairs again."
    title_zh = "另一轮互查已让其中的区域碰过面，请重新排一次。"


class DrawUnfit(Invalid):
    """No such draw of units, declared void, without a unit of that region, or still secret."""

    code = "peer-draw-unfit"
    title = "This draw names no unit of that region, was declared void, or is still secret."
    title_zh = "这次抽取里没有受检区域的单位，或者已作废、尚在保密期。"


class UnitsNotDrawn(Invalid):
    """The units are not those of the draw as it stands; `missing` and `other` name them."""

    code = "peer-units-not-drawn"
    title = "The units are not those of the draw as it stands. Replace in the draw, with a reason."
    title_zh = "单位与抽取结果不一致。要更换，请在抽取里递补并写明理由。"


class LeadNeeded(Invalid):
    """The lead leaves: somebody else of the team leads from now on."""

    code = "peer-lead-needed"
    title = "Name who leads the team from now on."
    title_zh = "组长退出，请指定接任的组长。"


class AppealLate(Conflict):
    """The days for appeals are over; `until` says since when."""

    code = "peer-appeal-late"
    title = "The time for an appeal is over. It can be accepted, or the planner extends the days."
    title_zh = "申诉期限已过。可以认可；确需申诉的，请组织单位延长期限。"


class Recused(Invalid):
    """Somebody stands aside from a unit within the window; `reasons` name person, unit and why."""

    code = "peer-recused"
    title = "Somebody chosen must stand aside from one of the units."
    title_zh = "所选人员中有人应当回避所选单位。"


class GuestUnfit(Invalid):
    """
    Somebody does not belong to the guest region, may not inspect, or belongs to the home.

    `people` lists them, `home_role` those whose own role lets them inspect in the home region.
    """

    code = "peer-guest-unfit"
    title = "Somebody chosen does not belong to the guest region or may not inspect."
    title_zh = "所选人员中有人不属于派出区域，或没有检查资格。"


class UnitUnfit(Invalid):
    """A unit does not lie in the home region, or was closed; `units` names them."""

    code = "peer-unit-unfit"
    title = "A unit does not lie in the inspected region, or was closed."
    title_zh = "所选单位不在受检区域内，或者已停用。"


class StillSealed(Conflict):
    """A sealed visit of this team has not arrived yet; handing over would betray it."""

    code = "peer-still-sealed"
    title = "A sealed visit of this team is still to come. Hand over when all are done."
    title_zh = "本组还有没到达的暗访，全部完成后再移交，以免走漏消息。"


class NothingToHand(Conflict):
    """No inspection of this team has been submitted."""

    code = "peer-nothing-to-hand"
    title = "No inspection of this team has arrived yet. Submit one first."
    title_zh = "还没有收到本组提交的检查。请先提交检查并联网发送。"


class NotTheLead(Forbidden):
    """Only the lead of the guest team, or the office that planned it, hands over."""

    code = "peer-not-the-lead"
    title = "Only the lead of the team hands over."
    title_zh = "只有组长可以移交。"


class NotYourTurn(Conflict):
    """This step belongs before or after; `state` says where the pairing stands."""

    code = "peer-not-now"
    title = "This step does not fit the present state."
    title_zh = "当前状态下不能进行这一步。"


class ReasonMissing(Invalid):
    """An appeal and a ruling are explained."""

    code = "peer-reason-missing"
    title = "Please say why."
    title_zh = "请写明理由。"


class EvidenceUnfit(Invalid):
    """A photo does not belong to the hazard."""

    code = "peer-evidence-unfit"
    title = "A photo does not belong to this hazard."
    title_zh = "所选照片不属于这条隐患。"


class FindingsOpen(Conflict):
    """Every finding is accepted or appealed before the reply goes out; `open` counts the rest."""

    code = "peer-findings-open"
    title = "Some findings are neither accepted nor appealed yet."
    title_zh = "还有问题没有逐条答复。"


def require_regions(parent: str, paths: dict[str, str]) -> None:
    """Raise unless the regions (id → path) lie below *parent*, apart from each other."""
    if len(paths) < FEWEST:
        raise TooFewRegions()
    below = all(f"/{parent}/" in path and one != parent for one, path in paths.items())
    nested = any(f"/{a}/" in paths[b] for a in paths for b in paths if a != b)
    if len(paths) > MOST or not below or nested:
        raise RegionsUnfit()


def require_window(
    starts_at: datetime | None, ends_at: datetime | None, first: date, last: date
) -> None:
    """Raise unless the window lies within the days of the round."""
    if starts_at is None and ends_at is None:
        return
    if starts_at is None or ends_at is None or starts_at >= ends_at:
        raise WindowOutside()
    if starts_at.astimezone(ZONE).date() < first or ends_at.astimezone(ZONE).date() > last:
        raise WindowOutside()


def appeal_until(handed_at: datetime, days: int) -> datetime:
    """Return the moment from which a finding may not be appealed: the end of the last day."""
    last = handed_at.astimezone(ZONE).date() + timedelta(days=days + 1)
    return datetime.combine(last, time.min, ZONE)


def days_of(
    starts_at: datetime | None, ends_at: datetime | None, first: date, last: date
) -> tuple[date, date]:
    """Return the first and the last day of a window; without one, those of the round."""
    if starts_at is None or ends_at is None:
        return first, last
    return starts_at.astimezone(ZONE).date(), ends_at.astimezone(ZONE).date()


def missing_of(
    member_ids: Collection[str], lead_id: str | None, units: Sequence[str], window: bool
) -> list[str]:
    """Return what is still needed before a team may be sent."""
    wanted = {
        "team": bool(member_ids) and lead_id in member_ids,
        "units": bool(units),
        "window": window,
    }
    return [name for name, there in wanted.items() if not there]


def require_state(state: str, *allowed: str) -> None:
    """Raise when this step does not fit the present state."""
    if state not in allowed:
        raise NotYourTurn(state=state)
