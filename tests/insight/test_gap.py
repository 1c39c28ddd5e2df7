"""The table of gaps: never a figure without its denominator, nothing said of too few."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest

from server.insight.limits import LIMITS
from server.kernel.db import db
from tests.factories.visits import DRILL, POSTED, make_visit
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]


@pytest.fixture
def year(actors: Actors, world: World) -> World:
    """The hospital sees 3 of 12 that others found in a year; the clinic was seen once."""
    head, inspector = actors["unit_head"], actors["inspector"]
    for month in range(12):
        mine = {POSTED: "fail" if month < 3 else "pass", DRILL: "pass"}
        make_visit(head, world.hospital, "self-check", month * 30 + 6, mine)
        theirs = {POSTED: "fail", DRILL: "pass"}
        make_visit(inspector, world.hospital, "spot", month * 30 + 2, theirs)
    make_visit(inspector, world.clinic, "self-check", 6, {POSTED: "pass"})
    make_visit(inspector, world.clinic, "expert", 2, {POSTED: "fail"})
    db.session.commit()
    return world


def test_a_unit_with_enough_is_told_with_its_interval(login: Login, year: World) -> None:
    told: Any = login("bureau_office").get("/api/insight/gap").json
    hospital, clinic = told["lines"]
    assert (hospital["unit_id"], hospital["unit_name"]) == (year.hospital.id, year.hospital.name)
    figures = hospital["figures"]
    assert (hospital["pairs"], figures["outside"], figures["own"]) == (24, 12, 3)
    assert (figures["both"], figures["missed"]) == (3, 9)
    assert (figures["seen"]["k"], figures["seen"]["n"]) == (3, 12)
    assert figures["seen"]["low"] == pytest.approx(0.0889, abs=1e-4)
    assert figures["seen"]["high"] == pytest.approx(0.5323, abs=1e-4)
    assert figures["agreement"]["n"] == 24
    assert figures["agreement"]["kappa"] == pytest.approx(0.25)
    assert (clinic["pairs"], clinic["enough"], clinic["figures"]) == (1, False, None)
    assert told["limits"] == {"pairs": LIMITS.min_pairs, "found": LIMITS.min_found}
    assert told["total"]["pairs"] == 25


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        ("item", {f"ward|{POSTED}", f"ward|{DRILL}"}),
        ("checklist", {"ward"}),
        ("way", {"industry", "expert"}),
    ],
)
def test_the_same_pairs_in_other_groups(login: Login, year: World, by: str, keys: set[str]) -> None:
    told: Any = login("bureau_office").get(f"/api/insight/gap?by={by}").json
    assert {line["key"] for line in told["lines"]} == keys
    assert sum(line["pairs"] for line in told["lines"]) == 25
    assert all(line["enough"] == (line["figures"] is not None) for line in told["lines"])


def test_a_figure_leads_to_its_very_pairs(login: Login, year: World) -> None:
    client = login("bureau_office")
    asked = f"/api/insight/gap/pairs?unit_id={year.hospital.id}&outcome=missed"
    found: Any = client.get(asked).json
    assert (found["total"], len(found["items"]), found["next"]) == (9, 9, None)
    one = found["items"][0]
    assert one["ask"]["zh"] == "制度是否上墙？"
    assert (one["first"]["result"], one["second"]["result"]) == ("pass", "fail")
    for side in ("first", "second"):
        visit = client.get(f"/api/inspections/{one[side]['inspection_id']}")
        assert visit.json["mode"] == one[side]["mode"]
    rest: Any = client.get(f"{asked}&offset=7").json
    assert (rest["total"], len(rest["items"])) == (9, 2)


@pytest.mark.parametrize("path", ["/api/insight/gap", "/api/insight/gap/pairs"])
@pytest.mark.parametrize("role", ["unit_head", "safety_officer", "staff", "expert", "inspector"])
def test_units_and_their_guests_see_no_gap(
    login: Login, world: World, path: str, role: str
) -> None:
    assert login(role).get(path).status_code == 403


def test_a_reader_of_one_unit_sees_only_that_one(login: Login, actors: Actors, year: World) -> None:
    from tests.factories.org import make_person

    reader = make_person(role="read_only", unit=year.clinic, name="只读")
    db.session.commit()
    client = login(reader)
    told: Any = client.get("/api/insight/gap").json
    assert [line["unit_id"] for line in told["lines"]] == [year.clinic.id]
    assert client.get(f"/api/insight/gap?unit_id={year.hospital.id}").json["lines"] == []
    assert client.get(f"/api/insight/gap/pairs?unit_id={year.hospital.id}").json["total"] == 0


@pytest.mark.parametrize("bad", ["by=nothing", "days=0", "days=999", "from=yesterday", "x=1"])
def test_an_address_that_asks_nonsense_is_refused(login: Login, world: World, bad: str) -> None:
    assert login("bureau_office").get(f"/api/insight/gap?{bad}").status_code == 422


def test_an_empty_county_has_no_gap(login: Login, world: World) -> None:
    told: Any = login("read_only").get("/api/insight/gap").json
    assert (told["lines"], told["total"]["pairs"], told["total"]["figures"]) == ([], 0, None)


def test_the_workbook_says_what_the_page_says(login: Login, year: World) -> None:
    client = login("bureau_office")
    reply = client.get("/api/insight/gap.xlsx?by=unit")
    assert reply.status_code == 200, reply.json
    rows = list(openpyxl.load_workbook(io.BytesIO(reply.data)).active.iter_rows(values_only=True))
    head = next(n for n, row in enumerate(rows) if row[0] == "序号")
    hospital, clinic = rows[head + 1], rows[head + 2]
    assert hospital[1] == year.hospital.name
    assert hospital[5:12] == (24, 12, 3, 9, 0, "3/12 = 25%", "9%–53%")
    assert (clinic[5], clinic[6], clinic[10], clinic[15]) == (1, None, None, "样本太少，不下结论")
    assert login("unit_head").get("/api/insight/gap.xlsx").status_code == 403
