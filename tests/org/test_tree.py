"""Regions, units and departments: what is written, what travels, what is refused."""

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.kernel.db import Base, db
from server.kernel.errors import Forbidden, NotFound
from server.kernel.synced import Synced
from server.org import service
from server.org.codes import BadInstitutionCode
from server.org.regions import BadRegion, RegionCodeTaken
from server.org.rules import (
    StaleRevision,
)
from server.org.units import BadUnit, UsccTaken, models_of_units
from server.org.wire import unit_data
from tests.factories.locations import make_asset, make_location
from tests.factories.org import make_department, make_person
from tests.support.actors import Actors, World
from tests.support.traces import recorded, told

USCC = "91350100M000100Y43"


def test_a_region_stands_below_its_parent(world: World, actors: Actors) -> None:
    new = service.NewRegion("339901001", "城关镇", "township", parent_id=world.county.id)
    town = service.create_region(actors["bureau_office"], new)
    assert town.path == f"{world.county.path}{town.id}/"
    assert ("put", "region", town.id) in told(f"region:{town.id}")
    assert recorded() == ["region.create"]


@pytest.mark.parametrize(
    ("code", "level"), [("339901001", "county"), ("339901001", "planet"), ("33-01", "township")]
)
def test_an_impossible_region_is_refused(
    world: World, actors: Actors, code: str, level: str
) -> None:
    new = service.NewRegion(code, "城关镇", level, parent_id=world.county.id)
    with pytest.raises(BadRegion):
        service.create_region(actors["bureau_office"], new)


def test_a_second_root_is_not_for_people_to_make(world: World, actors: Actors) -> None:
    with pytest.raises(BadRegion):
        service.create_region(
            actors["administrator"], service.NewRegion("11", "北京市", "province")
        )


def test_a_region_code_is_given_once(world: World, actors: Actors) -> None:
    new = service.NewRegion(world.county.code, "又一县", "township", parent_id=world.county.id)
    with pytest.raises(RegionCodeTaken):
        service.create_region(actors["bureau_office"], new)


def test_a_county_adds_nothing_to_its_neighbour(world: World, actors: Actors) -> None:
    new = service.NewRegion("339902001", "邻镇", "township", parent_id=world.other_county.id)
    with pytest.raises(NotFound):
        service.create_region(actors["bureau_office"], new)
    with pytest.raises(Forbidden):
        service.create_region(
            actors["inspector"],
            service.NewRegion("339901002", "镇", "township", parent_id=world.county.id),
        )


# units


def test_a_unit_is_kept_in_normal_form(world: World, actors: Actors) -> None:
    new = service.NewUnit(
        world.county.id,
        " 安平县　中医院 ",
        "hospital",
        uscc="９１３５０１００m000100y43",
        attributes=["has-mri", "has-mri", "has-oxygen"],
        beds=300,
    )
    unit = service.create_unit(actors["bureau_office"], new)
    assert (unit.name, unit.short_name, unit.uscc) == ("安平县 中医院", "安平县 中医院", USCC)
    assert unit.attributes == ["has-mri", "has-oxygen"]
    put = ("put", "unit", unit.id)
    assert put in told(f"unit:{unit.id}")
    assert put in told(f"region:{world.county.id}")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"beds": -1}, "beds"),
        ({"lat": 91.0}, "lat"),
        ({"lon": -181.0}, "lon"),
        ({"attributes": ["Not A Key"]}, "attributes"),
        ({"tier": "palace"}, "tier"),
    ],
)
def test_impossible_facts_are_refused(
    world: World, actors: Actors, facts: dict[str, object], field: str
) -> None:
    with pytest.raises(BadUnit) as refused:
        service.patch_unit(actors["bureau_office"], world.hospital.id, world.hospital.rev, facts)
    assert refused.value.extras["field"] == field


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" ma0000001-990102 11 a100 1 ", "MA000000199010211A1001"),
        ("９９０１０２０００８３１", "990102000831"),
        ("pdy00009990102d6001", "PDY00009990102D6001"),
        ("", None),
        (None, None),
    ],
)
def test_the_number_of_the_licence_is_kept_and_travels(
    world: World, actors: Actors, written: str | None, kept: str | None
) -> None:
    actor, unit = actors["bureau_office"], world.hospital
    service.patch_unit(actor, unit.id, unit.rev, {"institution_code": written})
    assert unit_data(unit)["institution_code"] == kept
    # One licence may name several sites.
    service.patch_unit(actor, world.clinic.id, world.clinic.rev, {"institution_code": written})
    with pytest.raises(BadInstitutionCode):
        service.patch_unit(actor, unit.id, unit.rev, {"institution_code": "99010200083"})


