"""What was checked where and when, for whom it concerns."""

from collections.abc import Callable

from server.inspections.service import submit_inspection
from server.kernel import clock
from tests.factories.inspections import answer_all, make_inspection
from tests.support.actors import Actors, World
from tests.support.clients import AppClient

Login = Callable[..., AppClient]


def test_each_unit_tells_its_last_visit_by_checklist(
    login: Login, actors: Actors, world: World
) -> None:
    for _ in range(2):
        inspection = make_inspection(actors["inspector"], world.hospital)
        answer_all(inspection)
        submit_inspection(actors["inspector"], inspection.id, submitted_at=clock.now())
    make_inspection(actors["inspector"], world.hospital)
    answer = login("bureau_office").get("/api/inspections/coverage?limit=50")
    assert answer.status_code == 200
    rows = {row["id"]: row for row in answer.json["items"]}
    own = rows[world.hospital.id]
    assert own["asked"] == ["ward"]
    visit = own["last"]["ward"]
    assert (visit["id"], visit["score"], visit["whole"]) == (inspection.id, 100, True)
    assert all(row["last"] == {} for row in rows.values() if row["id"] != world.hospital.id)


def test_times_are_told_to_whoever_reads_inspections(login: Login, world: World) -> None:
    answer = login("inspector").get("/api/inspections/timings")
    assert (answer.status_code, answer.json) == (200, {"checklists": {}})
    assert world.hospital.active
