"""Campuses, buildings, floors and rooms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from server.access.rules import Actor, Permission
from server.audit import service as audit
from server.kernel.db import db
from server.kernel.errors import Forbidden
from server.kernel.ids import new_id
from server.kernel.text import one_line
from server.locations.models import Asset, Location
from server.locations.queries import children_of, get_location, is_in_use
from server.locations.rules import (
    BadLocation,
    BadParent,
    Inactive,
    LocationInUse,
    path_of,
    require_below,
    require_kind,
    words,
)
from server.org.changes import apply_changes
from server.org.models import Unit
from server.org.queries import get_unit
from server.org.rules import IdTaken, require_name, require_rev


@dataclass(frozen=True)
class NewLocation:
    """A place of a unit; the identifier may have been made on a phone."""

    unit_id: str
    kind: str
    name: str
    parent_id: str | None = None
    code: str | None = None
    attributes: Sequence[str] = ()
    id: str | None = None


def require_manages(actor: Actor | None, row: Unit | Location | Asset) -> None:
    """Refuse unless the actor (or the system) manages the places of a unit."""
    if actor is not None and not actor.may(Permission.PLACES_MANAGE, row):
        raise Forbidden(permission=Permission.PLACES_MANAGE.value)


def unit_of(actor: Actor | None, unit_id: str) -> Unit:
    """Return the unit in which something is to be added."""
    unit = get_unit(actor, unit_id) if actor else db.session.get_one(Unit, unit_id)
    require_manages(actor, unit)
    return unit


def add_location(actor: Actor | None, new: NewLocation) -> Location:
    """Add a place; the same place sent again is the same place."""
    unit = unit_of(actor, new.unit_id)
    kind = require_kind(new.kind)
    parent = _parent(new.parent_id, unit.id, kind)
    name = require_name(new.name, 100)
    facts = {
        "unit_id": unit.id,
        "region_id": unit.region_id,
        "parent_id": new.parent_id,
        "kind": kind,
        "name": name,
        "code": _code(new.code),
        "attributes": _attributes(new.attributes),
    }
    if new.id is not None:
        present = db.session.get(Location, new.id)
        if present is not None:
            return _same(present, facts)
    path = path_of(name, parent.path if parent else None)
    location = Location(id=new.id or new_id(), path=path, active=True, **facts)
    db.session.add(location)
    db.session.flush()
    audit.record(actor, "location.add", "location", location.id, unit_id=unit.id)
    return location


def _same(present: Location, facts: Mapping[str, Any]) -> Location:
    if any(getattr(present, key) != value for key, value in facts.items()):
        raise IdTaken()
    return present


def patch_location(
    actor: Actor, location_id: str, rev: int, changes: Mapping[str, Any]
) -> Location:
    """Rename, move, describe, retire or bring back a place."""
    location = get_location(actor, location_id, for_update=True)
    require_manages(actor, location)
    require_rev(location.rev, rev)
    wanted = _cleaned(changes)
    kind = wanted.get("kind", location.kind)
    parent = _parent(wanted.get("parent_id", location.parent_id), location.unit_id, kind)
    _require_may_switch(location, wanted, parent)
    details = apply_changes(location, wanted)
    if "kind" in details:
        for child in children_of([location.id]):
            require_below(child.kind, kind)
    _lead_again([(location, parent.path if parent else None)])
    db.session.flush()
    audit.record(
        actor,
        "location.change",
        "location",
        location.id,
        unit_id=location.unit_id,
        details=details,
    )
    return location


def move_location(actor: Actor, location_id: str, rev: int, parent_id: str | None) -> Location:
    """Put a place, with all inside it, into another one of the same unit."""
    return patch_location(actor, location_id, rev, {"parent_id": parent_id})


def rename_location(actor: Actor, location_id: str, rev: int, name: str) -> Location:
    """Give a place another name; the way to everything inside follows."""
    return patch_location(actor, location_id, rev, {"name": name})


def deactivate_location(actor: Actor, location_id: str, rev: int) -> Location:
    """Retire an empty place; what was recorded about it stays."""
    return patch_location(actor, location_id, rev, {"active": False})


def _require_may_switch(
    location: Location, wanted: Mapping[str, Any], parent: Location | None
) -> None:
    active = wanted.get("active", location.active)
    if location.active and not active and is_in_use(location):
        raise LocationInUse()
    moved = wanted.get("parent_id", location.parent_id) != location.parent_id
    if active and parent is not None and not parent.active and (moved or not location.active):
        raise Inactive()


def _lead_again(places: list[tuple[Location, str | None]]) -> None:
    """Write the ways anew from some places down, one query a level."""
    while places:
        for place, parent_path in places:
            place.path = path_of(place.name, parent_path)
        by_id = {place.id: place for place, _ in places}
        places = [
            (child, by_id[child.parent_id].path)
            for child in children_of(list(by_id))
            if child.parent_id is not None
        ]


def _parent(parent_id: str | None, unit_id: str, kind: str) -> Location | None:
    """Return where a place is to stand: a larger one of the same unit."""
    if parent_id is None:
        return None
    parent = db.session.get(Location, parent_id)
    if parent is None or parent.unit_id != unit_id:
        raise BadParent()
    require_below(kind, parent.kind)
    return parent


def _cleaned(changes: Mapping[str, Any]) -> dict[str, Any]:
    wanted = dict(changes)
    if "kind" in wanted:
        wanted["kind"] = require_kind(wanted["kind"])
    if "name" in wanted:
        wanted["name"] = require_name(wanted["name"], 100)
    if "code" in wanted:
        wanted["code"] = _code(wanted["code"])
    if "attributes" in wanted:
        wanted["attributes"] = _attributes(wanted["attributes"])
    return wanted


def _code(text: str | None) -> str | None:
    return (one_line(text)[:40] or None) if text else None


def _attributes(given: Sequence[str]) -> list[str]:
    return words(given, lambda: BadLocation(field="attributes"))
