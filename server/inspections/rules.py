"""Rules of inspections: who may write, what a submission needs, who must have signed. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.access.rules import Actor, Permission, UnitLike
from server.campaigns.modes import MODES
from server.kernel.errors import Conflict, Forbidden, Invalid
from server.kernel.text import clean

DRAFT = "draft"
SUBMITTED = "submitted"
MODE_NAMES: Mapping[str, tuple[str, str]] = {key: (one.zh, one.en) for key, one in MODES.items()}
MAX_SUMMARY = 4000
MAX_REASON = 1000
MAX_POINTS = 20_000
# One person alone cannot make somebody else the judge of what others found.
MIN_VOICES = 2
TARGET_KINDS = ("location", "asset")
STYLE_NAMES: Mapping[str, tuple[str, str]] = {
    "full": ("逐项检查", "Item by item"),
    "quick": ("例外式检查", "By exception"),
}


@dataclass(frozen=True)
class SigningRule:
    """
    What the record of one mode needs before it can be submitted.

    `inspectors`: how many of the team must have signed. `unit`: the unit's representative has
    signed, or the refusal was noted. `advised`: how many inspectors the record should carry; fewer
    are allowed and stated on the paper.
    """

    inspectors: int
    unit: bool
    advised: int


# Two officers are required by law for enforcement, not for a bureau's own supervision: so two are
# advised and a missing second is printed on the record, but work done alone is never lost.
SIGNING: Mapping[str, SigningRule] = {
    key: SigningRule(inspectors=one.inspectors, unit=one.unit, advised=one.advised)
    for key, one in MODES.items()
}


class InspectionUnknown(Conflict):
    """Nothing is known of it yet: another phone may still have to bring it."""

    code = "inspection-unknown"
    title = "This inspection has not reached the server yet."
    title_zh = "这次检查还没有传到服务器，可能还在同事的手机里。"


class InspectionLocked(Conflict):
    """It has been submitted."""

    code = "inspection-locked"
    title = "This inspection has been submitted and cannot be changed."
    title_zh = "这次检查已经提交，不能再修改。需要时请组长重新打开。"


class NotOfTheTeam(Forbidden):
    """Only the team writes."""

    code = "inspection-not-of-the-team"
    title = "Only the inspection's team can do this."
    title_zh = "只有本次检查的成员可以这样做。"


class JointIncomplete(Invalid):
    """Somebody of another agency without a name or an agency."""

    code = "joint-incomplete"
    title = "Write down the name and the agency."
    title_zh = "请填写姓名和所在部门。"


class JointCertificate(Invalid):
    """A certificate that was shown has a number."""

    code = "joint-certificate"
    title = "Write down the number of the certificate that was shown."
    title_zh = "已出示证件的，请填写证件号。"


class InspectionIdTaken(Conflict):
    """Two different things claim one identifier."""

    code = "inspection-id-taken"
    title = "This identifier is already in use."
    title_zh = "该编号已被占用，请重新提交。"


class MemberUnfit(Invalid):
    """A member is unknown, has left, or may not inspect this unit; `members` names them."""

    code = "inspection-member-unfit"
    title = "Somebody of the team may not inspect this unit."
    title_zh = "检查组里有人无权检查该单位。"


class TargetNotOfUnit(Invalid):
    """A place or device to be checked is not the unit's."""

    code = "inspection-target-not-of-unit"
    title = "A place or device does not belong to the unit."
    title_zh = "所选场所或设备不属于该单位。"


class ModeUnknown(Invalid):
    """The mode is not one of those known."""

    code = "inspection-mode-unknown"
    title = "This kind of inspection is not known."
    title_zh = "检查方式有误。"


class StyleUnknown(Invalid):
    """The style is neither full nor quick."""

    code = "inspection-style-unknown"
    title = "This style of inspection is not known."
    title_zh = "检查形式有误。"


class PartUnfit(Invalid):
    """The part taken on is none of the checklist."""

    code = "inspection-part-unfit"
    title = "The chosen sections do not fit the checklist."
    title_zh = "所选的检查部分与检查表不一致。"


class DrawUnfit(Invalid):
    """The drawn items are not deep ones of the checklist, or not as many as one visit draws."""

    code = "inspection-draw-unfit"
    title = "The items drawn for a deep check do not fit the checklist."
    title_zh = "抽中的深查项与检查表不一致。"


class AssignmentUnfit(Invalid):
    """The task is for somebody else, another unit or another checklist."""

    code = "inspection-assignment-unfit"
    title = "This task is for another team, unit or checklist."
    title_zh = "检查任务与检查人员、单位或检查表不一致。"


class InspectionIncomplete(Invalid):
    """Something is still missing; `missing` lists it."""

    code = "inspection-incomplete"
    title = "Some items are not complete yet."
    title_zh = "还有检查项没有填完，不能提交。"


class SignatureMissing(Invalid):
    """The record needs signatures first; `missing` says whose."""

    code = "inspection-signature-missing"
    title = "The record needs to be signed first."
    title_zh = "检查记录还没有签字，不能提交。"


