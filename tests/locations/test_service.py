"""Places, things and tags: what is written, what travels, what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from server.access.rules import Actor
from server.audit.models import AuditEntry
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound, Problem
from server.kernel.ids import new_id
from server.locations import service, wire
from server.locations.models import Location, Tag
from server.locations.rules import (
    BadAsset,
    BadDue,
    BadLocation,
    BadParent,
    BadTagCode,
    BadTagCount,
    ElsewhereLocated,
    Inactive,
    LocationInUse,
    TagAlreadyBound,
    TagOfAnotherPool,
    TagVoid,
    is_tag_code,
)
from server.locations.tags import PoolMissing
from server.org.rules import IdTaken, NameMissing, StaleRevision
from server.sync.models import SyncChange
from tests.factories.locations import make_asset, make_location, make_tag
from tests.factories.org import make_person, make_region
from tests.support.actors import Actors, World
from tests.support.clock import FrozenClock

CODE, OTHER_CODE = "7K3M9QX5", "ABCDEFGC"


@pytest.fixture
def officer(actors: Actors) -> Actor:
    """The hospital's safety officer."""
    return actors["safety_officer"]


@pytest.fixture
def inspector(actors: Actors) -> Actor:
    """An inspector of the county."""
    return actors["inspector"]


def changes(scope: str) -> set[tuple[str, str, str]]:
    db.session.commit()
    rows = db.session.scalars(select(SyncChange).where(SyncChange.scope == scope))
    return {(row.op, row.etype, row.eid) for row in rows}


def actions() -> list[str]:
    db.session.flush()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def house(world: World) -> tuple[Location, Location, Location]:
    """门诊楼 / 3层 / 药房 of the hospital."""
    building = make_location(world.hospital, kind="building", name="门诊楼")
    floor = make_location(world.hospital, parent=building, kind="floor", name="3层")
    room = make_location(world.hospital, parent=floor, name="药房")
    return building, floor, room


# places


def test_a_place_knows_its_way_and_travels(world: World, officer: Actor) -> None:
    _, floor, _ = house(world)
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
    assert put in changes(f"unit:{world.hospital.id}")
    assert put in changes(f"region:{world.county.id}")
    assert actions() == ["location.add"]


def test_a_place_sent_twice_is_one_place(world: World, officer: Actor) -> None:
    new = service.NewLocation(world.hospital.id, "room", "药房", id=new_id())
    first = service.add_location(officer, new)
    assert service.add_location(officer, new) is first
    assert actions() == ["location.add"]
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


def test_a_new_name_reaches_everything_inside(world: World, officer: Actor) -> None:
    building, floor, room = house(world)
    ward = make_location(world.hospital, parent=building, name="大厅")
    apart = make_location(world.hospital, kind="building", name="住院楼")
    db.session.commit()
    service.rename_location(officer, building.id, building.rev, "新门诊楼")
    assert floor.path == "新门诊楼 / 3层"
    assert room.path == "新门诊楼 / 3层 / 药房"
    assert ward.path == "新门诊楼 / 大厅"
    told = changes(f"unit:{world.hospital.id}")
    assert {("put", "location", row.id) for row in (building, floor, room, ward)} <= told
    assert apart.rev == 1


def test_a_moved_place_takes_its_inside_along(world: World, officer: Actor) -> None:
    building, floor, room = house(world)
    campus = make_location(world.hospital, kind="campus", name="东院")
    service.move_location(officer, building.id, 1, campus.id)
    assert room.path == "东院 / 门诊楼 / 3层 / 药房"
    service.move_location(officer, floor.id, floor.rev, None)
    assert (floor.path, room.path) == ("3层", "3层 / 药房")


@pytest.mark.parametrize("target", ["itself", "inside", "elsewhere"])
def test_a_place_never_moves_into_itself_or_another_unit(
    world: World, officer: Actor, target: str
) -> None:
    building, floor, _ = house(world)
    parent = {
        "itself": building,
        "inside": floor,
        "elsewhere": make_location(world.clinic, kind="campus"),
    }[target]
    with pytest.raises(BadParent):
        service.move_location(officer, building.id, 1, parent.id)


def test_a_place_keeps_larger_than_what_is_inside(world: World, officer: Actor) -> None:
    building, _, _ = house(world)
    with pytest.raises(BadParent):
        service.patch_location(officer, building.id, 1, {"kind": "room"})


def test_a_place_in_use_is_not_retired(world: World, officer: Actor) -> None:
    building, floor, room = house(world)
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


def test_a_change_on_an_old_version_is_refused(world: World, officer: Actor) -> None:
    building, _, _ = house(world)
    service.rename_location(officer, building.id, 1, "甲")
    with pytest.raises(StaleRevision):
        service.rename_location(officer, building.id, 1, "乙")


