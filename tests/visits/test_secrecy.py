"""Nobody else can tell: not from lists, cases, flags, the audit log, rows of people, or counts."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from server.audit.models import AuditEntry
from server.campaigns.models import Assignment
from server.flags.models import Flag
from server.kernel.db import db
from server.kernel.ids import new_id
from server.org.models import NumberSeries, Person
from server.sync import tidy
from server.sync.models import SyncProblem, SyncScope
from tests.factories.org import make_person
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock
from tests.visits.conftest import Scene, arrival, opening, start
from tests.visits.device import check

SPIES = (
    "administrator", "bureau_office", "inspector", "expert", "guest", "read_only", "visit_planner",
    "unit_head", "safety_officer", "staff",
)  # fmt: skip
PATHS = (
    "/api/visits", "/api/visits?state=sealed", "/api/visits?q=%E5%AE%89%E5%B9%B3",
    "/api/assignments", "/api/inspections", "/api/people", "/api/flags", "/api/phones",
    "/api/problems", "/api/overview", "/api/units", "/api/auth/me",
)  # fmt: skip


def spies(scene: Scene) -> Iterator[tuple[str, AppClient]]:
    """Somebody else in every role: none of the visit's own people."""
    for role in SPIES:
        unit = scene.world.hospital if role in ("unit_head", "safety_officer", "staff") else None
        region = None if unit else scene.world.county
        yield role, scene.login(make_person(role=role, unit=unit, region=region))


def everything(watchers: list[tuple[str, AppClient]], visit: str, task: str) -> dict[str, Any]:
    named = [f"/api/visits/{visit}{rest}" for rest in ("", "/knowledge", "/package", "/plan.pdf")]
    seen = {}
    for role, client in watchers:
        for path in [*PATHS, *named, f"/api/assignments/{task}"]:
            answer = client.get(path)
            body = answer.data.replace(visit.encode(), b"*").replace(task.encode(), b"*")
            body = re.sub(rb'"as_of":[0-9]+', b"", body)
            seen[role, path.replace(visit, "*").replace(task, "*")] = (answer.status_code, body)
        for act in ("keys", "cancel", "release", "knowers"):
            bodies: dict[str, Any] = {"keys": {}, "knowers": {"person_id": task}}
            given = bodies.get(act, {"reason": "x"})
            answer = client.post(f"/api/visits/{visit}/{act}", json=given)
            body = answer.data.replace(visit.encode(), b"*")
            seen[role, act] = (answer.status_code, body)
    return seen


def traces() -> tuple[Any, ...]:
    """What others could count: entries, numbers, revisions, versions of foreign scopes."""
    scopes = select(SyncScope.id, SyncScope.version).order_by(SyncScope.id)
    told = [row for row in db.session.execute(scopes).all() if row[0][:5] in ("unit:", "regio")]
    return (
        db.session.scalar(select(func.count()).select_from(AuditEntry)),
        db.session.scalar(select(func.count()).select_from(NumberSeries)),
        db.session.scalar(select(func.count()).select_from(Flag)),
        db.session.scalar(select(func.count()).select_from(Assignment)),
        sorted(db.session.execute(select(Person.id, Person.rev)).all()),
        told,
    )


def test_nobody_sees_a_visit_before_it_is_released(scene: Scene, clock: FrozenClock) -> None:
    scene.leader.register()
    scene.leader.phone.sync()
    scene.member.phone.sync()
    watchers = list(spies(scene))
    assert scene.planner
    assert scene.definition
    before = everything(watchers, new_id(), new_id())
    counted = traces()
    visit = scene.plan()
    scene.leader.phone.sync()
    row = scene.leader.row(visit["id"])
    assert row is not None
    key = scene.leader.content_key(visit["id"])
    scene.leader.package(visit["id"], key)
    clock.move(hours=2)
    assert scene.leader.push("visit.open", opening(visit))["status"] == "applied"
    scene.member.phone.sync()
    assert scene.member.push("inspection.start", start(visit, scene))["status"] == "held"
    after = everything(watchers, visit["id"], visit["plan"]["assignment_id"])
    assert [name for name in before if before[name] != after[name]] == []
    assert traces() == counted
    scene.tag()
    assert scene.leader.push("visit.arrive", arrival(visit))["status"] == "applied"
    released = everything(watchers, visit["id"], visit["plan"]["assignment_id"])
    assert released["bureau_office", "/api/visits/*"][0] == 200
    assert released["unit_head", "/api/visits/*"][0] == 200
    assert released["unit_head", "/api/visits/*/knowledge"][0] == 404
    assert released["bureau_office", "/api/visits/*/knowledge"][0] == 200
    assert released["staff", "/api/visits/*"][0] == 404


