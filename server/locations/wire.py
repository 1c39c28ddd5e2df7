"""Places, things and tags, as they travel."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import select

from server.kernel import clock
from server.kernel.db import db
from server.locations.models import Asset, Location, Tag
from server.org.models import Unit

Data = dict[str, Any]
Loaded = dict[str, tuple[int, Data]]


def location_data(row: Location) -> Data:
    """Return a place as it travels."""
    return {
        "id": row.id,
        "unit_id": row.unit_id,
        "parent_id": row.parent_id,
        "kind": row.kind,
        "name": row.name,
        "code": row.code,
        "path": row.path,
        "attributes": row.attributes,
        "active": row.active,
    }


def asset_data(row: Asset) -> Data:
    """Return a thing as it travels."""
    return {
        "id": row.id,
        "unit_id": row.unit_id,
        "location_id": row.location_id,
        "kind": row.kind,
        "name": row.name,
        "model": row.model,
        "serial": row.serial,
        "reg_no": row.reg_no,
        "due": row.due,
        "active": row.active,
    }


def tag_data(row: Tag) -> Data:
    """Return a tag as it travels."""
    return {
        "id": row.code,
        "unit_id": row.unit_id,
        "region_id": row.region_id,
        "state": row.state,
        "target_kind": row.target_kind,
        "target_id": row.target_id,
        "batch": row.batch,
        "issue": row.issue,
    }


def place_names(rows: Iterable[Tag]) -> dict[tuple[str, str], Data]:
    """Return what tags stick on, by (kind, id): names for labels and scans, in three queries."""
    wanted: dict[str, set[str]] = {"location": set(), "asset": set()}
    for row in rows:
        if row.target_kind and row.target_id:
            wanted[row.target_kind].add(row.target_id)
    things = _by_id(Asset, wanted["asset"])
    inside = {asset.location_id for asset in things.values() if asset.location_id}
    places = _by_id(Location, wanted["location"] | inside)
    units = _by_id(Unit, {row.unit_id for row in (*things.values(), *places.values())})
    named: dict[tuple[str, str], Data] = {}
    for target in wanted["location"] & places.keys():
        place = places[target]
        named["location", target] = _named(place, place.path, units[place.unit_id])
    for target in wanted["asset"] & things.keys():
        thing = things[target]
        there = places.get(thing.location_id or "")
        named["asset", target] = _named(thing, there.path if there else None, units[thing.unit_id])
    return named


def _named(row: Location | Asset, path: str | None, unit: Unit) -> Data:
    return {
        "kind": row.sync_type,
        "id": row.id,
        "name": row.name,
        "path": path,
        "active": row.active,
        "unit_id": unit.id,
        "unit_name": unit.name,
    }


def tag_detail(row: Tag) -> Data:
    """Return a tag with the name of what it sticks on."""
    named = place_names([row])
    target = named.get((row.target_kind or "", row.target_id or ""))
    life = {
        "printed_at": clock.to_ms(row.printed_at) if row.printed_at else None,
        "placed_at": clock.to_ms(row.claimed_at) if row.claimed_at else None,
        "ended_at": clock.to_ms(row.ended_at) if row.ended_at else None,
        "ended_why": row.ended_why,
        "replaced_by": row.replaced_by,
    }
    return revised(row, tag_data(row)) | {"target": target, **life}


def revised(row: Any, data: Data) -> Data:
    """Add the version that a change has to name."""
    return data | {"rev": row.rev}


def _by_id(model: Any, ids: Iterable[str]) -> dict[str, Any]:
    wanted = list(ids)
    if not wanted:
        return {}
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(wanted)))}


def _loader(key: Any, data: Callable[[Any], Data]) -> Callable[[Sequence[str]], Loaded]:
    def load(ids: Sequence[str]) -> Loaded:
        rows = db.session.scalars(select(key.class_).where(key.in_(list(ids))))
        return {getattr(row, key.key): (row.rev, data(row)) for row in rows}

    return load


LOADERS: dict[str, Callable[[Sequence[str]], Loaded]] = {
    "location": _loader(Location.id, location_data),
    "asset": _loader(Asset.id, asset_data),
    "tag": _loader(Tag.code, tag_data),
}
