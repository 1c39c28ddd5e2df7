"""People and their accounts: what is written, what travels, what is refused."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import select

from server.audit.models import AuditEntry
from server.kernel.db import db
from server.kernel.errors import NotFound
from server.kernel.ids import new_id
from server.org import passwords, service
from server.org.grants import PlaceMissing
from server.org.models import LoginSession
from server.org.people import DepartmentElsewhere
from server.org.rules import (
    IdTaken,
    RoleBeyondReach,
    UsernameTaken,
)
from tests.factories.org import make_department, make_grant, make_person
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.support.traces import recorded, told


def test_a_person_of_a_unit_is_told_to_unit_and_region(world: World, actors: Actors) -> None:
    new = service.NewPerson("赵护士", world.hospital.id, username="Zhao")
    person = service.create_person(actors["bureau_office"], new, password="correct horse 1")
    assert (person.username, person.region_id) == ("zhao", world.county.id)
    assert person.must_change_password
    put = ("put", "person", person.id)
    assert put in told(f"unit:{world.hospital.id}")
    assert put in told(f"region:{world.county.id}")
    assert ("put", "me", person.id) in told(f"user:{person.id}")


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
    assert recorded() == ["person.change"]


def test_a_reset_password_is_random_and_must_be_changed(world: World, actors: Actors) -> None:
    actor, staff = actors["bureau_office"], actors.person("staff")
    first, second = (service.set_password(actor, staff.id) for _ in range(2))
    assert first != second
    assert passwords.verify(staff.password_hash, second)
    assert staff.must_change_password
    db.session.commit()
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
