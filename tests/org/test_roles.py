"""Roles: given, taken, shipped, edited."""

import json
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from server.kernel.db import db
from server.kernel.errors import NotFound, Problem
from server.org import service, wire
from server.org.grants import UnknownRole
from server.org.models import Person, Region, Role, RoleGrant, Setting, Unit
from server.org.queries import load_actor
from server.org.roles import SHIPPED
from server.org.rules import (
    LastAdministrator,
    RoleBeyondReach,
)
from tests.factories.org import make_grant, make_person, make_roles
from tests.support.actors import Actors, World
from tests.support.traces import told


def test_a_grant_opens_doors_and_is_told(world: World, actors: Actors) -> None:
    person = make_person(unit=world.hospital)
    before = person.rev
    new = service.NewGrant(person.id, "safety_officer", unit_id=world.hospital.id)
    service.grant_role(actors["bureau_office"], new)
    db.session.flush()
    assert person.rev > before
    assert ("put", "me", person.id) in told(f"user:{person.id}")
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
    assert ("put", "me", person.id) in told(f"user:{person.id}")
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
