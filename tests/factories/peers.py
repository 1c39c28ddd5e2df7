"""A city whose counties inspect each other: an office and an inspector in each."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from server.access.rules import Actor
from server.kernel import clock, ids
from server.org.models import Person, Region, Unit
from server.org.queries import actor_of
from server.peers import queries
from server.peers.models import PeerPairing, PeerRound
from server.peers.service import (
    RoundDraft,
    change_pairing,
    create_round,
    pair_round,
    release_pairing,
)
from tests.factories.definitions import make_definition
from tests.factories.org import make_person, make_region, make_unit


@dataclass
class County:
    """One that takes part."""

    region: Region
    unit: Unit
    office: Person
    inspector: Person


@dataclass
class City:
    """The region that plans."""

    region: Region
    office: Person
    counties: dict[str, County]

    @property
    def planner(self) -> Actor:
        """Whoever plans and rules."""
        return actor_of(self.office)


def make_city(count: int = 4) -> City:
    """A city with so many counties."""
    region = make_region(name="安平市", level="city")
    counties: dict[str, County] = {}
    for number in range(count):
        below = make_region(parent=region, name=f"第{number + 1}县")
        counties[below.id] = County(
            below,
            make_unit(below),
            make_person(role="bureau_office", region=below),
            make_person(role="inspector", region=below),
        )
    return City(region, make_person(role="bureau_office", region=region), counties)


def make_round(city: City, **given: Any) -> PeerRound:
    """A round of the whole city from today, with its matrix."""
    make_definition()
    today = clock.today()
    values: dict[str, Any] = {
        "id": ids.new_id(),
        "region_id": city.region.id,
        "name": "2026年第四季度区域互查",
        "document": "安卫办〔2026〕31号",
        "starts_on": today,
        "ends_on": today + timedelta(days=14),
        "region_ids": list(city.counties),
        "checklist_keys": ["ward"],
    }
    row = create_round(city.planner, RoundDraft(**values | given))
    return pair_round(city.planner, row.id, "ab" * 16)


def make_pairing(city: City, *, hours: float = 48, **given: Any) -> PeerPairing:
    """The first pairing of a round, with the guest inspector, the home unit and a window."""
    one = make_round(city, **given)
    row = queries.pairings_of(city.planner, one.id)[0]
    guest, home = city.counties[row.guest_region_id], city.counties[row.home_region_id]
    changes = {
        "lead_id": guest.inspector.id,
        "member_ids": [guest.inspector.id],
        "unit_ids": [home.unit.id],
        "starts_at": clock.now(),
        "ends_at": clock.now() + timedelta(hours=hours),
    }
    return change_pairing(city.planner, row.id, row.rev, changes)


def released(city: City, **given: Any) -> PeerPairing:
    """The same, with the team on its way."""
    return release_pairing(city.planner, make_pairing(city, **given).id)