def test_a_credit_code_stands_for_one_unit(world: World, actors: Actors) -> None:
    actor = actors["bureau_office"]
    service.patch_unit(actor, world.hospital.id, 1, {"uscc": USCC})
    with pytest.raises(UsccTaken):
        service.patch_unit(actor, world.clinic.id, 1, {"uscc": USCC})
    service.patch_unit(actor, world.hospital.id, 2, {"uscc": USCC, "beds": 5})
    for unit in (world.hospital, world.clinic):
        service.patch_unit(actor, unit.id, unit.rev, {"uscc": ""})
        assert unit.uscc is None


def test_a_change_on_an_old_version_is_refused(world: World, actors: Actors) -> None:
    actor = actors["bureau_office"]
    service.patch_unit(actor, world.hospital.id, 1, {"beds": 5})
    with pytest.raises(StaleRevision):
        service.patch_unit(actor, world.hospital.id, 1, {"beds": 6})
    assert world.hospital.beds == 5


def test_the_log_tells_what_changed_but_no_phone_number(world: World, actors: Actors) -> None:
    change = {"beds": 5, "phone": "0571-87654321", "tier": "hospital"}
    service.patch_unit(actors["bureau_office"], world.hospital.id, 1, change)
    db.session.commit()
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.details == {"beds": [200, 5], "phone": None}
    assert entry.unit_id == world.hospital.id


def test_a_unit_moves_to_another_region_with_everything_it_has(
    world: World, actors: Actors
) -> None:
    ward = make_location(world.hospital)
    rows = [
        world.hospital,
        make_department(world.hospital),
        ward,
        make_asset(world.hospital, location=ward),
        make_person(role="staff", unit=world.hospital),
    ]
    there = world.other_county.id
    bystander = make_location(world.clinic)
    city = make_person(role="bureau_office", region=world.city)
    db.session.commit()
    change = {"region_id": there}
    service.patch_unit(actors.of(city), world.hospital.id, world.hospital.rev, change)
    old, new = told(f"region:{world.county.id}"), told(f"region:{there}")
    for row in rows:
        assert row.region_id == there
        assert ("del", row.sync_type, row.id) in old
        assert ("put", row.sync_type, row.id) in new
    assert bystander.region_id == world.county.id


def test_every_synced_table_that_names_unit_and_region_follows_a_move() -> None:
    moved = {model.__tablename__ for model in models_of_units()}
    named = {
        mapper.class_.__tablename__
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Synced)
        and {"unit_id", "region_id"} <= {column.name for column in mapper.local_table.columns}
    }
    # A sealed visit that moved with its unit would tell that it is there.
    assert named - moved == {"visit"}
    assert {"location", "asset", "tag", "hazard", "inspection", "assignment", "photo"} <= moved


def test_a_county_gives_its_unit_to_nobody_who_did_not_ask(world: World, actors: Actors) -> None:
    with pytest.raises(NotFound):
        service.patch_unit(
            actors["bureau_office"],
            world.hospital.id,
            world.hospital.rev,
            {"region_id": world.other_county.id},
        )


def test_a_department_belongs_to_its_unit(world: World, actors: Actors) -> None:
    actor = actors["bureau_office"]
    department = service.create_department(actor, world.hospital.id, "药剂科")
    renamed = service.patch_department(actor, department.id, department.rev, "药学部")
    assert (renamed.name, renamed.region_id) == ("药学部", world.county.id)
    with pytest.raises(Forbidden):
        service.create_department(actors["unit_head"], world.hospital.id, "药剂科")
    with pytest.raises(NotFound):
        service.create_department(actor, world.other_hospital.id, "药剂科")
