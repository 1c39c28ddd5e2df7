"""Flags: raised once, seen by oversight alone, decided by a person with a reason."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from server.audit.models import AuditEntry
from server.contracts import FILES
from server.flags.models import Flag
from server.flags.rules import KINDS
from server.flags.service import raise_flag
from server.kernel.clock import now_ms
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.org import make_person
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock

Login = Callable[..., AppClient]


def flagged(world: World, **given: Any) -> str:
    """A flag on the hospital."""
    subject = new_id()
    wanted: dict[str, Any] = {
        "kind": "photo-reused",
        "subject": ("photo", subject),
        "other": new_id(),
        "unit_id": world.hospital.id,
    }
    assert raise_flag(**wanted | given)
    about = wanted | given
    query = db.select(Flag.id).where(Flag.subject_id == about["subject"][1])
    found = db.session.scalars(query).one()
    db.session.commit()
    return found


def decide(client: AppClient, flag: str, state: str = "dismissed", reason: str = "同一扇门") -> Any:
    return client.post(f"/api/flags/{flag}/decision", json={"state": state, "reason": reason})


def test_one_doubt_is_raised_once(world: World) -> None:
    about = {"kind": "photo-reused", "subject": ("photo", "a"), "unit_id": world.hospital.id}
    assert raise_flag(**about, other="b")
    assert not raise_flag(**about, other="b", details={"new": True})
    assert raise_flag(**about, other="c")
    assert raise_flag(**about | {"kind": "photo-before-after"}, other="b")
    db.session.commit()
    assert db.session.query(Flag).count() == 3
    assert {row.region_id for row in db.session.query(Flag)} == {world.county.id}
    assert db.session.query(AuditEntry).filter_by(action="flag.raise").count() == 3


def test_a_kind_without_words_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError):
        raise_flag(kind="photo-ugly", subject=("photo", "a"))


@pytest.mark.parametrize("role", ["bureau_office", "inspector"])
def test_oversight_of_the_region_sees_it(login: Login, world: World, role: str) -> None:
    flag = flagged(world)
    client = login(role)
    assert client.get(f"/api/flags/{flag}").json["unit_name"] == world.hospital.name
    assert [one["id"] for one in client.get("/api/flags?state=open").json["items"]] == [flag]


@pytest.mark.parametrize("role", ["unit_head", "safety_officer", "staff", "expert", "read_only"])
def test_the_unit_and_its_guests_never_see_it(login: Login, world: World, role: str) -> None:
    flag = flagged(world)
    client = login(role)
    assert client.get(f"/api/flags/{flag}").status_code == 403
    assert client.get("/api/flags").status_code == 403
    assert decide(client, flag).status_code == 403


def test_a_role_on_the_unit_and_a_post_at_the_unit_open_nothing(login: Login, world: World) -> None:
    flag = flagged(world)
    on_unit = make_person(role="inspector", unit=world.hospital)
    of_unit = make_person(role="inspector", region=world.county, username="lent")
    of_unit.unit_id = world.hospital.id
    elsewhere = make_person(role="bureau_office", region=world.other_county, username="far")
    for person in (on_unit, of_unit, elsewhere):
        client = login(person)
        assert client.get(f"/api/flags/{flag}").status_code == 404
        assert client.get("/api/flags").json["items"] == []
    assert decide(login(elsewhere), flag).status_code == 404


def test_what_has_no_region_is_for_those_above(login: Login, world: World) -> None:
    about = {"kind": "clock-off", "subject": ("client", "c"), "unit_id": None}
    flag = flagged(world, **about)
    assert login("bureau_office").get(f"/api/flags/{flag}").status_code == 404
    above = make_person(role="bureau_office", region=world.city, username="above")
    assert login(above).get(f"/api/flags/{flag}").status_code == 200


def test_a_doubt_about_a_person_is_looked_at_where_they_are_at_home(
    login: Login, actors: Actors, world: World
) -> None:
    inspector = actors.person("inspector")
    inspector.region_id = world.county.id
    db.session.flush()
    about = {"kind": "seal-absent", "subject": ("client", "d"), "person_id": inspector.id}
    flag = flagged(world, **about | {"unit_id": None})
    told = login("bureau_office").get(f"/api/flags/{flag}").json
    assert (told["person_name"], told["region_id"]) == ("王检查", world.county.id)


def test_a_decision_has_a_reason_and_stays_in_the_log(login: Login, world: World) -> None:
    flag, client = flagged(world), login("bureau_office")
    answer = decide(client, flag, reason=" \u3000")
    assert (answer.status_code, answer.json["code"]) == (422, "flag-reason")
    told = decide(client, flag, "confirmed", "两张就是同一张").json
    assert (told["state"], told["reason"]) == ("confirmed", "两张就是同一张")
    assert told["decisions"][0]["name"] == "周局办"
    entry = db.session.query(AuditEntry).filter_by(action="flag.decide").one()
    assert (entry.subject_id, entry.details["state"]) == (flag, "confirmed")


def test_of_two_who_decide_the_first_stands(login: Login, world: World) -> None:
    flag = flagged(world)
    assert decide(login("bureau_office"), flag).status_code == 200
    second = login(make_person(role="bureau_office", region=world.county, username="second"))
    answer = decide(second, flag, "confirmed")
    assert (answer.status_code, answer.json["code"]) == (409, "flag-decided")


def test_the_same_decision_sent_twice_is_one(login: Login, world: World) -> None:
    flag, client = flagged(world), login("bureau_office")
    first, second = decide(client, flag), decide(client, flag)
    assert (first.status_code, second.status_code) == (200, 200)
    assert len(second.json["decisions"]) == 1


def test_a_decision_is_taken_back_and_nothing_of_it_disappears(login: Login, world: World) -> None:
    flag, client = flagged(world), login("bureau_office")
    decide(client, flag)
    again = decide(client, flag, "open", "看错了照片").json
    assert (again["state"], again["reason"], again["decided_by"]) == ("open", None, None)
    assert [said["state"] for said in again["decisions"]] == ["dismissed", "open"]
    assert decide(client, flag, "open", "再来").json["code"] == "flag-decided"


def test_nobody_decides_on_their_own_work(login: Login, actors: Actors, world: World) -> None:
    flag = flagged(world, person_id=actors.person("bureau_office").id)
    client = login("bureau_office")
    assert client.get(f"/api/flags/{flag}").json["may_decide"] is False
    answer = decide(client, flag)
    assert (answer.status_code, answer.json["code"]) == (403, "flag-own-work")


def test_an_inspector_looks_and_does_not_decide(login: Login, world: World) -> None:
    flag, client = flagged(world), login("inspector")
    assert client.get(f"/api/flags/{flag}").json["may_decide"] is False
    assert decide(client, flag).status_code == 403


def test_the_list_is_narrowed_by_what_matters(
    login: Login, world: World, clock: FrozenClock
) -> None:
    hazard, visit = new_id(), new_id()
    old = flagged(world, hazard_id=hazard)
    before = now_ms()
    clock.move(hours=1)
    new = flagged(world, kind="photo-before-after", inspection_id=visit, unit_id=world.clinic.id)
    client = login("bureau_office")

    def ids_of(**asked: str | int) -> list[str]:
        answer = client.get("/api/flags", query_string=asked)
        assert answer.status_code == 200, answer.json
        return [one["id"] for one in answer.json["items"]]

    assert ids_of() == [new, old]
    assert ids_of(kind="photo-before-after,clock-off") == [new]
    assert ids_of(unit_id=world.hospital.id) == [old]
    assert ids_of(region_id=world.city.id) == [new, old]
    assert ids_of(region_id=world.other_county.id) == []
    assert ids_of(inspection_id=visit) == [new]
    assert ids_of(hazard_id=hazard) == [old]
    assert ids_of(to=before + 1) == [old]
    assert ids_of(**{"from": before + 1}) == [new]
    assert ids_of(state="confirmed") == []
    assert ids_of(q="人民医院") == [old]
    assert ids_of(q="nobody's") == []
    page = client.get("/api/flags?limit=1").json
    assert (page["total"], len(page["items"])) == (2, 1)
    rest = client.get("/api/flags", query_string={"limit": 1, "cursor": page["next"]}).json
    assert [one["id"] for one in rest["items"]] == [old]


def test_a_list_costs_few_questions(login: Login, world: World, queries: Callable[[], Any]) -> None:
    client = login("bureau_office")
    for _ in range(3):
        flagged(world)
    with queries() as few:
        client.get("/api/flags")
    for _ in range(20):
        flagged(world)
    with queries() as many:
        client.get("/api/flags")
    assert len(many) == len(few)


def test_every_kind_has_its_words() -> None:
    published = json.loads(FILES["contracts/generated/flag-kinds.json"]())["kinds"]
    assert [kind["key"] for kind in published] == list(KINDS)
    for kind in published:
        assert all(kind[part][tongue] for part in ("name", "look") for tongue in ("zh", "en"))
        assert len(kind["name"]["zh"]) <= 12, kind["key"]
    words = json.dumps(published, ensure_ascii=False)
    assert not [bad for bad in ("造假", "作弊", "伪造", "违规", "真实") if bad in words]
