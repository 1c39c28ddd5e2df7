"""Rules of papers: what one must carry before it may be issued, its fingerprint, its code. Pure."""

import hashlib
from collections.abc import Collection, Sequence
from itertools import pairwise

from server.kernel.errors import Conflict, Forbidden, Invalid
from server.kernel.text import fold, is_visible
from server.papers.layouts import ENFORCEMENT, Layout
from server.papers.shapes import Body, Mark, Signing

FINGERPRINT = b"anxun-paper-1\n"
SELF_CHECK = "self-check"
#: shorter than a fifth of the box is a slip of the finger; the same figure as the phone's
SHORTEST = 200
_SIGNED = frozenset({"signed", "typed", "delegated"})


class PaperLayoutUnknown(Invalid):
    """No layout of this name and version."""

    code = "paper-layout-unknown"
    title = "This kind of paper is not known here."
    title_zh = "没有这种文书格式。"


class PaperUnreadable(Invalid):
    """The text of the paper is not what its layout asks for."""

    code = "paper-unreadable"
    title = "The paper's content cannot be read."
    title_zh = "文书内容格式有误。"


class PaperSignedOtherwise(Invalid):
    """The marks were made over another text."""

    code = "paper-signed-otherwise"
    title = "The paper was changed after it was signed; it has to be signed again."
    title_zh = "文书在签名之后有改动，需要重新签名。"


class PaperIncomplete(Invalid):
    """Something that the paper must carry is missing; `missing` names it."""

    code = "paper-incomplete"
    title = "The paper lacks something that it must carry."
    title_zh = "文书还缺少必须的内容。"


class PaperNeedsTwo(Invalid):
    """Fewer officers than the paper needs have signed."""

    code = "paper-needs-two"
    title = "Two inspectors have to be named on the paper and to sign it."
    title_zh = "文书须有两名以上检查人员并由他们签名。"


class PaperNeedsCertificates(Invalid):
    """An enforcement paper names somebody without a valid certificate; `people` names them."""

    code = "paper-needs-certificates"
    title = "Everybody on an enforcement paper needs a valid certificate in the register."
    title_zh = "行政执法文书上的每名检查人员都须有登记在册的有效执法证。"


class PaperOfficers(Invalid):
    """Somebody is named as inspector who is none here; `people` names them."""

    code = "paper-officers"
    title = "Somebody is named as inspector who does not belong to this inspection's team."
    title_zh = "文书上写明的检查人员不在本次检查组内，或是被检查单位的人员。"


class PaperGuestEnforces(Invalid):
    """A guest from elsewhere enforces nothing here; `people` names them."""

    code = "paper-guest-enforces"
    title = "Guests from another region do not sign enforcement papers here."
    title_zh = "外来检查人员在本地没有执法权，不能出具行政执法文书。"


class PaperOtherTrack(Conflict):
    """The inspection already has papers of the other track."""

    code = "paper-other-track"
    title = "Supervision and enforcement are not mixed in one inspection."
    title_zh = "同一次检查不能既出督导文书又出执法文书。"


class PaperForSelfCheck(Invalid):
    """A unit's own check has no papers of an authority."""

    code = "paper-for-self-check"
    title = "A unit's own check has no official papers."
    title_zh = "单位自查不出具检查文书。"


class PaperReplaced(Conflict):
    """The paper to be corrected was corrected already, or is none of this inspection."""

    code = "paper-replaced"
    title = "This paper has been corrected already, or it is not one of this inspection."
    title_zh = "这份文书已经更正过，或不属于本次检查。"


class PaperIdTaken(Conflict):
    """Two papers claim one identifier or one code."""

    code = "paper-id-taken"
    title = "This identifier is already in use."
    title_zh = "该文书编号标识已被占用。"


class PaperForeign(Forbidden):
    """Only the team of the inspection makes its papers."""

    code = "paper-foreign"
    title = "Only the inspection's team makes its papers."
    title_zh = "只有本次检查的成员可以出具文书。"


def fingerprint(body: str, signing: str) -> str:
    """Return the hash that is printed: over the text and the marks, each with its length."""
    parts = (text.encode() for text in (body, signing))
    return hashlib.sha256(
        FINGERPRINT + b"".join(b"%d:%b," % (len(p), p) for p in parts)
    ).hexdigest()


def text_hash(body: str) -> str:
    """Return what the marks name as the text that they were made over."""
    return hashlib.sha256(body.encode()).hexdigest()


