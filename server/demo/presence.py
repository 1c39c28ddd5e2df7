"""Questions from the spot, and the ways of the demo's inspectors from tag to tag."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from server.demo.organisation import County
from server.demo.phone import Mutation
from server.kernel import clock
from server.kernel.db import db, transaction
from server.kernel.ids import new_id
from server.locations.models import Tag
from server.org.models import Person
from server.org.queries import actor_of
from server.presence.answers import chosen
from server.presence.facts import Wanted, make_fact

Data = dict[str, Any]


def ask(county: County, plan: Data) -> dict[str, Data]:
    """Write the questions; return them by what they are about."""
    found = {}
    with transaction():
        office = actor_of(db.session.get_one(Person, county.people["office"]))
        for each in plan["questions"]:
            room = county.rooms[each["unit"], each["at"]]
            bounds = (each.get("text"), each.get("low"), each.get("high"))
            fact = make_fact(office, ("location", room), Wanted(each["kind"], each["ask"], *bounds))
            found[room] = {**each, "id": fact.id}
    return found


@dataclass(frozen=True)
class Walk:
    """From tag to tag: which rooms, and what is asked there."""

    plan: Data
    asked: dict[str, Data]

    def along(self, county: County, visit: Data, inspection: str) -> None:
        """Scan a few tags of the unit, some minutes apart, and answer what is drawn there."""
        rooms = [county.rooms.get((visit["unit"], name)) for name in self.plan["rooms"]]
        now = clock.now()
        for room in filter(None, rooms):
            scans = _scans(inspection, room, self.asked.get(room), now)
            county.phone(visit["lead"]).send(*scans)
            now += timedelta(minutes=self.plan["minutes"])


def _scans(inspection: str, room: str, fact: Data | None, now: datetime) -> Iterator[Mutation]:
    with transaction(write=False):
        code = db.session.scalar(select(Tag.code).where(Tag.target_id == room))
    seen = {"code": code, "how": "camera", "inspection": inspection}
    yield "scan.note", {"id": new_id(), "at": clock.to_ms(now), **seen}
    if fact is not None and chosen(inspection, room, [fact["id"]]):
        told = {"id": fact["id"], "answer": fact["misread"]}
        later = clock.to_ms(now + timedelta(seconds=40))
        yield "scan.note", {"id": new_id(), "at": later, "fact": told, **seen}
