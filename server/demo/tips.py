"""A few reports of people without an account, in the inbox of the demo's desk."""

import uuid
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from server.demo.organisation import County
from server.demo.phone import PHOTOS, DemoBroken, at
from server.kernel import clock
from server.kernel.db import db, transaction
from server.locations.models import Tag
from server.org.models import Person
from server.org.queries import actor_of
from server.tips import drawn, pictures, reception
from server.tips.models import Tip
from server.tips.pictures import Arrived
from server.tips.service import Submission, answer_tip, look_at_tip

#: a network that belongs to nobody
VISITOR = "192.0.2.{}"


def leave_some(county: County, entries: list[dict[str, Any]]) -> None:
    """Let visitors report what the data says, and somebody answer."""
    for number, entry in enumerate(entries):
        with at(clock.now() - timedelta(hours=entry["hours_ago"])):
            tip_id = _send(county, entry, VISITOR.format(number * 9 + 1))
            if entry.get("answer"):
                _answer(county, tip_id, entry["answer"])


def _send(county: County, entry: dict[str, Any], address: str) -> str:
    names = entry.get("photos", [])
    given = {
        "id": str(uuid.uuid4()),
        "tag": _label(county.rooms[entry["unit"], entry["at"]]),
        "place": "",
        "topics": entry["topics"],
        "words": entry["words"],
        "audience": entry.get("audience", "unit"),
        "contact": entry.get("contact", ""),
        "pictures": len(names),
    }
    sent = Submission.cleaned(given)
    reception.receive(sent, None, address)
    store = current_app.extensions["store"]
    for place, name in enumerate(names):
        data = (PHOTOS / name).read_bytes()
        pictures.take_in(store, Arrived(given["id"], place, "image/jpeg", data))
    drawn.work_all(store)
    with transaction(write=False):
        return db.session.scalars(select(Tip.id).where(Tip.client_hash == sent.client_hash)).one()


def _label(room: str) -> str:
    with transaction(write=False):
        code = db.session.scalar(select(Tag.code).where(Tag.target_id == room))
    if code is None:
        raise DemoBroken(f"no label on {room}")
    return code


def _answer(county: County, tip_id: str, words: str) -> None:
    with transaction():
        office = actor_of(db.session.get_one(Person, county.people["office"]))
        look_at_tip(office, tip_id)
        rev = db.session.get_one(Tip, tip_id).rev
        answer_tip(office, tip_id, rev=rev, words=words, done=False)
