"""Names of the rows that reports speak of, looked up once for many lines."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import InstrumentedAttribute

from server.kernel.db import db
from server.locations.models import Asset, Location
from server.org.models import Person, Region, Unit


class Names:
    """The Chinese names of units, regions, places, devices and people, kept between chunks."""

    def __init__(self) -> None:
        self.units: dict[str, str] = {}
        self.regions: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self.assets: dict[str, str] = {}
        self.people: dict[str, str] = {}

    def learn(
        self,
        *,
        units: Iterable[str | None] = (),
        regions: Iterable[str | None] = (),
        places: Iterable[str | None] = (),
        assets: Iterable[str | None] = (),
        people: Iterable[str | None] = (),
    ) -> None:
        """Look up what is not known yet, with one query a kind."""
        _learn(self.units, Unit.id, Unit.name, units)
        _learn(self.regions, Region.id, Region.name, regions)
        _learn(self.places, Location.id, Location.path, places)
        _learn(self.assets, Asset.id, Asset.name, assets)
        _learn(self.people, Person.id, Person.name, people)

    def person(self, person_id: str | None) -> str:
        """Return a person's name, or nothing."""
        return self.people.get(person_id or "", "")

    def where(self, location_id: str | None, asset_id: str | None) -> str:
        """Return place and device, as far as they are known."""
        parts = (self.places.get(location_id or ""), self.assets.get(asset_id or ""))
        return "；".join(part for part in parts if part)


def name_shown(visible: Select[Any], name: InstrumentedAttribute[str], row_id: str | None) -> str:
    """Return the name of a row that somebody asked for; what is hidden has none."""
    key = name.class_.id
    return (
        row_id and db.session.scalar(visible.with_only_columns(name).where(key == row_id))
    ) or ""


def _learn(
    known: dict[str, str],
    key: InstrumentedAttribute[Any],
    name: InstrumentedAttribute[Any],
    wanted: Iterable[str | None],
) -> None:
    new = {row_id for row_id in wanted if row_id} - known.keys()
    if new:
        found: Mapping[str, str] = {
            row[0]: row[1] for row in db.session.execute(select(key, name).where(key.in_(new)))
        }
        known.update(found)
