"""Keeping the pool over HTTP: who may see it, who may change it, what is refused and why."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from server.audit.models import AuditEntry
from server.experts.models import Engagement
from server.experts.words import fields, keys, words
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.experts import make_certificate, make_expert, make_recusal
from tests.factories.org import make_person
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
POINTS = {"skill": 5, "fairness": 4, "care": 4, "opinion": 3}


@pytest.fixture
def office(login: Login, world: World) -> AppClient:
    client = login("bureau_office")
    db.session.commit()
    return client


def added(client: AppClient, world: World, **given: Any) -> dict[str, Any]:
    sent = {"region_id": world.county.id, "kind": "expert", "fields": ["fire"], "name": "沈工"}
    reply = client.post("/api/experts", json=sent | given)
    assert reply.status_code == 200, reply.json
    return dict(reply.json or {})


def code(reply: Any) -> tuple[int, str]:
    return reply.status_code, (reply.json or {}).get("code", "")


def test_words_have_both_languages_and_cover_every_checklist() -> None:
    for entry in [*fields(), *(e for k in ("certificates", "recusals") for e in words()[k])]:
        assert set(entry["name"]) == {"zh", "en"}
    from server.ops.paths import ROOT

    known = {key for field in fields() for key in field["checklists"]}
    shipped = {file.stem for file in (ROOT / "checklists").glob("*.json")}
    assert shipped - known <= {"attributes", "categories"}
    assert keys("verdicts") == {"confirmed", "overstated", "understated", "wrong"}


def test_somebody_new_is_entered_and_somebody_known_is_taken(
    office: AppClient, world: World
) -> None:
    new = added(office, world, title="高级工程师", employer="省消防协会")
    assert (new["name"], new["employer_name"], new["workload"]["visits"]) == (
        "沈工",
        "省消防协会",
        0,
    )
    nurse = make_person(role="staff", unit=world.hospital, name="护士长")
    db.session.commit()
    taken = added(office, world, person_id=nurse.id, kind="inspector", name="")
    assert (taken["name"], taken["employer_name"]) == ("护士长", world.hospital.name)
    again = office.post(
        "/api/experts",
        json={
            "region_id": world.county.id,
            "kind": "expert",
            "fields": [],
            "person_id": nurse.id,
        },
    )
    assert code(again) == (409, "expert-known")
    listed: Any = office.get("/api/experts?field=fire").json
    assert {one["name"] for one in listed["items"]} == {"沈工", "护士长"}
    assert office.get("/api/experts?field=gas").json["total"] == 0
    assert office.get("/api/experts?kind=inspector&q=护士").json["total"] == 1


def test_an_unknown_field_is_named(office: AppClient, world: World) -> None:
    sent = {"region_id": world.county.id, "kind": "expert", "fields": ["magic"], "name": "某"}
    assert code(office.post("/api/experts", json=sent)) == (422, "expert-unknown-word")


def test_a_change_names_its_version(office: AppClient, world: World) -> None:
    one = added(office, world)
    path = f"/api/experts/{one['id']}"
    changed = office.patch(path, json={"rev": one["rev"], "fields": ["gas"], "active": False})
    assert (changed.json["fields"], changed.json["active"]) == (["gas"], False)
    assert code(office.patch(path, json={"rev": one["rev"], "title": "x"})) == (
        409,
        "stale-revision",
    )


@pytest.mark.parametrize("role", ["inspector", "visit_planner"])
def test_who_reads_the_pool_changes_nothing(
    login: Login, office: AppClient, world: World, role: str
) -> None:
    one = added(office, world, note="内部备注")
    client = login(role)
    assert client.get(f"/api/experts/{one['id']}").json["note"] == ""
    assert client.patch(f"/api/experts/{one['id']}", json={"rev": 1}).status_code == 403
    assert client.get(f"/api/experts/{one['id']}").json["rating"] is None


@pytest.mark.parametrize("role", ["administrator", "unit_head", "staff", "expert", "read_only"])
def test_others_see_no_pool(login: Login, world: World, role: str) -> None:
    client = login(role)
    for path in ("/api/experts", "/api/experts/expiring", "/api/companies"):
        assert client.get(path).status_code == 403


def test_a_neighbours_expert_is_absent(office: AppClient, world: World) -> None:
    person = make_person(role="expert", region=world.other_county, name="邻县专家")
    make_expert(person, world.other_county)
    db.session.commit()
    assert office.get(f"/api/experts/{person.id}").status_code == 404
    assert office.get("/api/experts").json["total"] == 0


def test_certificates_run_out_are_revoked_and_listed(office: AppClient, world: World) -> None:
    one = added(office, world)
    path = f"/api/experts/{one['id']}/certificates"
    paper = {"kind": "officer", "number": "浙执01", "expires_on": "2026-12-10"}
    made = office.post(path, json=paper | {"id": new_id()})
    assert (made.json["state"], made.json["left_days"], made.json["good"]) == ("in-30", 17, True)
    lasting = office.post(path, json={"kind": "professional-title", "number": "高工"}).json
    assert lasting["state"] == "lasting"
    crossed = paper | {"issued_on": "2027-01-01"}
    assert code(office.post(path, json=crossed)) == (422, "expert-days-crossed")
    assert code(office.post(path, json=paper | {"kind": "x"})) == (422, "expert-unknown-word")
    office.post(path, json=paper | {"expires_on": "2026-11-01", "number": "旧证"})
    listed: Any = office.get("/api/experts/expiring").json
    assert [(p["number"], p["state"]) for p in listed["items"]] == [
        ("旧证", "expired"),
        ("浙执01", "in-30"),
    ]
    assert listed["counts"] == {"expired": 1, "in-30": 1}
    assert len(office.get("/api/experts/expiring?days=0").json["items"]) == 1
    which = f"/api/experts/certificates/{made.json['id']}"
    longer = office.patch(which, json={"rev": 1, "expires_on": "2029-12-10"})
    assert longer.json["state"] == "later"
    gone = office.post(f"{which}/revoke", json={"rev": 2, "reason": "调离执法岗位"})
    assert (gone.json["state"], gone.json["good"]) == ("revoked", False)
    assert code(office.patch(which, json={"rev": 3, "number": "x"})) == (409, "certificate-revoked")


def test_a_reason_is_wanted_to_revoke(office: AppClient, world: World) -> None:
    person = make_person(role="expert", region=world.county, name="某")
    make_expert(person, world.county)
    paper = make_certificate(person)
    db.session.commit()
    path = f"/api/experts/certificates/{paper.id}/revoke"
    assert code(office.post(path, json={"rev": 1, "reason": " "})) == (422, "expert-reason-missing")


def test_everybody_declares_for_themselves(login: Login, world: World) -> None:
    client = login("guest")
    found: Any = client.get("/api/me/recusals/places?q=临安").json["items"]
    db.session.commit()
    assert client.get("/api/me/recusals/places?q=临").json["items"] == []
    unit = {"id": new_id(), "kind": "relation", "unit_id": world.hospital.id, "note": "配偶在职"}
    made = client.post("/api/me/recusals", json=unit)
    assert (made.json["place_name"], made.json["declared_by_name"]) == ("安平县人民医院", "郑外援")
    assert client.post("/api/me/recusals", json=unit).json["id"] == unit["id"]
    path = f"/api/me/recusals/{unit['id']}/withdraw"
    assert code(client.post(path, json={"reason": ""})) == (422, "expert-reason-missing")
    gone = client.post(path, json={"reason": "已离婚"})
    assert gone.json["withdrawn_why"] == "已离婚"
    assert code(client.post(path, json={"reason": "再次"})) == (409, "recusal-withdrawn")
    own: Any = client.get("/api/me/recusals").json
    assert [one["id"] for one in own["recusals"]] == [unit["id"]]
    assert found == []


def test_a_recusal_is_about_one_place(login: Login, world: World) -> None:
    client = login("inspector")
    none = {"kind": "other"}
    both = none | {"unit_id": world.hospital.id, "region_id": world.county.id}
    db.session.commit()
    for wrong in (none, both):
        assert code(client.post("/api/me/recusals", json=wrong)) == (422, "recusal-place")
    nowhere = none | {"unit_id": new_id()}
    assert client.post("/api/me/recusals", json=nowhere).status_code == 404


def test_what_the_office_entered_only_the_office_takes_back(
    login: Login, actors: Actors, office: AppClient, world: World
) -> None:
    person = actors.person("inspector")
    make_expert(person, world.county, kind="inspector")
    db.session.commit()
    sent = {"kind": "contract", "unit_id": world.clinic.id}
    made = office.post(f"/api/experts/{person.id}/recusals", json=sent).json
    own = login("inspector")
    path = f"/api/me/recusals/{made['id']}/withdraw"
    assert code(own.post(path, json={"reason": "没有了"})) == (403, "recusal-of-office")
    taken = office.post(
        f"/api/experts/recusals/{made['id']}/withdraw", json={"reason": "合同已终止"}
    )
    assert taken.status_code == 200
    detail: Any = office.get(f"/api/experts/{person.id}").json
    assert detail["recusals"][0]["withdrawn_by_name"] == "周局办"


def test_another_persons_word_is_nobody_elses(login: Login, actors: Actors, world: World) -> None:
    row = make_recusal(actors.person("expert"), unit_id=world.hospital.id)
    client = login("inspector")
    db.session.commit()
    assert client.post(f"/api/me/recusals/{row.id}/withdraw", json={"reason": "x"}).status_code in (
        403,
        404,
    )


def test_work_is_noted_and_rated_by_others(
    login: Login, office: AppClient, actors: Actors, world: World
) -> None:
    one = added(office, world)
    path = f"/api/experts/{one['id']}/engagements"
    work = {
        "id": new_id(),
        "kind": "training",
        "title": "消防培训授课",
        "begins_on": "2026-11-02",
        "ends_on": "2026-11-03",
        "fee": 80_000,
    }
    made = office.post(path, json=work).json
    assert (made["half_days"], made["fee"]) == (4, 80_000)
    assert office.post(path, json=work).json["id"] == work["id"]
    rate = f"/api/experts/engagements/{made['id']}/rating"
    assert code(office.post(rate, json={"rating": {"skill": 9}})) == (422, "rating-mistaken")
    rated = office.post(rate, json={"rating": POINTS, "note": "讲得清楚"})
    assert rated.json["rating"] == POINTS
    detail: Any = office.get(f"/api/experts/{one['id']}").json
    assert (detail["rating"], detail["rated"]) == (4.0, 1)
    assert (detail["workload"]["entries"], detail["workload"]["half_days"]) == (1, 4)
    reader: Any = login("inspector").get(f"/api/experts/{one['id']}").json
    (entry,) = reader["engagements"]
    assert (entry["fee"], entry["rating"], entry["rating_note"]) == (None, None, "")
    put_right = office.patch(
        f"/api/experts/engagements/{made['id']}", json={"rev": rated.json["rev"], "half_days": 3}
    )
    assert put_right.json["half_days"] == 3
    crossed = work | {"id": new_id(), "ends_on": "2026-11-01"}
    assert code(office.post(path, json=crossed)) == (422, "expert-days-crossed")


def test_nobody_rates_their_own_work(office: AppClient, actors: Actors, world: World) -> None:
    boss = actors.person("bureau_office")
    make_expert(boss, world.county, kind="inspector")
    row = Engagement(
        id=new_id(),
        person_id=boss.id,
        region_id=world.county.id,
        kind="other",
        title="x",
        begins_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 1),
        half_days=1,
        noted_by=boss.id,
    )
    db.session.add(row)
    db.session.commit()
    reply = office.post(f"/api/experts/engagements/{row.id}/rating", json={"rating": POINTS})
    assert code(reply) == (403, "rating-own")


def test_changes_are_in_the_log(office: AppClient, world: World) -> None:
    one = added(office, world)
    sent = {"kind": "relation", "unit_id": world.hospital.id}
    office.post(f"/api/experts/{one['id']}/recusals", json=sent)
    acts = {entry.action for entry in db.session.query(AuditEntry)}
    assert {"expert.add", "recusal.declare"} <= acts
