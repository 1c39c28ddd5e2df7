"""Written expert opinions: a draft is its author's alone, a signed one never changes."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
import structlog
from sqlalchemy import ColumnElement, Select, and_, or_, select

from server.access.rules import Actor
from server.audit.service import record
from server.custody import keys as server_keys
from server.experts import rules
from server.experts.models import Expert, Opinion
from server.experts.standing_aside import recusals
from server.hazards.models import Hazard
from server.hazards.queries import get_hazard, in_sight
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.ids import new_id
from server.kernel.text import clean
from server.org.rules import require_rev

log = structlog.get_logger()
_PARTS = ("facts", "judgement", "advice")
SIGNED_BY_HAND, TYPED = HOWS = ("signed", "typed")
#: own region is no reason to keep silent; where one works or is hired is
_SILENT = frozenset({rules.OWN_REGION, "region"})


class OfUnit(Protocol):
    """What an opinion can be about."""

    @property
    def unit_id(self) -> str: ...


@dataclass(frozen=True)
class Hand:
    """A signature as it was drawn in a box of a thousand by a thousand, or said by keyboard."""

    how: str
    strokes: Sequence[Sequence[Sequence[float]]] = ()
    width: float = 1000
    height: float = 1000

    def as_data(self) -> dict[str, Any]:
        """Return it as it is kept; nothing lies outside the box."""
        drawn = [[[_within(x), _within(y)] for x, y in stroke] for stroke in self.strokes]
        strokes = drawn if self.how == SIGNED_BY_HAND else []
        size = {"width": round(self.width), "height": round(self.height)}
        return {"how": self.how, "strokes": strokes, **size}


def _within(value: float) -> int:
    return min(1000, max(0, round(value)))


@dataclass(frozen=True)
class Subjects:
    """A kind of thing that opinions are about: one visible thing, and the ids of all of them."""

    get: Callable[[Actor, str], OfUnit]
    seen: Callable[[Actor], Select[str]]


_subjects: dict[str, Subjects] = {
    "hazard": Subjects(get_hazard, lambda actor: select(Hazard.id).where(in_sight(actor)))
}


def add_subjects(kind: str, subjects: Subjects) -> None:
    """Let a feature above say what else opinions can be about."""
    _subjects[kind] = subjects


def visible_opinions(actor: Actor) -> Select[Opinion]:
    """Select one's own opinions, and signed ones on what the actor may see."""
    return select(Opinion).where(or_(Opinion.author_id == actor.user_id, _signed(actor)))


def _signed(actor: Actor) -> ColumnElement[bool]:
    of_kinds = [
        and_(Opinion.subject_type == kind, Opinion.subject_id.in_(subjects.seen(actor)))
        for kind, subjects in _subjects.items()
    ]
    return and_(Opinion.signed_at.is_not(None), or_(*of_kinds))


