"""Regions, units, people and roles: what is written, what travels, what is refused."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.kernel.db import Base, db
from server.kernel.errors import Forbidden, NotFound, Problem
from server.kernel.ids import new_id
from server.kernel.synced import Synced
from server.org import passwords, service, wire
from server.org.grants import PlaceMissing, UnknownRole
from server.org.models import LoginSession, Person, Region, Role, RoleGrant, Setting, Unit
from server.org.people import DepartmentElsewhere
from server.org.queries import load_actor
from server.org.regions import BadRegion, RegionCodeTaken
from server.org.roles import SHIPPED
from server.org.rules import (
    IdTaken,
    LastAdministrator,
    RoleBeyondReach,
    StaleRevision,
    UsernameTaken,
)
from server.org.units import BadUnit, UsccTaken, models_of_units
from server.sync.models import SyncChange
from tests.factories.locations import make_asset, make_location
from tests.factories.org import make_department, make_grant, make_person, make_roles
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

USCC = "91350100M000100Y43"


def changes(scope: str) -> set[tuple[str, str, str]]:
    """What a phone subscribed to *scope* would be told, after a commit."""
    db.session.commit()
    rows = db.session.scalars(select(SyncChange).where(SyncChange.scope == scope))
    return {(row.op, row.etype, row.eid) for row in rows}


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


# regions


def test_a_region_stands_below_its_parent(world: World, actors: Actors) -> None:
    new = service.NewRegion("339901001", "城关镇", "township", parent_id=world.county.id)
    town = service.create_region(actors["bureau_office"], new)
    assert town.path == f"{world.county.path}{town.id}/"
    assert ("put", "region", town.id) in changes(f"region:{town.id}")
    assert actions() == ["region.create"]


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
    assert put in changes(f"unit:{unit.id}")
    assert put in changes(f"region:{world.county.id}")


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


def test_a_credit_code_stands_for_one_unit(world: World, actors: Actors) -> None:
    actor = actors["bureau_office"]
    service.patch_unit(actor, world.hospital.id, 1, {"uscc": USCC})
    with pytest.raises(UsccTaken):
        service.patch_unit(actor, world.clinic.id, 1, {"uscc": USCC})
    service.patch_unit(actor, world.hospital.id, 2, {"uscc": USCC, "beds": 5})


def test_a_change_on_an_old_version_is_refused(world: World, actors: Actors) -> None:
    actor = actors["bureau_office"]
    service.patch_unit(actor, world.hospital.id, 1, {"beds": 5})
    with pytest.raises(StaleRevision):
        service.patch_unit(actor, world.hospital.id, 1, {"beds": 6})
    assert world.hospital.beds == 5


def test_the_log_tells_what_changed_but_no_phone_number(world: World, actors: Actors) -> None:
    change = {"beds": 5, "phone": "0571-87654321", "tier": "hospital"}
    service.patch_unit(actors["bureau_office"], world.hospital.id, 1, change)
    db.session.flush()
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
    old, new = changes(f"region:{world.county.id}"), changes(f"region:{there}")
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
    assert moved == named
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


# people


def test_a_person_of_a_unit_is_told_to_unit_and_region(world: World, actors: Actors) -> None:
    new = service.NewPerson("赵护士", world.hospital.id, username="Zhao")
    person = service.create_person(actors["bureau_office"], new, password="correct horse 1")
    assert (person.username, person.region_id) == ("zhao", world.county.id)
    assert person.must_change_password
    put = ("put", "person", person.id)
    assert put in changes(f"unit:{world.hospital.id}")
    assert put in changes(f"region:{world.county.id}")
    assert ("put", "me", person.id) in changes(f"user:{person.id}")


def test_a_person_is_at_home_in_one_place(world: World, actors: Actors) -> None:
    for unit_id, region_id in ((None, None), (world.hospital.id, world.county.id)):
        with pytest.raises(PlaceMissing):
            service.create_person(
                actors["bureau_office"], service.NewPerson("某人", unit_id, region_id)
            )


def test_a_user_name_is_given_once_whatever_its_width(world: World, actors: Actors) -> None:
    actor = actors["bureau_office"]
    service.create_person(actor, service.NewPerson("甲", world.hospital.id, username="zhao"))
    with pytest.raises(UsernameTaken):
        service.create_person(actor, service.NewPerson("乙", world.clinic.id, username="ＺＨＡＯ"))


def test_a_department_of_another_unit_is_refused(world: World, actors: Actors) -> None:
    elsewhere = make_department(world.clinic)
    new = service.NewPerson("甲", world.hospital.id, department_id=elsewhere.id)
    with pytest.raises(DepartmentElsewhere):
        service.create_person(actors["bureau_office"], new)


def test_whoever_changes_unit_leaves_the_old_department(world: World, actors: Actors) -> None:
    department = make_department(world.hospital)
    person = make_person(unit=world.hospital, department_id=department.id)
    service.patch_person(actors["bureau_office"], person.id, 1, {"unit_id": world.clinic.id})
    assert (person.unit_id, person.department_id) == (world.clinic.id, None)


def test_an_identifier_made_elsewhere_is_used_once(world: World, actors: Actors) -> None:
    wanted = new_id()
    new = service.NewPerson("甲", world.hospital.id, id=wanted)
    assert service.create_person(actors["bureau_office"], new).id == wanted
    with pytest.raises(IdTaken):
        service.create_person(actors["bureau_office"], new)


def test_deactivating_ends_sessions_and_is_recorded(
    world: World, actors: Actors, login: Callable[..., AppClient]
) -> None:
    login("staff")
    service.deactivate(actors["bureau_office"], actors.person("staff").id)
    db.session.flush()
    assert not actors.person("staff").active
    assert db.session.scalars(select(LoginSession)).all() == []
    assert actions() == ["person.change"]


def test_a_reset_password_is_random_and_must_be_changed(world: World, actors: Actors) -> None:
    actor, staff = actors["bureau_office"], actors.person("staff")
    first, second = (service.set_password(actor, staff.id) for _ in range(2))
    assert first != second
    assert passwords.verify(staff.password_hash, second)
    assert staff.must_change_password
    assert "password" not in json.dumps(
        [entry.details for entry in db.session.scalars(select(AuditEntry))]
    )


def test_nobody_takes_over_a_mightier_account(world: World, actors: Actors) -> None:
    administrator = actors.person("administrator")
    city = make_person(role="inspector", region=world.city)
    make_grant(city, "read_only", region=world.county)
    for act in (
        lambda: service.set_password(actors["bureau_office"], administrator.id),
        lambda: service.deactivate(actors["bureau_office"], administrator.id),
        lambda: service.patch_person(actors["inspector"], actors.person("staff").id, 1, {}),
    ):
        with pytest.raises(RoleBeyondReach):
            act()
    with pytest.raises(NotFound):
        service.set_password(actors["bureau_office"], city.id)


# roles and grants


def test_a_grant_opens_doors_and_is_told(world: World, actors: Actors) -> None:
    person = make_person(unit=world.hospital)
    before = person.rev
    new = service.NewGrant(person.id, "safety_officer", unit_id=world.hospital.id)
    service.grant_role(actors["bureau_office"], new)
    db.session.flush()
    assert person.rev > before
    assert ("put", "me", person.id) in changes(f"user:{person.id}")
    assert actors.of(person).roles == {"safety_officer"}
    data = wire.LOADERS["person"]([person.id])[person.id][1]
    assert data["roles"] == ["safety_officer"]


def test_the_same_role_at_the_same_place_is_one_grant(world: World, actors: Actors) -> None:
    person = make_person(unit=world.hospital)
    new = service.NewGrant(person.id, "staff", unit_id=world.hospital.id, ends_on=date(2027, 1, 1))
    first = service.grant_role(actors["bureau_office"], new)
    again = service.grant_role(actors["bureau_office"], new)
    assert first.id == again.id


def test_a_revoked_role_is_gone(world: World, actors: Actors) -> None:
    person = make_person(unit=world.hospital)
    grant = make_grant(person, "staff", unit=world.hospital)
    service.revoke_role(actors["bureau_office"], person.id, grant.id)
    assert actors.of(person).roles == frozenset()
    with pytest.raises(NotFound):
        service.revoke_role(actors["bureau_office"], person.id, grant.id)


@pytest.mark.parametrize(
    ("who", "role", "problem"),
    [
        ("bureau_office", "administrator", RoleBeyondReach),
        ("inspector", "staff", RoleBeyondReach),
        ("unit_head", "staff", RoleBeyondReach),
        ("bureau_office", "emperor", UnknownRole),
    ],
)
def test_a_role_beyond_ones_own_reach_is_not_given(
    world: World, actors: Actors, who: str, role: str, problem: type[Problem]
) -> None:
    person = make_person(unit=world.hospital)
    actor = actors[who]
    with pytest.raises(problem):
        service.grant_role(actor, service.NewGrant(person.id, role, unit_id=world.hospital.id))


def test_a_role_is_given_at_a_place_that_one_manages(world: World, actors: Actors) -> None:
    person = make_person(unit=world.hospital)
    new = service.NewGrant(person.id, "staff", unit_id=world.other_hospital.id)
    with pytest.raises(NotFound):
        service.grant_role(actors["bureau_office"], new)


def test_the_last_administrator_stays(world: World, actors: Actors) -> None:
    actor, person = actors["administrator"], actors.person("administrator")
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).one()
    with pytest.raises(LastAdministrator):
        service.revoke_role(actor, person.id, grant.id)
    with pytest.raises(LastAdministrator):
        service.deactivate(actor, person.id)
    make_person(role="administrator", region=world.county)
    service.revoke_role(actor, person.id, grant.id)


def test_the_first_administrator_is_made_once(app: Flask) -> None:
    service.seed_roles()
    region = service.create_region(None, service.NewRegion("33", "浙江省", "province"))
    new = service.NewPerson("管理员", region_id=region.id, username="admin")
    person = service.create_first_administrator(new, "correct horse 1")
    assert person.must_change_password
    with pytest.raises(service.AlreadySetUp):
        service.create_first_administrator(new, "correct horse 1")


def test_roles_are_seeded_once_and_follow_new_versions(app: Flask, tmp_path: Path) -> None:
    shipped = json.loads(SHIPPED.read_text())
    assert sorted(service.seed_roles()) == sorted(row["key"] for row in shipped)
    assert service.seed_roles() == []
    newer = [row | {"permissions": [*row["permissions"], "audit.read"]} for row in shipped]
    path = tmp_path / "roles.json"
    path.write_text(json.dumps(newer))
    assert len(service.seed_roles(path)) == len(shipped)
    staff = db.session.get_one(Role, "staff")
    assert "audit.read" in staff.permissions


def test_a_role_that_an_administrator_edited_stays_as_it_is(app: Flask, tmp_path: Path) -> None:
    service.seed_roles()
    edited = db.session.get_one(Role, "staff")
    edited.permissions = ["org.read"]
    path = tmp_path / "roles.json"
    newer = [row | {"name_en": row["name_en"] + "!"} for row in json.loads(SHIPPED.read_text())]
    path.write_text(json.dumps(newer))
    assert "staff" not in service.seed_roles(path)
    assert edited.permissions == ["org.read"]
    assert db.session.get_one(Setting, "roles.shipped").value["staff"]


def test_holders_of_a_changed_role_are_told(world: World, actors: Actors, tmp_path: Path) -> None:
    service.seed_roles()
    person = actors.person("staff")
    newer = [row | {"name_en": row["name_en"] + "!"} for row in json.loads(SHIPPED.read_text())]
    (tmp_path / "roles.json").write_text(json.dumps(newer))
    db.session.commit()
    before = person.rev
    service.seed_roles(tmp_path / "roles.json")
    assert ("put", "me", person.id) in changes(f"user:{person.id}")
    assert person.rev > before


def test_permissions_that_this_version_does_not_know_are_left_out(world: World) -> None:
    make_roles()
    db.session.get_one(Role, "staff").permissions = ["org.read", "time.travel"]
    person = make_person(role="staff", unit=world.hospital)
    data = wire.LOADERS["me"]([person.id])[person.id][1]
    assert data["permissions"] == ["org.read"]


def test_no_session_means_no_actor(app: Flask) -> None:
    assert load_actor("made up") is None
    assert db.session.scalars(select(Person)).all() == []
    assert db.session.scalars(select(Unit)).all() == []
    assert db.session.scalars(select(Region)).all() == []
