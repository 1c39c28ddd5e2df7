"""What goes wrong with draws: nobody there, strange names, changes in between, years that end."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from server.draws.models import Draw
from server.draws.rules import FORMULAS, Candidate, Slot
from server.draws.rules import draw as run_draw
from server.kernel.db import db
from server.org.models import Person, Unit
from tests.draws.test_recusal import barred, been
from tests.draws.test_replay import replay, run
from tests.factories.draws import choice, drawn, many_inspectors, many_units, people
from tests.factories.experts import make_certificate, make_expert, make_recusal
from tests.factories.org import make_person, make_region, make_unit
from tests.support.actors import World
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock

Login = Callable[..., AppClient]
NAMES = (
    "𠮷田卫生院", "e\u0301cole", "👩‍⚕️👨‍👩‍👧 门诊", "مستشفى", "a\"b\\c/…",
    "Ⅷ号楼\u2028二层", "𝒜ℬ", "零\u200b宽",
)  # fmt: skip


def published(office: AppClient, made: Any) -> dict[str, Any]:
    assert office.post(f"/api/draws/{made['id']}/publish").status_code == 200
    found: dict[str, Any] = json.loads(office.get(f"/api/public/draws/{made['code']}.json").data)
    return found


def test_from_nobody_nothing_is_drawn(login: Login, world: World) -> None:
    office = login("bureau_office")
    seen = office.post("/api/draws/preview", json=choice(world)).json
    assert (seen["snapshot"]["candidates"], seen["eligible"]) == ([], {"units": 0})
    answer = drawn(office, choice(world))
    assert (answer.status_code, answer.json["code"]) == (422, "draws-too-few")
    answer = drawn(office, people(world, [world.hospital], libraries=["expert"]))
    assert (answer.status_code, answer.json["slots"]) == (422, [world.hospital.id])
    assert db.session.query(Draw).count() == 0


def test_weights_of_nothing_are_equal_chances(login: Login, world: World) -> None:
    many_units(world)
    terms = [term["key"] for term in FORMULAS["formulas"]["units"]["risk"]["terms"]]
    made = drawn(login("bureau_office"), choice(world, percent=dict.fromkeys(terms, 0)))
    assert {one["weight"] for one in made.json["snapshot"]["candidates"]} == {1_000_000}
    least = [one["least"] for kind in FORMULAS["formulas"].values() for one in kind.values()]
    assert min(least) > 0


@pytest.mark.parametrize("weight", [0, -1, 1 << 65])
def test_chance_needs_weights_that_it_can_tell_apart(weight: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="weights"):
        run_draw([Candidate("a", weight)], [Slot("units", 1, 0)], 1, bytes(32))
    with pytest.raises(ValueError, match="weights"):
        replay.below(replay.numbers(bytes(32)), weight)


def test_names_of_every_kind_repeat_and_are_printed(
    login: Login, world: World, tmp_path: Path
) -> None:
    for name in NAMES:
        make_unit(world.county, name=name)
    office = login("bureau_office")
    witness = {"name": "孙\u3000监督", "words": '🌧️ 雨“下\\个"不停”\u2028é e\u0301 𠮷'}
    made = drawn(office, choice(world), witness=witness)
    assert made.status_code == 200, made.json
    file = published(office, made.json)
    (tmp_path / "file.json").write_text(json.dumps(file))
    status, said = run(tmp_path / "file.json")
    assert status == 0, said
    paper = office.get(f"/api/draws/{made.json['id']}/certificate.pdf")
    assert paper.data[:5] == b"%PDF-", paper.json


def test_half_a_character_is_refused(login: Login, world: World) -> None:
    many_units(world)
    answer = drawn(
        login("bureau_office"), choice(world), witness={"name": "孙", "words": "\ud83d四字"}
    )
    assert answer.status_code in (400, 422)
    assert db.session.query(Draw).count() == 0


@pytest.mark.parametrize("name", ["周局办 ", "周 局办", "周\u3000局 办"])
def test_the_operator_under_a_wider_name_is_no_witness(
    login: Login, world: World, name: str
) -> None:
    many_units(world)
    witness = {"name": name, "words": "今天窗外下着小雨"}
    answer = drawn(login("bureau_office"), choice(world), witness=witness)
    assert answer.json["code"] == "draws-witness-operator"


def test_who_left_between_look_and_draw_is_not_drawn(login: Login, world: World) -> None:
    units = many_units(world)
    office = login("bureau_office")
    seen = office.post("/api/draws/preview", json=choice(world)).json
    units[3].active = False
    db.session.flush()
    late = drawn(office, choice(world), snapshot_hash=seen["snapshot_hash"])
    assert (late.status_code, late.json["code"]) == (409, "draws-candidates-changed")
    made = drawn(office, choice(world))
    (gone,) = [c for c in made.json["snapshot"]["candidates"] if c["id"] == units[3].id]
    assert gone["out"] == [{"kind": "inactive"}]
    assert made.json["seed"]["number"] == 1, "the refused one used up no seed"


def test_a_cycle_does_not_end_with_the_year(login: Login, world: World, clock: FrozenClock) -> None:
    clock.set(datetime(2026, 12, 28, 2, 0, tzinfo=UTC))
    (unit,) = many_units(world, 1)
    many_inspectors(world, 4)
    made = drawn(login("bureau_office"), people(world, [unit], count=2, reserve=0)).json
    went = {key for one in made["standing"] for key in one["ids"]}
    names = {one["name"] for one in made["snapshot"]["candidates"] if one["id"] in went}
    clock.set(datetime(2027, 1, 11, 2, 0, tzinfo=UTC))
    again = people(world, [unit], count=2, reserve=0)
    assert set(barred(login("bureau_office"), again)) == names
    second = drawn(login("bureau_office"), again).json
    assert went.isdisjoint(key for one in second["standing"] for key in one["ids"])
    clock.set(datetime(2027, 6, 28, 2, 0, tzinfo=UTC))
    assert names.isdisjoint(barred(login("bureau_office"), again)), "180 days have passed"


def test_two_counties_meet_once_in_a_cycle_whichever_town_was_visited(
    login: Login, world: World, clock: FrozenClock
) -> None:
    clock.set(datetime(2026, 12, 28, 2, 0, tzinfo=UTC))
    town = make_region(parent=world.county, name="城关镇", code="339901001", level="township")
    there = make_unit(town, name="城关镇卫生院", tier="township")
    back = make_unit(world.other_county, name="临安乡卫生院", tier="township")
    guest = make_person(role="inspector", region=world.city, name="临安客人")
    home = make_person(role="inspector", region=world.city, name="安平主人")
    guest.region_id, home.region_id = world.other_county.id, town.id
    been(guest, there, 3)
    clock.set(datetime(2027, 2, 1, 2, 0, tzinfo=UTC))
    city = login(make_person(role="bureau_office", region=world.city, name="市局"))
    asked = people(world, [back], region_id=world.city.id, count=1, reserve=0, cycle_regions=180)
    assert barred(city, asked) == {"安平主人": {back.id: ["regions-within-cycle"]}}


def names_of(made: Any, ids: list[str]) -> list[str]:
    known = {one["id"]: one["name"] for one in made["snapshot"]["candidates"]}
    return [known[key] for key in ids]


def test_replaced_twice_everything_stays_to_be_read(
    login: Login, world: World, tmp_path: Path
) -> None:
    many_units(world)
    office = login("bureau_office")
    made: Any = drawn(office, choice(world)).json
    for reason in ("停业装修", "整体搬迁", "正在撤并"):
        gone = made["standing"][0]["ids"][0]
        body = {"slot": "units", "out": gone, "reason": reason}
        made = office.post(f"/api/draws/{made['id']}/replacements", json=body).json
    assert [one["reason"] for one in made["replacements"]] == ["停业装修", "整体搬迁", "正在撤并"]
    file = published(office, made)
    (tmp_path / "file.json").write_text(json.dumps(file))
    status, said = run(tmp_path / "file.json")
    assert (status, said.count("替换 replaced")) == (0, 3), said
    assert office.get(f"/api/draws/{made['id']}/certificate.pdf").status_code == 200


@pytest.fixture
def team(login: Login, world: World) -> tuple[AppClient, Any, Unit]:
    (unit,) = many_units(world, 1)
    many_inspectors(world, 5)
    office = login("bureau_office")
    made = drawn(office, people(world, [unit], count=1, reserve=4)).json
    return office, made, unit


def test_a_relation_declared_after_the_draw_is_seen_and_nobody_recused_comes_in(
    team: tuple[AppClient, Any, Unit], tmp_path: Path
) -> None:
    office, made, unit = team
    slot = made["result"][0]
    late = [slot["drawn"][0], *slot["reserve"][:2]]
    for key in late:
        make_recusal(db.session.get_one(Person, key), unit_id=unit.id, note="表弟在此任院长")
    shown: Any = office.get(f"/api/draws/{made['id']}").json
    assert shown["recused"] == [{"slot": unit.id, "id": late[0], "why": ["relation"]}]
    body = {"slot": unit.id, "out": late[0], "reason": "本人申报回避"}
    told: Any = office.post(f"/api/draws/{made['id']}/replacements", json=body).json
    assert [one["out"] for one in told["replacements"]] == late
    assert told["standing"][0]["ids"] == [slot["reserve"][2]]
    assert told["recused"] == []
    file = published(office, told)
    assert "表弟" not in json.dumps(file, ensure_ascii=False)
    assert file["replacements"][1]["reason"] == "抽取后须回避：近亲属或其他利害关系"
    (tmp_path / "file.json").write_text(json.dumps(file))
    assert run(tmp_path / "file.json")[0] == 0


def test_where_all_in_reserve_must_stand_aside_nothing_is_replaced(
    team: tuple[AppClient, Any, Unit],
) -> None:
    office, made, unit = team
    slot = made["result"][0]
    for key in slot["reserve"]:
        make_recusal(db.session.get_one(Person, key), unit_id=unit.id)
    db.session.commit()
    body = {"slot": unit.id, "out": slot["drawn"][0], "reason": "生病"}
    answer = office.post(f"/api/draws/{made['id']}/replacements", json=body)
    assert (answer.status_code, answer.json["code"]) == (409, "draws-reserve-empty")
    assert office.get(f"/api/draws/{made['id']}").json["replacements"] == []


def test_who_has_left_stands_for_nobody(team: tuple[AppClient, Any, Unit]) -> None:
    office, made, unit = team
    slot = made["result"][0]
    for key in (slot["drawn"][0], slot["reserve"][0]):
        db.session.get_one(Person, key).active = False
    db.session.flush()
    (shown,) = office.get(f"/api/draws/{made['id']}").json["recused"]
    assert shown["why"] == ["inactive"]
    body = {"slot": unit.id, "out": slot["drawn"][0], "reason": "已离职"}
    told: Any = office.post(f"/api/draws/{made['id']}/replacements", json=body).json
    assert told["standing"][0]["ids"] == [slot["reserve"][1]]


def test_a_paper_that_ran_out_is_not_drawn_for_its_field(login: Login, world: World) -> None:
    for number, until in enumerate(("2026-11-22", "2026-11-23", None, "2026-01-01")):
        person = make_person(role="expert", region=world.county, name=f"专家{number}")
        make_expert(person, world.county, fields=["fire", "electrical"])
        day = datetime.fromisoformat(until).date() if until else None
        make_certificate(person, "fire-engineer", expires_on=day)
    renewed = person
    make_certificate(renewed, "fire-engineer", number="新证")
    plain = make_person(role="expert", region=world.county, name="无证专家")
    make_expert(plain, world.county, fields=["fire"])
    office = login("bureau_office")

    def found(**given: Any) -> dict[str, list[str]]:
        asked = people(world, [], libraries=["expert"], count=1, reserve=0, **given)
        told = office.post("/api/draws/preview", json=asked).json["snapshot"]["candidates"]
        return {one["name"]: [out["kind"] for out in one["out"]] for one in told}

    gone = ["certificate-expired"]
    nobody: dict[str, list[str]] = {f"专家{n}": [] for n in range(4)}
    assert found(fields=["fire"]) == nobody | {"专家0": gone, "无证专家": []}
    assert found(fields=["fire", "electrical"]) == nobody | {"无证专家": []}
    assert found(certificates=["fire-engineer"]) == nobody | {"专家0": gone}
    assert found(fields=["gas"]) == {}


def test_an_inspector_whose_officers_paper_ran_out_is_not_drawn(login: Login, world: World) -> None:
    first, second, third = many_inspectors(world, 3)
    day = datetime(2026, 11, 22, tzinfo=UTC).date()
    make_certificate(first, expires_on=day)
    make_certificate(second)
    asked = people(world, [], count=1, reserve=0)
    told = login("bureau_office").post("/api/draws/preview", json=asked).json["snapshot"]
    outs = {one["id"]: one["out"] for one in told["candidates"]}
    assert outs[first.id] == [{"kind": "certificate-expired", "note": "执法证"}]
    assert outs[second.id] == outs[third.id] == []