def test_places_are_changed_by_those_who_manage_them(world: World, actors: Actors) -> None:
    building, _, _ = house(world)
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


# things


def test_a_thing_knows_its_next_day(world: World, officer: Actor) -> None:
    _, _, room = house(world)
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
    assert ("put", "asset", asset.id) in changes(f"unit:{world.hospital.id}")
    changed = service.patch_asset(officer, asset.id, 1, {"due": [], "location_id": None})
    assert (changed.next_due_on, changed.location_id) == (None, None)
    assert actions() == ["asset.add", "asset.change"]


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


# tags


def test_a_batch_is_made_for_a_pool(world: World, actors: Actors) -> None:
    batch, tags = service.issue_tags(actors["bureau_office"], 2000, region_id=world.county.id)
    assert len({tag.code for tag in tags}) == 2000
    assert all(is_tag_code(tag.code) and tag.batch == batch for tag in tags)
    assert {(tag.state, tag.unit_id, tag.region_id) for tag in tags} == {
        ("unclaimed", None, world.county.id)
    }
    assert actions() == ["tag.issue"]
    _, own = service.issue_tags(actors["unit_head"], 3, unit_id=world.hospital.id)
    assert {(tag.unit_id, tag.region_id) for tag in own} == {(world.hospital.id, world.county.id)}


def test_a_batch_needs_a_place_a_size_and_a_permission(world: World, actors: Actors) -> None:
    office = actors["bureau_office"]
    with pytest.raises(PoolMissing):
        service.issue_tags(office, 1)
    with pytest.raises(BadTagCount):
        service.issue_tags(office, 2001, region_id=world.county.id)
    with pytest.raises(NotFound):
        service.issue_tags(office, 1, region_id=world.other_county.id)
    with pytest.raises(Forbidden):
        service.issue_tags(actors["staff"], 1, unit_id=world.hospital.id)
    with pytest.raises(Forbidden):
        service.issue_tags(actors["unit_head"], 1, region_id=world.county.id)


@pytest.mark.parametrize("kind", ["location", "asset"])
def test_a_claimed_label_belongs_where_it_sticks(
    world: World, officer: Actor, clock: FrozenClock, kind: str
) -> None:
    make_tag(CODE, region=world.county)
    target = {"location": make_location, "asset": make_asset}[kind](world.hospital)
    tag = service.claim_tag(officer, " 7k3m-9qx5 ", kind, target.id)
    assert (tag.state, tag.target_kind, tag.target_id) == ("bound", kind, target.id)
    assert (tag.unit_id, tag.claimed_by, tag.claimed_at) == (
        world.hospital.id,
        officer.user_id,
        clock(),
    )
    assert ("put", "tag", CODE) in changes(f"unit:{world.hospital.id}")
    assert actions() == ["tag.claim"]


def test_claiming_twice_is_claiming_once(world: World, officer: Actor, inspector: Actor) -> None:
    make_tag(CODE, region=world.county)
    room = make_location(world.hospital)
    first = service.claim_tag(officer, CODE, "location", room.id)
    rev = first.rev
    for actor in (officer, inspector):
        assert service.claim_tag(actor, CODE, "location", room.id).rev == rev
    assert first.claimed_by == officer.user_id
    assert actions() == ["tag.claim"]


def test_a_label_that_sticks_elsewhere_names_the_place(world: World, officer: Actor) -> None:
    make_tag(CODE, region=world.county)
    _, _, room = house(world)
    service.claim_tag(officer, CODE, "location", room.id)
    other = make_location(world.hospital)
    with pytest.raises(TagAlreadyBound) as refused:
        service.claim_tag(officer, CODE, "location", other.id)
    assert refused.value.extras["place"] == {
        "kind": "location",
        "id": room.id,
        "name": "药房",
        "path": "门诊楼 / 3层 / 药房",
        "active": True,
        "unit_id": world.hospital.id,
        "unit_name": "安平县人民医院",
    }


def test_a_label_that_sticks_at_a_hidden_place_names_nothing(world: World, officer: Actor) -> None:
    hidden = make_location(world.clinic)
    make_tag(
        CODE,
        region=world.county,
        unit_id=world.clinic.id,
        state="bound",
        target_kind="location",
        target_id=hidden.id,
    )
    with pytest.raises(TagAlreadyBound) as refused:
        service.claim_tag(officer, CODE, "location", make_location(world.hospital).id)
    assert refused.value.extras == {}


