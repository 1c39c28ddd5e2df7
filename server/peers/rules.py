"""What a round of peer checks may be, and the problems when it may not. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
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


class GuestUnfit(Invalid):
    """Somebody does not belong to the guest region, may not inspect, or belongs to the home."""

    code = "peer-guest-unfit"
    title = "Somebody chosen does not belong to the guest region or may not inspect."
    title_zh = "所选人员中有人不属于派出区域，或没有检查资格。"


class UnitUnfit(Invalid):
    """A unit does not lie in the home region."""

    code = "peer-unit-unfit"
    title = "A unit does not lie in the inspected region."
    title_zh = "所选单位不在受检区域内。"


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
