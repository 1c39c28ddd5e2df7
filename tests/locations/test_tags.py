"""Tags: printed, claimed, found again, taken out of use."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from server.access.rules import Actor
from server.kernel.db import db
from server.kernel.errors import Forbidden, NotFound, Problem
from server.kernel.ids import new_id
from server.locations import service, wire
from server.locations.models import Location, Tag
from server.locations.rules import (
    BadTagCode,
    BadTagCount,
    Inactive,
    TagAlreadyBound,
    TagOfAnotherPool,
    TagVoid,
    is_tag_code,
)
from server.locations.tags import PoolMissing
from tests.factories.locations import make_asset, make_location, make_tag
from tests.factories.org import make_person, make_region
from tests.support.actors import Actors, World
from tests.support.clock import FrozenClock
from tests.support.traces import recorded, told

House = tuple[Location, Location, Location]
CODE, OTHER_CODE = "7K3M9QX5", "ABCDEFGC"


def test_a_batch_is_made_for_a_pool(world: World, actors: Actors) -> None:
    batch, tags = service.issue_tags(actors["bureau_office"], 2000, region_id=world.county.id)
    assert len({tag.code for tag in tags}) == 2000
    assert all(is_tag_code(tag.code) and tag.batch == batch for tag in tags)
    assert {(tag.state, tag.unit_id, tag.region_id) for tag in tags} == {
        ("unclaimed", None, world.county.id)
    }
    assert recorded() == ["tag.issue"]
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
    assert ("put", "tag", CODE) in told(f"unit:{world.hospital.id}")
    assert recorded() == ["tag.claim"]


def test_claiming_twice_is_claiming_once(world: World, officer: Actor, inspector: Actor) -> None:
    make_tag(CODE, region=world.county)
    room = make_location(world.hospital)
    first = service.claim_tag(officer, CODE, "location", room.id)
    rev = first.rev
    for actor in (officer, inspector):
        assert service.claim_tag(actor, CODE, "location", room.id).rev == rev
    assert first.claimed_by == officer.user_id
    assert recorded() == ["tag.claim"]


def test_a_label_that_sticks_elsewhere_names_the_place(
    world: World, house: House, officer: Actor
) -> None:
    make_tag(CODE, region=world.county)
    _, _, room = house
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
    assert ("del", "tag", CODE) in told(f"region:{world.city.id}")
    assert ("put", "tag", CODE) in told(f"region:{world.county.id}")


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
    assert recorded() == ["tag.claim", "tag.void"]


def test_a_pool_label_is_voided_by_its_region_alone(world: World, actors: Actors) -> None:
    make_tag(CODE, region=world.county)
    with pytest.raises(NotFound):
        service.void_tag(actors["unit_head"], CODE)
    assert service.void_tag(actors["bureau_office"], CODE).state == "void"
    make_tag(OTHER_CODE, region=world.county)
    with pytest.raises(Forbidden):
        service.void_tag(actors["read_only"], OTHER_CODE)


def test_rows_travel_in_one_query_a_kind_however_many(
    world: World, house: House, queries: Callable[..., Any]
) -> None:
    _, _, room = house
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
