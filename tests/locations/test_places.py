"""Places and things: what is written, what travels, what is refused."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from server.access.rules import Actor
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound, Problem
from server.kernel.ids import new_id
from server.locations import service
from server.locations.models import Location
from server.locations.rules import (
    BadAsset,
    BadDue,
    BadLocation,
    BadParent,
    ElsewhereLocated,
    Inactive,
    LocationInUse,
)
from server.org.rules import IdTaken, NameMissing, StaleRevision
from tests.factories.locations import make_asset, make_location
from tests.support.actors import Actors, World
from tests.support.traces import recorded, told

House = tuple[Location, Location, Location]


def test_a_place_knows_its_way_and_travels(world: World, house: House, officer: Actor) -> None:
    _, floor, _ = house
    new = service.NewLocation(
        world.hospital.id, "room", " 治疗室 ", floor.id, "3-12", ("wet", "dark")
    )
    room = service.add_location(officer, new)
    assert (room.path, room.code, room.attributes) == (
        "门诊楼 / 3层 / 治疗室",
        "3-12",
        ["dark", "wet"],
    )
    put = ("put", "location", room.id)
    assert put in told(f"unit:{world.hospital.id}")
    assert put in told(f"region:{world.county.id}")
    assert recorded() == ["location.add"]


def test_a_place_sent_twice_is_one_place(world: World, officer: Actor) -> None:
    new = service.NewLocation(world.hospital.id, "room", "药房", id=new_id())
    first = service.add_location(officer, new)
    assert service.add_location(officer, new) is first
    assert recorded() == ["location.add"]
    with pytest.raises(IdTaken):
        service.add_location(officer, replace(new, name="库房"))


def test_an_identifier_of_a_hidden_place_tells_nothing(world: World, officer: Actor) -> None:
    hidden = make_location(world.other_hospital, name="药房")
    with pytest.raises(IdTaken) as refused:
        service.add_location(
            officer, service.NewLocation(world.hospital.id, "room", "药房", id=hidden.id)
        )
    assert refused.value.extras == {}


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"kind": "planet"}, BadLocation),
        ({"name": " "}, NameMissing),
        ({"attributes": ["Not A Key"]}, BadLocation),
        ({"parent_id": new_id()}, BadParent),
    ],
)
def test_an_impossible_place_is_refused(
    world: World, officer: Actor, facts: dict[str, Any], problem: type[Problem]
) -> None:
    new = service.NewLocation(world.hospital.id, "room", "药房")
    with pytest.raises(problem):
        service.add_location(officer, replace(new, **facts))


def test_a_place_stands_in_its_own_unit(world: World, inspector: Actor) -> None:
    elsewhere = make_location(world.clinic, kind="building")
    with pytest.raises(BadParent):
        service.add_location(
            inspector, service.NewLocation(world.hospital.id, "room", "药房", elsewhere.id)
        )


def test_a_new_name_reaches_everything_inside(world: World, house: House, officer: Actor) -> None:
    building, floor, room = house
    ward = make_location(world.hospital, parent=building, name="大厅")
    apart = make_location(world.hospital, kind="building", name="住院楼")
    db.session.commit()
    service.rename_location(officer, building.id, building.rev, "新门诊楼")
    assert floor.path == "新门诊楼 / 3层"
    assert room.path == "新门诊楼 / 3层 / 药房"
    assert ward.path == "新门诊楼 / 大厅"
    news = told(f"unit:{world.hospital.id}")
    assert {("put", "location", row.id) for row in (building, floor, room, ward)} <= news
    assert apart.rev == 1


def test_a_moved_place_takes_its_inside_along(world: World, house: House, officer: Actor) -> None:
    building, floor, room = house
    campus = make_location(world.hospital, kind="campus", name="东院")
    service.move_location(officer, building.id, 1, campus.id)
    assert room.path == "东院 / 门诊楼 / 3层 / 药房"
    service.move_location(officer, floor.id, floor.rev, None)
    assert (floor.path, room.path) == ("3层", "3层 / 药房")


@pytest.mark.parametrize("target", ["itself", "inside", "elsewhere"])
def test_a_place_never_moves_into_itself_or_another_unit(
    world: World, house: House, officer: Actor, target: str
) -> None:
    building, floor, _ = house
    parent = {
        "itself": building,
        "inside": floor,
        "elsewhere": make_location(world.clinic, kind="campus"),
    }[target]
    with pytest.raises(BadParent):
        service.move_location(officer, building.id, 1, parent.id)


def test_a_place_keeps_larger_than_what_is_inside(
    world: World, house: House, officer: Actor
) -> None:
    building, _, _ = house
    with pytest.raises(BadParent):
        service.patch_location(officer, building.id, 1, {"kind": "room"})


def test_a_place_in_use_is_not_retired(world: World, house: House, officer: Actor) -> None:
    building, floor, room = house
    thing = make_asset(world.hospital, location=room)
    with pytest.raises(LocationInUse):
        service.deactivate_location(officer, building.id, building.rev)
    with pytest.raises(LocationInUse):
        service.deactivate_location(officer, room.id, room.rev)
    thing.active = False
    for place in (room, floor, building):
        assert not service.deactivate_location(officer, place.id, place.rev).active
    with pytest.raises(Inactive):
        service.patch_location(officer, room.id, room.rev, {"active": True})


def test_a_change_on_an_old_version_is_refused(world: World, house: House, officer: Actor) -> None:
    building, _, _ = house
    service.rename_location(officer, building.id, 1, "甲")
    with pytest.raises(StaleRevision):
        service.rename_location(officer, building.id, 1, "乙")


def test_places_are_changed_by_those_who_manage_them(
    world: World, house: House, actors: Actors
) -> None:
    building, _, _ = house
    with pytest.raises(Forbidden):
        service.rename_location(actors["staff"], building.id, 1, "甲")
    with pytest.raises(Forbidden):
        service.add_location(
            actors["expert"], service.NewLocation(world.hospital.id, "room", "药房")
        )
    hidden = make_location(world.other_hospital)
    with pytest.raises(NotFound):
        service.rename_location(actors["inspector"], hidden.id, 1, "甲")
    with pytest.raises(NotFound):
        service.add_location(
            actors["safety_officer"], service.NewLocation(world.clinic.id, "room", "药房")
        )


def test_a_thing_knows_its_next_day(world: World, house: House, officer: Actor) -> None:
    _, _, room = house
    new = service.NewAsset(
        world.hospital.id,
        "steriliser",
        "1号灭菌器",
        room.id,
        serial=" SN　1 ",
        due=[
            {"kind": "inspect", "name": "定期检验", "due_on": "2027-05-01"},
            {"kind": "valve", "name": "安全阀校验", "due_on": "2027-01-01"},
        ],
    )
    asset = service.add_asset(officer, new)
    assert (asset.next_due_on, asset.serial) == (date(2027, 1, 1), "SN 1")
    assert ("put", "asset", asset.id) in told(f"unit:{world.hospital.id}")
    changed = service.patch_asset(officer, asset.id, 1, {"due": [], "location_id": None})
    assert (changed.next_due_on, changed.location_id) == (None, None)
    assert recorded() == ["asset.add", "asset.change"]


def test_a_thing_sent_twice_is_one_thing(world: World, officer: Actor) -> None:
    new = service.NewAsset(
        world.hospital.id, "extinguisher", "灭火器", due=[{"kind": "refill", "name": "换药"}]
    )
    new = replace(new, id=new_id())
    first = service.add_asset(officer, new)
    assert service.add_asset(officer, new) is first
    with pytest.raises(IdTaken):
        service.add_asset(officer, replace(new, serial="other"))


@pytest.mark.parametrize(
    ("facts", "problem"),
    [
        ({"kind": "灭火器"}, BadAsset),
        ({"name": ""}, NameMissing),
        ({"due": [{"kind": "x", "name": "y", "due_on": "2027-02-30"}]}, BadDue),
        ({"location_id": new_id()}, ElsewhereLocated),
    ],
)
def test_an_impossible_thing_is_refused(
    world: World, officer: Actor, facts: dict[str, Any], problem: type[Problem]
) -> None:
    new = service.NewAsset(world.hospital.id, "extinguisher", "灭火器")
    with pytest.raises(problem):
        service.add_asset(officer, replace(new, **facts))


def test_a_thing_stands_in_a_used_place_of_its_unit(world: World, inspector: Actor) -> None:
    thing = make_asset(world.hospital)
    elsewhere = make_location(world.clinic)
    retired = make_location(world.hospital, active=False)
    with pytest.raises(ElsewhereLocated):
        service.patch_asset(inspector, thing.id, 1, {"location_id": elsewhere.id})
    with pytest.raises(Inactive):
        service.patch_asset(inspector, thing.id, 1, {"location_id": retired.id})
