"""The plan on paper, and what the record of an inspection says of a sealed visit."""

from datetime import timedelta

import pytest

from server.kernel import clock as kernel_clock
from server.reports.inspection_record import gather
from server.reports.visit_plan import gather_plan
from tests.factories.locations import make_location
from tests.support.actors import Actors
from tests.support.clock import FrozenClock
from tests.visits.conftest import Scene, arrival, opening, start


def test_the_plan_on_paper_names_its_reader_and_is_written_down(scene: Scene) -> None:
    room = make_location(scene.world.hospital, name="高压氧舱")
    visit = scene.plan(location_ids=[room.id], title="夜间暗访")
    answer = scene.planner.get(f"/api/visits/{visit['id']}/plan.pdf")
    assert answer.status_code == 200, answer.json
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"] == "inline; filename=plan.pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert scene.log(visit["id"])[-1] == ("printed", "褚策划")


def test_the_paper_says_all_that_is_planned(scene: Scene, actors: Actors) -> None:
    room = make_location(scene.world.hospital, name="高压氧舱")
    visit = scene.plan(location_ids=[room.id], title="夜间暗访")
    data = gather_plan(actors["visit_planner"], visit["id"], kernel_clock.now(), demo=False)
    facts = {one["name"]: one["text"] for one in data["facts"]}
    assert facts["被检查单位"] == "安平县人民医院"
    assert facts["检查表"] == "病房安全"
    assert (facts["组长"], facts["组员"]) == ("王检查", "孙外县")
    assert facts["知情的策划人员"] == "褚策划"
    assert (data["places"], data["note"]) == (["高压氧舱"], "从急诊后门进")
    assert (data["reader"], data["released"]) == ("褚策划", False)
    assert data["log"]["rows"][0]["how"] == "制定方案"


@pytest.mark.parametrize("who", ["bureau_office", "administrator", "unit_head", "inspector"])
def test_nobody_else_prints_it(scene: Scene, who: str) -> None:
    visit = scene.plan()
    assert scene.login(who).get(f"/api/visits/{visit['id']}/plan.pdf").status_code == 404


def test_the_team_prints_what_it_has_opened(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    path = f"/api/visits/{visit['id']}/plan.pdf"
    assert scene.leader.http.get(path).status_code == 404
    clock.move(hours=2)
    scene.leader.push("visit.open", opening(visit))
    assert scene.leader.http.get(path).status_code == 200
    assert scene.log(visit["id"])[-1] == ("printed", "王检查")


def test_the_record_tells_the_bureau_who_knew_when(
    scene: Scene, actors: Actors, clock: FrozenClock
) -> None:
    visit = scene.plan()
    for _ in range(3):
        scene.planner.get(f"/api/visits/{visit['id']}")
    clock.move(hours=2)
    scene.tag()
    begun = start(visit, scene)
    scene.leader.push("visit.open", opening(visit))
    scene.leader.push("visit.arrive", arrival(visit))
    scene.leader.push("inspection.start", begun)
    now = kernel_clock.now() + timedelta(hours=1)
    told = gather(actors["inspector"], begun["id"], "https://x", now, demo=False).data["visit"]
    assert told["number"].startswith("AF-339901-2026-")
    assert (told["proof"], told["verified"]) == ("扫描现场标签", True)
    assert told["met"] == "陈院长（院长）"
    assert told["escort"] is False
    rows = [(row["person"], row["how"]) for row in told["log"]["rows"]]
    assert rows[0] == ("褚策划", "制定方案")
    assert rows[-2:] == [("王检查", "到达现场"), ("王检查", "解封")]
    (read,) = [row for row in told["log"]["rows"] if row["how"] == "查看方案"]
    assert "共 3 次" in read["note"]
    assert told["log"]["sound"] is True
    paper = scene.leader.http.get(f"/api/inspections/{begun['id']}/record.pdf")
    assert paper.status_code == 200
    assert paper.data.startswith(b"%PDF")


def test_an_ordinary_record_says_nothing_of_it(scene: Scene, actors: Actors) -> None:
    begun = start(scene.plan(), scene, assignment_id=None, mode="spot")
    assert scene.leader.push("inspection.start", begun)["status"] == "applied"
    record = gather(actors["inspector"], begun["id"], "https://x", kernel_clock.now(), demo=False)
    assert record.data["visit"] is None