def test_the_unit_learns_who_came_and_not_who_planned(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    clock.move(hours=2)
    scene.tag()
    scene.leader.push("visit.open", opening(visit))
    scene.leader.push("visit.arrive", arrival(visit))
    told = scene.login("unit_head").get(f"/api/visits/{visit['id']}").json
    assert told["arrival"]["met"] == [{"name": "陈院长", "title": "院长"}]
    assert told["plan"]["note"] == ""
    assert "created_by" not in told
    assert scene.actors.person("visit_planner").id not in str(told)
    assert scene.login("unit_head").get("/api/visits").json["total"] == 1


def test_a_leader_cannot_ask_for_the_place(scene: Scene) -> None:
    visit = scene.plan(campaign_id=new_id())
    found = scene.leader.http.get("/api/visits").json
    assert [one["id"] for one in found["items"]] == [visit["id"]]
    assert "plan" not in found["items"][0]
    assert "unit_name" not in found["items"][0]
    for asked in (f"unit_id={scene.world.hospital.id}", "q=%E5%AE%89%E5%B9%B3",
                  f"campaign_id={visit['campaign_id']}"):  # fmt: skip
        assert scene.leader.http.get(f"/api/visits?{asked}").json["total"] == 0
        assert scene.planner.get(f"/api/visits?{asked}").json["total"] == 1


def test_planners_of_another_county_and_administrators_find_nothing(scene: Scene) -> None:
    visit = scene.plan()
    other = make_person(role="visit_planner", region=scene.world.other_county)
    for who in (other, "administrator"):
        client = scene.login(who)
        assert client.get("/api/visits").json["total"] == 0
        assert client.get(f"/api/visits/{visit['id']}").status_code == 404
    refused = scene.login(other).post("/api/visits", json=scene.body())
    assert refused.status_code == 404
    refused = scene.login("administrator").post("/api/visits", json=scene.body())
    assert (refused.status_code, refused.json["code"]) == (403, "not-permitted")


def test_work_of_a_sealed_visit_reaches_no_lead_until_release(
    scene: Scene, clock: FrozenClock
) -> None:
    """What a colleague brought too soon is held in secret; at the end it is shown or done."""
    visit = scene.plan(ends_at=scene.body()["opens_at"] + 20 * 86_400_000)
    office = scene.login("bureau_office")
    away = scene.login(make_person(role="bureau_office", region=scene.world.other_county))
    clock.move(hours=2)
    held = start(visit, scene)
    phone = scene.member.phone
    phone.write("inspection.start", held)
    phone.write(
        "answer.set",
        {"inspection": held["id"], "target": "", "item": "ward.rules.posted",
         "set": {"result": "pass"}, "base": {}, "how": "tap"},
    )  # fmt: skip
    phone.sync()
    states = {one["status"] for one in phone.verdicts.values()}
    assert states == {"held"}
    assert office.get("/api/problems").json["total"] == 0
    clock.move(days=6)
    tidy.tidy()
    assert office.get("/api/problems").json["total"] == 0
    clock.move(days=20)
    tidy.tidy()
    tidy.tidy()
    cases = db.session.scalars(select(SyncProblem)).all()
    assert {case.kind for case in cases} == {"rejected"}
    assert away.get("/api/problems").json["total"] >= 1


@pytest.mark.parametrize("act", ["discard", "handover"])
def test_what_the_author_does_with_a_refused_opening_leaves_no_entry(
    scene: Scene, clock: FrozenClock, act: str
) -> None:
    visit = scene.plan()
    verdict = scene.leader.push("visit.open", opening(visit))
    assert (verdict["status"], verdict["code"]) == ("rejected", "visit-not-yet")
    counted = traces()
    given = {"id": verdict["id"], "act": act, "reason": "x"}
    assert scene.leader.push("problem.handle", given)["status"] == "applied"
    assert traces() == counted
    assert scene.login("bureau_office").get("/api/problems").json["total"] == 0


def test_a_push_that_only_opens_raises_no_flag(
    scene: Scene, clock: FrozenClock, login: Callable[..., AppClient]
) -> None:
    visit = scene.plan()
    clock.move(hours=2)
    phone = scene.leader.phone
    phone.write("visit.open", opening(visit), mono=5, boot="b-2")
    body = phone.request()
    body["sent_at"] -= 3_600_000
    answer = scene.leader.http.post("/api/sync/v1/exchange", json=body)
    assert answer.status_code == 200, answer.json
    assert answer.json["results"][0]["status"] in ("applied", "rejected")
    assert db.session.scalar(select(func.count()).select_from(Flag)) == 0


def test_the_content_key_is_nowhere_in_what_travels(scene: Scene) -> None:
    scene.leader.register()
    visit = scene.plan()
    scene.leader.phone.sync()
    key = scene.leader.content_key(visit["id"])
    told = str(scene.leader.phone.rows()) + scene.planner.get(f"/api/visits/{visit['id']}").text
    assert key.hex() not in told
    row = scene.leader.row(visit["id"])
    assert row is not None
    assert check(row, key) not in told
