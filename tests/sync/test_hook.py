"""The commit hook: every change of a synced row reaches every scope it lives in."""

from flask import Flask
from sqlalchemy import select

from server.kernel.db import db, savepoint, transaction
from server.kernel.synced import touch
from server.locations.models import Location
from server.org.models import Department
from server.sync.models import SyncChange, SyncCommit, SyncScope
from tests.factories.locations import make_location
from tests.factories.org import make_department
from tests.support.actors import World


def change_of(scope: str, eid: str) -> tuple[int, str] | None:
    row = db.session.execute(
        select(SyncChange.version, SyncChange.op).where(
            SyncChange.scope == scope, SyncChange.eid == eid
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def test_a_new_row_appears_in_each_of_its_scopes(world: World) -> None:
    department = make_department(world.hospital)
    db.session.commit()
    for scope in (f"unit:{world.hospital.id}", f"region:{world.county.id}"):
        assert (found := change_of(scope, department.id)) is not None
        assert found[1] == "put"


def test_a_moved_row_leaves_one_scope_and_enters_the_other_in_one_commit(world: World) -> None:
    department = make_department(world.hospital)
    other = world.clinic
    db.session.commit()
    department.unit_id = other.id
    db.session.commit()
    gone = change_of(f"unit:{world.hospital.id}", department.id)
    come = change_of(f"unit:{other.id}", department.id)
    assert gone is not None
    assert come is not None
    assert (gone[1], come[1]) == ("del", "put")


def test_a_deleted_row_is_reported_as_gone(world: World) -> None:
    place = make_location(world.hospital)
    db.session.commit()
    place_id = place.id
    db.session.delete(place)
    db.session.commit()
    found = change_of(f"unit:{world.hospital.id}", place_id)
    assert found is not None
    assert found[1] == "del"


def test_versions_grow_by_one_a_commit_and_carry_a_tag_each(world: World) -> None:
    place = make_location(world.hospital)
    db.session.commit()
    scope = f"unit:{world.hospital.id}"
    before = db.session.scalar(select(SyncScope.version).where(SyncScope.id == scope))
    for name in ("甲", "乙"):
        place.name = name
        db.session.commit()
    tags = db.session.execute(
        select(SyncCommit.version, SyncCommit.tag)
        .where(SyncCommit.scope == scope, SyncCommit.version > before)
        .order_by(SyncCommit.version)
    ).all()
    assert [version for version, _ in tags] == [before + 1, before + 2]  # type: ignore[operator]
    assert len({tag for _, tag in tags}) == 2


def test_an_unchanged_row_makes_no_version(world: World) -> None:
    place = make_location(world.hospital)
    db.session.commit()
    before = change_of(f"unit:{world.hospital.id}", place.id)
    place.name = str(place.name)
    db.session.commit()
    assert change_of(f"unit:{world.hospital.id}", place.id) == before


def test_what_a_savepoint_took_back_is_not_reported(app: Flask, world: World) -> None:
    department = make_department(world.hospital)
    db.session.commit()
    hospital, clinic, moved = world.hospital.id, world.clinic.id, department.id
    db.session.commit()
    with transaction():
        row = db.session.get_one(Department, moved)
        try:
            with savepoint():
                row.unit_id = clinic
                db.session.flush()
                raise RuntimeError
        except RuntimeError:
            pass
        touch(f"unit:{hospital}", "unit", hospital)
    found = change_of(f"unit:{hospital}", moved)
    assert found is not None
    assert found[1] == "put"
    assert change_of(f"unit:{clinic}", moved) is None


def test_a_rolled_back_transaction_leaves_no_version(app: Flask, world: World) -> None:
    hospital, county = world.hospital.id, world.county.id
    db.session.commit()
    scope = f"unit:{hospital}"
    before = db.session.scalar(select(SyncScope.version).where(SyncScope.id == scope))
    db.session.remove()
    try:
        with transaction():
            db.session.add(
                Location(
                    id="00000000-0000-7000-8000-000000000001",
                    unit_id=hospital,
                    region_id=county,
                    kind="room",
                    name="药房",
                    path="药房",
                )
            )
            db.session.flush()
            raise RuntimeError
    except RuntimeError:
        pass
    assert db.session.scalar(select(SyncScope.version).where(SyncScope.id == scope)) == before
