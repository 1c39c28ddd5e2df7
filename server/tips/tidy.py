"""What is not needed any more goes: networks within a day, contacts in time, spam after a month."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from server.evidence.storage import Store
from server.kernel import clock
from server.kernel.db import db, transaction
from server.tips import budgets, keys, quarantine
from server.tips.models import Tip, TipContact, TipPicture
from server.tips.pictures import REMOVED, WAITING
from server.tips.removal import forget_picture
from server.tips.rules import RULES

AT_ONCE = 200


def tidy(store: Store) -> dict[str, int]:
    """Delete what has had its time; return how much of each."""
    with transaction():
        done = {"networks": _networks() + budgets.forget_old(), "contacts": _contacts()}
    done["spam"] = _spam(store)
    with transaction(write=False):
        waiting = select(TipPicture.id).where(TipPicture.state == WAITING)
        known = frozenset(db.session.scalars(waiting))
    done["strays"] = quarantine.drop_stray(known)
    done["salts"] = keys.forget_days()
    return done


def _networks() -> int:
    limit = clock.now_ms() - RULES["keep"]["net_h"] * 3_600_000
    known = update(Tip).where(Tip.net_key.is_not(None), Tip.received_at <= limit)
    return db.session.execute(known.values(net_key=None)).rowcount  # type: ignore[attr-defined,no-any-return]


def _contacts() -> int:
    due = delete(TipContact).where(TipContact.delete_at <= clock.now_ms())
    return db.session.execute(due).rowcount  # type: ignore[attr-defined,no-any-return]


def _spam(store: Store) -> int:
    """Empty reports that were spam: words and pictures go, the entry stays."""
    limit = clock.now() - timedelta(days=RULES["keep"]["spam_days"])
    with transaction():
        old = (Tip.spam, Tip.closed_at < limit, Tip.words != "")
        tips = list(db.session.scalars(select(Tip).where(*old).limit(AT_ONCE)))
        ids = [tip.id for tip in tips]
        query = select(TipPicture).where(TipPicture.tip_id.in_(ids), TipPicture.state != REMOVED)
        for picture in db.session.scalars(query):
            forget_picture(store, picture)
        for tip in tips:
            tip.words, tip.place = "", None
        return len(tips)