class SignatureInvalid(Invalid):
    """A signature without strokes and name, or a refusal without reason and proof."""

    code = "inspection-signature-invalid"
    title = "A signature needs a name and strokes; a refusal a reason and a photo or witness."
    title_zh = "签字须有姓名和笔迹；拒签须写明原因，并有照片或见证人。"


class SignatureNotOwn(Forbidden):
    """Only whoever is named in a signature says whose hand it was, by the own account."""

    code = "signature-not-own"
    title = "Only the person named in the signature can say so, with their own account."
    title_zh = "只能由签名人用本人账号确认。"


class SignatureWhyNot(Invalid):
    """Somebody says that a signature is not theirs, and not why."""

    code = "signature-why-not"
    title = "Please say what you know about it."
    title_zh = "请写明情况，例如当天是否在场。"


class ReasonMissing(Invalid):
    """Opening a submitted record again needs a reason."""

    code = "inspection-reason-missing"
    title = "Please give a reason."
    title_zh = "请填写原因。"


class SummaryTooLong(Invalid):
    """The summary has a limit."""

    code = "inspection-summary-too-long"
    title = "The summary is too long."
    title_zh = "小结文字太长。"


class ConflictSettled(Conflict):
    """Somebody has decided it already."""

    code = "inspection-conflict-settled"
    title = "This contradiction has been decided already."
    title_zh = "这处分歧已经有人确认过了。"


class ResolutionForeign(Invalid):
    """Only one of the values that were given can be chosen."""

    code = "inspection-resolution-foreign"
    title = "Please choose one of the two values."
    title_zh = "请在已有的结果中选择。"


class LeadLeaves(Conflict):
    """Who leads hands that over before leaving."""

    code = "inspection-lead-leaves"
    title = "Hand the lead over before leaving the team."
    title_zh = "组长退出前，请先把组长移交给其他成员。"


@dataclass(frozen=True)
class SignatureFacts:
    """What the rules need to know of a signature."""

    party: str
    refused: bool
    name: str
    reason: str
    witness: str
    points: int
    photos: int


def may_stand_in(actor: Actor, inspection: UnitLike) -> bool:
    """Say whether the actor accepts a member's work: who may reopen a record may add to it so."""
    return actor.acting_for is not None and actor.may(Permission.INSPECTIONS_REOPEN, on=inspection)


def require_member(member_ids: Collection[str], person_id: str) -> None:
    """Raise unless the person belongs to the team."""
    if person_id not in member_ids:
        raise NotOfTheTeam()


def with_claim(
    claims: Mapping[str, Sequence[str]], person_id: str, voice: str
) -> dict[str, list[str]]:
    """Return the claims with one voice for a person; each member has one voice."""
    others = without_voice(claims, voice)
    return {**others, person_id: [*others.get(person_id, []), voice]}


def without_voice(claims: Mapping[str, Sequence[str]], voice: str) -> dict[str, list[str]]:
    """Return the claims without what one member said."""
    left = {person: [v for v in voices if v != voice] for person, voices in claims.items()}
    return {person: voices for person, voices in left.items() if voices}


def without_claims_of(claims: Mapping[str, Sequence[str]], person_id: str) -> dict[str, list[str]]:
    """Return the claims as they are once somebody has left."""
    left = without_voice(claims, person_id)
    return {person: voices for person, voices in left.items() if person != person_id}


def is_agreed(voices: Collection[str], member_ids: Collection[str]) -> bool:
    """Say whether those who do not lead want it: more than half of them, and never one alone."""
    return len(voices) >= MIN_VOICES and 2 * len(voices) > len(member_ids) - 1


def check_signature(facts: SignatureFacts) -> None:
    """Raise unless the signature, or the refusal, carries what gives it weight."""
    if facts.party not in ("inspector", "unit") or not facts.name:
        raise SignatureInvalid()
    if facts.refused:
        if facts.party != "unit" or not facts.reason or not (facts.photos or facts.witness):
            raise SignatureInvalid()
    elif not 2 <= facts.points <= MAX_POINTS:
        raise SignatureInvalid()


def missing_signatures(mode: str, signed: Sequence[SignatureFacts]) -> list[str]:
    """Return the parties whose signature is still needed."""
    rule = SIGNING[mode]
    inspectors = sum(1 for s in signed if s.party == "inspector" and not s.refused)
    missing = ["inspector"] if inspectors < rule.inspectors else []
    if rule.unit and not any(s.party == "unit" for s in signed):
        missing.append("unit")
    return missing


def lacks_second_inspector(mode: str, inspector_signatures: int) -> bool:
    """Say whether the paper must state that fewer inspectors signed than advised."""
    return inspector_signatures < SIGNING[mode].advised


def settled_moment(said: datetime, started: datetime, now: datetime) -> datetime:
    """Return the device's word for a moment, held between the start and the present."""
    return max(min(said, now), min(started, now))


def reason_text(text: str) -> str:
    """Return a reason, or raise."""
    reason = clean(text)
    if not reason or len(reason) > MAX_REASON:
        raise ReasonMissing(limit=MAX_REASON)
    return reason


def summary_text(text: str | None) -> str | None:
    """Return a summary, or raise."""
    summary = clean(text or "")
    if len(summary) > MAX_SUMMARY:
        raise SummaryTooLong(limit=MAX_SUMMARY)
    return summary or None
