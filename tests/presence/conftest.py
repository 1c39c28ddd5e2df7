"""A visit under way, and a tag that sticks on a room."""

import pytest

from server.inspections.models import Inspection
from server.locations.models import Tag
from server.locations.tags import claim_tag, issue_tags
from tests.factories.inspections import make_inspection
from tests.factories.locations import make_location
from tests.support.actors import Actors, World


@pytest.fixture
def inspection(actors: Actors, world: World) -> Inspection:
    return make_inspection(actors["inspector"], world.hospital)


@pytest.fixture
def tag(actors: Actors, world: World) -> Tag:
    room = make_location(world.hospital, name="供氧站")
    (tag,) = issue_tags(actors["bureau_office"], 1, unit_id=world.hospital.id)[1]
    return claim_tag(actors["inspector"], tag.code, "location", room.id)
