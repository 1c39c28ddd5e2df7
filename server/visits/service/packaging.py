"""Making the package of a visit and closing its key for the leader's devices."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.access.rules import Actor
from server.custody import sealing
from server.custody.models import SealingKey
from server.definitions.queries import current_checklists, definition
from server.kernel import clock
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.locations import wire as places
from server.locations.models import Asset, Location, Tag
from server.org import wire as people
from server.org.models import Person, Region, Unit
from server.visits import cipher, rules
from server.visits.models import Visit, VisitPackage
from server.visits.queries import visit_of
from server.visits.service import knowledge

_CONTENT_KEY = 32
#: features above that pin checklists for a visit: the visit → key → hash
Pinner = Callable[[Visit], Mapping[str, str]]
_pinners: list[Pinner] = []


def add_pinner(pinner: Pinner) -> None:
    """Let a feature above say with which versions a visit is made, be they the newest or not."""
    if pinner not in _pinners:
        _pinners.append(pinner)


def pins_of(visit: Visit) -> dict[str, str]:
    """Return the versions that are pinned for a visit, by the key of the checklist."""
    return {key: found for pinner in _pinners for key, found in pinner(visit).items()}


def plan_data(visit: Visit) -> dict[str, Any]:
    """Return the plan as the team learns it."""
    pins = pins_of(visit)
    return {
        "unit_id": visit.unit_id,
        "title": visit.title,
        "mode": visit.mode,
        "checklist_keys": visit.checklist_keys,
        "location_ids": visit.location_ids,
        "note": visit.note,
        "assignment_id": visit.assignment_id,
        "leader_id": visit.leader_id,
        "member_ids": visit.member_ids,
        **({"definitions": pins} if pins else {}),
    }


def make_package(visit: Visit) -> None:
    """Close the plan and what the unit consists of, with a key that was never used before."""
    key = secrets.token_bytes(_CONTENT_KEY)
    sealed = cipher.close(content_of(visit), key, tied_to(visit))
    row = db.session.get(VisitPackage, visit.id)
    if row is None:
        row = VisitPackage(visit_id=visit.id, earlier=[])
    else:
        check = sealing.fingerprint(row.content_key, visit.id)
        row.earlier = [*row.earlier, {"check": check, "checklist_keys": row.checklist_keys}]
    row.checklist_keys = visit.checklist_keys
    row.sha256 = hashlib.sha256(sealed).hexdigest()
    row.content_key, row.sealed, row.made_at = key, sealed, clock.now()
    db.session.add(row)
    visit.package_sha256, visit.package_size = row.sha256, len(sealed)
    visit.wrapped = []
    if visit.key_release == rules.OFFLINE:
        wrap_keys(visit)


def wrap_keys(visit: Visit) -> None:
    """Close the content key for those of the leader's devices that have none yet."""
    row = db.session.get(VisitPackage, visit.id)
    lacking = sealing.missing(visit.wrapped, sealing.keys_of(visit.leader_id))
    if row is None or not lacking:
        return
    tied = tied_to(visit)
    more = [sealing.wrap(key, row.content_key, visit.id, tied) for key in lacking]
    visit.wrapped = [*visit.wrapped, *more]


def release_keys(visit: Visit) -> list[dict[str, str]]:
    """Return the keys for all of the leader's devices, as soon as they may be had."""
    is_early = rules.is_early(clock.now(), visit.opens_at)
    if visit.key_release == rules.ONLINE and is_early and visit.opened_at is None:
        raise rules.VisitNotYet(opens_at=clock.to_ms(visit.opens_at))
    wrap_keys(visit)
    return visit.wrapped


def hand_over(actor: Actor, visit_id: str, sha256: str | None) -> VisitPackage:
    """Return the present package to somebody of the team, and note who holds it closed."""
    visit = visit_of(actor.user_id, visit_id)
    package = db.session.get_one(VisitPackage, visit.id)
    if sha256 not in (None, package.sha256):
        raise NotFound()
    if visit.released_at is None and not knowledge.holds(visit.id, actor.user_id, package.sha256):
        knowledge.note(visit, "delivered", actor.user_id, sha256=package.sha256)
    return package


def register_sealing_key(actor: Actor, client_id: str, public_key: str) -> SealingKey:
    """Register a device's key and close for it what its owner already leads."""
    key = sealing.register_key(actor, client_id, public_key)
    query = select(Visit).where(
        Visit.leader_id == actor.user_id,
        Visit.state.in_((rules.SEALED, rules.OPENED)),
        Visit.key_release == rules.OFFLINE,
    )
    locked = query.order_by(Visit.id).with_for_update()
    for visit in db.session.scalars(locked.execution_options(populate_existing=True)):
        wrap_keys(visit)
    return key


@dataclass(frozen=True)
class Proof:
    """What was opened: the present package, or an earlier one with the checklists it named."""

    is_outdated: bool
    checklist_keys: list[str]


def proof_of(visit_id: str, check: str | None) -> Proof | None:
    """Say which package somebody held the key of; None when *check* proves nothing."""
    row = db.session.get(VisitPackage, visit_id)
    if row is None or check is None:
        return None
    if check == sealing.fingerprint(row.content_key, visit_id):
        return Proof(False, row.checklist_keys)
    found = [one for one in row.earlier if one["check"] == check]
    return Proof(True, found[0]["checklist_keys"]) if found else None


def tied_to(visit: Visit) -> bytes:
    """Return what the package and its key are tied to."""
    return cipher.bound_to(visit.id, clock.to_ms(visit.opens_at))


def content_of(visit: Visit) -> dict[str, Any]:
    """Return what a package holds: plan, rows of the unit, checklists."""
    pins = pins_of(visit)
    pinned = [{"hash": found, "key": key, "data": definition(found)} for key, found in pins.items()]
    return {
        "v": 1,
        "visit": visit.id,
        "plan": plan_data(visit),
        "rows": _rows(visit.unit_id),
        "definitions": _definitions(visit.checklist_keys, pins),
        # A phone keeps the newest versions; of others it has nothing in a basement.
        **({"pinned": pinned} if pinned else {}),
    }


def _rows(unit_id: str) -> list[list[Any]]:
    """Return the unit and what it consists of, as phones receive rows: kind, id, content."""
    unit = db.session.get_one(Unit, unit_id)
    region = db.session.get_one(Region, unit.region_id)
    places_ = _of(Location, unit_id, Location.path, Location.id)
    things = _of(Asset, unit_id, Asset.id)
    tags = _of(Tag, unit_id, Tag.code)
    staff = _of(Person, unit_id, Person.id)
    told: list[tuple[str, dict[str, Any]]] = [
        ("region", people.region_data(region)),
        ("unit", people.unit_data(unit)),
        *(("person", data) for data in people.people_data(staff)),
        *(("location", places.location_data(row)) for row in places_ if row.active),
        *(("asset", places.asset_data(row)) for row in things if row.active),
        *(("tag", places.tag_data(row)) for row in tags if row.state == "bound"),
    ]
    return [[etype, data["id"], data] for etype, data in told]


def _of(model: Any, unit_id: str, *order: Any) -> list[Any]:
    query = select(model).where(model.unit_id == unit_id)
    return list(db.session.scalars(query.order_by(*order)))


def _definitions(keys: list[str], pins: Mapping[str, str]) -> list[str]:
    chosen = {row.key: row.hash for row in current_checklists(clock.today())} | dict(pins)
    return [chosen[key] for key in keys if key in chosen]
