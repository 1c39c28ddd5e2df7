"""
Who must stand aside by now: relations may be declared, and rights lost, after a draw was made.

A draw is never changed for it: the page says so, and whoever comes in as a replacement is looked at
again.
"""

from collections.abc import Collection, Mapping

from sqlalchemy import select

from server.draws.choice import PEOPLE
from server.draws.models import Draw
from server.draws.publish import standing
from server.experts.queries import recusals
from server.experts.rules import OWN_REGION
from server.experts.words import names
from server.kernel import clock
from server.kernel.db import db
from server.org.models import Person

INACTIVE = "inactive"
#: why by slot and person
Reasons = Mapping[tuple[str, str], list[str]]
_FOUND = {
    INACTIVE: "已停用",
    "own-employer": "本人任职单位",
    "own-region": "本地区",
    "company-client": "所在机构的服务对象",
}


def reasons(draw: Draw, slots: Collection[str], people: Collection[str]) -> Reasons:
    """Return why people may not go to units of a draw of people, as things are today."""
    if draw.kind != PEOPLE:
        return {}
    named = {slot["key"] for slot in draw.snapshot["slots"] if slot["name"] is not None}
    found: dict[tuple[str, str], list[str]] = {}
    own_region = bool(draw.snapshot["filter"].get("own_region"))
    told = recusals(people, named & set(slots), clock.today())
    for person, why in told.items():
        for reason in why:
            if own_region or reason.kind != OWN_REGION:
                kinds = found.setdefault((reason.unit_id, person), [])
                kinds.extend({reason.kind} - set(kinds))
    for person in _gone(people):
        for slot in slots:
            found.setdefault((slot, person), []).append(INACTIVE)
    return found


def now(draw: Draw) -> list[dict[str, object]]:
    """Return who stands in a draw and may not go any more, with the kinds of reasons."""
    if draw.kind != PEOPLE or draw.spoiled is not None:
        return []
    stands = {one["slot"]: one["ids"] for one in standing(draw)}
    found = reasons(draw, stands.keys(), {key for ids in stands.values() for key in ids})
    return [
        {"slot": slot, "id": key, "why": found[slot, key]}
        for slot, ids in stands.items()
        for key in ids
        if (slot, key) in found
    ]


def told(kinds: Collection[str]) -> str:
    """Return kinds of reasons as the published file tells them: nothing that was said in words."""
    declared = names("recusals")
    words = [_FOUND.get(kind) or declared[kind]["zh"] for kind in kinds]
    return f"抽取后须回避：{'、'.join(words)}"


def _gone(people: Collection[str]) -> list[str]:
    query = select(Person.id).where(Person.id.in_(sorted(people)), Person.active.is_(False))
    return list(db.session.scalars(query))
