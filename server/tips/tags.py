"""What a label says to whoever holds it: a visitor learns the unit's name and the place's."""

from dataclasses import dataclass

from server.kernel.db import db
from server.locations.models import Asset, Location, Tag
from server.locations.rules import is_tag_code, normal_code
from server.org.models import Unit


@dataclass(frozen=True)
class Spot:
    """Where a label hangs, as far as it is known."""

    code: str | None = None
    unit_id: str | None = None
    region_id: str | None = None
    location_id: str | None = None
    asset_id: str | None = None
    unit_name: str | None = None
    place: str | None = None


def spot(typed: str | None) -> Spot:
    """Find a label; one that nobody knows, that is void or waits in a pool names no place."""
    code = normal_code(typed or "")
    if not is_tag_code(code):
        return Spot()
    tag = db.session.get(Tag, code)
    if tag is None:
        return Spot(code=code)
    if tag.state != "bound":
        return Spot(code=code, unit_id=tag.unit_id, region_id=tag.region_id)
    unit = db.session.get(Unit, tag.unit_id)
    if unit is None or not unit.active:  # its house may be another's by now: the visitor says where
        return Spot(code=code, unit_id=tag.unit_id, region_id=tag.region_id)
    location, asset = _target(tag)
    return Spot(
        code=code,
        unit_id=tag.unit_id,
        region_id=tag.region_id,
        location_id=location.id if location else None,
        asset_id=asset.id if asset else None,
        unit_name=unit.name,
        place=_words(location, asset),
    )


def _target(tag: Tag) -> tuple[Location | None, Asset | None]:
    if tag.target_kind == "location":
        return db.session.get(Location, tag.target_id), None
    asset = db.session.get(Asset, tag.target_id)
    inside = asset.location_id if asset else None
    return (db.session.get(Location, inside) if inside else None), asset


def _words(location: Location | None, asset: Asset | None) -> str | None:
    parts = [location.path if location else None, asset.name if asset else None]
    return " · ".join(filter(None, parts)) or None