def require_fit(layout: Layout, body: Body, signing: Signing, body_text: str) -> None:
    """Raise unless the paper is whole: text, officers, questions, marks."""
    if body.track != layout["track"]:
        raise PaperLayoutUnknown()
    if signing.over != text_hash(body_text):
        raise PaperSignedOtherwise()
    missing = [*lacking_text(layout, body), *lacking_marks(layout, signing.marks)]
    if missing:
        raise PaperIncomplete(missing=missing)
    if len(signers(body, signing.marks)) < layout["needs"]["officers"]:
        raise PaperNeedsTwo()
    twofold = of_both_sides(body, signing.marks)
    if twofold:
        raise PaperOfficers(people=twofold)


def lacking_text(layout: Layout, body: Body) -> list[str]:
    """Return what the text lacks."""
    needs = layout["needs"]
    lacking = [name for name in ("unit", "begun") if not is_visible(body.fields.get(name, ""))]
    if not is_visible(body.office.name):
        lacking.append("office")
    if needs["findings"] and not body.findings:
        lacking.append("findings")
    if needs["certificates"] and not all(is_visible(o.shown) for o in body.officers):
        lacking.append("certificates")
    if needs["recusal"] and body.recusal is None:
        lacking.append("recusal")
    if body.recusal and body.recusal.recusal == "asked" and not is_visible(body.recusal.about):
        lacking.append("recusal-about")
    if body.replaces and not is_visible(body.replaces.reason):
        lacking.append("reason")
    return lacking


def lacking_marks(layout: Layout, marks: Sequence[Mark]) -> list[str]:
    """Return what the signing lacks."""
    units = [mark for mark in marks if mark.party == "unit"]
    lacking = ["unit"] if len(units) != 1 else _lacking(units[0])
    if layout["needs"]["recusal"] and not any(mark.party == "recusal" for mark in marks):
        lacking.append("recusal-mark")
    others = (mark for mark in marks if mark.party != "unit")
    return lacking + [f"{mark.party}-mark" for mark in others if not _is_whole(mark)]


def _lacking(mark: Mark) -> list[str]:
    """A refusal needs its reason and a photo, an absence its reason, a delegate a name."""
    found = [] if is_visible(mark.name) else ["unit-name"]
    if mark.how in _SIGNED:
        found += [] if _is_drawn(mark) else ["unit-mark"]
    if mark.how == "delegated" and not is_visible(mark.on_behalf):
        found.append("unit-for")
    if mark.how in ("refused", "absent"):
        found += [] if is_visible(mark.reason) else ["unit-reason"]
        found += [] if is_visible(mark.witness) else ["unit-witness"]
    if mark.how == "refused" and not mark.photos:
        found.append("unit-photo")
    return found


def _is_whole(mark: Mark) -> bool:
    if not is_visible(mark.name):
        return False
    if mark.party == "recusal" and mark.how == "refused":
        return True
    return mark.how in ("signed", "typed") and _is_drawn(mark)


def _is_drawn(mark: Mark) -> bool:
    if mark.how == "typed":
        return True
    length = 0.0
    for stroke in mark.strokes:
        for one, other in pairwise(stroke):
            length += ((other[0] - one[0]) ** 2 + (other[1] - one[1]) ** 2) ** 0.5
    return length >= SHORTEST


def signers(body: Body, marks: Sequence[Mark]) -> set[int]:
    """
    Return which officers of the text signed it, by their place in it; each person counts once.

    One person is known by the account, by the certificate's number and by the name as it is read.
    """
    signed = {_read_as(mark.name) for mark in marks if mark.party == "officer"}
    found: dict[int, set[str]] = {}
    for place, officer in enumerate(body.officers):
        own = {f"name {_read_as(officer.name)}"}
        own |= {f"person {officer.person_id}"} if officer.person_id else set()
        own |= {f"number {_read_as(officer.number)}"} if is_visible(officer.number) else set()
        if _read_as(officer.name) in signed and not any(own & other for other in found.values()):
            found[place] = own
    return set(found)


def of_both_sides(body: Body, marks: Sequence[Mark]) -> list[str]:
    """Return who is named as inspector without an account and signs for the unit as well."""
    unit = {_read_as(mark.name) for mark in marks if mark.party == "unit"}
    named = (one.name for one in body.officers if one.person_id is None)
    return [name for name in named if _read_as(name) in unit]


def _read_as(name: str) -> str:
    """Return a name as a reader sees it: neither blanks nor width nor unseen signs tell apart."""
    return "".join(sign for sign in fold(name) if is_visible(sign))


def require_track(track: str, others: Collection[str]) -> None:
    """Raise when the inspection has papers of the other track."""
    if any(other != track for other in others):
        raise PaperOtherTrack()


def is_enforcement(layout: Layout) -> bool:
    """Say whether every officer must stand in the register."""
    return bool(layout["track"] == ENFORCEMENT or layout["needs"]["register"])


def number_of(short_name: str, mark: str, year: int, last: int) -> str:
    """Return a number as it is printed: 青卫检〔2026〕12号."""
    return f"{short_name}{mark}〔{year}〕{last}号"
