"""A sealed draw is nowhere for whoever was not told: not in lists, counts, numbers, logs, seeds."""

from collections.abc import Callable
from typing import Any

import pytest

from server.audit.models import AuditEntry
from server.draws import release, rhythm, seeds, service
from server.draws.models import Draw, DrawBatch
from server.draws.rules import seeds as rules
from server.kernel import clock as kernel_clock
from server.kernel.db import db
from tests.factories.draws import choice, drawn, many_inspectors, many_units, people
from tests.factories.org import make_person
from tests.support.actors import World
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock

Login = Callable[..., AppClient]
ANYBODY = ("/api/public/draw-seeds", "/api/public/draws")
OFFICE = ("/api/draws", "/api/draws?kind=units", "/api/draws?q=十一月", "/api/draws/formulas")


@pytest.fixture
def holding() -> Any:
    """A feature above that still depends on every draw."""
    held = [True]
    holder = lambda _draw: int(held[0])  # noqa: E731
    service.add_holder(holder)
    yield held
    release._holders.remove(holder)


@pytest.fixture
def known() -> Any:
    """A feature above that tells where everything is over."""
    units: set[str] = set()
    teller = lambda _draw: units  # noqa: E731
    service.add_teller(teller)
    yield units
    release._tellers.remove(teller)


def told(client: AppClient, wheres: tuple[str, ...]) -> list[bytes]:
    return [client.get(where).data for where in wheres]


def test_the_world_with_and_without_it_is_the_same(login: Login, world: World) -> None:
    many_units(world)
    office, planner = login("bureau_office"), login("visit_planner")
    seeds.keep_ahead()
    before = told(office, ANYBODY + OFFICE)
    seen = office.post("/api/draws/preview", json=choice(world)).data
    made = drawn(planner, choice(world, sealed=True))
    assert made.status_code == 200
    assert told(office, ANYBODY + OFFICE) == before
    assert office.post("/api/draws/preview", json=choice(world)).data == seen
    hidden = office.get(f"/api/draws/{made.json['id']}")
    absent = office.get("/api/draws/0190aaaa-0000-7000-8000-000000000000")
    assert (hidden.status_code, hidden.json["code"]) == (absent.status_code, absent.json["code"])
    assert office.get(f"/api/public/draws/{made.json['code']}.json").status_code == 404
    for act in ("replacements", "spoil", "release", "publish", "knowers"):
        body = {"reason": "x", "slot": "units", "out": made.json["id"]}
        wanted = {"spoil": {"reason": "x"}, "replacements": body, "knowers": None}.get(act)
        if act == "knowers":
            wanted = {"person_id": made.json["id"]}
        answer = office.post(f"/api/draws/{made.json['id']}/{act}", json=wanted)
        assert answer.status_code == 404, act


def test_an_open_draw_after_it_takes_the_same_seed_and_number(login: Login, world: World) -> None:
    many_units(world)
    drawn(login("visit_planner"), choice(world, sealed=True))
    first = drawn(login("bureau_office"), choice(world)).json
    assert (first["seed"]["lane"], first["seed"]["number"]) == ("open", 1)


def test_the_audit_log_learns_of_it_only_at_its_release(login: Login, world: World) -> None:
    many_units(world)
    planner = login("visit_planner")
    made = drawn(planner, choice(world, sealed=True)).json
    body = {"slot": "units", "out": made["result"][0]["drawn"][0], "reason": "停业"}
    planner.post(f"/api/draws/{made['id']}/replacements", json=body)
    assert db.session.query(AuditEntry).count() == 0
    released = planner.post(f"/api/draws/{made['id']}/release")
    assert released.status_code == 200
    (entry,) = db.session.query(AuditEntry).filter_by(subject_id=made["id"])
    assert entry.action == "draw.release"
    office = login("bureau_office")
    assert office.get(f"/api/draws/{made['id']}").json["state"] == "drawn"
    assert office.get(f"/api/public/draws/{made['code']}.json").json["sealed"] is True


