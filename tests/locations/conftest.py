"""People who look after places, and a house to look after."""

import pytest

from server.access.rules import Actor
from server.locations.models import Location
from tests.factories.locations import make_location
from tests.support.actors import Actors, World


@pytest.fixture
def officer(actors: Actors) -> Actor:
    """The hospital's safety officer."""
    return actors["safety_officer"]


@pytest.fixture
def inspector(actors: Actors) -> Actor:
    """An inspector of the county."""
    return actors["inspector"]


@pytest.fixture
def house(world: World) -> tuple[Location, Location, Location]:
    """门诊楼 / 3层 / 药房 of the hospital."""
    building = make_location(world.hospital, kind="building", name="门诊楼")
    floor = make_location(world.hospital, parent=building, kind="floor", name="3层")
    room = make_location(world.hospital, parent=floor, name="药房")
    return building, floor, room
