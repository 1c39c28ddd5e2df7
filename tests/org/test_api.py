"""Each endpoint: success, 403, 404 that hides, 422, 409; and what it costs."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from server.kernel.db import db
from server.kernel.ids import new_id
from server.org import passwords
from server.org.models import Person
from tests.factories.org import (
    make_department,
    make_grant,
    make_person,
    make_region,
    make_unit,
)
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
LISTS = ("regions", "units", "departments", "people")


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [item["name"] for item in answer.json["items"]]


def same_but_for_the_address(one: Any, other: Any) -> bool:
    assert one.status_code == other.status_code == 404
    left, right = ({**answer.json, "instance": ""} for answer in (one, other))
    return bool(left == right) and len(one.data) - len(one.json["instance"]) == len(
        other.data
    ) - len(other.json["instance"])


@pytest.mark.parametrize("thing", LISTS)
def test_nobody_reads_without_logging_in(client: AppClient, thing: str) -> None:
    answer = client.get(f"/api/{thing}")
    assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated")
    assert client.get(f"/api/{thing}/{new_id()}").status_code == 401


def test_lists_start_from_what_the_caller_may_see(world: World, login: Login) -> None:
    for unit in (world.hospital, world.clinic, world.other_hospital):
        make_department(unit, name=f"{unit.short_name}药房")
    bureau, ward = login("bureau_office"), login("staff")
    assert names(bureau.get("/api/units")) == ["城关村卫生室", "安平县人民医院"]
    assert names(ward.get("/api/units")) == ["安平县人民医院"]
    assert names(bureau.get("/api/regions")) == names(ward.get("/api/regions")) == ["安平县"]
    assert names(bureau.get("/api/departments")) == ["县医院药房", "城关室药房"]
    assert names(ward.get("/api/departments")) == ["县医院药房"]
    assert names(bureau.get("/api/people")) == ["周局办", "赵职工"]
    assert names(ward.get("/api/people")) == ["赵职工"]


def test_a_city_sees_its_counties(world: World, login: Login) -> None:
    person = make_person(role="read_only", region=world.city)
    for unit in (world.hospital, world.other_hospital):
        make_person(unit=unit)
    client = login(person)
    city, *counties = names(client.get("/api/regions"))
    assert (city, sorted(counties)) == ("安平市", sorted(["安平县", "临安县"]))
    assert len(names(client.get("/api/units"))) == 2
    assert len(names(client.get("/api/people"))) == 3


@pytest.mark.parametrize("thing", LISTS)
def test_hidden_and_absent_are_one_answer(world: World, login: Login, thing: str) -> None:
    hidden = {
        "regions": world.other_county,
        "units": world.other_hospital,
        "departments": make_department(world.other_hospital),
        "people": make_person(unit=world.other_hospital),
    }[thing].id
    client = login("bureau_office")
    absent = client.get(f"/api/{thing}/{new_id()}")
    assert same_but_for_the_address(client.get(f"/api/{thing}/{hidden}"), absent)
    change = {"rev": 1, "name": "改名"}
    assert same_but_for_the_address(
        client.patch(f"/api/{thing}/{hidden}", json=change),
        client.patch(f"/api/{thing}/{new_id()}", json=change),
    )


def test_lists_filter_search_and_page(world: World, login: Login) -> None:
    town = make_region(parent=world.county, level="township")
    for number in range(5):
        make_unit(town, name=f"卫生院{number}", tier="township", short_name=f"院{number}")
    client = login("bureau_office")
    assert len(names(client.get(f"/api/units?region_id={world.county.id}&tier=township"))) == 5
    assert len(names(client.get(f"/api/units?region_id={town.id}"))) == 5
    assert names(client.get(f"/api/units?region_id={world.other_county.id}")) == []
    assert names(client.get("/api/units?q=卫生院３")) == ["卫生院3"]
    assert names(client.get("/api/units?q=衞生院３")) == ["卫生院3"]
    assert names(client.get("/api/units?q=衛生院3")) == ["卫生院3"]
    assert names(client.get("/api/units?q=%25")) == []
    first = client.get("/api/units?tier=township&limit=3").json
    assert (len(first["items"]), first["total"]) == (3, 5)
    rest = client.get(f"/api/units?tier=township&limit=3&cursor={first['next']}").json
    assert (len(rest["items"]), rest["next"]) == (2, None)
    assert not {item["id"] for item in first["items"]} & {item["id"] for item in rest["items"]}


def test_people_are_found_by_unit_role_and_name(world: World, login: Login) -> None:
    make_person(role="staff", unit=world.hospital, name="钱护士")
    make_person(role="unit_head", unit=world.clinic, name="孙村医")
    client = login("bureau_office")
    assert names(client.get(f"/api/people?unit_id={world.hospital.id}")) == ["钱护士"]
    assert names(client.get("/api/people?role=unit_head")) == ["孙村医"]
    assert names(client.get("/api/people?q=护")) == ["钱护士"]


@pytest.mark.parametrize(
    "address",
    [
        "/api/units?limit=0",
        "/api/units?limit=many",
        "/api/units?tier=palace",
        "/api/units?colour=red",
        "/api/units?cursor=broken",
    ],
)
def test_arguments_that_cannot_be_read_are_refused(login: Login, address: str) -> None:
    assert login("bureau_office").get(address).status_code == 422


@pytest.mark.parametrize("thing", LISTS)
def test_a_list_costs_the_same_however_long(
    world: World, login: Login, queries: Callable[..., Any], thing: str
) -> None:
    client = login("bureau_office")

    def cost() -> int:
        with queries() as seen:
            assert client.get(f"/api/{thing}?limit=200").status_code == 200
        return len(seen)

    def grow(count: int) -> None:
        for _ in range(count):
            make_department(make_unit(make_region(parent=world.county, level="township")))
            make_person(role="staff", unit=world.hospital)
        db.session.commit()

    grow(1)
    few = cost()
    grow(10)
    assert cost() == few
    assert few <= 7


def test_contact_data_is_for_those_who_manage_people(world: World, login: Login) -> None:
    person = make_person(role="staff", unit=world.hospital, phone="13800000000", username="qian")
    contact = {"phone", "username", "region_id", "department_id", "must_change_password"}
    for who, sees in (("bureau_office", True), ("inspector", False), ("unit_head", False)):
        client = login(who)
        detail = client.get(f"/api/people/{person.id}")
        listed = next(
            item for item in client.get("/api/people").json["items"] if item["id"] == person.id
        )
        assert (contact <= set(detail.json)) is sees
        assert (contact <= set(listed)) is sees
        assert ("grants" in detail.json) is sees
        assert (b"13800000000" in detail.data) is sees


def test_regions_are_made_and_renamed(world: World, login: Login) -> None:
    client = login("bureau_office")
    town = {
        "parent_id": world.county.id,
        "code": "339901001",
        "name": "城关镇",
        "level": "township",
    }
    made = client.post("/api/regions", json=town).json
    assert client.get(f"/api/regions/{made['id']}").json == made
    change = {"rev": made["rev"], "name": "城关街道"}
    assert client.patch(f"/api/regions/{made['id']}", json=change).json["name"] == "城关街道"
    stale = client.patch(f"/api/regions/{made['id']}", json=change)
    assert (stale.status_code, stale.json["code"]) == (409, "stale-revision")
    taken = client.post("/api/regions", json=town)
    assert (taken.status_code, taken.json["code"]) == (409, "org-region-code-taken")
    wrong = client.post("/api/regions", json=town | {"code": "1", "level": "city"})
    assert (wrong.status_code, wrong.json["code"]) == (422, "org-bad-region")


def test_units_are_made_and_changed(world: World, login: Login) -> None:
    client = login("bureau_office")
    unit = {"region_id": world.county.id, "name": "县疾控中心", "tier": "cdc", "lat": 30}
    made = client.post("/api/units", json=unit).json
    assert made["active"] is True
    assert client.get(f"/api/units/{made['id']}").json == made
    change = {"rev": made["rev"], "uscc": "91350100m000100y43", "active": False}
    changed = client.patch(f"/api/units/{made['id']}", json=change).json
    assert (changed["uscc"], changed["active"]) == ("91350100M000100Y43", False)
    wrong = client.post("/api/units", json=unit | {"uscc": "91350100M000100Y44"})
    assert (wrong.status_code, wrong.json["code"]) == (422, "org-bad-uscc")
    assert wrong.json["reason"] == "check-character"
    taken = client.post("/api/units", json=unit | {"uscc": "91350100M000100Y43"})
    assert (taken.status_code, taken.json["code"]) == (409, "org-uscc-taken")
    number = client.post("/api/units", json=unit | {"institution_code": "12345"})
    assert (number.status_code, number.json["code"]) == (422, "org-bad-institution-code")
    beds = client.post("/api/units", json=unit | {"beds": -5})
    assert (beds.status_code, beds.json["code"]) == (422, "org-bad-unit")
    blank = client.post("/api/units", json=unit | {"name": " \u202e "})
    assert (blank.status_code, blank.json["code"]) == (422, "org-name-missing")


def test_departments_are_made_and_renamed(world: World, login: Login) -> None:
    client = login("bureau_office")
    made = client.post(
        "/api/departments", json={"unit_id": world.hospital.id, "name": "药剂科"}
    ).json
    assert client.get(f"/api/departments/{made['id']}").json == made
    answer = client.patch(f"/api/departments/{made['id']}", json={"rev": 1, "name": "药学部"})
    assert answer.json["name"] == "药学部"
    assert names(client.get(f"/api/departments?unit_id={world.hospital.id}")) == ["药学部"]
    assert names(client.get(f"/api/departments?unit_id={world.clinic.id}")) == []


def test_people_are_made_log_in_and_change(
    app: Flask, client: AppClient, world: World, login: Login
) -> None:
    office = login("bureau_office")
    body = {"name": "钱护士", "unit_id": world.hospital.id, "username": "qian", "phone": "1"}
    made = office.post("/api/people", json=body).json
    password = made.pop("initial_password")
    assert office.get(f"/api/people/{made['id']}").json == made
    assert client.post("/api/auth/login", json={"username": "qian", "password": password}).json[
        "user"
    ]["must_change_password"]
    change = {"rev": made["rev"], "title": "护士长", "username": "qian2"}
    assert office.patch(f"/api/people/{made['id']}", json=change).json["title"] == "护士长"
    second = office.post(f"/api/people/{made['id']}/password").json["initial_password"]
    assert second != password
    assert client.get("/api/auth/me").status_code == 401
    taken = office.post("/api/people", json=body | {"username": "qian2"})
    assert (taken.status_code, taken.json["code"]) == (409, "org-username-taken")
    bad = office.post("/api/people", json=body | {"username": "two words"})
    assert (bad.status_code, bad.json["code"]) == (422, "org-bad-username")
    homeless = office.post("/api/people", json={"name": "某人"})
    assert (homeless.status_code, homeless.json["code"]) == (422, "org-place-missing")
    elsewhere = make_department(world.clinic)
    lost = office.post(
        "/api/people",
        json={"name": "某人", "unit_id": world.hospital.id, "department_id": elsewhere.id},
    )
    assert (lost.status_code, lost.json["code"]) == (422, "org-department-elsewhere")


def test_roles_are_given_and_taken(world: World, login: Login) -> None:
    office = login("bureau_office")
    person = make_person(unit=world.hospital)
    address = f"/api/people/{person.id}/grants"
    given = office.post(
        address,
        json={"role": "staff", "unit_id": world.hospital.id, "ends_on": "2027-01-01"},
    ).json
    (grant,) = given["grants"]
    assert (grant["role"], grant["name_zh"], grant["ends_on"]) == ("staff", "职工", "2027-01-01")
    assert given["roles"] == ["staff"]
    taken = office.delete(f"{address}/{grant['id']}").json
    assert (taken["roles"], taken["grants"]) == ([], [])
    assert same_but_for_the_address(
        office.delete(f"{address}/{grant['id']}"), office.delete(f"{address}/{new_id()}")
    )
    beyond = office.post(address, json={"role": "administrator", "region_id": world.county.id})
    assert (beyond.status_code, beyond.json["code"]) == (403, "org-role-beyond-reach")
    unknown = office.post(address, json={"role": "emperor", "region_id": world.county.id})
    assert (unknown.status_code, unknown.json["code"]) == (422, "org-unknown-role")


def test_the_last_administrator_is_told_so(world: World, login: Login, actors: Actors) -> None:
    client, me = login("administrator"), actors.person("administrator")
    answer = client.patch(f"/api/people/{me.id}", json={"rev": me.rev, "active": False})
    assert (answer.status_code, answer.json["code"]) == (409, "org-last-administrator")


def test_everybody_knows_the_roles(login: Login) -> None:
    answer = login("staff").get("/api/roles").json
    assert answer["total"] == 10
    assert {"key", "name_zh", "name_en", "permissions"} == set(answer["items"][0])


CHANGES = [
    ("post", "/api/regions"),
    ("patch", "/api/regions/{id}"),
    ("post", "/api/units"),
    ("patch", "/api/units/{id}"),
    ("post", "/api/departments"),
    ("patch", "/api/departments/{id}"),
    ("post", "/api/people"),
    ("patch", "/api/people/{id}"),
    ("post", "/api/people/{id}/password"),
    ("post", "/api/people/{id}/grants"),
    ("delete", "/api/people/{id}/grants/{id}"),
]


@pytest.mark.parametrize(("method", "address"), CHANGES)
def test_staff_change_nothing(login: Login, method: str, address: str) -> None:
    answer = getattr(login("staff"), method)(address.format(id=new_id()), json={})
    assert (answer.status_code, answer.json["code"]) == (403, "not-permitted")


@pytest.mark.parametrize(("method", "address"), [c for c in CHANGES if "password" not in c[1]])
def test_bodies_with_foreign_keys_are_refused(login: Login, method: str, address: str) -> None:
    if method == "delete":
        return
    answer = getattr(login("bureau_office"), method)(
        address.format(id=new_id()), json={"rev": 1, "password_hash": "x", "name": "x"}
    )
    assert answer.status_code == 422
    assert "#/password_hash" in {error["pointer"] for error in answer.json["errors"]}


def test_a_client_made_identifier_is_taken_once(world: World, login: Login) -> None:
    client = login("bureau_office")
    body = {"id": new_id(), "unit_id": world.hospital.id, "name": "药剂科"}
    assert client.post("/api/departments", json=body).json["id"] == body["id"]
    again = client.post("/api/departments", json=body)
    assert (again.status_code, again.json["code"]) == (409, "id-taken")
    wrong = client.post("/api/departments", json=body | {"id": "../../etc"})
    assert wrong.status_code == 422


def test_a_role_lost_is_lost_at_once(world: World, login: Login, actors: Actors) -> None:
    person = make_person(region=world.county)
    grant = make_grant(person, "bureau_office", region=world.county)
    client = login(person)
    assert client.get("/api/units").status_code == 200
    db.session.delete(grant)
    assert client.get("/api/units").status_code == 403


def test_a_password_never_leaves(world: World, login: Login) -> None:
    person = make_person(
        role="staff", unit=world.hospital, password_hash=passwords.hash_password("correct horse 1")
    )
    client = login("administrator")
    for address in ("/api/people", f"/api/people/{person.id}", "/api/auth/me"):
        assert b"argon2" not in client.get(address).data
    assert db.session.get_one(Person, person.id).password_hash is not None
