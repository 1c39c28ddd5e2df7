"""Taking a report in: once for each identifier, however often it is sent."""

import uuid
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

import orjson
from sqlalchemy import select

from server.kernel import clock
from server.kernel.db import db
from server.tips import keys, rules
from server.tips.models import Tip, TipContact
from server.tips.rules import receipts
from server.tips.tags import Spot, spot


@dataclass(frozen=True)
class Submission:
    """What somebody without an account sends."""

    client_id: str
    tag: str | None
    place: str
    topics: list[str]
    words: str
    audience: str
    contact: str
    pictures: int

    @staticmethod
    def cleaned(given: dict[str, Any]) -> "Submission":
        """Read a body; control and direction marks go, what is too long is refused."""
        made = Submission(
            client_id=given["id"],
            tag=given["tag"],
            place=rules.text("place", given["place"] or ""),
            topics=rules.topics(given["topics"]),
            words=rules.text("words", given["words"] or "", lines=True),
            audience=given["audience"],
            contact=rules.text("contact", given["contact"] or ""),
            pictures=given["pictures"],
        )
        if not (made.words or made.topics or made.pictures):
            raise rules.TipEmpty()
        return made

    @property
    def client_hash(self) -> str:
        """What is kept of the phone's identifier."""
        return receipts.kept(self.client_id)

    @property
    def mark(self) -> str:
        """Tell this content from another that is sent under the same identifier."""
        content = orjson.dumps(asdict(self), option=orjson.OPT_SORT_KEYS)
        return receipts.content_mark(self.client_id, content)


def find_repeated(given: Submission) -> Tip | None:
    """Return the report if it has arrived before; the same identifier brings no other one."""
    tip = db.session.scalar(select(Tip).where(Tip.client_hash == given.client_hash))
    if tip is not None and tip.body_hash != given.mark:
        raise rules.TipIdTaken()
    return tip


def receive_tip(given: Submission, *, net_key: str) -> Tip:
    """Enter a report; nothing of what the phone knows of itself is kept."""
    now = clock.now()
    where = spot(given.tag)
    receipt = receipts.receipt_for(keys.receipt_key(), given.client_id)
    tip = Tip(
        id=str(uuid.uuid4()),  # says nothing of when it came or how many there are
        client_hash=given.client_hash,
        receipt_hash=receipts.kept(receipt),
        body_hash=given.mark,
        topics=given.topics,
        words=given.words,
        audience=given.audience,
        pictures_announced=given.pictures,
        state=rules.RECEIVED,
        net_key=net_key,
        received_at=now,
        hour_at=now.replace(minute=0, second=0, microsecond=0),
        **_where(where, given.place),
    )
    db.session.add(tip)
    db.session.flush()
    if given.contact:
        db.session.add(_contact(tip, given.contact))
        db.session.flush()
    return tip


def _where(where: Spot, words: str) -> dict[str, Any]:
    return {
        "tag_code": where.code,
        "unit_id": where.unit_id,
        "region_id": where.region_id,
        "location_id": where.location_id,
        "asset_id": where.asset_id,
        "place": words or None,
    }


def _contact(tip: Tip, words: str) -> TipContact:
    sealed = keys.seal(words, tip.id)
    last = clock.now() + timedelta(days=rules.RULES["keep"]["contact_at_most_days"])
    return TipContact(tip_id=tip.id, key_id=sealed.key_id, sealed=sealed.data, delete_at=last)
