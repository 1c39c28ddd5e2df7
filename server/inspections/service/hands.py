"""
Whose hand it was: a signature on a colleague's phone is a doubt until its owner says so.

Strokes tell nobody's identity and a phone without a signal proves none. The account of whoever is
named does: the owner's word takes the mark away, or makes the doubt a grave one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.audit.service import record
from server.flags.rules import DISMISSED, OPEN
from server.flags.service import note_word, raise_flag
from server.inspections import rules
from server.inspections.models import Hand, Inspection, Signature
from server.inspections.queries import record_signatures
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.text import clean

SELF_CHECK = "self-check"
DOUBT = "signature-unconfirmed"
CONFIRMED = "签名人已用本人账号确认：是本人所签。"
DENIED = "签名人用本人账号说：不是本人所签。"


@dataclass(frozen=True)
class Mark:
    """What somebody left on a colleague's phone."""

    id: str
    name: str
    person_id: str | None
    captured_by: str
    signed_at: datetime
    strokes: Sequence[Any]
    width: int
    height: int
    paper_id: str | None = None


@dataclass(frozen=True)
class Word:
    """What the owner says; `id` is the command's, `at` milliseconds by this server's clock."""

    id: str
    mine: bool
    at: int
    reason: str = ""


def is_elsewhere(row: Signature) -> bool:
    """Say whether an inspector's signature under a record came from another's account."""
    is_inspector = row.party == "inspector" and not row.refused and row.item_key is None
    return is_inspector and row.person_id != row.captured_by


def mark_of(row: Signature) -> Mark:
    """Return a signature as a mark."""
    return Mark(
        id=row.id,
        name=row.name,
        person_id=row.person_id,
        captured_by=row.captured_by,
        signed_at=row.signed_at,
        strokes=row.strokes,
        width=row.width,
        height=row.height,
    )


def ask_owner(inspection_id: str, mark: Mark) -> None:
    """Ask whoever is named in a mark whether it is theirs; once."""
    if db.session.get(Hand, mark.id) is not None:
        return
    db.session.add(
        Hand(
            id=mark.id,
            inspection_id=inspection_id,
            paper_id=mark.paper_id,
            person_id=mark.person_id,
            name=mark.name,
            captured_by=mark.captured_by,
            signed_at=mark.signed_at,
            strokes=list(mark.strokes),
            width=mark.width,
            height=mark.height,
            words=[],
        )
    )
    db.session.flush()


def say_whose(actor: Actor, hand_id: str, word: Word) -> Hand:
    """Keep what the owner says of a mark; the same word again changes nothing."""
    hand = db.session.get(Hand, hand_id, with_for_update=True)
    if hand is None:
        raise NotFound()
    if hand.person_id != actor.user_id or actor.acting_for is not None:
        raise rules.SignatureNotOwn()
    reason = clean(word.reason)[: rules.MAX_REASON]
    if not word.mine and not reason:
        raise rules.SignatureWhyNot()
    if any(said["id"] == word.id for said in hand.words):
        return hand
    said = {"id": word.id, "mine": word.mine, "at": word.at, "reason": reason or None}
    hand.words = [*hand.words, said]
    hand.mine = bool((hand.word or said)["mine"])
    db.session.flush()
    visit = db.session.get_one(Inspection, hand.inspection_id)
    _log(actor, hand, visit, said)
    _tell(actor, visit, said)
    return hand


def _log(actor: Actor, hand: Hand, visit: Inspection, said: Mapping[str, Any]) -> None:
    subject = ("paper", hand.paper_id) if hand.paper_id else ("signature", hand.id)
    details = {"inspection": visit.id, "mine": said["mine"], "reason": said["reason"]}
    record(actor, "signature.confirm", *subject, unit_id=visit.unit_id, details=details)


def _tell(actor: Actor, visit: Inspection, said: Mapping[str, Any]) -> None:
    """Close the doubt when nothing of it is left; raise it, or open it again, on a denial."""
    about: dict[str, Any] = {"kind": DOUBT, "subject": ("inspection", visit.id)}
    details = doubted(visit)
    if not said["mine"]:
        doubt(visit)
        words = f"{DENIED}{said['reason']}"
        note_word(actor, **about, state=OPEN, reason=words, details=details)
    elif not details["names"]:
        note_word(actor, **about, state=DISMISSED, reason=CONFIRMED, details=details)


def unconfirmed(inspection: Inspection, signatures: Sequence[Signature]) -> list[Signature]:
    """
    Return inspectors' signatures from another's account that their owners do not call their own.

    A self-check has none.
    """
    if inspection.mode == SELF_CHECK:
        return []
    away = [row for row in signatures if is_elsewhere(row)]
    mine = {hand.id for hand in hands_of([row.id for row in away]).values() if hand.mine}
    return [row for row in away if row.id not in mine]


def hands_of(ids: Iterable[str]) -> dict[str, Hand]:
    """Return marks by their id."""
    wanted = sorted(ids)
    if not wanted:
        return {}
    return {row.id: row for row in db.session.scalars(select(Hand).where(Hand.id.in_(wanted)))}


def doubted(inspection: Inspection) -> dict[str, Any]:
    """Name those whose marks on a colleague's phone are no settled thing."""
    query = select(Hand).where(Hand.inspection_id == inspection.id).order_by(Hand.id)
    hands = {row.id: row for row in db.session.scalars(query)}
    settled = {key for key, hand in hands.items() if hand.is_settled}
    marks = {row.id: row.name for row in record_signatures(inspection.id) if is_elsewhere(row)}
    marks |= {hand.id: hand.name for hand in hands.values() if hand.paper_id}
    names = list(dict.fromkeys(name for key, name in marks.items() if key not in settled))
    denied = [hand.name for hand in hands.values() if hand.mine is False]
    return {"names": names} | ({"denied": list(dict.fromkeys(denied))} if denied else {})


def doubt(inspection: Inspection) -> None:
    """Have a person ask those whose hands signed on a colleague's phone; nothing is refused."""
    if inspection.mode == SELF_CHECK:
        return
    details = doubted(inspection)
    if not details["names"]:
        return
    raise_flag(
        kind=DOUBT,
        subject=("inspection", inspection.id),
        person_id=_capturer(inspection.id),
        inspection_id=inspection.id,
        unit_id=inspection.unit_id,
        region_id=inspection.region_id,
        details=details,
    )


def _capturer(inspection_id: str) -> str | None:
    query = select(Hand.captured_by).where(Hand.inspection_id == inspection_id).order_by(Hand.id)
    return db.session.scalar(query.limit(1))


def ask_for_earlier() -> int:
    """Ask about signatures that were made before anybody was asked; return how many."""
    known = select(Hand.id).where(Hand.id == Signature.id).exists()
    query = (
        select(Signature)
        .join(Inspection, Inspection.id == Signature.inspection_id)
        .where(Signature.party == "inspector", Signature.refused.is_(False))
        .where(Signature.item_key.is_(None), Inspection.mode != SELF_CHECK, ~known)
        .where(Signature.person_id.is_distinct_from(Signature.captured_by))
    )
    rows = list(db.session.scalars(query))
    for row in rows:
        ask_owner(row.inspection_id, mark_of(row))
    return len(rows)