def test_a_label_is_claimed_from_its_own_pool_or_one_above(
    world: World, officer: Actor, inspector: Actor
) -> None:
    room = make_location(world.hospital)
    make_tag(CODE, region=world.city)
    service.claim_tag(officer, CODE, "location", room.id)
    make_tag(OTHER_CODE, region=world.county, unit_id=world.clinic.id)
    with pytest.raises(TagOfAnotherPool):
        service.claim_tag(inspector, OTHER_CODE, "location", room.id)
    make_tag("0123456Y", region=world.other_county)
    with pytest.raises(TagOfAnotherPool):
        service.claim_tag(officer, "0123456Y", "location", room.id)
    below = make_region(parent=world.county)
    make_tag("YYYYYYY8", region=below)
    with pytest.raises(TagOfAnotherPool):
        service.claim_tag(officer, "YYYYYYY8", "location", room.id)


def test_a_label_from_a_city_leaves_the_citys_phones(world: World, officer: Actor) -> None:
    make_tag(CODE, region=world.city)
    room = make_location(world.hospital)
    db.session.commit()
    service.claim_tag(officer, CODE, "location", room.id)
    assert ("del", "tag", CODE) in changes(f"region:{world.city.id}")
    assert ("put", "tag", CODE) in changes(f"region:{world.county.id}")


def test_a_claim_needs_a_label_a_target_and_a_permission(world: World, actors: Actors) -> None:
    make_tag(CODE, region=world.county)
    room, hidden = make_location(world.hospital), make_location(world.other_hospital)
    retired = make_location(world.hospital, active=False)
    officer = actors["safety_officer"]
    cases: list[tuple[Actor, str, str, type[Problem]]] = [
        (officer, "7K3M9QX6", room.id, BadTagCode),
        (officer, OTHER_CODE, room.id, NotFound),
        (officer, CODE, hidden.id, NotFound),
        (officer, CODE, new_id(), NotFound),
        (officer, CODE, retired.id, Inactive),
        (actors["staff"], CODE, room.id, Forbidden),
    ]
    for actor, code, target, problem in cases:
        with pytest.raises(problem):
            service.claim_tag(actor, code, "location", target)
    assert db.session.get_one(Tag, CODE).state == "unclaimed"


def test_a_void_label_is_void_for_ever(world: World, officer: Actor) -> None:
    make_tag(CODE, region=world.county)
    room = make_location(world.hospital)
    service.claim_tag(officer, CODE, "location", room.id)
    void = service.void_tag(officer, CODE)
    assert (void.state, void.target_id, void.unit_id) == ("void", None, world.hospital.id)
    assert service.void_tag(officer, CODE).rev == void.rev
    with pytest.raises(TagVoid):
        service.claim_tag(officer, CODE, "location", room.id)
    assert actions() == ["tag.claim", "tag.void"]


def test_a_pool_label_is_voided_by_its_region_alone(world: World, actors: Actors) -> None:
    make_tag(CODE, region=world.county)
    with pytest.raises(NotFound):
        service.void_tag(actors["unit_head"], CODE)
    assert service.void_tag(actors["bureau_office"], CODE).state == "void"
    make_tag(OTHER_CODE, region=world.county)
    with pytest.raises(Forbidden):
        service.void_tag(actors["read_only"], OTHER_CODE)


def test_rows_travel_in_one_query_a_kind_however_many(
    world: World, queries: Callable[..., Any]
) -> None:
    _, _, room = house(world)
    thing = make_asset(world.hospital, location=room)
    for code, kind, target in ((CODE, "location", room), (OTHER_CODE, "asset", thing)):
        bound = {"state": "bound", "target_kind": kind, "target_id": target.id}
        make_tag(code, region=world.county, unit_id=world.hospital.id, **bound)
    ids = (room.id, thing.id)
    db.session.commit()
    with queries() as seen:
        tags = wire.LOADERS["tag"]([CODE, OTHER_CODE, "nothing"])
        places = wire.LOADERS["location"]([ids[0]])
        things = wire.LOADERS["asset"]([ids[1]])
    assert len(seen) == 3
    assert set(tags) == {CODE, OTHER_CODE}
    assert tags[CODE][1]["id"] == CODE
    assert places[ids[0]][1]["path"] == "门诊楼 / 3层 / 药房"
    assert things[ids[1]][0] == 1
    named = wire.place_names(db.session.scalars(select(Tag)))
    assert named["asset", ids[1]]["path"] == "门诊楼 / 3层 / 药房"


def test_an_expert_from_elsewhere_reads_but_claims_nothing(world: World, actors: Actors) -> None:
    expert = make_person(role="expert", unit=world.hospital)
    make_tag(CODE, region=world.county)
    room = make_location(world.hospital)
    with pytest.raises(Forbidden):
        service.claim_tag(actors.of(expert), CODE, "location", room.id)