def get_opinion(actor: Actor, opinion_id: str, *, for_update: bool = False) -> Opinion:
    """Return one visible opinion."""
    query = visible_opinions(actor).where(Opinion.id == opinion_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = db.session.scalars(query).first()
    if row is None:
        raise NotFound()
    return row


def begin_opinion(
    actor: Actor, kind: str, subject_id: str, words: Mapping[str, str], opinion_id: str = ""
) -> Opinion:
    """Begin an opinion on a visit or a hazard that the author may see."""
    known = db.session.get(Opinion, opinion_id) if opinion_id else None
    if known is not None and known.author_id == actor.user_id:
        return known
    subject = _subjects[kind].get(actor, subject_id)
    expert = db.session.get(Expert, actor.user_id)
    if expert is None or not expert.active:
        raise rules.OpinionNotExpert()
    _require_free(actor, subject.unit_id)
    row = Opinion(
        id=opinion_id or new_id(),
        subject_type=kind,
        subject_id=subject_id,
        unit_id=subject.unit_id,
        author_id=actor.user_id,
        state=rules.DRAFT,
        written_at=clock.now(),
        **{name: clean(words.get(name, "")) for name in _PARTS},
    )
    db.session.add(row)
    db.session.flush()
    return row


def _require_free(actor: Actor, unit_id: str) -> None:
    reasons = recusals([actor.user_id], [unit_id], clock.today())[actor.user_id]
    standing = [reason for reason in reasons if reason.kind not in _SILENT]
    if standing:
        raise rules.OpinionRecused(reasons=[{"zh": r.zh, "en": r.en} for r in standing])


def change_opinion(actor: Actor, opinion_id: str, rev: int, words: Mapping[str, str]) -> Opinion:
    """Write on a draft."""
    row = _own_draft(actor, opinion_id, rev)
    for name in _PARTS:
        if name in words:
            setattr(row, name, clean(words[name]))
    row.written_at = clock.now()
    db.session.flush()
    return row


def sign_opinion(actor: Actor, opinion_id: str, rev: int, hand: Hand) -> Opinion:
    """Stand by what was written: from now on its words are fixed, and the server vouches for it."""
    row = _own_draft(actor, opinion_id, rev)
    if not row.facts or not row.judgement:
        raise rules.OpinionEmpty()
    if hand.how == SIGNED_BY_HAND and not rules.is_drawn(hand.strokes):
        raise rules.OpinionUnsigned()
    _require_free(actor, row.unit_id)
    row.state, row.signed_at = rules.SIGNED, clock.now()
    row.signer = {"hand": hand.as_data()}
    text = signed_text(row)
    row.digest = hashlib.sha256(text).hexdigest()
    row.signer = row.signer | _vouched(text)
    db.session.flush()
    details = {"subject": row.subject_id, "sha256": row.digest}
    record(actor, "opinion.sign", "opinion", row.id, unit_id=row.unit_id, details=details)
    return row


def signed_text(row: Opinion) -> bytes:
    """Return the exact text that is signed; the strokes are in it by their hash."""
    assert row.signed_at is not None
    hand = (row.signer or {}).get("hand")
    said = {
        "opinion": row.id,
        "subject": [row.subject_type, row.subject_id],
        "unit": row.unit_id,
        "author": row.author_id,
        "signed_at": clock.to_ms(row.signed_at),
        "hand": hashlib.sha256(_plain(hand)).hexdigest() if hand else None,
        **{name: getattr(row, name) for name in _PARTS},
    }
    return b"anxun-opinion-2\n" + _plain(said)


def _plain(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def _vouched(text: bytes) -> dict[str, Any]:
    """Sign with the server's key; one that cannot be read keeps nobody from signing."""
    try:
        key, signature = server_keys.sign(text)
    except OSError as exc:
        log.error("opinion-unsigned", error=str(exc))
        return {}
    return {"key": key, "signature": signature.hex()}


def withdraw_opinion(actor: Actor, opinion_id: str, rev: int, reason: str) -> Opinion:
    """Take a signed opinion back; it stays readable, crossed out with its reason."""
    row = get_opinion(actor, opinion_id, for_update=True)
    if row.author_id != actor.user_id:
        raise NotFound()
    require_rev(row.rev, rev)
    words = clean(reason)
    if not words:
        raise rules.ReasonMissing()
    if row.state == rules.WITHDRAWN:
        raise rules.OpinionClosed()
    row.state, row.withdrawn_at, row.withdrawn_why = rules.WITHDRAWN, clock.now(), words
    db.session.flush()
    details = {"reason": words}
    record(actor, "opinion.withdraw", "opinion", row.id, unit_id=row.unit_id, details=details)
    return row


def _own_draft(actor: Actor, opinion_id: str, rev: int) -> Opinion:
    row = get_opinion(actor, opinion_id, for_update=True)
    if row.author_id != actor.user_id:
        raise NotFound()
    require_rev(row.rev, rev)
    if row.state != rules.DRAFT:
        raise rules.OpinionClosed()
    return row
