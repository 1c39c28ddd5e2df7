"""The self-check of the change feed finds what passed the commit hook by."""

from sqlalchemy import delete, update

from server.kernel.db import db
from server.locations.models import Location
from server.sync import check
from tests.factories.locations import make_location
from tests.support.actors import World


def checked() -> check.Findings:
    db.session.remove()
    return check.check()


def test_the_self_check_finds_a_write_that_passed_the_hook_by(world: World) -> None:
    place = make_location(world.hospital).id
    here, there = world.county.id, world.other_county.id
    db.session.commit()
    assert checked().sound
    db.session.execute(update(Location).where(Location.id == place).values(region_id=there))
    db.session.commit()
    found = checked()
    assert found.rows > 3
    assert (f"region:{there}", "location", place) in found.unannounced
    assert (f"region:{here}", "location", place) in found.stray


def test_the_self_check_finds_a_row_deleted_behind_the_hook(world: World) -> None:
    place, unit = make_location(world.hospital).id, world.hospital.id
    db.session.commit()
    db.session.execute(delete(Location).where(Location.id == place))
    db.session.commit()
    assert (f"unit:{unit}", "location", place) in checked().stray