def test_it_waits_for_what_depends_on_it(
    login: Login, world: World, holding: list[bool], known: set[str]
) -> None:
    many_units(world)
    planner = login("visit_planner")
    made = drawn(planner, choice(world, sealed=True)).json
    answer = planner.post(f"/api/draws/{made['id']}/release")
    assert (answer.status_code, answer.json["code"]) == (409, "draws-sealed")
    known.update(made["standing"][0]["ids"])
    service.visits_over(made["id"])
    assert db.session.get_one(Draw, made["id"]).released_at is None
    holding[0] = False
    service.visits_over(made["id"])
    assert db.session.get_one(Draw, made["id"]).published_at is not None


def test_a_unit_where_nobody_has_been_keeps_it_sealed(
    login: Login, world: World, known: set[str]
) -> None:
    many_units(world)
    planner = login("visit_planner")
    made = drawn(planner, choice(world, sealed=True)).json
    for unit in made["standing"][0]["ids"]:
        service.visits_over(made["id"])
        assert db.session.get_one(Draw, made["id"]).released_at is None
        known.add(unit)
    service.visits_over(made["id"])
    assert db.session.get_one(Draw, made["id"]).released_at is not None


def test_the_draw_of_units_ends_with_the_draw_of_people_for_all_of_them(
    login: Login, world: World
) -> None:
    many_units(world)
    many_inspectors(world)
    planner = login("visit_planner")
    first = drawn(planner, choice(world, sealed=True)).json
    units = first["standing"][0]["ids"]
    asked = people(world, [], sealed=True, after_id=first["id"])
    some = drawn(planner, asked | {"unit_ids": units[:1]}).json
    held = planner.post(f"/api/draws/{first['id']}/release")
    assert (held.status_code, held.json["code"]) == (409, "draws-sealed")
    assert planner.post(f"/api/draws/{some['id']}/release").status_code == 200
    assert planner.get(f"/api/draws/{first['id']}").json["secret"] is True
    rest = drawn(planner, asked | {"unit_ids": units[1:]}).json
    assert planner.post(f"/api/draws/{rest['id']}/release").status_code == 200
    assert planner.get(f"/api/draws/{first['id']}").json["secret"] is False


def test_sealed_is_not_published_by_the_other_button(login: Login, world: World) -> None:
    many_units(world)
    planner = login("visit_planner")
    made = drawn(planner, choice(world, sealed=True)).json
    answer = planner.post(f"/api/draws/{made['id']}/publish")
    assert (answer.status_code, answer.json["code"]) == (409, "draws-sealed")


def test_who_is_told_sees_it_and_that_is_remembered(login: Login, world: World) -> None:
    many_units(world)
    planner = login("visit_planner")
    made = drawn(planner, choice(world, sealed=True)).json
    where = f"/api/draws/{made['id']}"
    colleague = make_person(role="visit_planner", region=world.county, name="卫策划")
    client = login(colleague)
    assert client.get(where).status_code == 404
    assert planner.post(f"{where}/knowers", json={"person_id": colleague.id}).status_code == 200
    assert client.get(where).json["may"]["replace"] is False
    client.get(where)
    events = planner.get(where).json["events"]
    assert [(one["what"], one["name"], one["about"]) for one in events] == [
        ("drew", "褚策划", None),
        ("told", "褚策划", "卫策划"),
        ("viewed", "卫策划", None),
    ]


def test_only_who_could_draw_can_be_told(login: Login, world: World) -> None:
    many_units(world)
    planner = login("visit_planner")
    made = drawn(planner, choice(world, sealed=True)).json
    inspector = make_person(role="inspector", region=world.county)
    body = {"person_id": inspector.id}
    answer = planner.post(f"/api/draws/{made['id']}/knowers", json=body)
    assert (answer.status_code, answer.json["code"]) == (422, "draws-knower-unfit")


