"""A label on a room of the hospital, and a worker that draws the pictures of reports."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from server.kernel.db import db
from server.locations.models import Location
from server.tips import drawn, misses
from tests.factories.locations import make_location, make_tag
from tests.support.actors import World
from tests.tips.support import CODE, beside


@pytest.fixture(autouse=True)
def nobody_has_missed() -> Iterator[None]:
    misses.forget()
    yield
    misses.forget()


@pytest.fixture
def room(world: World) -> Location:
    """A room whose label is CODE."""
    room = make_location(world.hospital, name="东侧走廊", path="门诊楼 / 3层 / 东侧走廊")
    make_tag(
        CODE,
        region=world.county,
        unit_id=world.hospital.id,
        state="bound",
        target_kind="location",
        target_id=room.id,
    )
    db.session.commit()
    return room


@pytest.fixture
def draw(app: Flask) -> Callable[[], int]:
    """`draw()` draws every picture that waits."""

    return lambda: int(beside(app, lambda: drawn.work_all(app.extensions["store"])))
