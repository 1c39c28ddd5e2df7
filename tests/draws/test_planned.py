"""From a sealed draw to sealed visits, and back: the draw ends when its last visit is known."""

from collections.abc import Callable

from server.draws.models import Draw
from server.kernel import clock
from server.kernel.db import db
from tests.factories.definitions import make_definition
from tests.factories.draws import drawn, many_inspectors, many_units, people
from tests.support.actors import World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
HOUR = 3_600_000


def test_sealed_visits_hold_the_draw_they_came_from(login: Login, world: World) -> None:
    make_definition()
    units = many_units(world, 2)
    many_inspectors(world)
    planner = login("visit_planner")
    made = drawn(planner, people(world, units, sealed=True)).json
    rows = []
    for one in made["standing"]:
        leader, *members = one["ids"]
        body = {
            "id": made["plan_ids"][one["slot"]],
            "unit_id": one["slot"],
            "title": made["purpose"],
            "checklist_keys": ["ward"],
            "mode": "surprise",
            "leader_id": leader,
            "member_ids": members,
            "opens_at": clock.now_ms() + HOUR,
            "ends_at": clock.now_ms() + 9 * HOUR,
            "draw_id": made["id"],
        }
        answer = planner.post("/api/visits", json=body)
        assert answer.status_code == 200, answer.json
        assert planner.post("/api/visits", json=body).status_code == 200, "sent twice it is one"
        rows.append(answer.json["id"])
    held = planner.post(f"/api/draws/{made['id']}/release")
    assert held.json["code"] == "draws-sealed"
    for number, visit in enumerate(rows):
        assert db.session.get_one(Draw, made["id"]).released_at is None, number
        told = planner.post(f"/api/visits/{visit}/release", json={"reason": "改为公开检查"})
        assert told.status_code == 200, told.json
    assert db.session.get_one(Draw, made["id"]).published_at is not None
