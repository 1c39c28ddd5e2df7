"""The planning desk: who is urgent, who is busy, what speaks against a plan; what it costs."""

import gzip
import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from server.kernel.db import db
from server.kernel.ids import new_id
from server.org.models import Person, RoleGrant, Unit
from tests.factories.campaigns import make_assignment
from tests.factories.experts import make_recusal
from tests.factories.hazards import make_hazard
from tests.factories.org import make_person
from tests.factories.planning import held, make_campaign, task_of
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]
SPAN = "first=2026-11-01&last=2026-11-30"
UNITS, PEOPLE, TASKS = 500, 40, 60
#: one request; what it may cost with 500 units, 40 inspectors and 60 tasks
MOST_QUERIES, MOST_BYTES, MOST_PACKED = 18, 200_000, 50_000


def board(client: AppClient, span: str = SPAN) -> dict[str, Any]:
    answer = client.get(f"/api/planning?{span}")
    assert answer.status_code == 200, answer.json
    told: dict[str, Any] = answer.json
    return told


def test_the_most_urgent_unit_comes_first_and_says_why(
    login: Login, actors: Actors, world: World
) -> None:
    held(actors["inspector"], world.hospital, "2026-11-20")
    held(actors["inspector"], world.clinic, "2026-11-20")
    held(actors["safety_officer"], world.hospital, "2026-11-21", mode="self-check")
    make_hazard(actors["inspector"], world.clinic)
    told = board(login("bureau_office"))["units"]
    assert [unit["name"] for unit in told] == [world.clinic.name, world.hospital.name]
    assert (told[0]["open"], told[0]["last_on"]) == (1, "2026-11-20")
    assert told[1]["last_on"] == "2026-11-20"
    assert told[0]["priority"] > told[1]["priority"]


def test_tasks_of_the_days_and_those_left_from_before(login: Login, actors: Actors) -> None:
    late = make_assignment(actors, due_on=date(2026, 10, 1))
    make_assignment(actors, due_on=date(2026, 12, 5))
    due = make_assignment(actors, due_on=date(2026, 11, 5))
    gone = make_assignment(actors, due_on=date(2026, 11, 6))
    client = login("bureau_office")
    client.patch(f"/api/assignments/{gone.id}", json={"rev": 1, "state": "cancelled"})
    told = board(client)
    assert [task["id"] for task in told["tasks"]] == [late.id, due.id]
    person = next(one for one in told["people"] if one["name"] == "王检查")
    assert (person["open"], person["done"]) == (3, 0)


def test_units_and_staff_have_no_planning_desk(login: Login, actors: Actors) -> None:
    assert actors["inspector"]
    for role in ("unit_head", "staff", "administrator", "inspector", "read_only"):
        for path in ("", "/plan.pdf"):
            assert login(role).get(f"/api/planning{path}?{SPAN}").status_code == 403, role
    assert login("visit_planner").get(f"/api/planning?{SPAN}").status_code == 200


def test_the_desk_knows_its_own_region_alone(login: Login, actors: Actors, world: World) -> None:
    assert world.hospital
    assert world.other_hospital
    told = board(login("bureau_office"))
    assert [unit["name"] for unit in told["units"]] == [world.hospital.name]
    assert [region["name"] for region in told["regions"]] == [world.county.name]
    stranger = login(make_person(role="bureau_office", region=world.other_county))
    assert [unit["name"] for unit in board(stranger)["units"]] == [world.other_hospital.name]
    asked = f"unit_ids={world.hospital.id}&person_ids={actors.person('inspector').id}"
    hints = stranger.get(f"/api/planning/hints?{asked}&on=2026-11-25").json
    assert not any(hints[key] for key in ("recusals", "unfit", "recent", "planned", "busy"))


def test_hints_name_what_speaks_against_a_plan(login: Login, actors: Actors, world: World) -> None:
    inspector, staff = actors.person("inspector"), actors.person("staff")
    make_recusal(inspector, unit_id=world.hospital.id)
    held(actors["inspector"], world.hospital, "2026-11-15")
    make_assignment(actors, due_on=date(2026, 11, 25))
    asked = f"unit_ids={world.hospital.id}&person_ids={inspector.id},{staff.id}&mode=spot"
    told = login("bureau_office").get(f"/api/planning/hints?{asked}&on=2026-11-25").json
    kinds = {(one["person_id"], one["kind"]) for one in told["recusals"]}
    assert (staff.id, "own-employer") in kinds
    assert all(one["kind"] != "own-region" for one in told["recusals"])
    assert any(one["person_id"] == inspector.id for one in told["recusals"])
    assert [one["person_id"] for one in told["unfit"]] == [staff.id]
    assert [one["on"] for one in told["recent"]] == ["2026-11-15"]
    assert len(told["planned"]) == 1
    assert [one["person_id"] for one in told["busy"]] == [inspector.id]
    feast = login("bureau_office").get(f"/api/planning/hints?{asked}&on=2026-10-02").json["day"]
    assert (feast["off"], feast["holiday"]["key"]) == (True, "national")


