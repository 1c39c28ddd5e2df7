"""Pictures of reports as they arrive: counted, weighed, and laid into quarantine."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from server.evidence.rules import MIMES, UploadEmpty, UploadType, refusal
from server.evidence.storage import Store
from server.kernel import clock
from server.kernel.db import db, transaction
from server.tips import budgets, quarantine, rules
from server.tips.models import Tip, TipPicture
from server.tips.rules import budget, receipts

WAITING, KEPT, REFUSED, REMOVED = "waiting", "kept", "refused", "removed"
_RULES = rules.RULES["pictures"]
_BUDGET = {budget.PICTURES: budget.PICTURES}


@dataclass(frozen=True)
class Arrived:
    """A picture as a phone sends it."""

    client_id: str
    place_no: int
    mime: str
    data: bytes


def take_in(store: Store, given: Arrived) -> None:
    """Lay a picture into quarantine; the same one again changes nothing."""
    if given.mime not in MIMES:
        raise UploadType(**refusal(given.mime))
    if not given.data:
        raise UploadEmpty()
    mark = receipts.content_mark(given.client_id, given.data)
    with transaction(write=False):
        if _is_here(_tip(given), given, mark):
            return
        _require_room(store)
    name = str(uuid.uuid4())
    quarantine.put(name, given.data)
    try:
        with transaction():
            if not _enter(given, name, mark):
                quarantine.drop(name)
    except BaseException:
        quarantine.drop(name)
        raise


def _tip(given: Arrived, *, for_update: bool = False) -> Tip:
    query = select(Tip).where(Tip.client_hash == receipts.kept(given.client_id))
    tip = db.session.scalar(query.with_for_update() if for_update else query)
    late = clock.now() - timedelta(hours=_RULES["within_h"])
    if tip is None or not 0 <= given.place_no < tip.pictures_announced or tip.received_at < late:
        raise rules.TipPictureUnknown()
    return tip


def _is_here(tip: Tip, given: Arrived, mark: str) -> bool:
    query = select(TipPicture).where(
        TipPicture.tip_id == tip.id, TipPicture.place_no == given.place_no
    )
    row = db.session.scalar(query)
    if row is not None and row.mark != mark:
        raise rules.TipIdTaken()
    return row is not None


def _require_room(store: Store) -> None:
    waiting = select(func.count()).select_from(TipPicture).where(TipPicture.state == WAITING)
    crowd = db.session.scalar(waiting) or 0
    level = budgets.levels(_BUDGET)[budget.PICTURES]
    if not budget.has_room(budget.PICTURES, level):
        raise rules.TipPictureLater(retry_after=budget.wait_s(budget.PICTURES, level))
    if crowd >= _RULES["waiting"] or store.room() < _RULES["room"]:
        raise rules.TipPictureLater(retry_after=_RULES["retry_s"])


def _enter(given: Arrived, name: str, mark: str) -> bool:
    tip = _tip(given, for_update=True)
    if _is_here(tip, given, mark):
        return False
    db.session.add(
        TipPicture(
            id=name,
            tip_id=tip.id,
            place_no=given.place_no,
            mark=mark,
            mime=given.mime,
            state=WAITING,
            due_at=clock.now(),
        )
    )
    budgets.charge(_BUDGET)
    return True
