"""The certificate: set for those who know, found again by its square."""

from collections.abc import Callable

import pytest

from server.draws.models import DrawEvent
from server.kernel.db import db
from tests.factories.draws import choice, drawn, many_inspectors, many_units, people
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]


def test_the_paper_tells_all_and_is_set(login: Login, world: World, actors: Actors) -> None:
    from server.reports.draw_certificate import gather_certificate

    units = many_units(world, 3)
    many_inspectors(world)
    office = login("bureau_office")
    made = drawn(office, people(world, units)).json
    slot = made["result"][0]
    where = f"/api/draws/{made['id']}"
    body = {"slot": slot["slot"], "out": slot["drawn"][0], "reason": "请假"}
    office.post(f"{where}/replacements", json=body)
    before = gather_certificate(actors["bureau_office"], made["id"], "https://a", demo=False)
    assert "种子原值" not in {one["name"] for one in before.data["proof"]}
    office.post(f"{where}/publish")
    told = gather_certificate(actors["bureau_office"], made["id"], "https://a", demo=False)
    assert told.data["url"] == f"https://a/verify/draw?code={made['code']}"
    assert {"种子原值", "公布文件 SHA-256"} <= {one["name"] for one in told.data["proof"]}
    assert "请假" in told.data["replacements"][0]
    answer = office.get(f"{where}/certificate.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert answer.mimetype == "application/pdf"


def test_printing_a_sealed_one_is_remembered(login: Login, world: World) -> None:
    many_units(world)
    planner = login("visit_planner")
    made = drawn(planner, choice(world, sealed=True)).json
    where = f"/api/draws/{made['id']}/certificate.pdf"
    assert planner.get(where).status_code == 200
    assert login("bureau_office").get(where).status_code == 404
    acts = db.session.query(DrawEvent.what).filter_by(draw_id=made["id"])
    assert [act for (act,) in acts.order_by(DrawEvent.seq)] == ["drew", "printed"]


@pytest.mark.parametrize("role", ["inspector", "unit_head", "administrator"])
def test_who_may_not_draw_gets_no_paper(login: Login, world: World, role: str) -> None:
    many_units(world)
    made = drawn(login("bureau_office"), choice(world)).json
    assert login(role).get(f"/api/draws/{made['id']}/certificate.pdf").status_code == 403