def test_from_afar_ones_own_region_counts(login: Login, actors: Actors, world: World) -> None:
    person = actors.person("inspector")
    asked = f"unit_ids={world.hospital.id}&person_ids={person.id}&on=2026-11-25"
    client = login("bureau_office")
    near = client.get(f"/api/planning/hints?{asked}&mode=spot").json["recusals"]
    far = client.get(f"/api/planning/hints?{asked}&mode=cross-remote").json["recusals"]
    assert (near, [one["kind"] for one in far]) == ([], ["own-region"])


def test_a_board_that_holds_not_every_unit_says_so(
    login: Login, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert world.hospital
    assert world.clinic
    told = board(login("bureau_office"))
    assert (len(told["units"]), told["units_in_all"]) == (2, 2)
    monkeypatch.setattr("server.planning.board.MOST_UNITS", 1)
    told = board(login("bureau_office"))
    assert (len(told["units"]), told["units_in_all"]) == (1, 2)


def words_of(data: bytes) -> tuple[str, int]:
    pages = PdfReader(io.BytesIO(data)).pages
    return "".join(page.extract_text() for page in pages), len(pages)


def test_the_paper_holds_the_open_tasks_of_the_days(login: Login, actors: Actors) -> None:
    made = make_campaign(actors)
    task_of(actors, made, title="冬季消防检查", due_on=date(2026, 11, 5), mode="holiday")
    make_assignment(actors, title="十二月的任务", due_on=date(2026, 12, 5))
    client = login("bureau_office")
    text, pages = words_of(client.get(f"/api/planning/plan.pdf?{SPAN}").data)
    assert pages == 1
    for word in ("冬季消防检查", "节前检查", made.name, "2026-11-05"):
        assert word in text.replace("\n", "")
    assert "十二月的任务" not in text


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (SPAN, ""),
        ("first=2026-12-28&last=2027-01-03", "2027 年的放假安排还没有公布"),
        ("first=2031-03-03&last=2031-03-09", "2031 年的节假日还没有录入"),
    ],
)
def test_the_paper_says_of_which_year_it_knows_no_days_off(
    login: Login, actors: Actors, monkeypatch: pytest.MonkeyPatch, span: str, told: str
) -> None:
    monkeypatch.setattr(
        "server.campaigns.calendars._noticed_years", lambda: {2026: True, 2027: False}
    )
    text, _ = words_of(login("bureau_office").get(f"/api/planning/plan.pdf?{span}").data)
    words = "".join(text.split())
    assert ("年的放假安排" in words or "年的节假日" in words) == bool(told)
    assert "".join(told.split()) in words


@pytest.fixture
def crowd(world: World, actors: Actors) -> None:
    """A county with many units and inspectors."""
    county = world.county.id
    db.session.add_all(
        Unit(id=new_id(), region_id=county, name=f"第{n}卫生院", short_name=f"{n}院",
             tier="township", attributes=[], lat=28.0 + n / 900, lon=119.0 + n % 30 / 20)
        for n in range(UNITS)
    )  # fmt: skip
    assert actors["inspector"]
    people = [
        Person(id=new_id(), name=f"检查员{n}", region_id=county, active=True) for n in range(PEOPLE)
    ]
    db.session.add_all(people)
    db.session.flush()
    grants = [
        RoleGrant(id=new_id(), person_id=one.id, role="inspector", region_id=county)
        for one in people
    ]
    db.session.add_all(grants)
    for n in range(TASKS):
        make_assignment(actors, due_on=date(2026, 11, n % 28 + 1))
    db.session.commit()


@pytest.mark.usefixtures("crowd")
def test_what_the_desk_costs(login: Login, queries: Callable[[], Any]) -> None:
    client = login("bureau_office")
    with queries() as seen:
        answer = client.get(f"/api/planning?{SPAN}")
    told = answer.json
    assert (len(told["units"]), len(told["tasks"])) == (UNITS + 1, TASKS)
    assert len(told["people"]) >= PEOPLE
    assert len(seen) <= MOST_QUERIES, str(seen)
    assert len(answer.data) <= MOST_BYTES
    assert len(gzip.compress(answer.data)) <= MOST_PACKED
