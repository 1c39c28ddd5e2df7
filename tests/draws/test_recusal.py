"""Whoever must stand aside is not drawn, whatever chance says, and everybody can read why."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.draws import seeds, units
from server.draws.models import Draw, DrawPair
from server.draws.vault import VaultClosed
from server.inspections.models import Inspection, InspectionMember
from server.kernel import clock
from server.kernel.db import db
from server.kernel.ids import new_id
from server.org.models import Person, Unit
from tests.architecture.conftest import Examined
from tests.factories.definitions import make_definition
from tests.factories.draws import choice, drawn, many_inspectors, many_units, people
from tests.factories.experts import make_company, make_contract, make_expert, make_recusal
from tests.factories.org import make_person
from tests.support.actors import World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]


def been(person: Person, unit: Unit, days: int) -> None:
    """A closed record of a visit from outside, so many days ago."""
    at = clock.now() - timedelta(days=days)
    row = Inspection(
        id=new_id(),
        unit_id=unit.id,
        region_id=unit.region_id,
        checklist_key="ward",
        definition=make_definition().hash,
        mode="spot",
        state="submitted",
        lead_id=person.id,
        member_ids=[person.id],
        started_at=at,
        device_started_at=at,
        submitted_at=at,
    )
    db.session.add(row)
    db.session.flush()
    db.session.add(InspectionMember(inspection_id=row.id, person_id=person.id, closed_at=at))
    db.session.flush()


def barred(client: AppClient, asked: Any) -> dict[str, dict[str, list[str]]]:
    seen = client.post("/api/draws/preview", json=asked)
    assert seen.status_code == 200, seen.json
    told = seen.json["snapshot"]["candidates"]
    return {one["name"]: one["barred"] for one in told if one["barred"]}


def test_every_reason_is_seen_before_the_draw(login: Login, world: World) -> None:
    (unit,) = many_units(world, 1)
    team = many_inspectors(world, 6)
    team[0].unit_id = unit.id
    make_recusal(team[1], unit_id=unit.id)
    company = make_company(world.county)
    make_contract(company, client_unit_id=unit.id)
    make_expert(team[2], world.county, kind="inspector", company_id=company.id)
    been(team[3], unit, 30)
    been(team[4], unit, 400)
    asked = people(world, [unit], count=1, reserve=0)
    found = {name: why[unit.id] for name, why in barred(login("bureau_office"), asked).items()}
    assert found == {
        "检查员0": ["own-employer"],
        "检查员1": ["relation"],
        "检查员2": ["company-client"],
        "检查员3": ["pair-within-cycle"],
    }
    asked["cycle_pairs"] = 0
    assert "检查员3" not in barred(login("bureau_office"), asked)


def test_the_own_region_stands_aside_where_asked(login: Login, world: World) -> None:
    (unit,) = many_units(world, 1)
    many_inspectors(world, 1)
    make_person(role="inspector", region=world.city, name="市检查员")
    asked = people(world, [unit], count=1, reserve=0)
    assert barred(login("bureau_office"), asked) == {}
    found = barred(login("bureau_office"), asked | {"own_region": True})
    assert found["检查员0"] == {unit.id: ["own-region"]}


def test_two_regions_do_not_meet_twice_in_a_cycle(login: Login, world: World) -> None:
    (ours,) = many_units(world, 1)
    make_person(role="inspector", region=world.county, name="本县检查员")
    first = make_person(role="inspector", region=world.city, name="甲")
    second = make_person(role="inspector", region=world.city, name="乙")
    for person in (first, second):
        person.region_id = world.other_county.id
    been(first, ours, 100)
    city = login(make_person(role="bureau_office", region=world.city, name="市局"))
    asked = people(world, [ours], region_id=world.city.id, count=1, reserve=0, cycle_pairs=0)
    assert barred(city, asked) == {}
    found = barred(city, asked | {"cycle_regions": 180})
    assert found == {name: {ours.id: ["regions-within-cycle"]} for name in ("甲", "乙")}


def test_who_may_not_inspect_there_is_not_drawn_openly(login: Login, world: World) -> None:
    (unit,) = many_units(world, 1)
    stranger = make_person(role="inspector", region=world.other_county, name="邻县")
    stranger.region_id = world.county.id
    planner = login("visit_planner")
    asked = people(world, [unit], count=1, reserve=0)
    assert barred(planner, asked) == {"邻县": {unit.id: ["no-right"]}}
    assert barred(planner, asked | {"sealed": True}) == {}


def test_no_draw_breaks_a_bar_and_no_pair_comes_twice(
    login: Login, world: World, examined: Examined
) -> None:
    visited = many_units(world, 3)
    team = many_inspectors(world, 9)
    for person, unit in zip(team, visited * 3, strict=True):
        if person is not team[8]:
            make_recusal(person, unit_id=unit.id)
    office, met, checked = login("bureau_office"), set[tuple[str, str]](), 0
    for _ in range(4):
        made = drawn(office, people(world, visited, count=1, reserve=1, most=3))
        if made.status_code != 200:
            assert made.json["code"] == "draws-too-few"
            break
        bars = {one["id"]: one["barred"] for one in made.json["snapshot"]["candidates"]}
        for slot in made.json["result"]:
            for one in [*slot["drawn"], *slot["reserve"]]:
                assert slot["slot"] not in bars[one]
                assert (one, slot["slot"]) not in met
                checked += 1
            met |= {(one, slot["slot"]) for one in slot["drawn"]}
    examined(checked, "people drawn for units, none against a recusal or a pair")
    assert {(p.person_id, p.unit_id) for p in db.session.query(DrawPair)} == met


def test_a_spoiled_draw_sends_nobody_anywhere(login: Login, world: World) -> None:
    visited = many_units(world, 1)
    many_inspectors(world, 3)
    office = login("bureau_office")
    made = drawn(office, people(world, visited)).json
    assert db.session.query(DrawPair).count() == 2
    office.post(f"/api/draws/{made['id']}/spoil", json={"reason": "重抽"})
    assert db.session.query(DrawPair).count() == 0


def test_units_visited_lately_wait_and_the_longest_unseen_weigh_most(
    login: Login, world: World
) -> None:
    seen, unseen = many_units(world, 2)
    seen.tier = unseen.tier
    inspector = make_person(role="inspector", region=world.county)
    been(inspector, seen, 10)
    office = login("bureau_office")
    told = office.post("/api/draws/preview", json=choice(world, rested_days=30)).json
    found = {one["id"]: one for one in told["snapshot"]["candidates"]}
    assert found[seen.id]["out"] == [{"kind": "visited-lately"}]
    assert found[seen.id]["facts"]["days_since_visit"] == 10
    assert found[seen.id]["weight"] < found[unseen.id]["weight"]


def test_more_candidates_than_one_draw_takes(
    login: Login, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_units(world, 3)
    monkeypatch.setattr(units, "MOST", 2)
    answer = login("bureau_office").post("/api/draws/preview", json=choice(world))
    assert (answer.status_code, answer.json["code"]) == (422, "draws-too-many")


def test_seeds_whose_key_is_gone_are_said_to_be_unreadable(login: Login, world: World) -> None:
    many_units(world)
    seeds.keep_ahead()
    var: Path = world.app.extensions["settings"].var
    kept = {key: key.read_bytes() for key in (var / "keys").glob("seeds-*.key")}
    seeds.vault._key.cache_clear()
    try:
        for key in kept:
            key.unlink()
        answer = drawn(login("bureau_office"), choice(world))
        assert (answer.status_code, answer.json["code"]) == (503, VaultClosed.code)
        assert VaultClosed.code == "draws-vault"
        assert db.session.query(Draw).count() == 0
    finally:
        for key, content in kept.items():
            key.write_bytes(content)
        seeds.vault._key.cache_clear()
