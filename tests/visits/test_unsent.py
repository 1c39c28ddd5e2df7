"""A plan that is still being written: there for whoever writes it, and for nobody else."""

from typing import Any

from sqlalchemy import func, select

from server.kernel.db import db
from server.kernel.ids import new_id
from server.sync import tidy
from server.visits import rules
from server.visits.models import UnsentPlan
from tests.factories.org import make_person
from tests.support.clock import FrozenClock
from tests.visits.conftest import Scene

NEW = "/api/visits/unsent/new"
CONTENT = {"unit_id": "u", "checklist_keys": ["ward"], "note": "从急诊后门进", "leader_id": None}


def kept() -> int:
    return db.session.scalar(select(func.count()).select_from(UnsentPlan)) or 0


def test_what_was_written_is_there_again_for_its_writer_alone(
    scene: Scene, clock: FrozenClock
) -> None:
    assert scene.planner.get(NEW).json == {"content": None, "saved_at": None}
    saved = scene.planner.put(NEW, json={"content": CONTENT})
    assert saved.status_code == 200, saved.json
    clock.move(minutes=1)
    scene.planner.put(NEW, json={"content": CONTENT | {"note": "改"}})
    told = scene.planner.get(NEW).json
    assert told["content"]["note"] == "改"
    assert told["saved_at"] == saved.json["saved_at"] + 60_000
    other = scene.login(make_person(role="visit_planner", region=scene.world.county))
    assert other.get(NEW).json["content"] is None
    for role in ("administrator", "bureau_office", "unit_head"):
        for answer in (
            scene.login(role).get(NEW),
            scene.login(role).put(NEW, json={"content": {}}),
        ):
            assert answer.status_code == 403


def test_sealing_takes_it_away_and_says_since_when_it_was_known(
    scene: Scene, clock: FrozenClock
) -> None:
    begun = scene.planner.put(NEW, json={"content": CONTENT}).json["saved_at"]
    clock.move(minutes=30)
    elsewhere = scene.plan()
    assert kept() == 1, "what was sealed from a draw or a map is another plan"
    assert scene.log(elsewhere["id"])[0] == ("planned", "褚策划")
    visit = scene.plan(from_unsent=True)
    assert kept() == 0
    line: dict[str, Any] = scene.planner.get(f"/api/visits/{visit['id']}/knowledge").json["items"][
        0
    ]
    assert line["details"] == {"begun_at": begun}
    path = f"/api/visits/unsent/{visit['id']}"
    scene.planner.put(path, json={"content": {"note": "改"}})
    changed = {"rev": visit["rev"], "note": "改"}
    assert scene.planner.patch(f"/api/visits/{visit['id']}", json=changed).status_code == 200
    assert kept() == 0


def test_discarding_and_forgetting(scene: Scene, clock: FrozenClock) -> None:
    scene.planner.put(NEW, json={"content": CONTENT})
    for _ in range(2):
        assert scene.planner.delete(NEW).status_code == 204
    assert kept() == 0
    scene.planner.put(NEW, json={"content": CONTENT})
    clock.move(days=13)
    db.session.commit()
    tidy.tidy()
    assert kept() == 1
    clock.move(days=2)
    db.session.commit()
    tidy.tidy()
    assert kept() == 0


def test_limits_and_odd_names(scene: Scene) -> None:
    for odd in ("x", "new2", "new%00"):
        assert scene.planner.get(f"/api/visits/unsent/{odd}").status_code in (404, 422)
    huge = {"content": {"note": "字" * 10_001}}
    assert scene.planner.put(NEW, json=huge).status_code == 422
    assert scene.planner.put(NEW, json={"content": {"Ä": ""}}).status_code == 422
    for _ in range(rules.UNSENT_MOST):
        path = f"/api/visits/unsent/{new_id()}"
        assert scene.planner.put(path, json={"content": {}}).status_code == 200
    answer = scene.planner.put(f"/api/visits/unsent/{new_id()}", json={"content": {}})
    assert (answer.status_code, answer.json["code"]) == (409, "visit-unsent-too-many")


def test_whether_the_visit_is_there_makes_no_difference(scene: Scene) -> None:
    """A planner who was not told writes beside a real visit and beside nothing, alike."""
    visit = scene.plan()
    other = scene.login(make_person(role="visit_planner", region=scene.world.county))
    for name in (visit["id"], new_id()):
        path = f"/api/visits/unsent/{name}"
        assert other.get(path).json == {"content": None, "saved_at": None}
        assert other.put(path, json={"content": {"note": "x"}}).status_code == 200
    assert scene.planner.get(f"/api/visits/unsent/{visit['id']}").json["content"] is None
