"""The desk's numbers agree with the lists behind them."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pytest

from server.inspections.service import submit_inspection
from server.kernel.db import db
from tests.factories.hazards import hazard_in, make_hazard
from tests.factories.inspections import answer_all, make_inspection
from tests.support.actors import Actors, World
from tests.support.clients import AppClient
from tests.support.clock import FrozenClock

Login = Callable[..., AppClient]


@pytest.fixture
def busy(actors: Actors, world: World, clock: FrozenClock) -> None:
    """Two months of a county."""
    hazard_in("closed", actors)
    make_hazard(actors["inspector"], world.clinic, due_on=date(2026, 12, 1))
    clock.move(days=40)
    for state in ("open", "assigned", "rectified", "verified", "void"):
        hazard_in(state, actors)
    make_hazard(actors["inspector"], world.clinic, suspected_major=True)
    make_hazard(actors["inspector"], world.clinic, due_on=date(2027, 1, 3))
    inspection = make_inspection(actors["inspector"], world.hospital)
    answer_all(inspection)
    submit_inspection(actors["inspector"], inspection.id, submitted_at=clock())


def figures(told: dict[str, Any]) -> dict[str, int]:
    return {figure["key"]: figure["value"] for figure in told["figures"]}


@pytest.mark.usefixtures("busy")
def test_every_number_counts_the_list_it_names(login: Login) -> None:
    client = login("bureau_office")
    told = client.get("/api/overview").json
    for figure in told["figures"]:
        asked = urlencode({k: str(v).lower() for k, v in figure["filter"].items()})
        listed = client.get(f"/api/{figure['list']}?{asked}").json["total"]
        assert figure["value"] == listed, figure["key"]
    assert len(told["figures"]) == 8


@pytest.mark.usefixtures("busy")
def test_the_numbers_are_right(login: Login) -> None:
    told = login("bureau_office").get("/api/overview").json
    assert figures(told) == {
        "open": 7, "overdue": 1, "due_soon": 2, "suspected_major": 1, "to_decide": 1,
        "opened": 7, "inspections": 1, "assignments": 0,
    }  # fmt: skip
    assert told["by_state"] == {
        "open": 4, "assigned": 1, "rectified": 1, "verified": 1, "closed": 1, "void": 1,
    }  # fmt: skip
    assert told["by_grade"] == {"general": 6, "suspected": 1, "major": 0}
    assert [rung["value"] for rung in told["ladder"]] == [0, 0, 1, 0]
    assert [(u["short_name"], u["open"], u["overdue"]) for u in told["units"]] == [
        ("城关室", 3, 1),
        ("县医院", 4, 0),
    ]


@pytest.mark.usefixtures("busy")
def test_a_unit_sees_its_own_numbers(login: Login) -> None:
    told = login("unit_head").get("/api/overview").json
    assert figures(told)["open"] == 4


@pytest.mark.usefixtures("busy")
def test_who_reads_nothing_is_shown_nothing(login: Login) -> None:
    told = login("administrator").get("/api/overview").json
    assert (told["figures"], told["by_state"], told["units"]) == ([], {}, [])


def test_the_overview_needs_a_login(client: AppClient) -> None:
    assert client.get("/api/overview").status_code == 401


@pytest.mark.usefixtures("busy")
def test_the_overview_costs_the_same_however_much_there_is(
    login: Login, queries: Callable[[], Any]
) -> None:
    client = login("bureau_office")
    db.session.commit()
    with queries() as seen:
        client.get("/api/overview")
    assert len(seen) <= 11, str(seen)
