"""From a choice to a result that anybody can repeat: over HTTP, as the desk asks it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from server.audit.models import AuditEntry
from server.draws import log
from server.draws.models import Draw, DrawBatch
from server.kernel.db import db
from server.kernel.ids import new_id
from tests.factories.draws import WITNESS, choice, drawn, many_inspectors, many_units, people
from tests.support.actors import World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]


def test_what_was_looked_at_is_what_is_drawn_from(login: Login, world: World) -> None:
    many_units(world)
    office = login("bureau_office")
    made = drawn(office, choice(world))
    assert made.status_code == 200, made.json
    told = made.json
    (slot,) = told["result"]
    assert len(slot["drawn"]) == len(slot["reserve"]) == 3
    assert not set(slot["drawn"]) & set(slot["reserve"])
    names = {one["id"]: one["weight"] for one in told["snapshot"]["candidates"]}
    assert set(slot["drawn"]) <= set(names)
    assert told["standing"] == [{"slot": "units", "ids": slot["drawn"]}]
    assert log.holds(told["id"])


def test_looking_stores_nothing_and_uses_no_seed(login: Login, world: World) -> None:
    many_units(world)
    office = login("bureau_office")
    seen = office.post("/api/draws/preview", json=choice(world))
    assert seen.json["eligible"] == {"units": 8}
    assert db.session.query(Draw).count() == 0


def test_candidates_that_changed_are_looked_at_again(login: Login, world: World) -> None:
    many_units(world)
    office = login("bureau_office")
    answer = drawn(office, choice(world), snapshot_hash="0" * 64)
    assert (answer.status_code, answer.json["code"]) == (409, "draws-candidates-changed")
    assert db.session.query(Draw).count() == 0


@pytest.mark.parametrize(
    ("witness", "code"),
    [
        ({"name": "孙监督", "words": "好"}, "draws-witness"),
        ({"name": "  ", "words": "今天窗外下着小雨"}, "draws-witness"),
        ({"name": "周局办", "words": "今天窗外下着小雨"}, "draws-witness-operator"),
    ],
)
def test_a_witness_is_somebody_else_and_says_something(
    login: Login, world: World, witness: dict[str, str], code: str
) -> None:
    many_units(world)
    answer = drawn(login("bureau_office"), choice(world), witness=witness)
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_too_few_candidates_use_up_no_seed(login: Login, world: World) -> None:
    many_units(world, 2)
    answer = drawn(login("bureau_office"), choice(world))
    assert (answer.status_code, answer.json["code"]) == (422, "draws-too-few")
    assert db.session.query(Draw).count() == 0


def test_without_published_seeds_nothing_is_drawn(login: Login, world: World) -> None:
    many_units(world)
    office = login("bureau_office")
    asked = choice(world)
    seen = office.post("/api/draws/preview", json=asked).json
    about = {"id": new_id(), "purpose": "抽查", "witness": WITNESS}
    answer = office.post(
        "/api/draws", json=asked | about | {"snapshot_hash": seen["snapshot_hash"]}
    )
    assert (answer.status_code, answer.json["code"]) == (409, "draws-no-seeds")


def test_sent_twice_it_is_one_draw_and_nobody_elses(login: Login, world: World) -> None:
    many_units(world)
    office = login("bureau_office")
    first = drawn(office, choice(world), id=(id_ := new_id()))
    again = drawn(office, choice(world), id=id_)
    assert first.json["result"] == again.json["result"]
    assert db.session.query(Draw).count() == 1
    stranger = drawn(login("visit_planner"), choice(world), id=id_)
    assert (stranger.status_code, stranger.json["code"]) == (409, "draws-id-taken")


def test_open_seeds_are_taken_one_after_the_other(login: Login, world: World) -> None:
    many_units(world)
    office = login("bureau_office")
    numbers = [drawn(office, choice(world)).json["seed"]["number"] for _ in range(4)]
    assert numbers == [1, 2, 3, 4]


def test_sealed_seeds_are_taken_in_a_hidden_order(login: Login, world: World) -> None:
    many_units(world)
    planner = login("visit_planner")
    asked = choice(world, sealed=True)
    numbers = [drawn(planner, asked).json["seed"]["number"] for _ in range(6)]
    assert len(set(numbers)) == 6
    assert numbers != [1, 2, 3, 4, 5, 6]
    assert drawn(planner, choice(world)).json["seed"]["number"] == 1


def test_a_replacement_is_the_next_in_reserve_and_its_reason_stays(
    login: Login, world: World
) -> None:
    many_units(world)
    office = login("bureau_office")
    made = drawn(office, choice(world)).json
    (slot,) = made["result"]
    where = f"/api/draws/{made['id']}/replacements"
    body = {"slot": "units", "out": slot["drawn"][1], "reason": "停业装修，大门紧闭"}
    told = office.post(where, json=body).json
    assert told["standing"][0]["ids"] == [slot["drawn"][0], slot["reserve"][0], slot["drawn"][2]]
    assert told["result"] == made["result"]
    (said,) = told["replacements"]
    assert (said["in"], said["reason"], said["by"]) == (
        slot["reserve"][0], "停业装修，大门紧闭", "周局办",
    )  # fmt: skip
    again = office.post(where, json=body)
    assert (again.status_code, again.json["code"]) == (409, "draws-not-standing")
    silent = office.post(where, json=body | {"out": slot["drawn"][0], "reason": " "})
    assert (silent.status_code, silent.json["code"]) == (422, "draws-reason")


def test_when_the_reserve_is_used_up_a_new_draw_is_needed(login: Login, world: World) -> None:
    many_units(world)
    office = login("bureau_office")
    made = drawn(office, choice(world, reserve=1)).json
    where = f"/api/draws/{made['id']}/replacements"
    first, second, _ = made["result"][0]["drawn"]
    body = {"slot": "units", "reason": "停业"}
    assert office.post(where, json=body | {"out": first}).status_code == 200
    empty = office.post(where, json=body | {"out": second})
    assert (empty.status_code, empty.json["code"]) == (409, "draws-reserve-empty")


def test_a_spoiled_draw_stays_and_its_seed_stays_used(login: Login, world: World) -> None:
    many_units(world)
    office = login("bureau_office")
    made = drawn(office, choice(world)).json
    where = f"/api/draws/{made['id']}"
    told = office.post(f"{where}/spoil", json={"reason": "名单漏了两家"}).json
    assert (told["state"], told["spoiled"]["reason"]) == ("spoiled", "名单漏了两家")
    body = {"slot": "units", "out": made["result"][0]["drawn"][0], "reason": "停业"}
    refused = office.post(f"{where}/replacements", json=body)
    assert (refused.status_code, refused.json["code"]) == (409, "draws-spoiled")
    assert drawn(office, choice(world)).json["seed"]["number"] == 2
    published = office.post(f"{where}/publish")
    assert published.status_code == 200
    file = json.loads(office.get(f"/api/public/draws/{made['code']}.json").data)
    assert file["spoiled"]["reason"] == "名单漏了两家"


def test_only_its_operator_changes_a_draw(login: Login, world: World) -> None:
    many_units(world)
    made = drawn(login("bureau_office"), choice(world)).json
    colleague = login("visit_planner")
    assert colleague.get(f"/api/draws/{made['id']}").json["may"]["spoil"] is False
    answer = colleague.post(f"/api/draws/{made['id']}/spoil", json={"reason": "不喜欢"})
    assert (answer.status_code, answer.json["code"]) == (403, "draws-not-yours")


@pytest.mark.parametrize("role", ["administrator", "inspector", "unit_head", "staff", "expert"])
def test_who_may_not_draw_sees_none(login: Login, world: World, role: str) -> None:
    many_units(world)
    made = drawn(login("bureau_office"), choice(world)).json
    client = login(role)
    assert client.get("/api/draws").status_code == 403
    assert client.get(f"/api/draws/{made['id']}").status_code == 403
    assert client.post("/api/draws/preview", json=choice(world)).status_code == 403


def test_another_county_is_hidden(login: Login, world: World) -> None:
    many_units(world)
    office = login("bureau_office")
    asked = choice(world, region_id=world.other_county.id)
    assert office.post("/api/draws/preview", json=asked).status_code == 404


def test_open_acts_are_in_the_audit_log(login: Login, world: World) -> None:
    many_units(world)
    office = login("bureau_office")
    made = drawn(office, choice(world)).json
    office.post(f"/api/draws/{made['id']}/publish")
    office.post(f"/api/draws/{made['id']}/spoil", json={"reason": "重抽"})
    acts = [e.action for e in db.session.query(AuditEntry).filter_by(subject_id=made["id"])]
    assert acts == ["draw.make", "draw.published", "draw.spoiled"]


def test_exclusions_need_a_reason_and_show_it(login: Login, world: World) -> None:
    units = many_units(world)
    office = login("bureau_office")
    left = {"id": units[0].id, "reason": "正在搬迁"}
    seen = office.post("/api/draws/preview", json=choice(world, exclusions=[left])).json
    (told,) = [one for one in seen["snapshot"]["candidates"] if one["id"] == units[0].id]
    assert told["out"] == [{"kind": "excluded", "note": "正在搬迁"}]
    silent = choice(world, exclusions=[left | {"reason": " "}])
    assert office.post("/api/draws/preview", json=silent).json["code"] == "draws-reason"


@pytest.mark.parametrize(
    "mistake",
    [{"formula": "luck"}, {"percent": {"luck": 50}}, {"cycle_pairs": 17}, {"count": 0}],
)
def test_what_no_formula_knows_is_refused(
    login: Login, world: World, mistake: dict[str, Any]
) -> None:
    asked = choice(world, **mistake)
    assert login("bureau_office").post("/api/draws/preview", json=asked).status_code == 422


def test_people_are_drawn_for_each_unit(login: Login, world: World) -> None:
    units, team = many_units(world, 3), many_inspectors(world)
    made = drawn(login("bureau_office"), people(world, units))
    assert made.status_code == 200, made.json
    known = {person.id for person in team}
    for slot, unit in zip(made.json["result"], units, strict=True):
        assert slot["slot"] == unit.id
        assert len(set(slot["drawn"])) == 2
        assert set(slot["drawn"]) <= known
    assert set(made.json["plan_ids"]) == {unit.id for unit in units}


def test_nobody_is_drawn_more_often_than_asked(login: Login, world: World) -> None:
    units = many_units(world, 3)
    many_inspectors(world, 6)
    made = drawn(login("bureau_office"), people(world, units, most=1)).json
    everybody = [one for slot in made["result"] for one in slot["drawn"]]
    assert len(everybody) == len(set(everybody)) == 6


def test_the_database_alone_foretells_nothing(login: Login, world: World) -> None:
    many_units(world)
    made = drawn(login("bureau_office"), choice(world)).json
    batch = db.session.query(DrawBatch).filter_by(region_id=world.county.id).first()
    assert batch is not None
    assert made["seed"]["hash"] in batch.hashes["open"]
    assert len(batch.box) == 12 + 32 + 16
