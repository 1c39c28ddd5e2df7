"""Places, things and tags."""

import itertools
from typing import Any, TypeVar

from server.kernel import ids
from server.kernel.db import db
from server.locations.models import Asset, Location, Tag
from server.org.models import Region, Unit
from tests.factories.org import make_region, make_unit

_numbers = itertools.count(1)
Row = TypeVar("Row")


def _kept(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row


def make_location(
    unit: Unit | None = None, *, parent: Location | None = None, **given: Any
) -> Location:
    """A room of *unit*, below *parent* if one is given."""
    unit = unit or make_unit()
    name = given.pop("name", None) or f"{next(_numbers)}号房"
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "unit_id": unit.id,
        "region_id": unit.region_id,
        "parent_id": parent.id if parent else None,
        "kind": "room",
        "name": name,
        "path": f"{parent.path} / {name}" if parent else name,
        "attributes": [],
        "active": True,
    }
    return _kept(Location(**values | given))


def make_asset(
    unit: Unit | None = None, *, location: Location | None = None, **given: Any
) -> Asset:
    """A fire extinguisher of *unit*."""
    unit = unit or make_unit()
    number = next(_numbers)
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "unit_id": unit.id,
        "region_id": unit.region_id,
        "location_id": location.id if location else None,
        "kind": "extinguisher",
        "name": f"{number}号灭火器",
        "serial": f"S{number:05d}",
        "due": [],
        "active": True,
    }
    return _kept(Asset(**values | given))


def make_tag(code: str, *, region: Region | None = None, **given: Any) -> Tag:
    """A tag with that code in the pool of *region*, unclaimed unless told otherwise."""
    values: dict[str, Any] = {
        "code": code,
        "region_id": (region or make_region()).id,
        "state": "unclaimed",
        "batch": ids.new_id(),
    }
    return _kept(Tag(**values | given))
