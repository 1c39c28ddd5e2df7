"""Scans as phones tell them, and what came of them."""

import random
from typing import Any

from sqlalchemy import select

from server.flags.models import Flag
from server.inspections.models import Inspection
from server.kernel import clock, ids
from server.kernel.db import db
from server.locations.models import Location, Tag
from server.locations.rules import new_tag_code
from server.presence import seals
from server.presence.facts import Wanted, make_fact
from server.presence.models import PlaceFact, Scan
from server.presence.service import ScanDraft, note_scan
from tests.factories.locations import make_location
from tests.support.actors import Actors, World

HERE = {"lat": 28.45, "lon": 119.92, "accuracy": 15}


def scan(actors: Actors, inspection: Inspection, tag: Tag, **given: Any) -> str:
    values: dict[str, Any] = {
        "id": ids.new_id(), "code": tag.code, "at": clock.now(), "how": "camera",
        "client_id": "phone", "inspection_id": inspection.id,
    }  # fmt: skip
    who = actors[given.pop("who", "inspector")]
    return note_scan(who, ScanDraft(**values | given)).id


def scan_of(scan_id: str) -> Scan:
    return db.session.get_one(Scan, scan_id)


def flags(kind: str) -> list[Flag]:
    return list(db.session.scalars(select(Flag).where(Flag.kind == kind)))


def seal_of(tag: Tag) -> dict[str, str]:
    told = seals.seals_of([tag])[tag.code]
    return dict(part.split("=", 1) for part in told[1:].split("&"))


def ask_at(actors: Actors, tag: Tag, wanted: Wanted | None = None) -> PlaceFact:
    """A question of what a tag sticks on."""
    question = wanted or Wanted("code", "主机型号？", "JB-QG-9000")
    return make_fact(actors["bureau_office"], (str(tag.target_kind), str(tag.target_id)), question)


def tags_of_rooms(world: World, count: int) -> list[Tag]:
    """Tags on the doors of rooms, one on each floor of one house."""
    house = make_location(world.hospital, kind="building", name="门诊楼")
    found = []
    for n in range(count):
        floor = make_location(world.hospital, kind="floor", name=f"{n + 1}层", parent=house)
        room = make_location(world.hospital, name=f"房{n}", parent=floor)
        found.append(bound(world, room))
    return found


def bound(world: World, room: Location) -> Tag:
    tag = Tag(
        code=new_tag_code(random.Random(room.id).choice), region_id=world.county.id,
        unit_id=room.unit_id, state="bound", target_kind="location", target_id=room.id,
        batch=ids.new_id(), issue=1,
    )  # fmt: skip
    db.session.add(tag)
    db.session.flush()
    return tag
