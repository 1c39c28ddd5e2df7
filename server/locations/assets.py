"""Things with due dates of their own."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from server.access.rules import Actor
from server.audit import service as audit
from server.kernel.db import db
from server.kernel.ids import new_id
from server.kernel.text import one_line
from server.locations.models import Asset, Location
from server.locations.places import require_manages, unit_of
from server.locations.queries import get_asset
from server.locations.rules import (
    BadAsset,
    ElsewhereLocated,
    Inactive,
    cleaned_due,
    next_due,
    require_word,
)
from server.org.changes import apply_changes
from server.org.rules import IdTaken, require_name, require_rev


@dataclass(frozen=True)
class NewAsset:
    """A thing of a unit; the identifier may have been made on a phone."""

    unit_id: str
    kind: str
    name: str
    location_id: str | None = None
    model: str | None = None
    serial: str | None = None
    reg_no: str | None = None
    due: Sequence[Mapping[str, Any]] = ()
    id: str | None = None


def add_asset(actor: Actor | None, new: NewAsset) -> Asset:
    """Add a thing; the same thing sent again is the same thing."""
    unit = unit_of(actor, new.unit_id)
    facts = _cleaned(asdict(new), unit.id)
    facts["region_id"] = unit.region_id
    wanted = facts.pop("id")
    present = db.session.get(Asset, wanted) if wanted else None
    if present is not None:
        if any(getattr(present, key) != value for key, value in facts.items()):
            raise IdTaken()
        return present
    asset = Asset(id=wanted or new_id(), active=True, **facts)
    db.session.add(asset)
    db.session.flush()
    audit.record(actor, "asset.add", "asset", asset.id, unit_id=unit.id)
    return asset


def patch_asset(actor: Actor, asset_id: str, rev: int, changes: Mapping[str, Any]) -> Asset:
    """Move, describe, retire a thing or set its due dates."""
    asset = get_asset(actor, asset_id, for_update=True)
    require_manages(actor, asset)
    require_rev(asset.rev, rev)
    details = apply_changes(asset, _cleaned(changes, asset.unit_id))
    details.pop("next_due_on", None)
    db.session.flush()
    audit.record(actor, "asset.change", "asset", asset.id, unit_id=asset.unit_id, details=details)
    return asset


def _cleaned(changes: Mapping[str, Any], unit_id: str) -> dict[str, Any]:
    """Return the facts in their kept form, or refuse those that cannot be."""
    wanted = dict(changes)
    if "kind" in wanted:
        wanted["kind"] = require_word(wanted["kind"], BadAsset(field="kind"))
    if "name" in wanted:
        wanted["name"] = require_name(wanted["name"], 100)
    for key in ("model", "serial", "reg_no"):
        if wanted.get(key):
            wanted[key] = one_line(wanted[key])[:100] or None
    if wanted.get("location_id"):
        _require_place(wanted["location_id"], unit_id)
    if "due" in wanted:
        wanted["due"] = cleaned_due(wanted["due"])
        wanted["next_due_on"] = next_due(wanted["due"])
    return wanted


def _require_place(location_id: str, unit_id: str) -> None:
    place = db.session.get(Location, location_id)
    if place is None or place.unit_id != unit_id:
        raise ElsewhereLocated()
    if not place.active:
        raise Inactive()
