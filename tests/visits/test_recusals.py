"""Whoever should stand aside is sent only for a reason, and the reason stays."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from server.kernel import clock as kernel_clock
from server.kernel.db import db
from server.org.models import Person
from server.reports.visit_log import log_data
from server.reports.visit_plan import gather_plan
from server.visits.models import Visit
from tests.factories.experts import make_recusal
from tests.factories.locations import make_location
from tests.factories.org import make_person
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock
from tests.visits.conftest import Scene, arrival, opening

WHY = "只有他懂高压氧舱，另派一人监督"


def declared(scene: Scene, person: Person, **given: Any) -> None:
    make_recusal(person, **{"unit_id": scene.world.hospital.id} | given)


def refused(answer: Any) -> list[tuple[str, str]]:
    assert (answer.status_code, answer.json["code"]) == (409, "visit-recused"), answer.json
    return [(one["person_id"], one["kind"]) for one in answer.json["people"]]


@pytest.mark.parametrize("part", ["leader", "member"])
def test_a_recused_person_is_refused_without_a_reason(scene: Scene, part: str) -> None:
    leader, member = scene.actors.person("inspector"), scene.guest
    person = leader if part == "leader" else member
    declared(scene, person)
    body = scene.body()
    for reason in ({}, {"recusal_reason": "  "}):
        answer = scene.planner.post("/api/visits", json=body | reason)
        assert refused(answer) == [(person.id, "relation")]
    assert scene.planner.get("/api/visits").json["total"] == 0
    answer = scene.planner.post("/api/visits", json=body | {"recusal_reason": WHY})
    assert answer.status_code == 200, answer.json
    lines = scene.planner.get(f"/api/visits/{body['id']}/knowledge").json
    assert lines["sound"] is True
    (line,) = [one for one in lines["items"] if one["how"] == "recused"]
    assert (line["person_id"], line["by_name"]) == (person.id, "褚策划")
    assert line["details"]["reason"] == WHY
    assert line["details"]["words"] == ["申报回避：近亲属或其他利害关系"]
    told = scene.planner.get(f"/api/visits/{body['id']}").json
    assert [(one["person_id"], one["reason"]) for one in told["recusals"]] == [(person.id, WHY)]
    assert "recused" not in told["concerns"]


def test_the_reason_is_asked_anew_only_for_what_is_new(scene: Scene) -> None:
    declared(scene, scene.guest)
    visit = scene.plan(recusal_reason=WHY)
    path = f"/api/visits/{visit['id']}"
    changed = scene.planner.patch(path, json={"rev": visit["rev"], "note": "走正门"})
    assert changed.status_code == 200, changed.json
    declared(scene, scene.actors.person("inspector"), kind="contract")
    assert "recused" in scene.planner.get(path).json["concerns"]
    given = {"rev": changed.json["rev"], "note": "走后门"}
    person = scene.actors.person("inspector").id
    assert refused(scene.planner.patch(path, json=given)) == [(person, "contract")]
    changed = scene.planner.patch(path, json=given | {"recusal_reason": "合同已到期"})
    assert changed.status_code == 200, changed.json
    assert [how for how, _ in scene.log(visit["id"])].count("recused") == 2
    assert "recused" not in scene.planner.get(path).json["concerns"]


def test_what_is_over_or_withdrawn_or_of_another_unit_counts_for_nothing(scene: Scene) -> None:
    person = scene.actors.person("inspector")
    declared(scene, person, until=date(2020, 1, 1))
    declared(scene, person, withdrawn_at=kernel_clock.now())
    declared(scene, person, unit_id=scene.world.clinic.id)
    assert scene.plan()["state"] == "sealed"


def test_ones_own_region_counts_where_people_come_from_afar(scene: Scene) -> None:
    """At home it is the rule: the data of the modes say which come from another region."""
    local = make_person(
        role="inspector", region=scene.world.county, region_id=scene.world.county.id
    )
    team = {"leader_id": local.id, "member_ids": []}
    assert scene.plan(**team)["state"] == "sealed"
    answer = scene.planner.post("/api/visits", json=scene.body(mode="cross", **team))
    assert refused(answer) == [(local.id, "own-region")]


def test_a_region_above_counts_too(scene: Scene) -> None:
    declared(scene, scene.guest, unit_id=None, region_id=scene.world.city.id, kind="region")
    answer = scene.planner.post("/api/visits", json=scene.body())
    assert refused(answer) == [(scene.guest.id, "region")]


def test_the_form_asks_before_anything_is_sent(
    scene: Scene, login: Callable[..., AppClient]
) -> None:
    declared(scene, scene.guest)
    body = {"unit_id": scene.world.hospital.id, "person_ids": [scene.guest.id]}
    answer = scene.planner.post("/api/visits/recusals", json=body)
    assert answer.status_code == 200, answer.json
    (one,) = answer.json["items"]
    assert (one["person_id"], one["kind"]) == (scene.guest.id, "relation")
    assert set(one["text"]) == {"zh", "en"}
    assert login("bureau_office").post("/api/visits/recusals", json=body).status_code == 403
    away = scene.login(make_person(role="visit_planner", region=scene.world.other_county))
    assert away.post("/api/visits/recusals", json=body).status_code == 404


def test_the_reason_stands_in_the_papers(scene: Scene, clock: FrozenClock) -> None:
    declared(scene, scene.guest)
    visit = scene.plan(recusal_reason=WHY)
    make_location(scene.world.hospital)
    clock.move(hours=2)
    scene.tag()
    scene.leader.push("visit.open", opening(visit))
    scene.leader.push("visit.arrive", arrival(visit))
    rows = log_data(db.session.get_one(Visit, visit["id"]))["rows"]
    (row,) = [one for one in rows if one["how"].startswith("有回避情形")]
    assert WHY in row["note"]
    assert "近亲属" in row["note"]
    plan = gather_plan(scene.actors["visit_planner"], visit["id"], kernel_clock.now(), demo=False)
    facts = {one["name"]: one["text"] for one in plan["facts"]}
    assert facts["回避情形"] == f"孙外县（申报回避：近亲属或其他利害关系），理由：{WHY}"
    unit = scene.login("unit_head").get(f"/api/visits/{visit['id']}").json
    assert "recusals" not in unit
    assert "concerns" not in unit
