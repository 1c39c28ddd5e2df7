"""Each endpoint: success, 403, 404 that hides, 422, 409; and what it costs."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from server.kernel.db import db
from server.kernel.ids import new_id
from server.locations.models import Location
from tests.factories.locations import make_asset, make_location, make_tag
from tests.support.actors import World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
LISTS = ("locations", "assets", "tags")
CODE, OTHER_CODE, UNKNOWN = "7K3M9QX5", "ABCDEFGC", "0123456Y"


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [item["id"] for item in answer.json["items"]]


def plain(answer: Any) -> tuple[int, dict[str, Any]]:
    return answer.status_code, {**answer.json, "instance": ""}


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


@pytest.mark.parametrize("thing", LISTS)
def test_nobody_reads_without_logging_in(client: AppClient, thing: str) -> None:
    assert client.get(f"/api/{thing}").status_code == 401
    assert client.get(f"/api/{thing}/{CODE}").status_code == 401


def test_lists_start_from_what_the_caller_may_see(world: World, login: Login) -> None:
    units = (world.hospital, world.clinic, world.other_hospital)
    rooms = [make_location(unit) for unit in units]
    things = [make_asset(unit) for unit in units]
    for code, unit in zip((CODE, OTHER_CODE, UNKNOWN), units, strict=True):
        make_tag(code, region=world.county, unit_id=unit.id, region_id=unit.region_id)
    office, ward = login("bureau_office"), login("staff")
    assert set(ids(office.get("/api/locations"))) == {room.id for room in rooms[:2]}
    assert ids(ward.get("/api/locations")) == [rooms[0].id]
    assert set(ids(office.get("/api/assets"))) == {thing.id for thing in things[:2]}
    assert ids(ward.get("/api/assets")) == [things[0].id]
    assert set(ids(office.get("/api/tags"))) == {CODE, OTHER_CODE}
    assert ids(ward.get("/api/tags")) == [CODE]


def test_hidden_and_absent_are_one_answer(world: World, login: Login) -> None:
    room, thing = make_location(world.other_hospital), make_asset(world.other_hospital)
    make_tag(CODE, region=world.other_county)
    client = login("safety_officer")
    patch = {"rev": 1, "name": "改名"}
    for hidden, absent in (
        (f"/api/locations/{room.id}", f"/api/locations/{new_id()}"),
        (f"/api/assets/{thing.id}", f"/api/assets/{new_id()}"),
    ):
        assert plain(client.get(hidden)) == plain(client.get(absent))
        assert plain(client.patch(hidden, json=patch)) == plain(client.patch(absent, json=patch))
        assert client.get(hidden).status_code == 404
    seen, unseen = client.get(f"/api/tags/{CODE}"), client.get(f"/api/tags/{UNKNOWN}")
    assert plain(seen) == plain(unseen)
    assert seen.data.replace(CODE.encode(), b"") == unseen.data.replace(UNKNOWN.encode(), b"")
    assert plain(client.post(f"/api/tags/{CODE}/void")) == plain(
        client.post(f"/api/tags/{UNKNOWN}/void")
    )


def test_places_are_filtered_searched_and_paged(world: World, login: Login) -> None:
    building = make_location(world.hospital, kind="building", name="门诊楼")
    rooms = [
        make_location(world.hospital, parent=building, name=f"诊室{number}", code=f"A{number}")
        for number in range(5)
    ]
    client = login("inspector")
    unit = f"unit_id={world.hospital.id}"
    assert len(ids(client.get(f"/api/locations?{unit}"))) == 6
    assert ids(client.get(f"/api/locations?{unit}&kind=building")) == [building.id]
    assert ids(client.get(f"/api/locations?parent_id={building.id}")) == [r.id for r in rooms]
    assert ids(client.get("/api/locations?q=诊室３")) == [rooms[3].id]
    assert ids(client.get("/api/locations?q=a4")) == [rooms[4].id]
    assert len(ids(client.get("/api/locations?q=门诊楼"))) == 6
    assert ids(client.get("/api/locations?q=_")) == []
    first = client.get(f"/api/locations?{unit}&limit=4").json
    rest = client.get(f"/api/locations?{unit}&limit=4&cursor={first['next']}").json
    assert (first["total"], len(first["items"]), len(rest["items"])) == (6, 4, 2)


def test_things_due_stand_in_the_order_of_their_days(world: World, login: Login) -> None:
    def thing(day: str, **more: Any) -> str:
        due = [{"kind": "inspect", "name": "检验", "due_on": day}]
        parsed = date.fromisoformat(day)
        return make_asset(world.hospital, due=due, next_due_on=parsed, **more).id

    late, soon = thing("2027-05-01"), thing("2026-12-01", kind="steriliser")
    later = thing("2028-01-01")
    thing("2026-12-01", active=False)
    make_asset(world.hospital)
    client = login("inspector")
    assert ids(client.get("/api/assets?due_before=2027-12-31")) == [soon, late]
    assert ids(client.get("/api/assets?kind=steriliser")) == [soon]
    first = client.get("/api/assets?due_before=2029-01-01&limit=1").json
    second = client.get(f"/api/assets?due_before=2029-01-01&limit=1&cursor={first['next']}").json
    third = client.get(f"/api/assets?due_before=2029-01-01&limit=9&cursor={second['next']}")
    assert [first["items"][0]["id"], second["items"][0]["id"], *ids(third)] == [soon, late, later]


def test_things_are_found_by_place_and_number(world: World, login: Login) -> None:
    room = make_location(world.hospital)
    here = make_asset(world.hospital, location=room, serial="ＡＢ－12", reg_no="浙A-0001")
    make_asset(world.hospital, serial="CD-34")
    client = login("inspector")
    assert ids(client.get(f"/api/assets?location_id={room.id}")) == [here.id]
    assert ids(client.get(f"/api/assets?unit_id={world.hospital.id}&q=浙a-0001")) == [here.id]


def test_tags_are_filtered_by_state_unit_batch_and_code(world: World, login: Login) -> None:
    room, batch = make_location(world.hospital), new_id()
    bound = {"state": "bound", "target_kind": "location", "target_id": room.id}
    make_tag(CODE, region=world.county, unit_id=world.hospital.id, **bound)
    make_tag(OTHER_CODE, region=world.county, batch=batch)
    client = login("inspector")
    assert ids(client.get("/api/tags?state=bound")) == [CODE]
    assert ids(client.get("/api/tags?state=unclaimed")) == [OTHER_CODE]
    assert ids(client.get(f"/api/tags?unit_id={world.hospital.id}")) == [CODE]
    assert ids(client.get(f"/api/tags?batch={batch}")) == [OTHER_CODE]
    assert ids(client.get("/api/tags?q=7k3m%20")) == [CODE]


@pytest.mark.parametrize(
    "address",
    [
        "/api/locations?kind=planet",
        "/api/locations?limit=0",
        "/api/locations?q=%00",
        "/api/locations/%00",
        "/api/assets?due_before=2027-02-30",
        "/api/assets?colour=red",
        "/api/assets?due_before=2029-01-01&cursor=WyJ4IiwieSJd",
        "/api/assets?cursor=WzEsMl0",
        "/api/tags?state=lost",
        "/api/tags/7K3M9QX6",
        "/api/tags/no-such-code",
    ],
)
def test_arguments_that_cannot_be_read_are_refused(login: Login, address: str) -> None:
    assert login("inspector").get(address).status_code == 422


def test_an_address_with_a_nul_is_refused_before_any_database_sees_it(login: Login) -> None:
    client = login("inspector")
    for address in ("/api/locations?q=%00", "/api/locations/%00", "/api/tags/%00"):
        assert code_of(client.get(address)) == (422, "bad-query")
    body = b'{"unit_id": "x", "kind": "room", "name": "a\\u0000b"}'
    answer = client.post("/api/locations", data=body, content_type="application/json")
    assert code_of(answer) == (422, "bad-json")


@pytest.mark.parametrize("thing", LISTS)
def test_a_list_costs_the_same_however_long(
    world: World, login: Login, queries: Callable[..., Any], thing: str
) -> None:
    client = login("inspector")
    codes = iter(["7K3M9QX5", "ABCDEFGC", "0123456Y", "YYYYYYY8", "1000000Y", "0000001F"])

    def cost() -> int:
        with queries() as seen:
            assert client.get(f"/api/{thing}?limit=200").status_code == 200
        return len(seen)

    def grow(count: int) -> None:
        for _ in range(count):
            room = make_location(world.hospital)
            make_asset(world.hospital, location=room)
            bound = {"state": "bound", "target_kind": "location", "target_id": room.id}
            make_tag(next(codes), region=world.county, unit_id=world.hospital.id, **bound)
        db.session.commit()

    grow(1)
    few = cost()
    grow(5)
    assert cost() == few
    assert few <= 6


def test_places_are_made_and_changed(world: World, login: Login) -> None:
    client = login("safety_officer")
    building = {"unit_id": world.hospital.id, "kind": "building", "name": "门诊楼"}
    made = client.post("/api/locations", json=building).json
    assert client.get(f"/api/locations/{made['id']}").json == made
    room = {**building, "kind": "room", "name": "药房", "parent_id": made["id"]}
    inside = client.post("/api/locations", json=room).json
    assert inside["path"] == "门诊楼 / 药房"
    change = {"rev": made["rev"], "name": "新楼"}
    assert client.patch(f"/api/locations/{made['id']}", json=change).json["path"] == "新楼"
    assert client.get(f"/api/locations/{inside['id']}").json["path"] == "新楼 / 药房"
    assert code_of(client.patch(f"/api/locations/{made['id']}", json=change)) == (
        409,
        "stale-revision",
    )
    wrong = {**building, "parent_id": inside["id"]}
    assert code_of(client.post("/api/locations", json=wrong)) == (422, "location-bad-parent")
    odd = {**building, "attributes": ["Not A Key"]}
    assert code_of(client.post("/api/locations", json=odd)) == (422, "location-bad-facts")
    kept = client.get(f"/api/locations/{made['id']}").json
    retire = {"rev": kept["rev"], "active": False}
    assert code_of(client.patch(f"/api/locations/{made['id']}", json=retire)) == (
        409,
        "location-in-use",
    )


def test_things_are_made_and_changed(world: World, login: Login) -> None:
    client = login("safety_officer")
    room, elsewhere = make_location(world.hospital), make_location(world.clinic)
    body = {
        "unit_id": world.hospital.id,
        "kind": "steriliser",
        "name": "1号灭菌器",
        "location_id": room.id,
        "due": [{"kind": "inspect", "name": "定期检验", "due_on": "2027-05-01"}],
    }
    made = client.post("/api/assets", json=body).json
    assert client.get(f"/api/assets/{made['id']}").json == made
    assert made["due"] == body["due"]
    address = f"/api/assets/{made['id']}"
    change = {"rev": made["rev"], "due": [{"kind": "inspect", "name": "检验", "due_on": None}]}
    assert client.patch(address, json=change).json["due"][0]["due_on"] is None
    there = {**body, "location_id": elsewhere.id}
    assert code_of(client.post("/api/assets", json=there)) == (422, "asset-elsewhere")
    unnamed = {**body, "due": [{"kind": "inspect", "name": " "}]}
    assert code_of(client.post("/api/assets", json=unnamed)) == (422, "asset-bad-due")
    assert code_of(client.post("/api/assets", json={**body, "kind": "锅"})) == (
        422,
        "asset-bad-facts",
    )
    room = db.session.get_one(Location, room.id)
    room.active = False
    assert code_of(client.post("/api/assets", json=body)) == (409, "location-inactive")


def test_labels_are_made_claimed_found_and_voided(world: World, login: Login) -> None:
    officer = login("safety_officer")
    made = officer.post("/api/tags/batches", json={"count": 3, "unit_id": world.hospital.id}).json
    assert [tag["state"] for tag in made["tags"]] == ["unclaimed"] * 3
    code = made["tags"][0]["id"]
    room = make_location(world.hospital, name="药房")
    target = {"target_kind": "location", "target_id": room.id}
    claimed = officer.post(f"/api/tags/{code.lower()}/claim", json=target)
    assert claimed.json["target"]["name"] == "药房"
    assert officer.post(f"/api/tags/{code}/claim", json=target).json == claimed.json
    found = login("staff").get(f"/api/tags/{code[:4]}-{code[4:]}")
    assert found.json == claimed.json
    other = {"target_kind": "asset", "target_id": make_asset(world.hospital).id}
    taken = officer.post(f"/api/tags/{code}/claim", json=other)
    assert code_of(taken) == (409, "tag-already-bound")
    assert taken.json["place"]["name"] == "药房"
    assert officer.post(f"/api/tags/{code}/void").json["state"] == "void"
    assert code_of(officer.post(f"/api/tags/{code}/claim", json=target)) == (409, "tag-void")
    assert officer.get(f"/api/tags/{code}").json["target"] is None


def test_an_unclaimed_label_of_the_pool_is_found_by_whoever_holds_it(
    world: World, login: Login
) -> None:
    make_tag(CODE, region=world.city)
    client = login("staff")
    assert client.get(f"/api/tags/{CODE}").json["state"] == "unclaimed"
    assert ids(client.get("/api/tags")) == []


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"count": 0}, (422, "tag-bad-count")),
        ({"count": 2001}, (422, "tag-bad-count")),
        ({"count": "5"}, (422, "invalid")),
        ({"count": 5, "unit_id": None}, (422, "tag-pool-missing")),
    ],
)
def test_a_batch_that_cannot_be_made_is_refused(
    world: World, login: Login, body: dict[str, Any], answer: tuple[int, str]
) -> None:
    known = {} if "unit_id" in body else {"unit_id": world.hospital.id}
    assert code_of(login("safety_officer").post("/api/tags/batches", json=body | known)) == answer


def test_a_label_of_another_unit_is_refused(world: World, login: Login) -> None:
    make_tag(CODE, region=world.county, unit_id=world.clinic.id)
    target = {"target_kind": "location", "target_id": make_location(world.hospital).id}
    answer = login("inspector").post(f"/api/tags/{CODE}/claim", json=target)
    assert code_of(answer) == (409, "tag-of-another-pool")
    mistyped = login("inspector").post("/api/tags/7K3M9QX6/claim", json=target)
    assert code_of(mistyped) == (422, "tag-bad-code")


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("post", "/api/locations"),
        ("patch", "/api/locations/x"),
        ("post", "/api/assets"),
        ("patch", "/api/assets/x"),
        ("post", "/api/tags/batches"),
        ("post", f"/api/tags/{CODE}/claim"),
        ("post", f"/api/tags/{CODE}/void"),
    ],
)
def test_staff_change_nothing(login: Login, method: str, address: str) -> None:
    assert code_of(getattr(login("staff"), method)(address, json={})) == (403, "not-permitted")


def test_a_place_of_a_region_one_only_reads_is_not_changed(world: World, login: Login) -> None:
    room = make_location(world.hospital)
    answer = login("read_only").patch(f"/api/locations/{room.id}", json={"rev": 1, "name": "x"})
    assert answer.status_code == 403


def test_bodies_with_foreign_keys_are_refused(world: World, login: Login) -> None:
    body = {"unit_id": world.hospital.id, "kind": "room", "name": "x", "region_id": new_id()}
    answer = login("safety_officer").post("/api/locations", json=body)
    assert code_of(answer) == (422, "invalid")
    assert answer.json["errors"][0]["pointer"] == "#/region_id"
