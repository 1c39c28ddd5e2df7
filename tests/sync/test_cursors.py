"""Cursors: from the future, from before a backup, from behind the horizon."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from server.inspections.models import Inspection
from server.kernel import clock, ids
from server.kernel.db import db
from server.locations.models import Location
from server.sync import tidy
from server.sync.models import SyncChange, SyncCommit, SyncScope
from tests.factories.locations import make_location
from tests.support.actors import Actors, World
from tests.support.clock import FrozenClock
from tests.sync.phone import Phone, through
from tests.sync.test_pull import modes, report

Visit = Callable[..., Inspection]
MakePhone = Callable[..., Phone]


def cursor_of(phone: Phone, kind: str) -> list[Any]:
    scope = next(s for name, s in phone.scopes.items() if name.startswith(kind))
    assert scope.cursor is not None
    return scope.cursor


@pytest.mark.fault(71)
def test_a_cursor_from_the_future_leads_to_a_snapshot(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    report(actors["inspector"], world.hospital.id)
    mine = phone("inspector")
    mine.sync()
    cursor_of(mine, "region:")[0] += 1000
    mine.exchange()
    assert modes(mine) == {"region": "snapshot"}


@pytest.mark.fault(72, 73)
def test_a_server_from_a_backup_is_recognised_by_its_tags(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    report(actors["inspector"], world.hospital.id)
    mine = phone("inspector")
    mine.sync()
    region = f"region:{world.county.id}"
    version = cursor_of(mine, "region:")[0]
    db.session.execute(
        update(SyncCommit)
        .where(SyncCommit.scope == region, SyncCommit.version == version)
        .values(tag="ffffffff")
    )
    mine.exchange()
    assert modes(mine) == {"region": "snapshot"}
    report(actors["inspector"], world.hospital.id)
    mine.scopes[region].cursor = [version, "00000000"]
    mine.exchange()
    assert modes(mine) == {"region": "snapshot"}


@pytest.mark.fault(75)
def test_a_phone_away_for_91_days_gets_a_snapshot_and_keeps_its_work(
    phone: MakePhone, actors: Actors, world: World, clock: FrozenClock
) -> None:
    place = make_location(world.hospital)
    mine = phone("inspector")
    mine.sync()
    removed = place.id
    db.session.delete(db.session.get_one(Location, removed))
    db.session.commit()
    clock.move(days=91)
    make_location(world.hospital, name="新房间")
    db.session.commit()
    db.session.remove()
    tidy.tidy()
    gone = select(SyncChange).where(SyncChange.eid == removed)
    assert db.session.scalars(gone).all() == []
    mine.send = through(actors.login("inspector"))
    queued = mine.write("hazard.comment", {"id": ids.new_id(), "note": "x", "photos": []})
    mine.exchange()
    assert modes(mine)["region"] == "snapshot"
    mine.sync()
    assert ("location", removed) not in mine.rows()
    assert queued in mine.verdicts


def test_a_phone_that_stopped_at_the_horizon_gets_a_delta(
    phone: MakePhone, actors: Actors, world: World, clock: FrozenClock
) -> None:
    mine = phone("inspector")
    make_location(world.hospital)
    mine.sync()
    clock.move(days=91)
    make_location(world.hospital, name="新房间")
    db.session.commit()
    db.session.remove()
    tidy.tidy()
    mine.send = through(actors.login("inspector"))
    mine.exchange()
    assert modes(mine)["region"] == "delta"


@pytest.mark.fault(78)
def test_a_horizon_that_moves_while_paging_starts_the_snapshot_anew(
    phone: MakePhone, actors: Actors, world: World, clock: FrozenClock
) -> None:
    for number in range(20):
        make_location(world.hospital, name=f"{number}号")
    db.session.commit()
    mine = phone("inspector", max_rows=6)
    mine.exchange()
    mine.exchange()
    region = f"region:{world.county.id}"
    gen = mine.scopes[region].gen
    db.session.execute(update(SyncScope).where(SyncScope.id == region).values(horizon=10_000))
    db.session.execute(update(SyncScope).where(SyncScope.id == region).values(version=10_001))
    db.session.add(SyncCommit(scope=region, version=10_001, tag="abcdabcd", at=clock()))
    mine.exchange()
    assert mine.scopes[region].gen != gen
    mine.sync()
    fresh = phone("inspector")
    fresh.sync()
    assert mine.rows() == fresh.rows()


@pytest.mark.fault(77)
def test_deleted_and_made_again_under_the_same_id_is_there(
    phone: MakePhone, actors: Actors, world: World
) -> None:
    mine = phone("inspector")
    place = make_location(world.hospital, name="旧")
    mine.sync()
    place_id = place.id
    db.session.delete(db.session.get_one(Location, place_id))
    db.session.commit()
    make_location(world.hospital, id=place_id, name="新")
    mine.sync()
    assert mine.rows()[("location", place_id)]["name"] == "新"


def test_a_visit_leaves_a_month_after_its_end_and_comes_back_when_reopened(
    phone: MakePhone, visit: Visit
) -> None:
    inspection = visit()
    inspection.state, inspection.submitted_at = "submitted", clock.now() - timedelta(days=31)
    db.session.commit()
    mine = phone("inspector")
    mine.sync()
    assert f"insp:{inspection.id}" not in mine.scopes
    inspection = db.session.get_one(Inspection, inspection.id)
    inspection.state = "draft"
    db.session.commit()
    mine.sync()
    assert f"insp:{inspection.id}" in mine.scopes
