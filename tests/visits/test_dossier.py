"""A package of evidence brings along who knew when, and the program finds a changed line."""

import hashlib
import json
from typing import Any

import pytest

from server.dossier.package import _json
from server.dossier.sealed import visit_data
from server.inspections.models import Inspection
from server.kernel.db import db
from tests.dossier.program import verify
from tests.support.clock import FrozenClock
from tests.visits.conftest import Scene, arrival, opening, start


def found(told: Any) -> Any:
    data = _json(told)
    members = verify.Found()
    members["visit.json"] = (len(data), hashlib.sha256(data).hexdigest(), data)
    return members


def test_the_log_is_in_the_package_and_holds(scene: Scene, clock: FrozenClock) -> None:
    visit = scene.plan()
    begun, other = start(visit, scene), start(visit, scene, assignment_id=None, mode="spot")
    clock.move(hours=2)
    scene.tag()
    scene.leader.push("visit.open", opening(visit))
    scene.leader.push("visit.arrive", arrival(visit))
    for args in (begun, other):
        assert scene.leader.push("inspection.start", args)["status"] == "applied"
    told = visit_data(db.session.get_one(Inspection, begun["id"]))
    assert told is not None
    assert verify.check_visit(found(told)) == len(told["log"]) == 7
    assert visit_data(db.session.get_one(Inspection, other["id"])) is None
    assert verify.check_visit(verify.Found()) == 0
    for change in ({"how": "viewed"}, {"at": 1}, {"details": "{}x"}, {"person": None}):
        forged = json.loads(json.dumps(told))
        forged["log"][3] |= change
        with pytest.raises(verify.Broken):
            verify.check_visit(found(forged))
    cut = json.loads(json.dumps(told))
    del cut["log"][2]
    with pytest.raises(verify.Broken):
        verify.check_visit(found(cut))