def test_an_open_draw_of_people_never_tells_where_sealed_ones_went(
    login: Login, world: World
) -> None:
    units = many_units(world, 1)
    many_inspectors(world, 4)
    planner, office = login("visit_planner"), login("bureau_office")
    before = office.post("/api/draws/preview", json=people(world, units)).json["snapshot"]
    drawn(planner, people(world, units, sealed=True))
    for client in (office, planner):
        after = client.post("/api/draws/preview", json=people(world, units)).json["snapshot"]
        assert after == before
    again = planner.post("/api/draws/preview", json=people(world, units, sealed=True)).json
    barred = [one["barred"] for one in again["snapshot"]["candidates"] if one["barred"]]
    assert barred == [{units[0].id: ["pair-within-cycle"]}] * 2


def test_people_for_sealed_units_are_drawn_sealed(login: Login, world: World) -> None:
    many_units(world)
    many_inspectors(world)
    planner = login("visit_planner")
    first = drawn(planner, choice(world, sealed=True)).json
    asked = people(world, [], unit_ids=first["standing"][0]["ids"], after_id=first["id"])
    answer = planner.post("/api/draws/preview", json=asked)
    assert (answer.status_code, answer.json["code"]) == (409, "draws-sealed")
    sealed = planner.post("/api/draws/preview", json=asked | {"sealed": True}).json
    assert sealed["snapshot"]["after"] == first["code"]


def test_no_secret_lasts_for_ever(login: Login, world: World, clock: FrozenClock) -> None:
    many_units(world)
    secret = drawn(login("visit_planner"), choice(world, sealed=True)).json
    plain = drawn(login("bureau_office"), choice(world)).json
    db.session.commit()
    clock.move(days=61)
    assert rhythm.keep()["published"] == 1
    clock.move(days=121)
    assert rhythm.keep()["released"] == 1
    clock.move(days=40)
    assert rhythm.keep()["settled"] > 0
    assert rhythm.keep() == {"made": 0, "released": 0, "published": 0, "settled": 0}
    assert {
        db.session.get_one(Draw, one["id"]).published_at is None for one in (secret, plain)
    } == {False}


def test_a_settled_week_shows_that_no_seed_was_skipped(
    login: Login, world: World, clock: FrozenClock
) -> None:
    many_units(world)
    planner = login("visit_planner")
    numbers = [drawn(planner, choice(world, sealed=True)).json["seed"]["number"] for _ in range(4)]
    db.session.commit()
    week = rules.period(kernel_clock.today())
    clock.move(days=240)
    rhythm.keep()
    where = f"/api/public/draw-seeds?region={world.county.code}&period={week}"
    (batch,) = planner.get(where).json["regions"][0]["batches"]
    master = bytes.fromhex(batch["master"])
    assert rules.commitment(master) == batch["commitment"]
    assert rules.hashes(master) == {"open": batch["open"], "sealed": batch["sealed"]}
    assert rules.order(master, "sealed", len(batch["sealed"]))[:4] == numbers


def test_seeds_come_by_the_calendar_and_not_by_draws(login: Login, world: World) -> None:
    many_units(world)
    world.other_county  # noqa: B018 - a region of its own
    assert seeds.keep_ahead() == 3 * 6
    drawn(login("visit_planner"), choice(world, sealed=True))
    assert seeds.keep_ahead() == 0
    sizes = {
        len(batch.hashes[lane]) for batch in db.session.query(DrawBatch) for lane in rules.LANES
    }
    assert sizes == {rules.PER_WEEK}


def test_a_week_without_seeds_left_says_so(login: Login, world: World) -> None:
    many_units(world)
    office = login("bureau_office")
    answers = [drawn(office, choice(world)) for _ in range(rules.PER_WEEK + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert (answers[-1].status_code, answers[-1].json["code"]) == (409, "draws-no-seeds")
